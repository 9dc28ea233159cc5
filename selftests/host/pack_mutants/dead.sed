# SPDX-License-Identifier: GPL-2.0-only
# The bytes of a pack without slots are moved, too.
/^int zram_pack_switch/,/^}/s/if (!p->live)/if (!stow)/
