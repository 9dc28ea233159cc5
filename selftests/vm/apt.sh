# SPDX-License-Identifier: GPL-2.0-or-later
# A private apt, made from the machine's own Debian mirror (sourced). The
# machine's own sources, lists and installed packages are neither used nor
# changed: everything lives under build/apt/<toolchain>.

KEYRING=/usr/share/keyrings/debian-archive-keyring.gpg

# Prints "URI SUITE" for each enabled entry of the machine's sources that is
# Debian's own main archive or security archive.
debian_entries() {
	{
		# either kind of file may be absent
		{ cat /etc/apt/sources.list /etc/apt/sources.list.d/*.list 2>/dev/null || true; } |
		sed -n 's/#.*//; s/^[[:space:]]*deb[[:space:]]\{1,\}//p' |
		sed 's/^\[[^]]*\][[:space:]]*//'
		cat_sections /etc/apt/sources.list.d/*.sources
	} | awk '
		$1 ~ /\/debian(-security)?([\/.]|$)/ {
			main = 0
			for (i = 3; i <= NF; i++)
				main = main || $i == "main"
			if (main)
				print $1, $2
		}'
}

# Turns deb822 stanzas into one-line form: URI SUITE COMPONENTS
cat_sections() {
	local f
	for f; do
		[ -e "$f" ] || continue
		cat "$f"
		echo
	done | awk '
		function flush(  i, j, nu, ns, u, s) {
			if (types ~ /(^| )deb( |$)/ && enabled !~ /^(no|false|0)/) {
				nu = split(uris, u, " ")
				ns = split(suites, s, " ")
				for (i = 1; i <= nu; i++)
					for (j = 1; j <= ns; j++)
						print u[i], s[j], components
			}
			types = uris = suites = components = enabled = ""
		}
		/^#/ { next }
		/^[[:space:]]*$/ { flush(); key = ""; next }
		/^[^[:space:]]/ {
			key = tolower($1)
			sub(/^[^:]*:[[:space:]]*/, "")
		}
		{
			sub(/^[[:space:]]+/, "")
			if (key ~ /^types:/) types = types " " $0
			if (key ~ /^uris:/) uris = uris " " $0
			if (key ~ /^suites:/) suites = suites " " $0
			if (key ~ /^components:/) components = components " " $0
			if (key ~ /^enabled:/) enabled = $0
		}
		END { flush() }'
}

# mirror_of archive|security: the first mirror of that kind
mirror_of() {
	debian_entries | awk -v kind="$1" '
		{ k = $2 ~ /-security/ || $1 ~ /debian-security/ ? "security" : "archive" }
		k == kind { print $1; exit }'
}

# apt_setup SET SUITE...: writes the configuration and exports APT_CONFIG; a set
# whose name ends in -ARCH has packages of that architecture, too
apt_setup() {
	local set=$1 dir=$BUILD/apt/$1 suite archive security uri archs=amd64
	case $set in
	*-arm64) archs+=,arm64 ;;
	esac
	shift
	archive=$(mirror_of archive)
	security=$(mirror_of security)
	[ -n "$archive" ] || die "no Debian archive among the machine's apt sources;" \
		"add Debian's own 'main' entry for this release and try again"
	# a machine without a security entry still gets those packages where
	# its mirror carries both, which is the usual layout
	[ -n "$security" ] || security=${archive%/}-security
	[ -e $KEYRING ] || die "$KEYRING is missing: install debian-archive-keyring"

	mkdir -p "$dir/lists/partial" "$dir/cache/archives/partial"
	: >"$dir/status"
	for suite; do
		case $suite in
		*-security) uri=$security ;;
		*) uri=$archive ;;
		esac
		echo "deb [arch=$archs signed-by=$KEYRING] $uri $suite main"
	done >"$dir/sources.list"
	# proxies and the like are the machine's
	env -u APT_CONFIG apt-config dump |
		grep '^Acquire::' | grep -v '^Acquire::IndexTargets' >"$dir/apt.conf" || true
	cat >>"$dir/apt.conf" <<-EOF
		Dir::Etc::parts "/dev/null";
		Dir::Etc::main "/dev/null";
		Dir::Etc::sourcelist "$dir/sources.list";
		Dir::Etc::sourceparts "/dev/null";
		Dir::Etc::preferences "/dev/null";
		Dir::Etc::preferencesparts "/dev/null";
		Dir::State "$dir";
		Dir::State::lists "$dir/lists";
		Dir::State::status "$dir/status";
		Dir::Cache "$dir/cache";
		APT::Architecture "amd64";
		APT::Architectures "$archs";
		APT::Sandbox::User "root";
		Acquire::Languages "none";
		Acquire::Retries "2";
	EOF
	export APT_CONFIG=$dir/apt.conf
}
