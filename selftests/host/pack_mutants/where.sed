# SPDX-License-Identifier: GPL-2.0-only
# A slot that goes looks at the place before the lock.
/^void zram_pack_release/,/^}/{s/spin_lock(&p->lock);/frozen = READ_ONCE(p->frozen); sched_yield(); &/;s/frozen = p->frozen;//}
