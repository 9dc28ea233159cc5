# SPDX-License-Identifier: GPL-2.0-only
# A freed extent is reused before its discard.
/^static void add_waiting/,/^}/ s/^\tmap->waiting += units;/&\n\tbitmap_clear(c->leaf->busy, at, units);\n\tc->longest = CHUNK;/
