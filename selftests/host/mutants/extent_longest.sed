# SPDX-License-Identifier: GPL-2.0-only
# A chunk believed full stays so.
/^void zram_extent_discarded/,/^}/ s/WRITE_ONCE(c->longest, c->free);//
