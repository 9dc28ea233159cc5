#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The demo itself: commands as a person would type them, with their output. Exits
# with 1 when a command fails or a page comes back wrong.
# needs: progs=bpftool,free,blkid timeout=900
# needs: boot=quiet

say() { echo; printf '# %s\n' "$@"; }

fail() {
	echo "demo: $*" >&2
	cat /tmp/load.err >&2 2>/dev/null
	exit 1
}

# type COMMAND: shows it behind a prompt, then runs it
type() {
	printf '$ %s\n' "$*"
	eval "$*" || fail "'$*' failed"
}

# until_line TEXT FILE: waits for a line that holds TEXT
until_line() {
	until grep -q "$1" "$2"; do
		kill -0 "$load" 2>/dev/null || fail "the workload ended early"
		usleep 200000
	done
}

# key INDEX: a map key as bpftool wants it
key() { printf '0x%02x 0x%02x 0x%02x 0x%02x' $(($1 & 255)) $(($1 >> 8 & 255)) $(($1 >> 16 & 255)) $(($1 >> 24)); }

say "Swap in compressed memory: a device of 900 MiB with zstd."
type zramctl create --algo zstd --size 900M
type mkswap -L demo /dev/zram0
type swapon --priority 100 --discard /dev/zram0
type zramctl observe start

say "A program fills 536 MiB, more than this machine has, with real pages. A" \
	"fifth of them it rewrites; the others it never touches again."
type free -m
mkfifo /tmp/gate
printf '$ swapload -m 536M -u 80 -k 1 /dev/vda &\n'
swapload -m 536M -u 80 -k 1 -o /tmp/slots -w /tmp/gate /dev/vda >/tmp/load 2>/tmp/load.err &
load=$!
exec 9<>/tmp/gate
until [ "$(awk '{ print $1 }' /sys/block/zram0/mm_stat)" -gt 30000000 ]; do
	kill -0 $load 2>/dev/null || fail "the workload ended early"
	usleep 100000
done
type zramctl top --interval 3 --number 3
until_line "has in swap" /tmp/load
type cat /tmp/load
type free -m
type zramctl list
type zramctl top --once

say "Which slots are cold? On swap a slot is written once and read once, so it has" \
	"an age but no heat. The cold end is what the program never touched again."
type zramctl heat /dev/zram0 --coldest 3
many=$(($(grep -c cold /tmp/slots) / 2))
zramctl heat /dev/zram0 --coldest $many | awk '
	NR == FNR { part[$1] = $2; next }
	/^coldest slots/ { list = 1; getline; next }
	list && NF { n++; cold += part[$1] == "cold" }
	END { printf "# Of the %d coldest slots %d hold pages of the untouched part.\n", n, cold
	      exit cold < n * 0.95 }' /tmp/slots - || fail "the cold end is not what was never touched"

say "Cold pages take less memory together: up to 32 become one pack. Here are the" \
	"$many slots of that cold end."
zramctl heat /dev/zram0 --coldest $many |
	awk '/^coldest slots/ { list = 1; getline; next } list && NF { print $1 }' >/tmp/cold
total() { awk '{ print $3 }' /sys/block/zram0/mm_stat; }
before=$(total)
type zramctl pack /dev/zram0 --ranges /tmp/cold
after=$(total)
echo "# The pool takes $(((before - after) >> 10)) KiB less."
[ "$after" -lt "$before" ] || fail "packing saved nothing"

say "The coldest of them go to a disk: as packs, in few large writes."
type zramctl attach /dev/zram0 /dev/vdb
type zramctl writeback /dev/zram0 --ranges /tmp/cold --max-bytes 4M
type zramctl list -o NAME,TOTAL,HOT,COLD,FROZEN,BACKING,BACKING-WRITTEN
echo "# The pool takes $(((after - $(total)) >> 10)) KiB less once more."
[ "$(awk '{ print $1 }' /sys/block/zram0/bd_stat)" -gt 0 ] || fail "nothing was written to the disk"

say "A device for direct I/O: a tenth of its slots is read 100 times each, a tenth" \
	"once, the rest 10 times, in shuffled order."
type zramctl create --algo lz4 --size 64M
type zramctl observe start
type pagetool write /dev/zram1 /dev/vda -c 2000 -g 1
type pagetool heat /dev/zram1 -c 2000 -s 42 -t /tmp/truth
type zramctl heat /dev/zram1 --hottest 3 --coldest 3
hot=$(awk '$2 == 100 { print $1; exit }' /tmp/truth)
cold=$(awk '$2 == 1 { print $1; exit }' /tmp/truth)

say "The records are a BPF map that any tool can read. Slot $hot was read 100 times," \
	"slot $cold once:"
type bpftool map lookup pinned /sys/fs/bpf/zram/slots_1 key $(key $hot)
type bpftool map lookup pinned /sys/fs/bpf/zram/slots_1 key $(key $cold)

say "Nobody has to type that: the daemon does it by itself, and within a budget for the" \
	"disk. Here with ages of a minute or less; without a file they are hours."
cat >/tmp/zram.json <<'END'
{
  "interval": "5s",
  "policy": {
    "pack": { "min_age": "30s", "max_age": "30s" },
    "writeback": { "min_age": "1m", "max_age": "1m" },
    "budget": { "round": "4M", "day": "8M" }
  }
}
END
chmod 600 /tmp/zram.json
type cat /tmp/zram.json
before=$(total)
type "zramctl daemon --config /tmp/zram.json 2>/tmp/daemon.log &"
daemon=$!
did() { grep -q "$1: [1-9][0-9]* of" /tmp/daemon.log; }
# until it has done both, for two minutes at most
for ((i = 0; i < 600; i++)); do
	kill -0 $daemon 2>/dev/null || fail "the daemon ended: $(cat /tmp/daemon.log)"
	! did pack || ! did writeback || break
	usleep 200000
done
type zramctl daemon status
kill $daemon
wait $daemon || fail "the daemon did not end well"
type cat /tmp/daemon.log
echo "# The pool takes $(((before - $(total)) >> 10)) KiB less than before."
did writeback || fail "the daemon wrote nothing to the disk"
did pack || fail "the daemon packed nothing"

say "Is every page still what it was? The direct ones, then those in swap."
type pagetool verify /dev/zram1 /dev/vda -c 2000 -g 1
echo go >&9
printf '$ wait\n'
wait $load || fail "the workload found wrong pages, or died"
type tail -n 2 /tmp/load

say "Done: away with it."
type zramctl observe stop
type swapoff /dev/zram0
type zramctl remove /dev/zram0 /dev/zram1
type zramctl list
