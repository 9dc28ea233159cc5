# SPDX-License-Identifier: GPL-2.0-only
# The pack goes before it is said that its last slot went.
/^void zram_pack_release/,/^}/{s/zram_packs_released(p, live, frozen);//;s/zram_pack_put(p);/& zram_packs_released(p, live, frozen);/}
