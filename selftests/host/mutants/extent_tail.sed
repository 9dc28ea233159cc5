# SPDX-License-Identifier: GPL-2.0-only
# The last chunk is taken for a whole one.
s/return rest < CHUNK ? rest : CHUNK;/return CHUNK;/
