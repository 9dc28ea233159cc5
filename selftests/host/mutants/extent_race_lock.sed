# SPDX-License-Identifier: GPL-2.0-only
# The bitmap is searched without the lock.
s/at = find_run(c->leaf, size, from, units, &longest);/spin_unlock(\&map->lock);\n\tat = find_run(c->leaf, size, from, units, \&longest);\n\tsched_yield();\n\tspin_lock(\&map->lock);/
