# SPDX-License-Identifier: GPL-2.0-or-later
# A table out of the lines that swap.guest.sh prints, and the limits of ours.

$1 == "settings" { settings[$2] = substr($0, index($0, $3)) }
$1 == "run" { run[$2] = $3; mib[$2] = $4 }
$1 == "count" { n[$2, $3] = $4 }
$1 == "lone" { lone[$3] = $4 }
$1 == "trip" { out[$2, $3] = $4; into[$2, $3] = $5; rounds = $3 }
$1 == "state" { state = substr($0, index($0, $3)) }

function judge(value, limit, above) {
	if (above ? value >= limit : value <= limit)
		return ""
	bad++
	return sprintf("  %s %.2f", (above ? "below" : "above"), limit)
}

function share(a, b) { return b ? a / b : 0 }

# pieces of 64, 32 and 16 kB, in pages
function in_pieces(kind, what) {
	return 16 * n[kind, "64-" what] + 8 * n[kind, "32-" what] + 4 * n[kind, "16-" what]
}

# there was no room for a piece of any size
function no_room(kind, what) { return n[kind, "16-" what] }

# a dash where the kernel does not count it
function or_dash(format, known, value) { return known ? sprintf(format, value) : "-" }

function kernel_row(kind,   in_known) {
	in_known = (kind, "64-swpin") in n
	printf "%-6s %8d %8d %8.3f %8.3f %8s %10d %10s %8d\n", kind, n[kind, "pswpout"], n[kind, "pswpin"],
		share(16 * n[kind, "64-swpout"], n[kind, "pswpout"]),
		share(in_pieces(kind, "swpout"), n[kind, "pswpout"]),
		or_dash("%.3f", in_known, share(in_pieces(kind, "swpin"), n[kind, "pswpin"])),
		no_room(kind, "anon_fault_fallback"),
		or_dash("%d", (kind, "16-swpin_fallback") in n, no_room(kind, "swpin_fallback")), n[kind, "64-split"]
}

function whole_table(   w, r) {
	printf "Linux %s, %d MiB of heaps in half of that, filled and gone over three times\n\n", kernel, mib["ours"]
	printf "%-6s %8s %8s %8s %8s %8s %10s %10s %8s\n", "", "out", "in", "64 kB", "pieces", "pieces",
		"no room", "no room", "taken"
	printf "%-6s %8s %8s %8s %8s %8s %10s %10s %8s\n", "", "pages", "pages", "out", "out", "in",
		"at fault", "at swapin", "apart"
	kernel_row("stock")
	kernel_row("ours")
	w = share(n["ours", "folio_written"], n["ours", "pswpout"])
	r = share(n["ours", "folio_read_whole"], n["ours", "pswpin"])
	printf "\nof all pages written as packs: %.3f%s; read as whole packs: %.3f%s; %d failed\n", w, judge(w, 0.9, 1),
		r, judge(r, 0.9, 1), n["ours", "failed"]
	bad += n["ours", "failed"] > 0
	printf "time: stock %.3f s, ours %.3f s, %.3fx%s\n", run["stock"] / 1e9, run["ours"] / 1e9,
		share(run["ours"], run["stock"]), judge(share(run["ours"], run["stock"]), 0.8)
	if (mib["stock"] != mib["ours"])
		printf "stock had %d MiB to hold: not the same work\n", mib["stock"]
}

function lone_table(   i, a, b) {
	printf "\nLinux %s, out in pieces of 64 kB, back page by page: ns a page, stock and ours\n\n", kernel
	printf "%-6s %8s %8s %8s %8s %8s\n", "round", "out", "out", "in", "in", "both"
	for (i = 1; i <= rounds; i++) {
		a = out["stock", i] + into["stock", i]
		b = out["ours", i] + into["ours", i]
		printf "%-6d %8d %8d %8d %8d %7.3fx%s\n", i, out["stock", i], out["ours", i], into["stock", i], into["ours", i],
			b / a, (i > 1) ? judge(b / a, 1.02) : ""
	}
	printf "after the first round: %s; %d pages read by themselves before%s\n", state, lone["folio_read_single"],
		judge(lone["folio_read_single"], 1000)
	bad += state !~ /^stopped/
}

END {
	printf "settings: %s; %s\n", settings["ours"],
		settings["ours"] == settings["stock"] ? "the same for stock" : "other for stock: " settings["stock"]
	if (run["ours"])
		whole_table()
	if (rounds)
		lone_table()
	exit check != "" && bad > 0
}
