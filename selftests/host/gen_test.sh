#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The man page and completions that zramctl writes: right in the eyes of groff and
# of the shells, and with every command, option and JSON key in them.

zramctl=$(dirname "$0")/../ctl/zramctl
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
n=0
failed=0

# check DESC CMD...
check() {
	local desc=$1
	shift
	n=$((n + 1))
	if "$@" >"$dir/log" 2>&1; then
		echo "ok $n - $desc"
	else
		echo "not ok $n - $desc"
		sed 's/^/# /' "$dir/log"
		failed=1
	fi
}

# complete WORD...: what bash offers for the last word
complete_bash() {
	bash -c 'source "$1"; shift; COMP_WORDS=(zramctl "$@"); COMP_CWORD=$#; _zramctl
		printf "%s " "${COMPREPLY[@]}"' - "$dir/bash" "$@"
}
# offers WANT WORD...
offers() {
	local want=$1 got
	shift
	got=$(complete_bash "$@")
	[ "$got" = "$want " ] || { echo "got: $got"; return 1; }
}
has() { grep -qF -e "$1" "$2" || { echo "no '$1' in $2"; return 1; }; }

for what in man man5 bash zsh fish; do
	check "zramctl writes $what" sh -c '"$1" help --print "$2" >"$3/$2"' - "$zramctl" $what "$dir"
done
check "nothing else" sh -c '! "$1" help --print tcsh' - "$zramctl"
groff -man -Tutf8 -ww "$dir/man" >"$dir/text" 2>"$dir/warnings"
groff -man -Tutf8 -ww "$dir/man5" >"$dir/text5" 2>>"$dir/warnings"
check "zram.json(5) has the keys" has policy.budget.day "$dir/man5"
check "groff has no warning" sh -c '! grep . "$1/warnings"' - "$dir"
for shell in bash zsh fish; do
	check "$shell can read its file" $shell -n "$dir/$shell"
done

"$zramctl" help | sed -n '/^Commands:/,/^$/s/^  \([a-z]*\) .*/\1/p' >"$dir/commands"
check "there are commands" test "$(wc -l <"$dir/commands")" -ge 15
missing= twice= mute= narrow=
while read -r c; do
	"$zramctl" "$c" --help >"$dir/help"
	# metrics has a format of its own
	case $c in
	help | metrics) ;;
	*) grep -q -e '--json' "$dir/help" || mute+=" $c" ;;
	esac
	# create prints a path, attach nothing, and show all of a device
	case $c in
	create | attach | set | show) ;;
	*) ! grep -q '^Columns' "$dir/help" || grep -q -e '--output' "$dir/help" || narrow+=" $c" ;;
	esac
	twice+=$("$zramctl" "$c" --help | sed -n 's/^  -\(.\), --.*/\1/p' | sort | uniq -d | sed "s/^/ $c -/")
	for what in man bash zsh fish; do
		grep -q -e "zramctl $c\b" -e "\b$c)" -e "from $c\b" "$dir/$what" || missing+=" $what:$c"
	done
	for option in $("$zramctl" "$c" --help | sed -n 's/^  .*--\([a-z-]*\).*/\1/p' | grep -vx help); do
		grep -qF -e "\\-\\-${option//-/\\-}\\fR" "$dir/man" || missing+=" man:$c--$option"
		for what in bash zsh; do
			grep -qF -e "--$option" "$dir/$what" || missing+=" $what:$c--$option"
		done
		grep -qF -e "from $c' -l $option " "$dir/fish" || missing+=" fish:$c--$option"
	done
	for key in $("$zramctl" "$c" --help | sed -n '/^Columns/,$s/^ [ *][^ ]* *\([a-z_]*\) .*/\1/p'); do
		grep -qF -e "\\fI$key\\fR" "$dir/man" || missing+=" man:$c.$key"
	done
done <"$dir/commands"
check "every command, option and key is in all of them" test -z "$missing" -o "$(echo "$missing" >&2)"
check "every command prints JSON" sh -c 'test -z "$1" || { echo "$1"; exit 1; }' - "$mute"
check "what has columns lets choose them" sh -c 'test -z "$1" || { echo "$1"; exit 1; }' - "$narrow"
check "no command has a letter twice" sh -c 'test -z "$1" || { echo "$1"; exit 1; }' - "$twice"

check "bash: a command" offers "create" cr
check "bash: long options" offers "--size --swap" create --s
check "bash: words of a command" offers "start stop status" observe st
check "bash: columns" offers "NAME" list -o NA
check "bash: a column after another" offers "NAME,DISKSIZE" list --output NAME,DIS
check "bash: util-linux options" offers "--find" --fi
check "bash: nothing for a number" offers "" create --level 1
check "bash: what a command takes before a device" offers "list" jobs li
check "bash: commands for help" offers "attach apply" help a
check "bash: modes of an option" offers "off" create --folio-packs of
check "bash: what an option chooses from" offers "age heat" heat --by ''
# what zsh is told, by a command line up to its last word
zsh_told() {
	zsh -fc 'compadd() { :; }; _arguments() { print -rl -- "$@"; }; file=$1; shift
		words=(zramctl "$@"); CURRENT=$#words; source $file' - "$dir/zsh" "$@" >"$dir/told"
}
# zsh_takes SPEC WORD...
zsh_takes() {
	local spec=$1
	shift
	zsh_told "$@" || return
	grep -qxF -e "$spec" "$dir/told" || { cat "$dir/told"; return 1; }
}
check "zsh: words of jobs" zsh_takes "1:what:( list watch cancel)" jobs ""
check "zsh: then a device" zsh_takes "2:device:_zramctl_devices" jobs list ""
check "zsh: words of policy" zsh_takes "1:what:( check schema record simulate)" policy ""
check "zsh: then a file" zsh_takes "2:file:_files" policy check ""
check "zsh: then a device" zsh_takes "3:device:_zramctl_devices" policy record x ""
check "zsh: devices alone" zsh_takes "*:device:_zramctl_devices" show ""
check "zsh: a word that is alone" zsh_takes "1:what:( status)" daemon ""
check "zsh: commands for help" sh -c 'grep -q "1:command:( create list .* help)" "$1/zsh"' - "$dir"
check "zsh: modes of an option" sh -c 'grep -q -e "--folio-packs\[.*:( off auto swap all)" "$1/zsh"' - "$dir"
check "fish: modes of an option" sh -c 'fish -c "source $1/fish; complete -C \"zramctl create --folio-packs s\"" | grep "^swap"' - "$dir"
check "fish: commands for help" sh -c 'fish -c "source $1/fish; complete -C \"zramctl help atta\"" | grep "^attach"' - "$dir"
check "fish: a command" sh -c 'fish -c "source $1/fish; complete -C \"zramctl cr\"" | grep "^create"' - "$dir"
check "fish: an option" sh -c 'fish -c "source $1/fish; complete -C \"zramctl create --sw\"" | grep -e "^--swap"' - "$dir"
check "fish: a column" sh -c 'fish -c "source $1/fish; complete -C \"zramctl list -o COMP\"" | grep COMPACTED' - "$dir"
echo "1..$n"
exit $failed
