# SPDX-License-Identifier: GPL-2.0-or-later
# Reads docs/netlink/zram.yaml (its own indentation, no other YAML) and prints
# one line for each thing it defines:
#
#   family NAME VERSION
#   const NAME VALUE
#   flag SET NAME BIT         enum SET NAME VALUE
#   member STRUCT NAME TYPE LEN
#   attr SET NAME VALUE TYPE MIN MAX      "-" where there is none
#   op NAME VALUE SET PERM                PERM: admin or open
#   request NAME do|dump ATTR
#   event NAME VALUE                      a message that nobody asks for
#   group NAME

function unit_end() {
	if (section == "attribute-sets" && attr != "") {
		if (max == "-" && maxlen != "-")
			max = maxlen
		print "attr", set, attr, value, type, min, max
	}
	if (section == "definitions" && type == "const" && def != "")
		print "const", def, value
	if (section == "definitions" && member != "")
		print "member", def, member, mtype, mlen
	attr = ""
	member = ""
}

function op_end() {
	if (op == "")
		return
	if (is_event) {
		print "event", op, value
		op = ""
		return
	}
	print "op", op, value, opset, perm
	for (i = 1; i <= nr_requests; i++)
		print "request", op, requests[i]
	op = ""
}

function list_of(text) {
	gsub(/[][,]/, " ", text)
	return split(text, items, " ")
}

{
	sub(/\r$/, "")
	line = $0
	sub(/[ ]*#.*/, "", line)
	match(line, /^ */)
	indent = RLENGTH
	key = line
	sub(/^ *(- )?/, "", key)
	val = key
	sub(/:.*/, "", key)
	sub(/^[^:]*: */, "", val)
}

# a block of prose ends where the indentation goes back
prose && (indent > prose || line ~ /^ *$/) { next }
{ prose = 0 }
line ~ /: \|$/ { prose = indent; if (prose == 0) prose = 1; next }

indent == 0 && key != "" && line != "---" {
	unit_end()
	op_end()
	section = key
	if (key == "name")
		family = val
	if (key == "version")
		print "family", family, val
	next
}

section == "definitions" && line ~ /^  -$/ {
	unit_end()
	def = ""; type = ""; value = "-"; nr = 0
}
section == "definitions" && indent == 4 && key == "name" { def = val }
section == "definitions" && indent == 4 && key == "type" { type = val }
section == "definitions" && indent == 4 && key == "value" { value = val }
section == "definitions" && indent == 4 && key == "entries" && val != "" {
	n = list_of(val)
	for (i = 1; i <= n; i++)
		print "enum", def, items[i], i - 1
}
section == "definitions" && indent == 8 && key == "name" {
	if (type == "flags")
		print "flag", def, val, nr++
	else {
		unit_end()
		member = val; mtype = "-"; mlen = 1
	}
}
section == "definitions" && indent == 8 && key == "type" { mtype = val }
section == "definitions" && indent == 8 && key == "len" { mlen = val }

section == "attribute-sets" && indent == 4 && key == "name" {
	unit_end()
	set = val
}
section == "attribute-sets" && indent == 8 && key == "name" {
	unit_end()
	attr = val; value = "-"; type = "-"; min = "-"; max = "-"; maxlen = "-"
}
section == "attribute-sets" && indent == 8 && key == "value" { value = val }
section == "attribute-sets" && indent == 8 && key == "type" { type = val }
section == "attribute-sets" && indent == 10 && key == "min" { min = val }
section == "attribute-sets" && indent == 10 && key == "max" { max = val }
section == "attribute-sets" && indent == 10 && key == "max-len" { maxlen = val }

section == "operations" && indent == 6 && key == "name" {
	op_end()
	op = val; perm = "open"; nr_requests = 0; way = ""; is_event = 0
}
section == "operations" && indent == 6 && key == "value" { value = val }
section == "operations" && indent == 6 && key == "attribute-set" { opset = val }
section == "operations" && indent == 6 && key == "flags" && val ~ /admin-perm/ {
	perm = "admin"
}
section == "operations" && indent == 6 && (key == "do" || key == "dump") {
	way = key
	nr_requests++
	requests[nr_requests] = way " -"
}
section == "operations" && indent == 6 && key == "event" { is_event = 1 }
section == "operations" && indent == 8 { part = key }
section == "mcast-groups" && indent == 6 && key == "name" { print "group", val }
section == "operations" && indent == 10 && key == "attributes" && part == "request" {
	nr_requests--
	n = list_of(val)
	for (i = 1; i <= n; i++)
		requests[++nr_requests] = way " " items[i]
}

END {
	unit_end()
	op_end()
}
