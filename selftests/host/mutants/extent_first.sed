# SPDX-License-Identifier: GPL-2.0-only
# The search starts at the front each time.
s/u64 next = READ_ONCE(map->next);/u64 next = 0;/
