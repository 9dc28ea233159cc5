#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The page path stores to no memory that CPUs share but the slot itself: reads the
# machine code of every module that was built.
#
# What a page's way through io.c, store.c, slot.c, fill.c and probe.c may do:
#   locked   compare-and-swap of 32 bits: the state of the slot. Of 64 bits there
#            is one, the high-water mark of the pool, which moves as the pool grows
#   %gs:     counters of this CPU, and preemption
#   stores   to the stack; in store.c also to the first 16 bytes behind a pointer,
#            which is where a slot has its words and a page its data. The store
#            of a device, which CPUs share, has nothing there that changes
# and none to a variable of the module. In zsmalloc, the mutex of a stream and the
# block layer are locks of their own.
set -u

top=$(dirname "$(readlink -f "$0")")/../..	# from selftests/host and build/host
n=0 failed=0

# Not on the way of a page: life of a store, settings, events, freeing ranges,
# the first write to 256 slots, what goes by a bounce page; nor what
# has the high-water mark once more, for the worker and for large writes
rare='zram_store_(create|destroy|set_limit|reset_max|write_failed|count|codec_bytes)|destroy_codecs|create_codecs'
rare+='|zram_store_(keep|note_stored)'
rare+='|zram_table_.*|release_leaf|tell_limit|limit_(hit|near)|bounce_slot|copy_pieces|zram_io_serve'

# suspects OBJECT: "FUNCTION: INSTRUCTION" of all that is not allowed
suspects() {
	objdump -dr --no-show-raw-insn "$1" | awk -v rare="^($rare)(\\\\.(isra|part|constprop|cold).*)?\$" \
		-v store="$(basename "$1")" '
	/^[0-9a-f]+ <.*>:$/ { f = $2; gsub(/[<>:]/, "", f); next }
	f ~ rare || f ~ /^__pfx_/ { next }
	!/^ +[0-9a-f]+:\t[a-z]/ { next }
	{
		sub(/^ +[0-9a-f]+:\t/, "")
		locked = /^lock / || (/^xchg/ && /\(/)
		if (!locked && /^(cmp|test|nop|call|jmp|lea|push|bt |mul|imul|div|idiv|prefetch)/)
			next
		sub(/ +#.*/, "")
	}
	locked {
		if (/cmpxchg +%(e..|r[0-9]+d),/)
			next
		if (store == "store.o" && /cmpxchg +%r/ && !marks++)
			next
		print f ": " $0
		next
	}
	!/\)$/ || /%gs:[^,(]*(\([^()]*\))?$/ || /\(%r[sb]p[,)][^(]*$/ || /^rep / { next }
	# how WARN_ONCE() remembers
	/^movb +\$0x1,0x0\(%rip\)$/ { next }
	/\(%rip\)$/ { print f ": " $0; next }
	store == "store.o" {
		match($0, /[ ,]-?(0x[0-9a-f]+)?\([^()]*\)$/)
		at = substr($0, RSTART + 1)
		sub(/\(.*/, "", at)
		# 0xff8: the last word of a page that is copied
		if (at ~ /^(0x[0-9a-f])?$/ || at == "0xff8")
			next
		print f ": " $0
	}'
}

for dir in "$top"/build/kmod/*/; do
	# the checkers of a debug kernel put stores of their own into everything
	[[ $dir != *-debug/ ]] || continue
	case $(objdump -f "$dir/store.o" 2>/dev/null) in
	*x86-64*) ;;
	*) continue ;;
	esac
	for object in io store slot fill probe; do
		n=$((n + 1))
		found=$(suspects "$dir/$object.o")
		functions=$(nm "$dir/$object.o" | grep -c ' [tT] zram_')
		if [ -z "$found" ] && [ "$functions" -gt 0 ]; then
			echo "ok $n - $(basename "$dir") $object.c shares no store"
		else
			echo "not ok $n - $(basename "$dir") $object.c shares no store"
			printf '%s\n' "$found" | sed 's/^/# /'
			failed=1
		fi
	done
done
if [ $n = 0 ]; then
	n=1
	echo "ok 1 - the page path shares no store # SKIP no module was built"
fi
echo "1..$n"
exit $failed
