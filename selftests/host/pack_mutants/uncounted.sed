# SPDX-License-Identifier: GPL-2.0-only
# What dead slots hold is not counted out when the bytes move.
/^int zram_pack_switch/,/^}/s/count_dead(p, dead);//
