#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# What is not a command of ours goes to the util-linux zramctl that ours hides,
# arguments, output and exit code unchanged.
# needs: nodebug files=selftests/lib timeout=180 progs=zramctl

. /zramkit/selftests/lib/lib.sh
. /zramkit/selftests/lib/ctl.sh
load_zram num_devices=0
ours=/usr/local/sbin/zramctl
util=/usr/bin/zramctl

is "$(command -v zramctl)" $ours "ours comes first in PATH"
ctl --version
is "$CODE $OUT" "0 $($util --version)" "--version is theirs"
ctl
is "$CODE$OUT" 0 "no arguments: their list, which is empty"
ctl --find --size 16M --algorithm zstd
is "$CODE $OUT" "0 /dev/zram0" "--find makes a device"
ctl /dev/zram0
is "$CODE $OUT" "0 $($util /dev/zram0)" "/dev/zram0: their table"
like "$OUT" 'DISKSIZE' "with its heading"
ctl --raw --noheadings --bytes --output NAME,DISKSIZE,ALGORITHM
is "$OUT" "/dev/zram0 16777216 zstd" "what scripts parse"
ctl
is "$OUT" "$($util)" "no arguments: their list"
ctl --nonsense
is "$CODE" 1 "their exit code"
like "$ERR" 'nonsense' "their message"
ctl /dev/zram55
is "$CODE" 1 "a device that is not there"
ctl nosuch
is "$CODE" 2 "a word that is no command"
ctl --reset /dev/zram0
devices
is "$CODE$DEVICES" 0 "--reset removes it, as theirs does"

# the next in PATH that is not ours, whatever it is
mkdir -p /tmp/bin /tmp/ours /tmp/copy
printf '#!/bin/sh\nprintf "<%%s>" "$@"\nexit 7\n' >/tmp/bin/zramctl
chmod +x /tmp/bin/zramctl
ln -sf $ours /tmp/ours/zramctl
cp $ours /tmp/copy/zramctl
out=$(PATH=/tmp/ours:/tmp/bin:$PATH zramctl --a 'b c' '' d)
is "$? $out" "7 <--a><b c><><d>" "through a link to ours, arguments unharmed"
out=$(PATH=/tmp/copy:/usr/local/sbin:/tmp/bin zramctl --a)
is "$? $out" "7 <--a>" "through two copies of ours, without going round"
out=$(PATH=/usr/local/sbin:/tmp/nosuch:/tmp zramctl --version 2>&1)
code=$?
is "$code" 2 "PATH without one and none in /usr/sbin"
like "$out" "'--version' is not a command.*no util-linux zramctl" "says so"
out=$(PATH=/usr/local/sbin zramctl 2>&1)
code=$?
is "$code" 2 "the same without arguments"
like "$out" "no util-linux zramctl to list the devices" "says so, too"
cp /tmp/bin/zramctl /usr/sbin/zramctl
out=$(PATH=/usr/local/sbin zramctl x)
is "$? $out" "7 <x>" "the one in /usr/sbin is found without PATH"
rm /usr/sbin/zramctl
done_testing
