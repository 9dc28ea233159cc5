#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# metrics: values against the kernel's own, a device driven over its limit, the
# file that is replaced, and serving over loopback and a UNIX socket.
# needs: nodebug timeout=120 modules=brd files=/usr/lib/x86_64-linux-gnu/libmicrohttpd.so.12

. /zramkit/selftests/lib/lib.sh
. /zramkit/selftests/lib/ctl.sh
. /zramkit/selftests/lib/disk.sh

new_device 16M lz4 || bail "no device"
track zramctl observe stop
zramctl observe stop 2>/dev/null

# value NAME [LABEL]: of this device, in OUT
value() {
	sed -n "s/^$1{device=\"zram$N\"${2:+,$2}} //p" <<<"$OUT"
}

dd if=/dev/urandom of="$DEV" bs=4k count=300 oflag=direct 2>/dev/null
dd if=/dev/zero of="$DEV" bs=4k count=50 seek=400 oflag=direct 2>/dev/null
ctl metrics
is "$CODE $ERR" "0 " "metrics without an observer"
is "$(value zram_disksize_bytes)" $((16 << 20)) "disksize"
is "$(value zram_stored_bytes)" "$(mm_stat "$N" orig_data_size)" "stored bytes"
is "$(value zram_pool_used_bytes)" "$(mm_stat "$N" mem_used_total)" "pool"
is "$(value zram_fill_pages)" 50 "fill pages"
is "$(value zram_raw_pages)" 300 "raw pages"
is "$(value zram_written_bytes_total)" $((350 * 4096)) "bytes written"
is "$(value zram_pool_limit_bytes)" "" "no limit, no sample"
is "$(value zram_slots 'tier="hot"')" 350 "slots by tier need no observer"
is "$(value zram_slots_by_age 'age="0-1m"')" "" "their ages do"
is "$(value zram_backing_size_bytes)" "" "no disk, no samples of one"
like "$OUT" 'zram_observer_up 0' "and that is said"
nok "metrics starts no observer" test -e /sys/fs/bpf/zram

# Over the limit: the writes that fail are counted
put 1M "$SYS/mem_limit"
dd if=/dev/urandom of="$DEV" bs=4k count=100 seek=1000 oflag=direct 2>/dev/null
ctl metrics
is "$(value zram_pool_limit_bytes)" 1048576 "the limit"
cmp_num "$(value zram_failed_writes_total)" -gt 0 "failed writes"
is "$(value zram_failed_writes_total)" "$(awk '{ print $2 }' "$SYS/io_stat")" \
	"as many as the kernel says"
put 0 "$SYS/mem_limit"

zramctl observe start 2>/dev/null
dd if="$DEV" of=/dev/null bs=4k count=10 iflag=direct 2>/dev/null
ctl metrics --openmetrics
like "$OUT" 'zram_observer_up 1' "the observer is seen"
is "$(value zram_slots 'tier="hot"')" 350 "its slots by tier"
is "$(value zram_slots_by_age 'age="0-1m"')" 350 "and by age"
is "${OUT##*$'\n'}" "# EOF" "OpenMetrics has an end"

# With a disk behind it
ram_disk 8 || bail "no brd in this kernel"
ok "attach" zramctl attach "zram$N" /dev/ram0 --force
ok "write back" zramctl writeback "zram$N" --all
ctl metrics
is "$(value zram_slots 'tier="hot"') $(value zram_slots 'tier="frozen"')" "50 300" "slots on the disk"
is "$(value zram_backing_size_bytes)" $((8 << 20)) "what it can hold"
cmp_num "$(value zram_backing_used_bytes)" -ge $((300 * 4096)) "what packs take of it"
is "$(value zram_backing_written_bytes_total)" "$(awk '{ print $3 * 4096 }' "$SYS/bd_stat")" \
	"bytes written to it, as the kernel counts them"
ok "detach" zramctl detach "zram$N"

# A file: whole, readable by others, no leavings; the old one stays on failure
mkdir /tmp/metrics.d
ctl metrics --output /tmp/metrics.d/zram.prom
is "$CODE$OUT$ERR" 0 "to a file, silently"
is "$(stat -c %a /tmp/metrics.d/zram.prom) $(ls -A /tmp/metrics.d)" "644 zram.prom" \
	"readable, and nothing beside it"
ok "with the metrics" grep -q "^zram_stored_bytes{device=\"zram$N\"}" /tmp/metrics.d/zram.prom
track umount /tmp/full
mkdir -p /tmp/full && mount -t tmpfs -o size=8k tmpfs /tmp/full
echo old >/tmp/full/zram.prom
ctl metrics --output /tmp/full/zram.prom
is "$CODE $(cat /tmp/full/zram.prom) $(ls -A /tmp/full)" "1 old zram.prom" \
	"a full file system keeps the old file alone"
like "$ERR" "cannot write /tmp/full/zram.prom: No space" "and says why"
refuses 1 'No such file' metrics --output /no/such/dir/zram.prom

# Served
ip link set lo up
zramctl metrics --listen 9210 2>/tmp/served &
tcp=$!
track kill $tcp
wait_for "sockget 9210 / >/dev/null 2>&1" 10
out=$(sockget 9210 /metrics)
like "$out" "^HTTP/1.1 200" "served on a port"
like "$out" "Content-Type: text/plain; version=0.0.4" "as classic text"
like "$out" "zram_disksize_bytes.device=\"zram$N\". 16777216" "with the metrics"
out=$(sockget 9210 /metrics 'Accept: application/openmetrics-text;version=1.0.0,text/plain;q=0.5')
like "$out" "Content-Type: application/openmetrics-text" "OpenMetrics when it is asked for"
like "$out" "# EOF" "to its end"
like "$(sockget 9210 /other)" "^HTTP/1.1 404" "another page is not there"
refuses 1 'in use' metrics --listen 9210
kill $tcp
wait $tcp
is $? 0 "SIGTERM ends it well"

sock=/tmp/metrics.sock
zramctl metrics --listen $sock 2>/dev/null &
unix=$!
track kill $unix
wait_for "sockget $sock / >/dev/null 2>&1" 10
like "$(sockget $sock /metrics)" "zram_observer_up" "served on a socket"
refuses 1 'in use' metrics --listen $sock
ok "whose path stays" test -S $sock
kill -9 $unix
wait $unix 2>/dev/null
zramctl metrics --listen $sock 2>/dev/null &
unix=$!
track kill $unix
ok "what a killed one left is taken over" wait_for "sockget $sock / >/dev/null 2>&1" 10
kill $unix
wait $unix
nok "the socket goes with it" test -e $sock

echo keep >/tmp/plain
refuses 1 'no socket' metrics --listen /tmp/plain
is "$(cat /tmp/plain)" keep "a file is left alone"
for where in 0 65536 port 9210x 192.0.2.1:9210 0.0.0.0:9210 localhost: '[::]:9210'; do
	refuses 2 'loopback|no port' metrics --listen "$where"
done
refuses 2 'exclude' metrics --listen 9210 --output /tmp/x
done_testing
