# SPDX-License-Identifier: GPL-2.0-or-later
# Tables and JSON out of the lines that guest.sh prints, and the limits that ours
# must keep to. 1.005 stands for "no more": it is what the measurement can tell.

$1 == "cost" {
	cost[$2, $3, $4, $5, $6] = $7
	if ($5 == "64K") {
		if (!(($3) in have_folios)) { have_folios[$3]; folios[++nfolios] = $3 }
		if (!(($4) in have_heap)) { have_heap[$4]; heaps[++nheaps] = $4 }
	} else if ($2 != "brd" && $2 != "observed") {
		if (!(($3) in have_codec)) { have_codec[$3]; codecs[++ncodecs] = $3 }
		if (!(($4) in have_set)) { have_set[$4]; sets[++nsets] = $4 }
	}
}
$1 == "memory" { pool[$2, $3, $4] = $5; objects[$2, $3, $4] = $6; stored[$2, $3, $4] = $7 * 4096 }
$1 == "compact" { thin[$2, $3, $4] = $5; compacted[$2, $3, $4] = $6; left[$2, $3, $4] = $7 }
$1 == "empty" { empty[$2] = $3 }
$1 == "lacks" { lacks[$2, $3] = 1 }

# The stock module that has a codec: Debian's, else the full build
function reference(codec) {
	if (("stock", codec, sets[1], "4K", "write") in cost)
		return "stock"
	return ("full", codec, sets[1], "4K", "write") in cost ? "full" : ""
}

# Codecs that are slow enough for the probe to be asked for each page
function has_probe(codec) { return codec == "zstd" || codec == "deflate" || codec == "lz4hc" }

function limit_of(codec, set, request, op) {
	if (op == "write" && set == "random" && has_probe(codec))
		return 0.13
	if (op == "write" && set == "zero")
		return request == "4K" ? 0.85 : 0.70
	return 1.005
}

function json_row(text) { rows = rows (rows == "" ? "" : ",\n  ") text }

function compare(codec, set, request, op,   ref, a, b, ratio, limit, mark) {
	ref = reference(codec)
	b = cost["ours", codec, set, request, op]
	a = ref == "" ? "" : cost[ref, codec, set, request, op]
	if (b == "")
		return
	ratio = a > 0 ? b / a : 0
	limit = limit_of(codec, set, request, op)
	mark = ""
	if (limit && ratio > limit) {
		mark = sprintf("  above %.3f", limit)
		bad++
	}
	printf "%-8s %-8s %-5s %-5s %10s %10.0f %8s%s%s\n", codec, set, request, op,
		a == "" ? "-" : sprintf("%.0f", a), b, ratio ? sprintf("%.3fx", ratio) : "-",
		ref == "full" ? "  (full stock build)" : "", mark
	json_row(sprintf("{\"codec\":\"%s\",\"set\":\"%s\",\"request\":\"%s\",\"op\":\"%s\",\"reference\":\"%s\",\"stock\":%s,\"ours\":%s,\"ratio\":%.4f}",
		codec, set, request, op, ref, a == "" ? "null" : a, b, ratio))
}

function memory_row(codec, set,   ref, b, a, mark) {
	ref = reference(codec)
	if (!(("ours", codec, set) in pool) || stored["ours", codec, set] == 0)
		return
	b = pool["ours", codec, set] / stored["ours", codec, set]
	a = ref == "" ? 0 : pool[ref, codec, set] / stored[ref, codec, set]
	mark = ""
	if (a && b > a * 1.005) {
		mark = "  above stock"
		bad++
	}
	printf "%-8s %-8s %12.4f %12.4f %8s   %12.4f %12.4f%s\n", codec, set, a, b,
		a ? sprintf("%.3fx", b / a) : "-",
		ref == "" ? 0 : objects[ref, codec, set] / stored[ref, codec, set],
		objects["ours", codec, set] / stored["ours", codec, set], mark
	json_memory = json_memory (json_memory == "" ? "" : ",\n  ") \
		sprintf("{\"codec\":\"%s\",\"set\":\"%s\",\"stock\":%.5f,\"ours\":%.5f}", codec, set, a, b)
}

# What the driver costs beyond a plain RAM disk
function added_row(codec, set, request, op,   ref, floor, a, b, limit, mark) {
	ref = reference(codec)
	if (ref == "" || !(("ours", codec, set, request, op) in cost))
		return
	floor = cost["brd", "-", "random", request, op]
	a = cost[ref, codec, set, request, op] - floor
	b = cost["ours", codec, set, request, op] - floor
	limit = op == "read" ? 1 : 0.75
	mark = ""
	# of stock's whole: what the measurement can tell
	if (b > limit * a + 0.005 * (a + floor)) {
		mark = sprintf("  above %.2f", limit)
		bad++
	}
	printf "%-8s %-8s %-5s %-5s %10.0f %10.0f %8s%s\n", codec, set, request, op, a, b,
		(a > 0 ? sprintf("%.2fx", b / a) : "-"), mark
	json_added = json_added (json_added == "" ? "" : ",\n  ") \
		sprintf("{\"codec\":\"%s\",\"set\":\"%s\",\"request\":\"%s\",\"op\":\"%s\",\"stock\":%.1f,\"ours\":%.1f}",
			codec, set, request, op, a, b)
}

function compact_row(codec, set,   ref, a, b, before, mark) {
	ref = reference(codec)
	if (ref == "" || left["ours", codec, set] == 0 || left[ref, codec, set] == 0)
		return
	before = thin["ours", codec, set] / left["ours", codec, set]
	a = compacted[ref, codec, set] / left[ref, codec, set]
	b = compacted["ours", codec, set] / left["ours", codec, set]
	mark = ""
	if (b >= a) {
		mark = "  not below stock"
		bad++
	}
	printf "%-8s %-8s %10.3f %12.3f %12.3f %8.3fx%s\n", codec, set, before, a, b, b / a, mark
	json_compact = json_compact (json_compact == "" ? "" : ",\n  ") \
		sprintf("{\"codec\":\"%s\",\"set\":\"%s\",\"before\":%.4f,\"stock\":%.4f,\"ours\":%.4f}",
			codec, set, before, a, b)
}

function observer_row(set, op,   on, off, added, mark) {
	on = cost["observed", "lz4", set, "4K", op]
	off = cost["ours", "lz4", set, "4K", op]
	if (on == "" || off == "")
		return
	added = on - off
	mark = ""
	if ((set == "zero" || set == "random") ? added > 250 : on / off > 1.02) {
		mark = "  above the budget"
		bad++
	}
	printf "%-8s %-5s %10.0f %10.0f %8.3fx  %+.0f instructions%s\n", set, op, off, on, on / off, added, mark
	json_observer = json_observer (json_observer == "" ? "" : ",\n  ") \
		sprintf("{\"set\":\"%s\",\"op\":\"%s\",\"off\":%s,\"on\":%s}", set, op, off, on)
}

# Of all heaps together: A and B summed up against LIMIT
function folio_ratio(what, a, b, limit,   mark) {
	mark = ""
	if (limit && b > limit * a) {
		mark = sprintf("  above %.3f", limit)
		bad++
	}
	return sprintf("%s %.3fx%s", what, a ? b / a : 0, mark)
}

# Folios as packs: requests of 64 KiB, stock against ours with the mode all
function folio_rows(codec,   h, heap, wa, wb, ra, rb, ma, mb, zstd) {
	zstd = codec == "zstd"
	for (h = 1; h <= nheaps; h++) {
		heap = heaps[h]
		if (!(("folios", codec, heap, "64K", "write") in cost) ||
		    !(("stock", codec, heap, "64K", "write") in cost))
			continue
		printf "%-8s %-8s %10.0f %10.0f %7.3fx %10.0f %10.0f %7.3fx\n", codec, heap,
			cost["stock", codec, heap, "64K", "write"], cost["folios", codec, heap, "64K", "write"],
			cost["folios", codec, heap, "64K", "write"] / cost["stock", codec, heap, "64K", "write"],
			cost["stock", codec, heap, "64K", "read"], cost["folios", codec, heap, "64K", "read"],
			cost["folios", codec, heap, "64K", "read"] / cost["stock", codec, heap, "64K", "read"]
		wa += cost["stock", codec, heap, "64K", "write"]
		wb += cost["folios", codec, heap, "64K", "write"]
		ra += cost["stock", codec, heap, "64K", "read"]
		rb += cost["folios", codec, heap, "64K", "read"]
		ma += pool["stock", codec, heap]
		mb += pool["folios", codec, heap]
		json_folios = json_folios (json_folios == "" ? "" : ",\n  ") \
			sprintf("{\"codec\":\"%s\",\"set\":\"%s\",\"stock_write\":%s,\"write\":%s,\"stock_read\":%s,\"read\":%s}",
				codec, heap, cost["stock", codec, heap, "64K", "write"], cost["folios", codec, heap, "64K", "write"],
				cost["stock", codec, heap, "64K", "read"], cost["folios", codec, heap, "64K", "read"])
	}
	if (!wa)
		return
	printf "%-8s together: %s, %s", codec, folio_ratio("written", wa, wb, zstd ? 0.70 : 0.95),
		folio_ratio("read", ra, rb, zstd ? 0.65 : 1.10)
	printf "%s\n", ma ? ", " folio_ratio("memory", ma, mb, zstd ? 0.90 : 0.95) : ""
}

END {
	printf "Linux %s: instructions per 4 KiB page, stock and ours\n\n", kernel
	printf "%-8s %-8s %-5s %-5s %10s %10s %8s\n", "codec", "pages", "bytes", "op", "stock", "ours", "ratio"
	for (c = 1; c <= ncodecs; c++)
		for (s = 1; s <= nsets; s++)
			for (r = 1; r <= 2; r++)
				for (o = 1; o <= 2; o++)
					compare(codecs[c], sets[s], r == 1 ? "4K" : "128K", o == 1 ? "write" : "read")
	printf "\nThe floor: a plain RAM disk (brd), 4K %.0f written, %.0f read; 128K %.0f written, %.0f read\n",
		cost["brd", "-", "random", "4K", "write"], cost["brd", "-", "random", "4K", "read"],
		cost["brd", "-", "random", "128K", "write"], cost["brd", "-", "random", "128K", "read"]
	printf "\nWhat the driver adds to that, in instructions per page\n\n"
	for (c = 1; c <= ncodecs; c++)
		for (s = 1; s <= nsets; s++)
			for (r = 1; r <= 2; r++)
				for (o = 1; o <= 2; o++)
					if (sets[s] == "zero" || sets[s] == "random")
						added_row(codecs[c], sets[s], r == 1 ? "4K" : "128K", o == 1 ? "write" : "read")
	printf "\nMemory per byte stored: pool (what mem_used_total says), and bytes of objects\n\n"
	printf "%-8s %-8s %12s %12s %8s   %12s %12s\n", "codec", "pages", "stock pool", "our pool", "ratio", "stock objects", "our objects"
	for (c = 1; c <= ncodecs; c++)
		for (s = 1; s <= nsets; s++)
			memory_row(codecs[c], sets[s])
	printf "\nPool per byte of objects when half of the pages went, and after compact\n\n"
	printf "%-8s %-8s %10s %12s %12s %8s\n", "codec", "pages", "before", "stock after", "ours after", "ratio"
	for (c = 1; c <= ncodecs; c++)
		for (s = 1; s <= nsets; s++)
			compact_row(codecs[c], sets[s])
	printf "\nAn empty device of 100 GiB: stock %d KiB, ours %d KiB\n", empty["stock"], empty["ours"]
	if (empty["ours"] > 2048)
		bad++
	printf "\nObserver on (lz4, 4 KiB requests): instructions per page without, with\n\n"
	for (s = 1; s <= nsets; s++) {
		observer_row(sets[s], "write")
		observer_row(sets[s], "read")
	}
	printf "\nFolios as packs (64 KiB requests, folio-packs all): instructions per page, stock and ours\n\n"
	printf "%-8s %-8s %10s %10s %8s %10s %10s %8s\n", "codec", "pages", "stock wr.", "written", "", "stock rd.", "read", ""
	for (c = 1; c <= nfolios; c++)
		folio_rows(folios[c])
	printf "{\"kernel\":\"%s\",\"unit\":\"instructions per 4 KiB page\",\n \"brd\":{\"write_4K\":%s,\"read_4K\":%s,\"write_128K\":%s,\"read_128K\":%s},\n \"empty_100G_kib\":{\"stock\":%d,\"ours\":%d},\n \"cost\":[\n  %s],\n \"added_to_brd\":[\n  %s],\n \"memory_per_byte\":[\n  %s],\n \"pool_per_object_byte_after_compact\":[\n  %s],\n \"observer\":[\n  %s],\n \"folios\":[\n  %s]}\n",
		kernel, cost["brd", "-", "random", "4K", "write"], cost["brd", "-", "random", "4K", "read"],
		cost["brd", "-", "random", "128K", "write"], cost["brd", "-", "random", "128K", "read"],
		empty["stock"], empty["ours"], rows, json_added, json_memory, json_compact, json_observer, json_folios >json
	if (bad)
		printf "\n%d values are above their limit\n", bad
	exit check != "" && bad > 0
}
