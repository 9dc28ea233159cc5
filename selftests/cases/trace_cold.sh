#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The events of cold storage, as perf and bpftrace see them: jobs begin and end, packs
# are made and dropped, slots move, requests go to the disk; as many as the figures of
# jobs and device say.
# needs: files=build/pages/small.pages:/pages/small.pages modules=brd timeout=60

. /zramkit/selftests/lib/lib.sh
. /zramkit/selftests/lib/disk.sh
tracing=/sys/kernel/tracing
pages=128

# during CMD...: /tmp/trace gets the events of it
during() {
	: >$tracing/trace
	"$@"
	cat $tracing/trace >/tmp/trace
}

# seen REGEX: how many of them there are of this device
seen() { grep -cE ": zram[a-z_]*: zram$N $1" /tmp/trace; }
# blocks read|write: of 4 KiB in requests to the disk
blocks() { awk -v what="$1" '/zram_backing_io/ && $0 ~ " " what " " { sub(/.*sectors=/, ""); n += $1 } END { print n / 8 }' /tmp/trace; }
packs() { zramctl packs zram$N --noheadings | wc -l; }
bd() { stat_field $SYS/bd_stat $1; }

[ -d $tracing/events/zram ] || modprobe zram num_devices=0
[ -d $tracing/events/zram ] || skip_all "this kernel shows no events"
ram_disk 4
cold_device /dev/ram0 4M
ok "write" pagetool write $DEV /pages/small.pages -c $pages -b 64K -g 1
for event in job pack slot_move backing_io; do
	track put 0 $tracing/events/zram/zram_$event/enable
	ok "zram_$event" put 1 $tracing/events/zram/zram_$event/enable
done

during job pack -r 0:$((pages / 2))
moved=$(job_value moved)
cmp_num "$moved" -gt $((pages / 4)) "a job packs"
is "$(seen 'job=[0-9]+ pack running') $(seen 'job=[0-9]+ pack done')" "1 1" "it begins and ends"
is "$(seen 'slot=[0-9]+ from=hot to=cold csize=[1-9]')" "$moved" "each slot moves"
is "$(seen 'pack=[0-9]+ slots=[1-9][0-9]* csize=[1-9]')" "$(packs)" "each pack is made"
is "$(seen '(read|write) ')" 0 "without the disk"

during job writeback
is "$(seen 'slot=[0-9]+ from=(hot|cold) to=frozen ')" "$(job_value moved)" "a writeback moves what it says"
is "$(seen 'write sectors=[1-9][0-9]* ns=[0-9]+ err=0')" "$(packs)" "with a request a pack"
is "$(blocks write)" "$(bd 3)" "of as many blocks as were written"

during pagetool verify $DEV /pages/small.pages -c $pages -g 1 >/dev/null
cmp_num "$(seen 'read sectors=')" -gt 0 "pages are read from there"
is "$(blocks read)" "$(bd 2)" "in as many blocks as were read"

during job promote
is "$(seen 'slot=[0-9]+ from=frozen to=cold ')" "$(job_value moved)" "and come back"
was=$(packs)
during blkdiscard $DEV
is "$(seen 'pack=[0-9]+ slots=0 csize=0')" "$was" "without its slots each pack goes"
drop_device $N
done_testing
