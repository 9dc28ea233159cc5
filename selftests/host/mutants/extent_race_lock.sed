# SPDX-License-Identifier: GPL-2.0-only
# The bitmap is searched without the lock; now and then long enough for others
# to come in between, however many CPUs there are.
s/at = find_run(c->leaf, size, from, units, &longest);/spin_unlock(\&map->lock);\n\tat = find_run(c->leaf, size, from, units, \&longest);\n\tif (!(rand() % 32))\n\t\tnanosleep(\&(struct timespec){ 0, 50000 }, NULL);\n\tspin_lock(\&map->lock);/
