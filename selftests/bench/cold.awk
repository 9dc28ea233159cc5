# SPDX-License-Identifier: GPL-2.0-or-later
# The table and JSON out of the lines of cold.guest.sh: value SET NAME NUMBER.

$1 == "value" {
	v[$2, $3] = $4
	if (!($2 in seen)) { seen[$2]; sets[++n] = $2 }
}

function is_java(set) { return set == "java" }

# row SET NAME TEXT VALUE LIMIT: a ratio, and a mark where it is above
function row(set, name, text, value, limit,   mark) {
	mark = ""
	if (value == "" || value > limit) {
		mark = "  above the limit"
		bad++
	}
	printf "%-8s %-56s %8.3f  %8.3f%s\n", set, text, value, limit, mark
	json_rows = json_rows (json_rows == "" ? "" : ",\n  ") \
		sprintf("{\"set\":\"%s\",\"name\":\"%s\",\"value\":%.5f,\"limit\":%s}", set, name, value, limit)
}

function div(a, b) { return b > 0 ? a / b : "" }
function abs(x) { return x < 0 ? -x : x }

function memory(set,   pool) {
	pool = v[set, "pool"]
	row(set, "memory", "memory of packs, of stock's", div(pool, v[set, "stock"]), is_java(set) ? 0.93 : 0.82)
	row(set, "memory_fell", "free memory fell otherwise than pool and fixed cost", \
		div(abs(v[set, "fell"] - pool - v[set, "fixed"]), pool), 0.03)
	total += pool
	total_stock += v[set, "stock"]
}

function writing(set,   limit) {
	limit = is_java(set) ? 0.32 : 0.20
	row(set, "bytes", "bytes written to the disk, of those of the pages", \
		div(v[set, "ours_bytes"], v[set, "pages"] * 4096), limit)
	row(set, "requests", "requests, of stock's", div(v[set, "ours_requests"], v[set, "stock_requests"]), 0.10)
	row(set, "instructions", "instructions of writing back, of stock's", \
		div(v[set, "ours_instructions"], v[set, "stock_instructions"]), 2.7)
	row(set, "time", "time at 1 ms a request, of stock's", div(v[set, "ours_us"], v[set, "stock_us"]), 0.25)
}

function reading(set,   hot) {
	hot = v[set, "read_hot"]
	row(set, "random_16", "a page at random out of 16, of a hot zstd read", div(v[set, "read_random_16"], hot), 10)
	row(set, "order_16", "in order out of 16", div(v[set, "read_order_16"], hot), 0.75)
	printf "%-8s %-56s %8.3f         -\n", set, "  at random out of 32", div(v[set, "read_random_32"], hot)
	printf "%-8s %-56s %8.3f         -\n", set, "  in order out of 32", div(v[set, "read_order_32"], hot)
	row(set, "frozen_requests", "requests of a frozen page", v[set, "one_frozen"], 1)
	row(set, "neighbour_requests", "requests of all others of its pack", v[set, "neighbours"], 0)
}

END {
	printf "Linux %s: cold pages, zstd, of each set all\n\n", kernel
	printf "%-8s %-56s %8s  %8s\n", "pages", "what", "value", "limit"
	for (i = 1; i <= n; i++) {
		memory(sets[i])
		writing(sets[i])
		reading(sets[i])
	}
	row("all", "memory", "memory of packs, of stock's", div(total, total_stock), 0.80)
	for (key in v) {
		split(key, k, SUBSEP)
		raw = raw (raw == "" ? "" : ",\n  ") sprintf("{\"set\":\"%s\",\"name\":\"%s\",\"value\":%s}", k[1], k[2], v[key])
	}
	printf "{\"kernel\":\"%s\",\n \"ratios\":[\n  %s],\n \"measured\":[\n  %s]}\n", kernel, json_rows, raw >json
	if (bad || !n)
		printf "\n%d values are above their limit\n", bad
	exit check != "" && (bad > 0 || !n)
}
