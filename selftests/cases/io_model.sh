#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Random operations beside a model of the device (prog/modelrun.c): contents,
# every counter, and every slot in dumps and block_state. SEEDS and OPERATIONS
# (slots a seed) say how much; a difference names its seed. Large writes become packs
# with odd ones, or with all (FOLIOS).
# needs: modules=brd kernels=all flavours timeout=90

. /zramkit/selftests/lib/lib.sh
SEEDS=${SEEDS:-1 2}
OPERATIONS=${OPERATIONS:-$(scaled 16000)}

modprobe brd rd_nr=1 rd_size=8192
for ((i = 0; i < 800; i++)); do echo "slot $i object pool codec run $((i * 7))"; done >/tmp/dict
args=(-d /tmp/dict)
[ "$K" = 6.1 ] || args+=(-z)	# its zstd has no dictionaries
[ ! -b /dev/ram0 ] || args+=(-b /dev/ram0)

for seed in $SEEDS; do
	load_zram num_devices=0
	folios=$([ $((seed % 2)) = 0 ] && [ -z "$FOLIOS" ] || echo -f)
	out=$(modelrun -s "$seed" -n "$OPERATIONS" "${args[@]}" $folios 2>&1)
	is "${out##*wrong=}" 0 "seed $seed: device and model agree"
	diag "$out"
done
unload_zram
rmmod brd 2>/dev/null	# others want other sizes
done_testing
