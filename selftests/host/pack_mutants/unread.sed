# SPDX-License-Identifier: GPL-2.0-only
# A read does not keep a pack from being frozen.
/^int zram_pack_switch/,/^}/s/if_unread && p->touched/if_unread \&\& !stow/
