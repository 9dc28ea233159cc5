# SPDX-License-Identifier: GPL-2.0-only
# A run that is one unit short will do.
s/if (end - start >= units)/if (end - start + 1 >= units)/
