# SPDX-License-Identifier: GPL-2.0-only
# A read that is refused leaves its trace.
/^struct zram_stow \*zram_pack_read_begin/,/^}/s/spin_lock(&p->lock);/&p->touched = true;/
