# SPDX-License-Identifier: GPL-2.0-or-later
# Helpers for cases about the daemon (sourced after lib.sh and ctl.sh).

CONF=/tmp/daemon.json
LOG=/tmp/daemon.log
STATE=/var/lib/zramkit/budget
PAGES=/pages/small.pages
# what another case in this guest has left
rm -f $STATE* $LOG

# configure TEXT: the daemon's file, with ages of seconds where TEXT says nothing
configure() {
	printf '%s\n' "$1" >$CONF
	chmod 600 $CONF
}

# quick [KEY]...: rules for a case that cannot wait for hours; KEY is
# JSON inside "policy" that is added
quick() {
	local move='"min_bytes": 0, "returns": "0%"'

	configure "{ \"interval\": \"1s\", \"policy\": {
		\"recompress\": { \"min_age\": \"${WARM:-2s}\", \"max_age\": \"${WARM:-2s}\", \"threshold\": 64, $move },
		\"pack\": { \"min_age\": \"${COLD:-6s}\", \"max_age\": \"${COLD:-6s}\", $move },
		\"writeback\": { \"min_age\": \"${FROZEN:-10s}\", \"max_age\": \"${FROZEN:-10s}\", $move }
		${1:+, $1} } }"
}

# device_with_disk SIZE: an lz4 device with 64 MiB of RAM disk behind it
device_with_disk() {
	modprobe brd rd_nr=1 rd_size=65536
	new_device
	echo lz4 >$SYS/comp_algorithm
	echo /dev/ram0 >$SYS/backing_dev
	echo "$1" >$SYS/disksize
}

# wrote: bytes that the device has written to its disk
wrote() { echo $(($(stat_field $SYS/bd_stat 3) * 4096)); }

# start_daemon [ARG]...: its pid in DAEMON; returns when it answers. Not for ok,
# which would keep the pid to itself.
start_daemon() {
	zramctl daemon --config $CONF "$@" >>$LOG 2>&1 </dev/null &
	DAEMON=$!
	wait_for "zramctl daemon status >/dev/null 2>&1 || ! kill -0 $DAEMON 2>/dev/null" 30
	kill -0 $DAEMON 2>/dev/null
}

# stop_daemon: by SIGTERM; returns its exit code. Not for ok, either
stop_daemon() {
	kill "$DAEMON"
	wait "$DAEMON"
}

# status KEY [N]: the first, or Nth, value of a key of `daemon status --json`
status() {
	zramctl daemon status --json 2>/dev/null |
		awk -v key="\"$1\":" -v n="${2:-1}" '$1 == key && --n == 0 {
			sub(/^ *"[^"]*": */, ""); sub(/,$/, ""); gsub(/^"|"$/, ""); print; exit }'
}

# tier NAME: slots in a tier by the daemon's count
tier() { status "$1" "${2:-1}"; }

# log_has REGEX
log_has() { grep -qE "$1" $LOG; }

end_daemon() {
	kill "$DAEMON" 2>/dev/null
	wait_for "! kill -0 $DAEMON 2>/dev/null" 10 || kill -9 "$DAEMON"
	zramctl observe stop
}
