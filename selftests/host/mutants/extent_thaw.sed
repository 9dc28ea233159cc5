# SPDX-License-Identifier: GPL-2.0-only
# What comes back from its discard is free although frozen.
/^void zram_extent_discarded/,/^}/ s/if (map->frozen)/if (0)/
