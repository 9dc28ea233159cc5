#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# What the running kernel says of the family (operations, who may use them,
# attributes, their types and bounds) is what docs/netlink/zram.yaml says.
# needs: files=docs/netlink,selftests/lib kernels=all timeout=60

. /zramkit/selftests/lib/lib.sh
modprobe zram num_devices=0

awk -f /zramkit/selftests/lib/ynl.awk /zramkit/docs/netlink/zram.yaml >/tmp/spec
genlpolicy zram >/tmp/kernel || bail "genlpolicy"

# The spec in the kernel's words. An operation that is both a request and a dump
# has one policy in the kernel (test_genl_bad sees that the dump takes none).
awk '
	$1 == "family" || $1 == "group" { print }
	$1 == "attr" { nr[$2, $3] = $4; def[$2, $3] = $5 " " $6 " " $7 }
	$1 == "op" { cmd[$2] = $3; set[$2] = $4; perm[$2] = $5; ops[++n] = $2 }
	$1 == "request" {
		if (!(($2, $3) in seen))
			ways[$2] = ways[$2] (ways[$2] == "" ? "" : ",") $3
		seen[$2, $3] = 1
		takes[$2, $3] = takes[$2, $3] " " $4
	}
	END {
		for (i = 1; i <= n; i++) {
			op = ops[i]
			print "op", cmd[op], perm[op], ways[op]
			m = split(ways[op], way, ",")
			for (j = 1; j <= m; j++) {
				k = split(takes[op, way[m > 1 ? 1 : j]], a, " ")
				for (l = 1; l <= k; l++)
					if (a[l] == "-")
						print "policy", cmd[op], way[j], "-"
					else
						print "policy", cmd[op], way[j],
							nr[set[op], a[l]], def[set[op], a[l]]
			}
		}
	}' /tmp/spec | sort >/tmp/want
sort /tmp/kernel >/tmp/got

cmp_num "$(grep -c ^policy /tmp/want)" -ge 15 "the spec has policies"
ok "the kernel has what the spec says" diff -U0 /tmp/want /tmp/got
done_testing
