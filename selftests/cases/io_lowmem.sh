#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Most of the memory is page cache, which can be had back: a device that grows into
# it fails no write (stock zram did for a while, and file systems on it broke).
# needs: mem=256M disk=512M timeout=60 nodebug alone

. /zramkit/selftests/lib/lib.sh
new_device 256M zstd
(while :; do dd if=/dev/vda of=/dev/null bs=1M; done) 2>/dev/null &
reader=$!
wait_for '[ $(awk "/^MemFree/ { print \$2 }" /proc/meminfo) -lt 40000 ]' 20
cached=$(awk '/^Cached|^Buffers/ { n += $2 } END { print n }' /proc/meminfo)
cmp_num "$cached" -gt 60000 "the page cache has filled the memory ($cached kB)"
pages=$((cached / 4 * 3 / 4 / 16 * 16))
ok "$pages random pages are written" pagetool write $DEV random -c $pages -b 64K
cmp_num "$(mm_stat $N mem_used_total)" -ge $((pages * 4096)) "they took that memory"
ok "and read back" pagetool verify $DEV random -c $pages -b 64K
kill $reader
wait $reader 2>/dev/null
is "$(stat_field $SYS/io_stat 1) $(stat_field $SYS/io_stat 2)" "0 0" "nothing failed"
done_testing
