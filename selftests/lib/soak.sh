# SPDX-License-Identifier: GPL-2.0-or-later
# What the soaks of cold storage share (sourced after lib.sh and disk.sh): swap
# on zram with a disk behind it, processes that hold more than the memory, and
# jobs of every sort without a pause while a CPU goes off and on.

# soak_swap DISK KIB: a device of so much swap with DISK behind it
soak_swap() {
	new_device
	put "$1" $SYS/backing_dev || return
	put 1 $SYS/compressed_writeback
	put zstd $SYS/comp_algorithm
	put "$2K" $SYS/disksize
	mkswap $DEV >/dev/null && swapon $DEV
}

# one after the other until the file goes away: by netlink and by the files
soak_jobs() {
	local round
	while [ -e /tmp/soaking ]; do
		for round in 1 2 3; do
			[ -e /tmp/soaking ] || break
			jobrun "$N" pack -t 1000
			jobrun "$N" writeback -t 1000
			jobrun "$N" writeback -n 4 -m 500
			jobrun "$N" promote -t 300
		done
		put all "$SYS/idle"
		put idle "$SYS/writeback"
		put page_indexes=0-4000 "$SYS/writeback"
		put 1 "$SYS/compact"
	done >>/tmp/jobs.log 2>&1
}

# When a CPU goes, 6.12 now and then takes the bandwidth of its fair server off twice
# ("dl_rq->running_bw > old"), with a warning; without that server there is none.
soak_cpu() {
	local cpu=/sys/devices/system/cpu/cpu1/online server
	for server in /sys/kernel/debug/sched/fair_server/cpu*/runtime; do
		[ ! -e "$server" ] || put 0 "$server"
	done
	while [ -e /tmp/soaking ]; do
		put 0 $cpu
		usleep 300000
		put 1 $cpu
		usleep 300000
	done 2>/dev/null
	put 1 $cpu
}

# soak_load SECONDS SET KIB: processes of KIB each, one after the other, until the
# time is over. Slow kernels fill no more than they can compare in it.
soak_load() {
	local end=$((SECONDS + $1)) seed=$RANDOM fill=$(($1 / 2))
	while [ $SECONDS -lt $end ]; do
		seed=$((seed + 1))
		swapload -m "$3K" "$2" -u 50 -k 2 -t $fill -s $seed
		echo "exit $? seed $seed"
	done >>"/tmp/load.$BASHPID" 2>&1
}

# soak SECONDS SET KIB: all of it; then the verdicts
soak() {
	local loads=()
	touch /tmp/soaking
	soak_jobs &
	local jobs=$!
	soak_cpu &
	local cpu=$!
	soak_load "$1" "$2" "$3" &
	loads+=($!)
	soak_load "$1" "$2" "$3" &
	loads+=($!)
	wait "${loads[@]}"
	rm /tmp/soaking
	wait $jobs $cpu
	cat /tmp/load.* >/tmp/load
	diag "$(tail -n 6 /tmp/load)" "$(sort /tmp/jobs.log | sed 's/=[0-9]*/=N/g; s/error=N/&/' | uniq -c | tail -n 4)" \
		"$(cat $SYS/mm_stat $SYS/bd_stat $SYS/io_stat)"
	is "$(grep -c '^exit [^0]' /tmp/load)" 0 "every process got its pages back"
	cmp_num "$(grep -c '^swapload: 0 wrong' /tmp/load)" -ge 2 "each compared all of them"
	cmp_num "$(stat_field $SYS/bd_stat 3)" -gt "$([ -n "$DEBUG" ] && echo 10 || echo 1000)" "many were on the disk"
	cmp_num "$(stat_field $SYS/bd_stat 2)" -gt "$([ -n "$DEBUG" ] && echo 10 || echo 100)" "many were read from there"
	is "$(stat_field $SYS/io_stat 1) $(stat_field $SYS/io_stat 2)" "0 0" "no read or write failed"
	is "$(reports)" 0 "no pack was unreadable"
	ok "no allocation complained" bash -c '! dmesg | grep -q "page allocation failure"'
	ok "swapoff" swapoff $DEV
	ok "and away with the header" blkdiscard $DEV
	is "$(awk '{ print $1, $2, $3, $6, $8 }' $SYS/mm_stat) $(stat_field $SYS/bd_stat 1)" \
		"0 0 0 0 0 0" "nothing is left, in memory or on the disk"
}
