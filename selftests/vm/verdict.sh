# SPDX-License-Identifier: GPL-2.0-or-later
# Boots a guest, follows its tests over the port and judges each (sourced).
# Uses: QEMU, WORK, LOGS, NAME, RESULTS, GRACE.

FAILED=0
BOOT_LIMIT=${BOOT_LIMIT:-300}	# seconds until the first test begins

# splats_of TEST CONSOLE: the kernel's complaints while TEST ran; fails if none
splats_of() {
	sed -n "/@begin $1\r*\$/,/@end $1\r*\$/p" "$2" |
		grep -aE '\[ *[0-9]+\.[0-9]{6}\]' | grep -aE -f "$VM/splats"
}

# verdict TEST STATUS SECONDS [REASON]
verdict() {
	local mark='ok  ' kind=
	[ "$KIND" = ours ] || kind=-$KIND
	case $2 in
	fail) mark=FAIL FAILED=$((FAILED + 1)) ;;
	skip) mark=skip ;;
	esac
	printf '%s  %-8s %-40s %4s s  %s\n' "$mark" "$NAME" "$1" "$3" "${4:-}"
	[ -z "$RESULTS" ] || echo "$2 $NAME$kind/$1" >>"$RESULTS"
	[ "$2" != fail ] || explain "$1"
}

# What a reader needs to see of a failed test
explain() {
	local out=$LOGS/$1.out console=$LOGS/$1.console
	{
		grep -aE '^not ok|^#|^Bail out' "$out" | tail -n 30
		echo "-- console (whole: ${console#"$TOP"/})"
		if splats_of "$1" "$console" >"$WORK/splats"; then
			# from the first complaint on, not the end of the last
			sed "1,/@begin $1\r*\$/d" "$console" | tr -d '\r' |
				grep -aF -A 45 -- "$(head -n 1 "$WORK/splats" | tr -d '\r')"
		else
			sed "1,/@begin $1\r*\$/d" "$console" | tr -d '\r' | tail -n 40
		fi
	} 2>/dev/null | sed 's/^/    | /' || true
}

# judge TEST CODE SECONDS: the verdict of a test that ended
judge() {
	local test=$1 code=$2 seconds=$3 out=$LOGS/$1.out plan bad count skip left
	plan=$(sed -n 's/^1\.\.\([0-9]*\).*/\1/p' "$out" | tail -n 1)
	skip=$(sed -n 's/^1\.\.0 # SKIP *//p' "$out")
	count=$(grep -acE '^(not )?ok ' "$out" || true)
	bad=$(grep -acE '^not ok ' "$out" || true)
	left=$(grep -acE '^ok .*# SKIP' "$out" || true)
	if splats_of "$test" "$LOGS/$test.console" >"$WORK/splats"; then
		verdict "$test" fail "$seconds" \
			"kernel: $(head -n 1 "$WORK/splats" | tr -d '\r' | cut -c1-90)"
	elif [ "$bad" -gt 0 ]; then
		verdict "$test" fail "$seconds" "$bad of $count checks failed"
	elif [ "$code" != 0 ]; then
		verdict "$test" fail "$seconds" "exit code $code"
	elif [ -n "$skip" ] && [ "$count" = 0 ]; then
		verdict "$test" skip "$seconds" "$skip"
	elif [ -z "$plan" ] || [ "$count" = 0 ]; then
		verdict "$test" fail "$seconds" "no verdict: no plan, or no check"
	elif [ "$plan" != "$count" ]; then
		verdict "$test" fail "$seconds" "$count checks of $plan planned"
	elif [ "$left" = "$count" ]; then
		verdict "$test" skip "$seconds" "all $count checks left out"
	else
		verdict "$test" pass "$seconds" \
			"$count checks$([ "$left" = 0 ] || echo ", $left of them left out")"
	fi
}

# own_leaks FILE...: "TEST FUNCTION" of what tests say the kernel itself leaks
own_leaks() {
	local f function
	for f; do
		for function in $(need_list "$f" leaks); do
			echo "$(test_name "$f") $function"
		done
	done
}

# Leaks that the end of a boot found, with the test that began before each; those
# that went through a function which the test names are the kernel's own
judge_leaks() {
	local leaks=$WORK/leaks
	[ -s "$leaks" ] || return 0
	cp "$leaks" "$LOGS/kmemleak.out"
	own_leaks "$@" >"$WORK/own"
	awk -v starts="$WORK/starts" -v own="$WORK/own" -v rest="$WORK/leaks.rest" '
		function judge(   i) {
			if (text == "")
				return
			for (i in known)
				if (index(i, who " ") == 1 && index(text, " " substr(i, length(who) + 2) "+0x"))
					return
			print who
			printf "%s", text >rest
		}
		BEGIN {
			while ((getline line < starts) > 0) { split(line, s, " "); name[++n] = s[1]; at[n] = s[2] }
			while ((getline line < own) > 0) known[line]
			printf "" >rest
		}
		/^unreferenced object/ { judge(); text = ""; who = "boot" }
		/jiffies/ {
			for (i = 1; i <= NF; i++) if ($i == "jiffies") j = $(i + 1)
			for (i = 1; i <= n; i++) if (at[i] <= j + 0) who = name[i]
		}
		{ text = text $0 "\n" }
		END { judge() }' "$leaks" | sort | uniq -c >"$WORK/leakers"
	while read -r count who; do
		FAILED=$((FAILED + 1))
		printf 'FAIL  %-8s %-40s         %s\n' "$NAME" "$who" "kmemleak: $count leaked objects"
		[ -z "$RESULTS" ] || echo "fail $NAME/kmemleak:$who" >>"$RESULTS"
	done <"$WORK/leakers"
	head -n 40 "$WORK/leaks.rest" | sed 's/^/    | /' || true
}

# boot_and_judge FILE...: one boot; LEFT gets the tests that did not run
boot_and_judge() {
	local files=("$@") line current= limit=$BOOT_LIMIT began=$SECONDS done_one= rc=0 why code
	local finished=()
	: >"$WORK/leaks"
	: >"$WORK/starts"
	: >"$WORK/console"
	exec 7< <(exec "${QEMU[@]}" </dev/null 2>"$WORK/qemu.err")
	qemu_pid=$!
	press_keys $qemu_pid
	while true; do
		rc=0
		IFS= read -r -t "$limit" line <&7 || rc=$?
		[ $rc = 0 ] || break
		line=${line%$'\r'}
		case $line in
		'@begin '*)
			current=$(cut -d' ' -f2 <<<"$line")
			cut -d' ' -f2- <<<"$line" >>"$WORK/starts"
			began=$SECONDS
			: >"$LOGS/$current.out"
			;;
		'@end '*)
			code=${line##* }
			wait_for_console "@end $current"
			cp "$WORK/console" "$LOGS/$current.console"
			judge "$current" "$code" $((SECONDS - began))
			finished+=("$current")
			current= began=$SECONDS
			;;
		'@leak '*) echo "${line#@leak }" >>"$WORK/leaks" ;;
		'@done') ;;
		*) [ -z "$current" ] || printf '%s\n' "$line" >>"$LOGS/$current.out" ;;
		esac
		limit=$(time_left "$current" "$began")
	done
	if [ $rc -gt 128 ]; then	# read timed out
		why="no answer for too long: hung"
		kill "$qemu_pid" 2>/dev/null || true
	else
		why="the guest ended while it ran: crashed"
	fi
	exec 7<&-
	wait "$qemu_pid" 2>/dev/null || true
	qemu_pid=
	if [ -n "$current" ]; then
		cp "$WORK/console" "$LOGS/$current.console"
		verdict "$current" fail $((SECONDS - began)) "$why"
		finished+=("$current")
	fi
	judge_leaks "${files[@]}"
	left_over "${files[@]}"
}

# time_left TEST BEGAN: seconds that the guest may still stay silent
time_left() {
	local f left=$BOOT_LIMIT
	for f in "${files[@]}"; do
		[ "$(test_name "$f")" != "$1" ] || left=$(($(test_limit "$f") + GRACE + $2 - SECONDS))
	done
	echo $((left > 1 ? left : 1))
}

# The console is another channel and may lag behind the port
wait_for_console() {
	local i
	for i in {1..100}; do
		grep -qaF "$1" "$WORK/console" && return 0
		read -r -t 0.05 <> <(:) || true
	done
}

# left_over FILE...: LEFT gets those without a verdict; a guest that ran none at
# all fails them, or a broken boot would go on for ever
left_over() {
	local f n
	LEFT=()
	for f; do
		n=$(test_name "$f")
		[[ " ${finished[*]} " == *" $n "* ]] || LEFT+=("$f")
	done
	[ ${#finished[@]} = 0 ] || return 0
	cp "$WORK/console" "$LOGS/boot.console"
	# an emulator on a busy machine loses a boot now and then, before there is
	# anything of ours in it
	if [ -z "$booted_again" ] && ! grep -qE 'zslot_trace|@begin' "$WORK/console"; then
		booted_again=1
		say "the guest did not boot: once more (its console: $LOGS/boot.console)"
		return 0
	fi
	for f in "${LEFT[@]}"; do
		n=$(test_name "$f")
		cp "$WORK/console" "$LOGS/$n.console"
		: >"$LOGS/$n.out"
		verdict "$n" fail 0 "the guest did not boot"
	done
	head -n 3 "$WORK/qemu.err" >&2
	tail -n 20 "$WORK/console" | sed 's/^/    | /' || true
	LEFT=()
}
