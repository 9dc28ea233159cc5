#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# What bounds a job and shapes its packs: slots of a pack, level, bytes written,
# slots, time, in the background; the list of packs shows what came of it; and
# lists of slots that are odd, or a million long.
# needs: files=build/pages/small.pages:/pages/small.pages modules=brd progs=blkid timeout=120 nodebug

. /zramkit/selftests/lib/lib.sh
. /zramkit/selftests/lib/ctl.sh
. /zramkit/selftests/lib/disk.sh
pages=256

number() { sed -n "s/.*\"$1\": *\([0-9]*\).*/\1/p" <<<"$OUT"; }
# packs COLUMNS: rows of the packs there are
packs() { zramctl packs zram$N --noheadings --bytes --output "$1"; }
most() { packs "$1" | sort -n | tail -n 1 | tr -d ' '; }
sum() { packs "$1" | awk '{ n += $1 } END { print n + 0 }'; }
frozen() { stat_field $SYS/bd_stat 1; }
fill() { pagetool write $DEV /pages/small.pages -c $pages -b 64K -g 1 >/dev/null; }
# thin_out: packs of 32 on the disk, FEW of which keep their last ten slots; LAST is
# the last one's number
thin_out() {
	fill
	ctl writeback zram$N --all --json
	packs FIRST,SLOTS | awk '$2 == 32 { print $1 }' >/tmp/full_packs
	rest >/tmp/rest
	while read -r first; do
		blkdiscard -o $((first * 4096)) -l $((22 * 4096)) $DEV
	done </tmp/full_packs
	FEW=$(packs SPARSE | grep -c yes)
	LAST=$(most PACK)
}
rest() { dd if=$DEV bs=4k skip=$(($(tail -n 1 /tmp/full_packs) + 22)) count=10 iflag=direct 2>/dev/null; }
# new COLUMNS: rows of the packs since thin_out
new() { packs "PACK,$1" | awk -v last="$LAST" '$1 > last { $1 = ""; print substr($0, 2) }'; }
sparse() { packs SPARSE | grep -c yes; }

ram_disk 8
new_device 16M zstd
refuses 1 "no disksize yet|not initialised|has no size" packs "zram$(cat /sys/class/zram-control/hot_add)"
refuses 1 "there is no /dev/zram77; 'zramctl list'" packs zram77
ctl attach zram$N /dev/ram0
ctl set zram$N --promote 0
fill
ctl packs zram$N --noheadings
is "$CODE$OUT$ERR" 0 "no packs yet"

# slots of a pack, and level
ctl pack zram$N --all --slots 5 --level 1 --json
is "$CODE$ERR" 0 "packs of five at level 1"
is "$(most SLOTS)" 5 "have five slots"
is "$(sum LIVE)" "$(number moved)" "all that was moved is in them"
is "$(packs TIER | sort -u | tr -d ' ')" cold "in memory"
is "$(packs ALGO,LEVEL | awk '{ print $1, $2 }' | sort -u)" "zstd 1" "of that level"
is "$(sum BYTES)" "$(number bytes_after)" "as large as the job says"
packs FIRST,LAST,BYTES | sort >/tmp/light
fill
is "$(packs PACK)" "" "written slots leave them, the packs go"
ctl pack zram$N --all --slots 5 --level 19 --json
is "$CODE$ERR" 0 "packs of five at level 19"
# of the same slots; which are kept differs
both=$(packs FIRST,LAST,BYTES | awk 'NR == FNR { n[$1, $2] = $3; next }
	($1, $2) in n { a += n[$1, $2]; b += $3 } END { print a + 0, b + 0 }' /tmp/light -)
cmp_num "${both% *}" -gt 0 "and level 1 have packs of the same slots"
cmp_num "${both#* }" -lt "${both% *}" "where level 19 takes less: $both"
fill
for i in 0 1; do
	printf '%d-%d\n' $((i * 32)) $((i * 32 + 31)) >/tmp/list
	ctl pack zram$N --ranges /tmp/list --slots 8 --level $((i * 3 - 1))
done
is "$(packs LEVEL | awk '$1 != was { printf "%s ", $1 } { was = $1 }')" "-1 2 " "each has its own in the list"
is "$(packs PACK | awk '$1 <= was { print } { was = $1 }')" "" "in order of their numbers"
fill
ctl pack zram$N --all --max-slots 100 --slots 8 --json
cmp_num "$(number moved)" -le 100 "--max-slots bounds a job"
cmp_num "$(number moved)" -gt 0 "which does what it may"
like "$OUT" '"phase": "bounded"' "and says why it ended"

# size, and bytes of packs
fill
ctl pack zram$N --all --threshold 100K --json
is "$CODE$ERR $(number total)" "0 0" "nothing takes as much as that"
ctl pack zram$N --all --threshold $(($(mm_stat $N compr_data_size) / pages)) --json
large=$(number total)
cmp_num "$large" -gt 0 "some take as much as all do on average"
fill
ctl pack zram$N --all --threshold 1 --json
cmp_num "$large" -lt "$(number total)" "and others less: $large of $(number total)"
fill
ctl pack zram$N --all --max-bytes 20K --json
like "$OUT" '"phase": "bounded"' "--max-bytes bounds a job of packs"
cmp_num "$(number bytes_after)" -le 20480 "which makes no more of them"
cmp_num "$(number moved)" -ge 32 "and not far fewer"
is "$(sum BYTES)" "$(number bytes_after)" "and says so"
fill
ctl pack zram$N --all --max-bytes 100 --json
is "$(packs SLOTS | wc -l) $(sum LIVE)" "1 $(number moved)" "one pack is made in any case"

# bytes written
fill
ctl writeback zram$N --all --slots 4 --max-bytes 64K --json
like "$OUT" '"phase": "bounded"' "--max-bytes bounds a writeback"
cmp_num "$(number bytes_written)" -le 65536 "to so many"
cmp_num "$(number bytes_written)" -ge 32768 "and not to far fewer"
is "$(packs TIER,LIVE | awk '$1 == "frozen" { n += $2 } END { print n }')" "$(frozen)" "the list knows them"
fill
ctl writeback zram$N --all --slots 8
was=$(frozen)
for which in "--older 1h" --idle "--all --threshold 4K"; do
	# shellcheck disable=SC2086 # an option and its value
	ctl promote zram$N $which --json
	is "$CODE $(number moved) $(frozen)" "0 0 $was" "promote $which means none of these"
done
ctl promote zram$N --all --max-bytes 30K --json
like "$OUT" '"phase": "bounded"' "--max-bytes bounds a promotion"
cmp_num "$(number bytes_after)" -le 30720 "which brings back no more"
cmp_num "$(number moved)" -gt 8 "and not far less"
is "$(frozen)" $((was - $(number moved))) "and says so"
was=$(packs TIER | grep -c frozen)
ctl promote zram$N --all --max-bytes 100 --json
is "$(packs TIER | grep -c frozen)" $((was - 1)) "one pack comes back in any case"
ctl promote zram$N --older 0s
is "$CODE $(packs TIER | sort -u | tr -d ' ')" "0 cold" "and the rest"

fill
ctl pack zram$N --all
meant=$(sum LIVE)
ctl writeback zram$N --all --max-bytes 16K --json
like "$OUT" '"phase": "bounded"' "it bounds one of packs, too"
cmp_num "$(number total)" -ge "$meant" "which says how much was meant: $(number total), moved: $(number moved)"
cmp_num "$(number moved)" -lt "$meant" "and how much moved"

# sparse packs stay so on the disk, and not in memory
fill
ctl writeback zram$N --all --json
read -r pack first last < <(packs PACK,FIRST,LAST,SLOTS | awk '$4 == 32 { print $1, $2, $3 }' | tail -n 1)
blkdiscard -o $((first * 4096)) -l $(((last - 10 - first) * 4096)) $DEV
is "$(packs PACK,TIER,SPARSE | awk -v p="$pack" '$1 == p { print $2, $3 }')" "frozen yes" "a pack that lost most is sparse on the disk"
is "$(sum LIVE)" "$(frozen)" "where it stays"
was=$(sum BYTES)
ctl writeback zram$N --all --json
is "$CODE$ERR" 0 "a writeback that meets it"
is "$(packs SPARSE | grep -c yes)" 0 "makes another one of the rest"
is "$(sum LIVE) $(packs TIER | sort -u | tr -d ' ')" "$(frozen) frozen" "on the disk"
cmp_num "$(sum BYTES)" -lt "$was" "which takes less: $(sum BYTES) than $was"
ok "what is before it is right" pagetool verify $DEV /pages/small.pages -c "$first" -g 1
thin_out
was=$(packs TIER | grep -c frozen)
cmp_num "$FEW" -ge 5 "more than one lost most: $FEW"
ctl writeback zram$N --all --json
is "$CODE$ERR $(sparse)" "0 0" "a writeback of these"
cmp_num "$(packs TIER | grep -c frozen)" -le $((was - FEW / 2)) "makes fewer of them"
is "$(sum LIVE) $(packs TIER | sort -u | tr -d ' ')" "$(frozen) frozen" "all on the disk"
is "$(number bytes_written)" "$(new BYTES | awk '{ n += int(($1 + 4095) / 4096) } END { print n * 4096 }')" \
	"and writes these and nothing else"
ok "what is left of them is right" cmp /tmp/rest <(rest)
# bounds and shape of new ones are those of the job
thin_out
ctl writeback zram$N --all --slots 9
is "$CODE$ERR $(sparse)" "0 $FEW" "packs of nine do not take ten"
ctl writeback zram$N --all --max-slots 25 --slots 20 --level 1 --json
is "$(number moved) $(number done) $(sparse)" "20 20 $((FEW - 2))" "--max-slots bounds that"
is "$(new SLOTS,ALGO,LEVEL,TIER)" "20 zstd 1 frozen" "--slots and --level hold for it"
whole=$(packs SPARSE,BYTES | awk '$1 == "yes" { print int(($2 + 4095) / 4096) * 4096 }' | sort -n | tail -n 1)
ctl writeback zram$N --all --max-bytes $((whole * 9 / 4)) --json
cmp_num "$(number bytes_written)" -le $((whole * 9 / 4)) "--max-bytes bounds it"
cmp_num "$(sparse)" -le $((FEW - 5)) "and counts what is written, not what was there"
ctl writeback zram$N --all
is "$CODE$ERR $(sparse) $(sum LIVE)" "0 0 $(frozen)" "the others go as well"
ok "what is left of all is right" cmp /tmp/rest <(rest)
# what would take as much again is tried once
fill
ctl writeback zram$N --all --slots 3
read -r pack first last < <(packs PACK,FIRST,LAST,SLOTS,BYTES | awk '$4 == 3 && $5 <= 4096 { print $1, $2, $3 }')
blkdiscard -o $((first * 4096)) -l $(((last - first) * 4096)) $DEV
is "$(sparse)" 1 "one of a single block lost most"
ctl writeback zram$N --all --json
is "$CODE$ERR $(number moved) $(number bytes_written) $(sparse)" "0 0 0 0" "it stays, and counts as sparse no more"
was=$(stat_field $SYS/bd_stat 2)
ctl writeback zram$N --all
is "$CODE$ERR $(stat_field $SYS/bd_stat 2)" "0 $was" "nor is it read again"
ctl promote zram$N --all
ok "in memory it is tried anew" wait_for '[ "$(packs PACK | grep -cw $pack)" = 0 ]' 10
# one on the disk is made anew while others are on their way: none goes twice
fill
printf '0-127\n' >/tmp/list
ctl writeback zram$N --ranges /tmp/list
first=$(packs FIRST,SLOTS | awk '$2 == 32 { print $1; exit }')
blkdiscard -o $((first * 4096)) -l $((22 * 4096)) $DEV
ctl pack zram$N --all
# what is in memory, in packs or not, and ten slots
meant=$(($(mm_stat $N orig_data_size) / 4096 - $(mm_stat $N same_pages) - $(frozen) + 10))
ctl writeback zram$N --all --json
is "$CODE$ERR $(packs SPARSE | grep -c yes)" "0 0" "a sparse one on the disk, others in memory"
cmp_num "$(number done)" -le "$meant" "which go once: $(number done) of $meant slots"
fill
ctl pack zram$N --all
read -r pack first last < <(packs PACK,FIRST,LAST,SLOTS | awk '$4 == 32 { print $1, $2, $3 }' | tail -n 1)
blkdiscard -o $((first * 4096)) -l $(((last - 10 - first) * 4096)) $DEV
ok "in memory another one is made at once" wait_for '[ "$(packs PACK | grep -cw $pack)" = 0 ]' 10
is "$(packs SPARSE | grep -c yes)" 0 "no sparse one is left"

# time, and in the background
fill
ctl pack zram$N --all --max-time 0.001s --json
is "$CODE" 0 "--max-time"
like "$OUT" '"phase": "(bounded|done)"' "bounds a job"
ctl pack zram$N --all --background
like "$OUT" '^[0-9]+$' "--background prints a number"
job=$OUT
wait_for "zramctl jobs list zram$N --noheadings --output JOB,PHASE | grep -q '^ *$job  *done'" 20 &&
	ok "and the job is done" || fail "and the job is done" "$(zramctl jobs list zram$N)"

# lists
refuses 2 "not a number from 1 to 32" pack zram$N --all --slots 0
refuses 2 "not a number from 1 to 32" pack zram$N --all --slots 33
refuses 1 "no such level" pack zram$N --all --level 23
refuses 2 "not a size" writeback zram$N --all --max-bytes 0
refuses 2 "no time" pack zram$N --all --max-time 0
fill
printf '0-9\n5-20\n5-20\n20\n' >/tmp/list
ctl pack zram$N --ranges /tmp/list --slots 32 --json
is "$CODE$ERR" 0 "ranges that overlap"
is "$(sum LIVE)" "$(number moved)" "each slot is packed once"
cmp_num "$(most LAST)" -le 20 "and no other one"
printf '4095-4096\n' >/tmp/list
refuses 1 "beyond the device" pack zram$N --ranges /tmp/list
printf '18446744073709551614\n' >/tmp/list
refuses 1 "beyond the device|neither" pack zram$N --ranges /tmp/list
printf '\n# nothing\n' >/tmp/list
refuses 1 "lists no slots" pack zram$N --ranges /tmp/list
yes $'3\n1' | head -n 1000000 >/tmp/list
refuses 1 "more than 262144 ranges" pack zram$N --ranges /tmp/list
head -n 262144 /tmp/list >/tmp/fewer
ok "as many as there may be" within 20 zramctl pack zram$N --ranges /tmp/fewer
drop_device $N

# what large writes made becomes packs of the disk's
new_device 16M lz4
ok "the disk once more" wait_for "zramctl attach zram$N /dev/ram0 --force 2>/dev/null" 10
ctl set zram$N --promote 0 --folio-packs all
fill
is "$(packs ALGO,LEVEL | awk '{ print $1, $2 }' | sort -u)" "lz4 -" "packs of large writes are the device's"
ctl writeback zram$N --all
for ((i = 0; i < pages; i += 16)); do blkdiscard -o $((i * 4096)) -l $((12 * 4096)) $DEV; done
dd if=$DEV of=/tmp/want bs=64k count=$((pages / 16)) iflag=direct 2>/dev/null
was=$(packs ALGO | grep -c lz4)
few=$(sparse)
cmp_num "$few" -gt 8 "most are sparse now: $few of $was"
ctl writeback zram$N --all
is "$CODE$ERR $(sparse) $(packs ALGO | grep -c lz4)" "0 0 $((was - few))" "and are made anew"
is "$(packs ALGO,LEVEL | awk '{ print $1, $2 }' | grep -v lz4 | sort -u | tail -n 1)" "zstd 3" "with what a disk gets"
dd if=$DEV of=/tmp/got bs=64k count=$((pages / 16)) iflag=direct 2>/dev/null
ok "and are right" cmp /tmp/want /tmp/got

# why one ended: a list says it as the command does
last_error() { zramctl jobs list zram$N --noheadings --output ERROR | tail -n 1 | sed 's/ *$//'; }
fill
ctl set zram$N --writeback-limit 4K
ctl writeback zram$N --all
like "$CODE$ERR" "^1.* failed: the writeback limit leaves no room for the next pack \('zramctl set --writeback-limit none' lifts it\)$" "a used up limit is told"
is "$(last_error)" "the writeback limit leaves no room for the next pack ('zramctl set --writeback-limit none' lifts it)" "and listed"
ctl set zram$N --writeback-limit none
like "$(last_error)" "^the disk fails, or a slot cannot be read$" "without a limit it is not that"
ctl set zram$N --mem-limit 64K
ctl writeback zram$N --all
ctl detach zram$N
like "$CODE$ERR" "^1.*the memory limit leaves no room for the rest" "a memory limit, too"
is "$(last_error)" "the memory limit leaves no room for the rest" "and listed"
ctl set zram$N --mem-limit 0
fill
job=$(zramctl pack zram$N --all --level 22 --background)
zramctl jobs cancel zram$N "$job"
wait_for "zramctl jobs list zram$N -n -o JOB,PHASE | grep -qE '^ *$job  *(cancelled|done)'" 20
case $(zramctl jobs list zram$N -n -o PHASE | tail -n 1) in
*cancelled*) is "$(last_error)" - "a cancelled one has no error" ;;
*) echo "# it was done before it could be cancelled" ;;
esac
drop_device $N

# what it leaves behind
new_device
put lz4 $SYS/comp_algorithm
put "algo=zstd priority=1" $SYS/recomp_algorithm
put 16M $SYS/disksize
ok "write five MiB" pagetool write $DEV /pages/small.pages -b 64K -g 1
ctl recompress zram$N --all
is "$CODE" 0 "they are recompressed"
total=$(mm_stat $N mem_used_total)
holes=$((total - $(mm_stat $N compr_data_size)))
if [ $holes -ge 1048576 ] && [ $((holes * 4)) -ge "$total" ]; then
	like "$ERR" "M of the memory are holes now; 'zramctl compact zram$N' closes" "which leaves holes, and says so"
else	# pools of 6.1 have fewer
	is "$ERR" "" "which leaves few holes: $holes of $total"
fi
ctl recompress zram$N --all
is "$CODE$ERR" 0 "what moves nothing leaves none"
done_testing
