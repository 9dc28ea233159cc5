# SPDX-License-Identifier: GPL-2.0-only
# A reader takes no reference to the stow.
/^struct zram_stow \*zram_pack_read_begin/,/^}/s/refcount_inc(&stow->refs);//
