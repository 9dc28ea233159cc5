# SPDX-License-Identifier: GPL-2.0-only
# Freezing does not stop the discards.
s/if (c \&\& !map->frozen)/if (c)/
