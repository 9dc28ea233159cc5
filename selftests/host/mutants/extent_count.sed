# SPDX-License-Identifier: GPL-2.0-only
# The units that became free are not counted.
/^void zram_extent_discarded/,/^}/ s/map->free += units;//
