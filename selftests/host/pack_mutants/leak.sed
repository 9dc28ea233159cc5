# SPDX-License-Identifier: GPL-2.0-only
# The last reference to a pack leaves its stow behind.
/^void zram_pack_put/,/^}/s/zram_stow_put(p->stow);//
