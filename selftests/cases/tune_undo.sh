#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# tune: what it says of a real machine, and that apply and undo leave every
# setting as it was.
# needs: nodebug timeout=90

. /zramkit/selftests/lib/lib.sh
. /zramkit/selftests/lib/ctl.sh

# everything that tune may touch, and all of vm, as one text
all_settings() {
	local f v
	for f in /proc/sys/vm/* /sys/module/zswap/parameters/* \
			/sys/kernel/mm/transparent_hugepage/*enabled \
			/sys/kernel/mm/transparent_hugepage/*/enabled; do
		[ -f "$f" ] && [ -r "$f" ] && case $f in *stat_refresh) continue ;; esac &&
			read -r v <"$f" && echo "$f $v"
	done 2>/dev/null
}

new_device 256M lz4 || bail "no device"
ctl tune "zram$N"
is "$CODE" 0 "a device that is no swap"
like "$OUT" "not used as swap" "and that is said"
like "$OUT" "disksize" "its size is judged"
refuses 1 "nothing was applied" tune --undo
refuses 1 "no /dev/zram77" tune zram77
refuses 2 "not the name of a zram device" tune sda
refuses 2 "goes with nothing" tune --undo --apply
refuses 2 "for looking" tune --apply -o NOW

mkswap "$DEV" >/dev/null && swapon -p 100 "$DEV"
zswap=/sys/module/zswap/parameters/enabled
if [ -w $zswap ]; then
	before_zswap=$(cat $zswap)
	track put "$before_zswap" $zswap
	put Y $zswap
fi
track zramctl tune --undo
before=$(all_settings)
ctl tune
like "$OUT" "vm.swappiness +[0-9]+ -> 150" "swappiness"
like "$OUT" "vm.page-cluster +3 -> 0" "page-cluster"
is "$(all_settings)" "$before" "looking changes nothing"
ctl tune --json
like "$OUT" '"setting": "vm.page-cluster"' "JSON"

ctl tune --apply
is "$CODE$ERR" 0 "apply"
is "$(cat /proc/sys/vm/swappiness /proc/sys/vm/page-cluster | tr '\n' ' ')" "150 0 " "the settings are made"
is "$(cat /proc/sys/vm/watermark_scale_factor)" 125 "watermarks too"
if [ -w $zswap ]; then
	is "$(cat $zswap)" N "zswap is off"
else
	skip "zswap is off" "this kernel has none"
fi
ctl tune --apply
is "$CODE $OUT" "0 nothing to change" "apply again"
echo 3 >/proc/sys/vm/page-cluster
ctl tune --persist --json
like "$(tr -d ' \n' <<<"$OUT")" '^\{"settings":\[\{"setting":"vm.page-cluster","now":"3","advice":"0","verdict":"change",.*\}\],"persist":true\}$' "JSON has what it changed"
ok "persist writes sysctl.d" grep -q '^vm/swappiness = 150$' /etc/sysctl.d/90-zramkit.conf
ctl tune --undo --json
like "$CODE$ERR$(tr -d ' \n' <<<"$OUT")" '^0\{"restored":[1-9],"kept":0\}$' "undo"
is "$(all_settings)" "$before" "every setting is as it was"
nok "the file is gone" test -e /etc/sysctl.d/90-zramkit.conf

# A setting that cannot be written: a read-only /proc/sys, as in a container
mount --bind /proc/sys /proc/sys && mount -o remount,ro,bind /proc/sys
track umount /proc/sys
refuses 1 "read-only.*nothing was changed" tune --apply
umount /proc/sys
is "$(all_settings)" "$before" "and nothing was"
as_nobody /usr/local/sbin/zramctl tune --apply >/tmp/out 2>&1
like "$?$(cat /tmp/out)" "^1zramctl: .*needs root; nothing was changed$" "nobody may not apply"
is "$(all_settings)" "$before" "and changes nothing"
ok "but may look" as_nobody /usr/local/sbin/zramctl tune
done_testing
