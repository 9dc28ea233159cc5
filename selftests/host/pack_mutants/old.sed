# SPDX-License-Identifier: GPL-2.0-only
# The exchange keeps the old stow for ever.
/^int zram_pack_switch/,/^}/s/zram_stow_put(old);/old = NULL;/
