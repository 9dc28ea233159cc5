# SPDX-License-Identifier: GPL-2.0-or-later
# Helpers for cases about zramctl (sourced after lib.sh). They start no program
# but zramctl: in an emulated guest that is most of the time.

# ctl ARG...: runs zramctl; leaves its output in OUT, its errors in ERR, its exit
# code in CODE
ctl() {
	zramctl "$@" >/tmp/ctl.out 2>/tmp/ctl.err
	CODE=$?
	slurp OUT /tmp/ctl.out
	slurp ERR /tmp/ctl.err
}

# slurp NAME FILE: all lines, without the last newline
slurp() {
	local -n into=$1
	into=
	IFS= read -r -d '' into <"$2"
	into=${into%$'\n'}
}

# devices: sets DEVICES to their names
devices() {
	local d
	DEVICES=
	for d in /sys/block/zram*; do
		[ -d "$d" ] && DEVICES+="${DEVICES:+ }${d##*/}"
	done
}

# settings: sets SETTINGS to all that a refused command must not change
settings() {
	local d f line
	SETTINGS=
	for d in /sys/block/zram*; do
		for f in disksize comp_algorithm; do
			read -r line <"$d/$f" && SETTINGS+="${d##*/} $line; "
		done
	done 2>/dev/null
}

# refuses CODE REGEX ARG...: zramctl ends with CODE, says one line that matches
# on stderr and nothing on stdout, and changes no device
refuses() {
	local want=$1 regex=$2 before
	shift 2
	settings
	before=$SETTINGS
	ctl "$@"
	settings
	if [ "$CODE" != "$want" ]; then
		fail "zramctl $*" "exit code $CODE, wanted $want" "$OUT$ERR"
	elif [[ $ERR != "zramctl: "* || $ERR = *$'\n'* ]]; then
		fail "zramctl $*" "wanted one line:" "$ERR"
	elif ! [[ $ERR =~ $regex ]]; then
		fail "zramctl $*" "'$ERR' does not match '$regex'"
	elif [ -n "$OUT" ]; then
		fail "zramctl $*" "wrote to stdout: $OUT"
	elif [ "$before" != "$SETTINGS" ]; then
		fail "zramctl $*" "changed the devices:" "$before" "$SETTINGS"
	else
		ok "zramctl $* ($CODE)"
	fi
}
