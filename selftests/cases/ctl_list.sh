#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# zramctl list, show, version, help: text for people, JSON whose keys do not move.
# needs: nodebug files=selftests/lib timeout=180

. /zramkit/selftests/lib/lib.sh
. /zramkit/selftests/lib/ctl.sh
load_zram num_devices=0

ctl list
is "$CODE$OUT$ERR" 0 "nothing to list, nothing printed"
ctl list --json
is "$CODE $(tr -d ' \n' <<<"$OUT")" '0 {"devices":[]}' "an empty list in JSON"

ctl create --size 16M --algo zstd --level 5 --mem-limit 4M
ctl create --size 1G --algo lz4
new_device	# bare
pagetool write /dev/zram0 zero -c 64 >/dev/null
pagetool write /dev/zram0 random -f 64 -c 32 >/dev/null

ctl list
is "$(wc -l <<<"$OUT")" 4 "a heading and three devices"
read -ra head <<<"$OUT"
is "${head[*]:0:12}" "NAME ALGO DISKSIZE DATA COMPR TOTAL RATIO HOT WARM COLD FROZEN USE" "headings"
like "$OUT" $'\n/dev/zram0 +zstd +16M +384K +128K ' "sizes are humanised"
like "$OUT" $'\n/dev/zram2 +[a-z0-9-]+( +-){10}$' "a bare device has no sizes"
ctl list --bytes --noheadings
like "$OUT" '^/dev/zram0 +zstd +16777216 +393216 +131072 ' "--bytes --noheadings"
ctl list -n -o name,level,limit,same,huge
is "$(awk 'NR == 1 { $1 = $1; print }' <<<"$OUT")" "/dev/zram0 5 4M 64 32" "-o, any case"
is "$(awk 'NR == 2 { $1 = $1; print }' <<<"$OUT")" "/dev/zram1 - - 0 0" \
	"unset is not zero"
ctl list -o +SAME
read -ra head <<<"$OUT"
is "${head[*]:11:2}" "USE SAME" "-o +LIST"
nok "no blanks at line ends" grep -q ' $' <<<"$OUT"

keys="name id algo level recomp dict disksize data compr total table codec packs memory ratio limit peak"
keys+=" same_pages huge_pages huge_pages_since probed_raw pages_compacted failed_reads"
keys+=" failed_writes notify_free hot warm cold frozen codec_slots backing"
keys+=" backing_size backing_used backing_read backing_written writeback_limit promote_reads promote_seconds"
keys+=" folio_packs folio_state folio_written folio_read_whole folio_read_single folio_decoded"
keys+=" generation initialised in_use use"
ctl list --json
for n in 1 2 3; do
	is "$(awk -v n=$n '/^    [{]/ { i++ } i == n && /^      "/ {
		sub(/^ *"/, ""); sub(/".*/, ""); printf "%s%s", sep, $0; sep = " " }' <<<"$OUT")" \
		"$keys" "device $n has every key, in order"
done
value() { awk -v n="$1" -v k="\"$2\":" '/^    [{]/ { i++ } i == n && $1 == k {
	sub(/,$/, "", $2); print $2 }' <<<"$OUT"; }
is "$(value 1 disksize) $(value 1 level) $(value 1 limit)" "16777216 5 4194304" "numbers"
is "$(value 2 level) $(value 2 limit) $(value 2 same_pages)" "null null 0" \
	"null for unset, 0 for none"
is "$(value 3 disksize) $(value 3 data) $(value 3 initialised) $(value 3 generation)" \
	"null null false null" "null for what a bare device lacks"
is "$(value 1 total)" "$(mm_stat 0 mem_used_total)" "total is mem_used_total"
is "$(value 1 memory)" $(($(value 1 total) + $(value 1 table) + $(value 1 codec) + $(value 1 packs))) \
	"memory has all of it"
cmp_num "$(value 1 table)" -ge 4096 "the table costs something"
cmp_num "$(value 1 codec)" -ge 65536 "zstd's contexts cost something"

ctl show zram0
like "$OUT" $'^NAME +/dev/zram0\nID +0\nALGO +zstd\n' "show: fields"
like "$OUT" $'\nFAILED-WRITES +0\n' "all of them"
ctl show --json /dev/zram1 0
is "$CODE $(value 1 name) $(value 2 name)" '0 "/dev/zram1" "/dev/zram0"' \
	"show: several, as JSON, in the order asked for"
ctl show zram0 zram55
is "$CODE" 3 "one of two is partly done"
like "$OUT" '^NAME +/dev/zram0' "the one there is"
is "$ERR" "zramctl: there is no /dev/zram55; 'zramctl list' shows what there is" \
	"and the one there is not"

ctl version
like "$OUT" 'algorithms:.* \[[a-z0-9-]+\]' "version names the default algorithm"
like "$OUT" 'page size: +4096' "and the page size"
ctl version --json
like "$OUT" '"trace_version": [1-9]' "version as JSON"
ctl help
is "$CODE$ERR" 0 "help goes to stdout"
for c in create list show remove reset observe top heat set compact monitor recompress pack writeback promote jobs version help; do
	like "$OUT" $'\n'"  $c +[a-z]" "help lists $c"
done
for c in create list show remove reset observe top heat set compact monitor recompress pack writeback promote jobs version help; do
	ctl $c --help
	like "$CODE $OUT$ERR" "^0 Usage: zramctl $c.*-h, --help" "$c --help"
done
ctl help remove
like "$CODE $OUT" '^0 Usage: zramctl remove \[OPTION\]... DEVICE' "help COMMAND"
ctl list --help
like "$OUT" $'\n \\*ALGO +algo +compression' "columns with their keys, a star on those shown"
like "$OUT" $'\n  LEVEL +level +compression' "none on the others"
ctl top --once --interval 0.1 -n 1 -o NAME
is "$CODE" 2 "top: --once and --number exclude each other"
ctl top --once --interval 0.1 -o NOSUCH
is "$CODE" 2 "top: an unknown column"
ctl top --once --interval 0.1 -y -o name,hot,frozen --noheadings
is "$(awk 'NR == 1 { $1 = $1; print }' <<<"$OUT")" "/dev/zram0 96 0" "top: any column"
ctl observe status -n -o covered,slots
is "$(awk 'NR == 2 { print NF, $2 }' <<<"$OUT")" "2 4096" "observe: any column"
ctl observe stop
done_testing
