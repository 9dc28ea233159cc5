#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Where the kernel would reject an unsigned module, install refuses and changes
# nothing. (Not on the debug kernel, which is built without signatures.)
# needs: progs=depmod,install,mktemp files=packaging alone timeout=60 boot=module.sig_enforce=1 nodebug

. /zramkit/selftests/lib/lib.sh

RELEASE=$(uname -r)
UPDATES=/lib/modules/$RELEASE/updates
FROM=/tmp/from

is "$(cat /sys/module/module/parameters/sig_enforce)" Y 'this kernel enforces signatures'
out=$(zramctl create --size 16M 2>&1)
is $? 4 'unsigned modules cannot be loaded'
like "$out" "^zramctl: the kernel rejects zramkit's modules .*mokutil --import" 'and zramctl says what to do'
mkdir -p $FROM
mv "$UPDATES/zram.ko" "$UPDATES/zslot_trace.ko" /usr/local/sbin/zramctl $FROM/

out=$(bash /zramkit/packaging/install --from $FROM "$RELEASE" 2>&1)
is $? 1 'install refuses'
like "$out" 'sig_enforce' 'it says what is in the way'
like "$out" 'KEY=' 'it says how to sign'
nok 'no module was installed' test -e "$UPDATES/zram.ko"
nok 'no zramctl was installed' test -e /usr/local/sbin/zramctl

out=$(KEY=/nowhere CERT=/nowhere bash /zramkit/packaging/install --from $FROM "$RELEASE" 2>&1)
is $? 1 'an unreadable key is refused'
like "$out" 'both KEY' 'with a sentence'
nok 'still no module was installed' test -e "$UPDATES/zram.ko"
done_testing
