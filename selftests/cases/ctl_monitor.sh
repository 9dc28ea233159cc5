#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# zramctl monitor: what happens to devices, as lines and as JSON; what was lost is
# said and made up for; the module may go and come back under it.
# needs: files=build/pages/small.pages:/pages/small.pages modules=brd progs=blkid nodebug timeout=100

. /zramkit/selftests/lib/lib.sh
. /zramkit/selftests/lib/ctl.sh
. /zramkit/selftests/lib/disk.sh

# has REGEX [FILE]: within 15 s
has() { wait_for "grep -qE '$1' ${2:-/tmp/lines}" 15; }

track no_ram_disk
no_ram_disk
modprobe brd rd_nr=2 rd_size=4096 || skip_all "no brd in this kernel"
load_zram num_devices=0
zramctl monitor >/tmp/lines 2>/tmp/errors &
lines=$!
zramctl monitor --json >/tmp/json 2>>/tmp/errors &
json=$!
track kill $lines $json
ok "two monitors listen" eval "listens $lines && listens $json"
new_device
echo lz4 >$SYS/comp_algorithm
echo "algo=zstd priority=1" >$SYS/recomp_algorithm
put 4M $SYS/disksize
ok "a device comes" has "$DEV add$"
ok "it gets a size" has "$DEV init$"
dd if=/dev/urandom of=$DEV bs=4k count=100 oflag=direct 2>/dev/null
put $(($(mm_stat $N mem_used_total) + 16384)) $SYS/mem_limit
dd if=/dev/urandom of=$DEV bs=4k count=1 seek=150 oflag=direct 2>/dev/null
ok "its limit is near" has "$DEV limit-near .*K of .*K used"
nok "but not reached" grep -q "limit-reached" /tmp/lines
put 300K $SYS/mem_limit
dd if=/dev/urandom of=$DEV bs=4k count=100 seek=200 oflag=direct 2>/dev/null
ok "its limit is reached" has "$DEV limit-reached .*K of 300K used"
ok "and a write failed" has "$DEV write-failed"
put 0 $SYS/mem_limit
ok "recompress" zramctl recompress $DEV --all
ok "a job begins" has "$DEV job-start recompress job [0-9]+ "
ok "and ends" has "$DEV job-end recompress job [0-9]+ done [0-9]+ of"
put 1 $SYS/reset
put /dev/ram0 $SYS/backing_dev
ok "a bare device gets a disk" has "$DEV attach$"
put /dev/ram1 $SYS/backing_dev
ok "and another instead" wait_for "grep -cE '$DEV (attach|detach)$' /tmp/lines | grep -qx 3" 15
ok "detach" zramctl detach $DEV
put /dev/ram0 $SYS/backing_dev
put 1 $SYS/reset
ok "reset takes it from a bare device" wait_for "grep -cE '$DEV (attach|detach)$' /tmp/lines | grep -qx 6" 15
put 1M $SYS/disksize
generation=$(zramctl list --noheadings --output GENERATION | tr -d " ")
ok "attach" zramctl attach $DEV /dev/ram0
ok "one that has a size, too" has '"event":"attach","name":"'$DEV'","id":[0-9]+,"generation":'"$generation", /tmp/json
ok "detach by a job" zramctl detach $DEV
ok "and it goes" has '"event":"detach","name":"'$DEV'","id":[0-9]+,"generation":'"$generation", /tmp/json
ok "each in its turn" wait_for '[ "$(grep -oE "(attach|detach)$" /tmp/lines | xargs)" = "attach detach attach detach attach detach attach detach" ]' 15
put 1 $SYS/reset
ok "it is reset" has "$DEV reset$"
ok "JSON has that, too" has '"event":"reset","name":"'$DEV'"' /tmp/json
like "$(grep '"limit-reached"' /tmp/json | head -n 1)" \
	'^\{"time":[0-9.]+,"event":"limit-reached","name":"[^"]*","id":[0-9]+,"generation":[0-9]+,"used":[0-9]+,"limit":307200,"error":' \
	"with all its keys"
like "$(grep '"job-end"' /tmp/json | head -n 1)" '"generation":[1-9][0-9]*,.*"job":\{.*"type":"recompress"' "and the job, with the generation of what it worked on"

# A long job tells how far it is
put 64M $SYS/disksize
pagetool write $DEV /pages/small.pages -b 128K >/dev/null
ok "a job that takes long" zramctl pack $DEV --all --level 19 --background
ok "tells how far it is" has "$DEV job-progress pack job [0-9]+ running [1-9][0-9]* of [0-9]+ slots, "
ok "in JSON, too" has '"event":"job-progress","name":"'$DEV'".*"done":[1-9]' /tmp/json
put 1 $SYS/reset
ok "and that a reset ended it" has "$DEV job-end pack job [0-9]+ cancelled "

# one device, so many events
zramctl monitor -n 2 $DEV >/tmp/two &
two=$!
ok "a third one listens" listens $two
other=$(cat /sys/class/zram-control/hot_add)
put 1M $SYS/disksize
put 1 $SYS/reset
echo "$other" >/sys/class/zram-control/hot_remove
wait $two
is "$? $(grep -c "$DEV " /tmp/two) $(wc -l </tmp/two)" "0 2 2" "two events of one device, then the end"

# one that is not there: jobs has nothing to watch, and monitor waits for it
refuses 1 "there is no /dev/zram77; 'zramctl list' shows what there is" jobs watch zram77
refuses 1 "there is no /dev/zram77" jobs list zram77
zramctl monitor -n 1 zram77 >/tmp/coming 2>/tmp/waits &
two=$!
ok "monitor says that it waits" has "there is no /dev/zram77 yet; waiting for it" /tmp/waits
ok "make it" zramctl create --id 77 --size 1M
wait $two
is "$? $(grep -c 'zram77 add$' /tmp/coming) $(wc -l </tmp/waits)" "0 1 1" "and it comes"
ok "remove it" zramctl remove zram77

# Stopped while more happens than a socket holds
has "/dev/zram$other remove$"
seen() { grep -cE "$DEV (init|reset)$" /tmp/lines; }
before=$(seen)
kill -STOP $lines $json
for ((i = 0; i < 300; i++)); do
	echo 1M >$SYS/disksize
	echo 1 >$SYS/reset
done
echo 2M >$SYS/disksize
kill -CONT $lines $json
ok "lost events are told" has "[0-9]+ events were lost; this is how things stand"
ok "and how things stand" has "device .*$DEV.* 2097152"
lost=$(sed -n 's/.* \([0-9]*\) events were lost;.*/\1/p' /tmp/lines)
is $(($(seen) - before + lost)) 601 "each of 601 events was shown or counted as lost ($lost)"
cmp_num $(($(seen) - before)) -gt 20 "those that the socket held are not thrown away"
like "$(grep -E "$DEV (init|reset)$|were lost" /tmp/lines | tail -n 1)" 'were lost' "but come first, being older"
ok "JSON has the number, too" has '"event":"lost","lost":[1-9][0-9]*' /tmp/json
drop_device $N
ok "it goes on" has "$DEV remove$"

unload_zram
ok "the module goes" has "the zram module went away"
modprobe zram num_devices=0
ok "and comes back" has "the zram module is back"
new_device 1M
ok "with its devices" has "$DEV init$"
ok "it lives" kill -0 $lines
is "$(cat /tmp/errors)" "" "without a complaint"
refuses 2 "no number of events" monitor -n 0
refuses 2 "not the name" monitor sda
done_testing
