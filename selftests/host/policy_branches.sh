#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# The policy's tests take every branch of it, both ways: built for gcov, run,
# counted. Lines of a file that were not run, or branches not taken, are shown.
here=$(dirname "$(readlink -f "$0")")
top=${TOP:-$(readlink -f "$here/../..")}
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT
cd "$dir" || exit 1

n=0 failed=0
verdict() {
	n=$((n + 1))
	if [ "$1" = 0 ]; then echo "ok $n - $2"; else echo "not ok $n - $2"; failed=1; fi
}

# one set of objects in both programs, so that their counts add up
flags="-O0 -g --coverage -DSLOW_BUILD -I$top/selftests/host -I$top/ctl -I$top/include"
# shellcheck disable=SC2086 # a list of flags
${CC:-gcc} $flags -c "$top"/ctl/policy.c "$top"/ctl/policy_*.c
verdict $? "built for gcov"
for t in policy_test policy_model_test; do
	# shellcheck disable=SC2086
	${CC:-gcc} $flags -o $t "$top/selftests/host/$t.c" ./*.o -lm && ./$t >out 2>&1
	verdict $? "$t passes in that build"
done
for f in "$top"/ctl/policy.c "$top"/ctl/policy_*.c; do
	name=$(basename "$f" .c)
	gcov -b -c "$name.gcda" >/dev/null 2>&1
	awk -F: '/^branch .* (taken 0( |$)|never executed)/ { print "# '"$name"': " line; bad = 1 }
		/#####:/ { print "# not run: " $0; bad = 1 }
		/^ *[0-9#-]+/ { line = $0 }
		END { exit bad || !NR }' "$name.c.gcov"
	verdict $? "every branch of $name.c was taken both ways"
done
echo "1..$n"
exit $failed
