#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# create --swap --large-folios turns on folios of 64 kB where the kernel has them,
# smaller ones for want of these, and making room for them where no larger ones would be meant, too, and says so;
# remove of the last such device puts back what there was, and what the user chose
# meanwhile stays; without the option there is one hint.
# needs: progs=mkswap,unshare kernels=all timeout=60

. /zramkit/selftests/lib/lib.sh
. /zramkit/selftests/lib/ctl.sh
thp=/sys/kernel/mm/transparent_hugepage
setting=$thp/hugepages-64kB/enabled
now() { sed 's/.*\[\(.*\)\].*/\1/' ${1:-$setting}; }
codec_bytes() { zramctl show zram0 --json | sed -n 's/.*"codec": *\([0-9]*\).*/\1/p'; }
smaller() { echo "$(now $thp/hugepages-32kB/enabled) $(now $thp/hugepages-16kB/enabled)"; }
hints() { grep -c hint <<<"$ERR"; }

load_zram num_devices=0
[ ! -e $setting ] || put never $thp/enabled
[ ! -e $setting ] || put defer $thp/defrag
refuses 2 "goes with --swap" create --size 16M --large-folios
devices
is "$DEVICES" "" "which makes no device"
ctl create --size 16M --swap --large-folios --algo lz4
is "$CODE $OUT" "0 /dev/zram0" "a swap area"
if [ ! -e $setting ]; then
	like "$ERR" "no 64 kB folios" "where the kernel has none it says so"
	codec=$(codec_bytes)
	swapoff /dev/zram0
	ctl remove zram0
	is "$CODE$ERR" 0 "remove has nothing to put back"
	ctl create --size 16M --swap --algo lz4
	is "$CODE $(hints)" "0 0" "and there is no hint"
	is "$codec" "$(codec_bytes)" "nor did it take memory for packs that nobody makes"
	swapoff /dev/zram0
	ctl remove zram0
	track swapoff /dev/zram0
	echo '{ "devices": { "zram0": { "algo": "lz4", "size": "16M", "swap": true, "large_folios": true } } }' >/tmp/folios.json
	ctl apply /tmp/folios.json
	is "$CODE $OUT" "0 /dev/zram0" "apply makes such a swap area, too"
	like "$ERR" "no 64 kB folios" "says the same"
	is "$(codec_bytes)" "$codec" "and takes no memory for them either"
	ctl apply /tmp/folios.json
	is "$CODE$OUT" 0 "again: nothing is changed"
	ctl set zram0 --folio-packs swap
	like "$CODE $(zramctl show zram0 --json | tr -d '\n')" \
		'^0 .*"folio_packs": "swap", *"folio_state": "active", *"folio_written": 0,' "any mode can be set"
	ctl set zram0 --folio-packs auto
	like "$(zramctl show zram0 --json)" "no large write that pays came yet" "auto finds nothing to do, and show says so"
	swapoff /dev/zram0
	ctl remove zram0
	done_testing
	exit
fi
like "$ERR" "64 kB folios are on" "which says what it changed"
like "$ERR" "making room for them is on" "all of it"
is "$(now) $(now $thp/defrag)" "always always" "they are on"
is "$(smaller)" "always always" "and smaller ones, for where they find no room"
like "$(zramctl show zram0 --json)" '"folio_packs": "auto"' "and taken whole"
ctl create --size 16M --swap --large-folios --folio-packs swap
like "$(zramctl show zram1 --json)" '"folio_packs": "swap"' "a mode that is given stays"
swapoff /dev/zram0
ctl remove zram0
is "$CODE $(now)" "0 always" "with another device that wants them they stay on"
swapoff /dev/zram1
ctl remove zram1
is "$CODE $(now) $(now $thp/defrag)" "0 never defer" "after the last one all is as before"
is "$(smaller)" "never never" "the smaller ones, too"
like "$ERR" "64 kB folios are as before" "which it says"
like "$ERR" "making room for them is as before" "of both"

ctl create --size 16M --swap
is "$CODE $(hints)" "0 1" "without the option there is one hint"
is "$(now)" never "and nothing is changed"
swapoff /dev/zram0
ctl remove zram0

put madvise $setting
ctl create --size 16M --swap --large-folios
is "$(now)" always "from madvise, too"
put inherit $setting
swapoff /dev/zram0
ctl remove zram0
is "$CODE $(now)" "0 inherit" "what was chosen since stays"

put always $setting
ctl create --size 16M --swap --large-folios
swapoff /dev/zram0
ctl remove zram0
is "$CODE $(now) $(now $thp/defrag)" "0 always defer" "who had them on keeps them on"
is "$(smaller)" "never never" "and no others"

put never $setting
put always $thp/enabled
ctl create --size 16M --swap --large-folios
is "$(now) $(now $thp/defrag)" "always defer" "where programs get pieces of 2 MiB, they need not wait for them"
like "$ERR" "stays 'defer'" "and it says so"
swapoff /dev/zram0
ctl remove zram0
is "$CODE $(now)" "0 never" "this is put back alone"
put never $thp/enabled
ctl create --size 16M --swap --large-folios
put madvise $thp/defrag
swapoff /dev/zram0
ctl remove zram0
is "$CODE $(now) $(now $thp/defrag)" "0 never madvise" "what was chosen since stays, of either"

ctl create --size 16M --swap --large-folios
swapoff /dev/zram0
ctl reset zram0
is "$CODE $(now)" "0 never" "a reset puts them back as well"
ctl remove zram0
ctl create --size 16M --swap --large-folios
swapoff /dev/zram0
put 1 /sys/block/zram0/reset
put 0 /sys/class/zram-control/hot_remove
is "$(now)" always "who takes the device away by sysfs leaves them on"
ctl create --size 16M
ctl remove zram0
is "$CODE $(now)" "0 never" "until the next one is removed"
ctl create --size 16M --swap --large-folios
ctl tune --undo
is "$CODE $(now) $(now $thp/defrag)" "0 never madvise" "tune --undo puts them back whoever wants them"
ctl tune --undo
is $CODE 1 "once"
swapoff /dev/zram0
ctl remove zram0
is "$CODE $(now)" "0 never" "and they stay so"

# Where /sys may not be written, it is swap all the same
OUT=$(unshare --mount sh -c 'mount -o remount,bind,ro /sys && zramctl create --size 16M --swap --large-folios' 2>&1)
is "$? $(now)" "3 never" "with a read-only /sys they stay off"
like "$OUT" "cannot turn on 64 kB folios: /sys is read-only here; the swap works without them" "and the sentence"
is "$(zramctl list -n -o use)" "[SWAP]" "and it is swap, though of a /dev that is gone"
swapoff /dev/zram0
ctl remove zram0
put never $setting
unload_zram
done_testing
