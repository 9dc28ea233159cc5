#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Metrics as promtool sees them: the text is clean, the alert rules are right and
# pass their tests. Skipped where there is no promtool and none can be fetched.
set -u

here=$(cd "$(dirname "$0")" && pwd)
top=$(cd "$here/../.." && pwd)
n=0 failed=0

# check NAME CMD...: passes when CMD does, and prints nothing but "SUCCESS" lines
check() {
	name=$1
	shift
	n=$((n + 1))
	if out=$("$@" 2>&1); then echo "ok $n - $name"; return; fi
	echo "not ok $n - $name"
	printf '%s\n' "$out" | sed 's/^/# /'
	failed=1
}

promtool() { "$tool" "$@"; }

# promtool lints on stdout with exit 3, and is silent when all is well
clean() {
	out=$("$here/metrics_test" classic | promtool check metrics 2>&1) && [ -z "$out" ] && return
	echo "$out"
	return 1
}

# the same check must see a broken name
notices() {
	! "$here/metrics_test" classic | sed 's/zram_failed_writes_total/zram_failed_writes/' |
		promtool check metrics
}

# every metric that the rules and the dashboard name is one that we print
known() {
	"$here/metrics_test" classic | sed -n 's/^# TYPE \([a-z_]*\) \(.*\)/\1 \2/p' |
		awk '{ print $1; if ($2 == "histogram") { print $1 "_bucket"; print $1 "_count" } }' |
		sort -u >"$here/metrics.known"
	bad=$(cat "$top"/docs/monitoring/alerts.yml "$top"/docs/monitoring/dashboard.json |
		grep -o '\bzram_[a-z_]*' | sort -u | grep -vxFf "$here/metrics.known")
	[ -z "$bad" ] || { echo "not printed: $bad"; return 1; }
}

check "every metric in docs/monitoring exists" known
if ! tool=$("$top/selftests/vm/promtool" 2>&1); then
	n=$((n + 1))
	echo "ok $n - promtool check # SKIP $(echo "$tool" | tail -n 1)"
	echo "1..$n"
	exit $failed
fi
check "promtool check metrics is silent" clean
check "and notices a counter without _total" notices
check "promtool check rules" promtool check rules "$top/docs/monitoring/alerts.yml"
check "promtool test rules" promtool test rules "$top/docs/monitoring/alerts_test.yml"
echo "1..$n"
exit $failed
