#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# docs/netlink/zram.yaml, include/zram/netlink.h, kmod/genl*.c and ctl/nl*.c name
# the same things with the same numbers, one to one. (The policies of the running
# kernel are compared in a guest, by genl_spec.)
#
# SPEC and HEADER stand in for the real files in the checks of this test itself.
set -u
export LC_ALL=C

top=${TOP:-../..}
spec=${SPEC:-$top/docs/netlink/zram.yaml}
header=${HEADER:-$top/include/zram/netlink.h}
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
count=0 failed=0

# verdict DESC CODE: shows $work/diff when it failed
verdict() {
	count=$((count + 1))
	if [ "$2" = 0 ]; then
		echo "ok $count - $1"
	else
		echo "not ok $count - $1"
		sed 's/^/# /' "$work/diff"
		failed=1
	fi
}

# same DESC: $work/want and $work/got hold the same lines, and some
same() {
	sort -o "$work/want" "$work/want"
	sort -o "$work/got" "$work/got"
	diff "$work/want" "$work/got" >"$work/diff" && [ -s "$work/want" ]
	verdict "$1" $?
}

# upper: names of the spec in the spelling of C
upper='function up(s) { s = toupper(s); gsub(/-/, "_", s); return s }'

awk -f "$top/selftests/lib/ynl.awk" "$spec" >"$work/spec"

# names and numbers, without comments: NAME VALUE
sed 's,/\*[^*]*\*/,,' "$header" |
	sed -nE 's/^[[:space:]]*(ZRAM_[A-Z0-9_]+) = ([0-9]+|1 << [0-9]+),.*/\1 \2/p
		s/^#define (ZRAM_[A-Z_]+)[[:space:]]+"?([a-z0-9]+)"?[[:space:]]*$/\1 \2/p' \
		>"$work/header"
awk "$upper"'
	$1 == "family" { print "ZRAM_GENL_NAME", $2; print "ZRAM_GENL_VERSION", $3 }
	$1 == "const" { print "ZRAM_" up($2), $3 }
	$1 == "flag" { print (up($2) == "FEATURE" ? "ZRAM_F_" : "ZRAM_" up($2) "_") up($3),
		"1 << " $4 }
	$1 == "attr" { print "ZRAM_A_" up($2) "_" up($3), $4 }
	$1 == "group" { print "ZRAM_GENL_GROUP_" up($2), $2 }
	$1 == "op" || $1 == "event" { print "ZRAM_CMD_" up($2), $3 }' "$work/spec" >"$work/want"
enums='^ZRAM_(EVENT|FOLIO_MODE|FOLIO_STATE)_'
grep -vE "$enums" "$work/header" >"$work/got"
same "the header has the names and numbers of the spec, and no other"

awk '$1 == "attr" { n[$2 " " $4]++ } $1 == "op" { n["op " $3]++ }
	END { for (i in n) if (n[i] > 1) print i }' "$work/spec" >"$work/diff"
test ! -s "$work/diff"
verdict "no number is used twice" $?

awk "$upper"'$1 == "enum" { print "ZRAM_" up($2) "_" up($3), $4 }' \
	"$work/spec" >"$work/want"
{
	sed -nE 's/^[[:space:]]*(ZRAM_(KIND|TIER|JOB_TYPE|JOB_PHASE)_[A-Z]+) = ([0-9]+),.*/\1 \3/p' \
		"$top/include/zram/trace_events.h"
	grep -E "$enums" "$work/header"
} >"$work/got"
same "kinds, tiers, types and phases of jobs, events, folio modes and states are those of the headers"

awk '$1 == "member" { print $3, $4, $5 }' "$work/spec" >"$work/want.order"
sed -nE '/^struct zram_(slot|pack)_r[a-z]* \{/,/^}/p' "$header" |
	sed -nE 's/^[[:space:]]*__(u[0-9]+) ([a-z]+);.*/\2 \1 1/p
		s/^[[:space:]]*__u8 ([a-z]+)\[([0-9]+)\];.*/\1 binary \2/p' >"$work/got.order"
diff "$work/want.order" "$work/got.order" >"$work/diff" && [ -s "$work/want.order" ]
verdict "rows and ranges have the members of the spec, in order" $?
bytes=$(awk '{ n += $2 == "binary" ? $3 : substr($2, 2) / 8 } END { print n + 0 }' \
	"$work/got.order")
echo "$bytes bytes" >"$work/diff"
test "$bytes" = 72
verdict "a slot's row is 24 bytes, a range 16, a pack's row 32" $?

# the kernel's handlers and zramctl know every attribute and operation
awk '$1 ~ /^ZRAM_(A|CMD)_/ && $1 !~ /_PAD$/ { print $1 }' "$work/header" >"$work/want"
cp "$work/want" "$work/names"
grep -ohE 'ZRAM_(A|CMD)_[A-Z_]+' "$top"/kmod/genl*.c | grep -vE '^ZRAM_A_[A-Z]+_(PAD|MAX)$' |
	sort -u >"$work/got"
same "kmod/genl*.c use every attribute and operation"

cp "$work/names" "$work/want"
# zramctl's table of numbers spells its attributes NUMBER(NAME, field)
{
	grep -ohE 'ZRAM_(A|CMD)_[A-Z_]+' "$top"/ctl/nl*.c
	sed -nE 's/^[[:space:]]*NUMBER\(([A-Z_]+), .*/ZRAM_A_DEV_\1/p' "$top"/ctl/nl*.c
} | grep -vE '^ZRAM_(A_[A-Z]+_(PAD|MAX|)|CMD_MAX)$' | sort -u >"$work/got"
same "ctl/nl*.c use every attribute and operation"

grep -lE 'ZRAM_(A|CMD)_' "$top"/ctl/*.[ch] "$top"/kmod/*.[ch] |
	grep -vE '/(nl|genl)[^/]*$' >"$work/diff"
test ! -s "$work/diff"
verdict "no other file names attributes" $?

# operations that need rights
awk "$upper"'$1 == "op" && $5 == "admin" { print "ZRAM_CMD_" up($2) }' \
	"$work/spec" >"$work/want"
awk '/\.cmd = / { cmd = $3; sub(/,/, "", cmd) } /GENL_ADMIN_PERM/ { print cmd }' \
	"$top/kmod/genl.c" >"$work/got"
same "the operations that need rights are those of the spec"

# this test notices what it is for
if [ -z "${SPEC:-}${HEADER:-}" ]; then
	# mutant FILE VARIABLE SED DESC
	mutant() {
		sed "$3" "$1" >"$work/mutant"
		if env "$2=$work/mutant" TOP="$top" sh "$0" >"$work/diff" 2>&1; then
			verdict "$4" 1
		else
			cmp -s "$1" "$work/mutant"
			verdict "$4" $((!$?))
		fi
	}
	mutant "$spec" SPEC 's/^        value: 9$/        value: 29/' \
		"it notices another number in the spec"
	mutant "$spec" SPEC 's/name: same-pages$/name: same-page/' \
		"it notices another name in the spec"
	mutant "$spec" SPEC 's/      flags: \[admin-perm\]//' \
		"it notices lost rights"
	mutant "$header" HEADER 's/ZRAM_CMD_RESET = 5/ZRAM_CMD_RESET = 15/' \
		"it notices another number in the header"
	mutant "$header" HEADER 's/__u32 atime;/__u64 atime;/' \
		"it notices another row"
fi
echo "1..$count"
exit $failed
