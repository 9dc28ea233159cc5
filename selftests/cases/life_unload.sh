#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Unloading while others sit in hot_add, hot_remove, disksize, reset, netlink and reads:
# no deadlock (stock had one between the class lock and unloading).
# needs: timeout=180

. /zramkit/selftests/lib/lib.sh
z=/sys/block/zram0

load_zram num_devices=1
module=$(modprobe -D zram 2>/dev/null | awk '/\/zram\.ko/ { print $2 }')
[ -n "$module" ] || module=$(find /lib/modules -name zram.ko | head -n 1)
unloads=0 adds=0 nets=0 reads=0 wrongs=0
# a slow kernel does little in that time
for _ in 1 2 3 4 5 6; do
	out=$(storm 12 "run usleep 30000; unload zram" "load $module num_devices=2" "add; remove" netlink \
		"write 4M $z/disksize; put /dev/zram0; write 1 $z/reset" \
		"has [ /sys/block/zram*/comp_algorithm; read /sys/block/zram*/mm_stat")
	diag $out
	eval "${out/read=/readers=}"
	unloads=$((unloads + unload)) adds=$((adds + add)) nets=$((nets + netlink))
	reads=$((reads + readers)) wrongs=$((wrongs + wrong))
	((unloads && adds && nets && reads)) && break
done
cmp_num $unloads -ge 1 "it was unloaded under way ($unloads times)"
cmp_num $adds -ge 1 "while devices were made ($adds)"
cmp_num $nets -ge 1 "also through netlink ($nets)"
cmp_num $reads -ge 1 "and attributes read ($reads)"
is $wrongs 0 "readers saw nothing impossible"
ok "unload at the end" unload_zram
ok "load again" modprobe zram
ok "use it" put 1M $z/disksize
ok "unload" rmmod zram
done_testing
