#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The tables of selftests/ against what they speak of: every hazard has cases that
# exist; and where ours answers otherwise than stock, or on one kernel otherwise
# than on another, the step stands in a case "differs: ..." whose name is a row
# of docs/abi-sysfs.md.
#
# TOP stands in for the source tree in the checks of this test itself.
set -u
export LC_ALL=C

top=${TOP:-../..}
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
count=0 failed=0

# verdict DESC: $work/wrong is empty
verdict() {
	count=$((count + 1))
	if [ ! -s "$work/wrong" ]; then
		echo "ok $count - $1"
	else
		echo "not ok $count - $1"
		sed 's/^/# /' "$work/wrong"
		failed=1
	fi
}

# ---- hazards -----------------------------------------------------------------
rows() { sed '/^#/d; /^$/d' "$top/selftests/hazards.tab"; }

exists() {
	[ -e "$top/selftests/cases/$1.sh" ] || { [ "${1#test_}" != "$1" ] && [ -e "$top/selftests/prog/$1.c" ]; } ||
		[ -e "$top/selftests/host/$1.c" ] || [ -e "$top/selftests/host/$1.sh" ]
}

rows | awk '{ print $1 }' | sort >"$work/have"
i=0
# L7 is what scripts rely on, and stays
{
	while [ $((i += 1)) -le 25 ]; do echo "Z$i"; done
	for i in 1 2 3 4 5 6 8 9 10; do echo "L$i"; done
} | sort >"$work/want"
diff "$work/want" "$work/have" >"$work/wrong"
verdict "the hazards Z1 to Z25 and L1 to L10, each once"

rows | while read -r row cases hazard; do
	[ -n "$hazard" ] || echo "$row has no hazard"
	echo "$cases" | tr ',' '\n' | while read -r name; do
		exists "$name" || echo "$row: there is no case $name"
	done
done >"$work/wrong"
verdict "every hazard has its cases"

# ---- differences ---------------------------------------------------------------
# Steps outside of "differs" that do not hold alike for ours on every kernel and
# for stock 7.3 with every option on. Conditions are explained in abiprobe.c.
cat "$top"/selftests/abi/*.tab | awk '
	function is_module(w, m) {
		return w == "full" ? m != "stock" : w == "stock" ? m != "ours" : w == m
	}
	function holds(c, m, k,   negated, n, i, w, found) {
		negated = sub(/^!/, "", c)
		n = split(c, w, ",")
		for (i = 1; i <= n; i++)
			found += is_module(w[i], m) || w[i] == k
		return negated ? !found : !!found
	}
	function all(line, m, k) {
		while (match(line, /^\[[^]]*\] */)) {
			if (!holds(substr(line, 2, index(line, "]") - 2), m, k))
				return 0
			line = substr(line, RLENGTH + 1)
		}
		return 1
	}
	/^case / { name = substr($0, 6); next }
	/^\[/ && name !~ /^differs: / {
		stock = all($0, "stock-full", "7.3")
		if (all($0, "ours", "6.1") != stock || all($0, "ours", "6.12") != stock ||
		    all($0, "ours", "7.3") != stock)
			print name ": " $0
	}' >"$work/wrong"
verdict "ours answers as stock does, and alike on every kernel"

sed -n 's/^case differs: //p' "$top"/selftests/abi/*.tab | sort >"$work/tables"
sed -n 's/^| *\([^|]*[^| ]\) *|.*/\1/p' "$top/docs/abi-sysfs.md" | sort >"$work/docs"
comm -23 "$work/tables" "$work/docs" | sed 's/$/: not a row of docs\/abi-sysfs.md/' >"$work/wrong"
[ -s "$work/tables" ] || echo "no case differs" >>"$work/wrong"
verdict "every difference is in docs/abi-sysfs.md"

echo "1..$count"
exit $failed
