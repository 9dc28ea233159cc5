// SPDX-License-Identifier: GPL-2.0-or-later
/* zramctl tune: the kernel's settings around a device. */
#include "cmd.h"

#include <errno.h>
#include <json-c/json.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "folios.h"
#include "model.h"
#include "out.h"
#include "tune.h"
#include "util.h"

#define SHOWN "SETTING,NOW,ADVICE"

static const char *const verdict_name[] = { "fine", "change", "decide" };

static bool get_name(const void *row, struct out_val *v)
{
	v->s = ((const struct tune_row *)row)->name;
	return true;
}

static bool get_now(const void *row, struct out_val *v)
{
	v->s = ((const struct tune_row *)row)->now;
	return v->s[0];
}

static bool get_advice(const void *row, struct out_val *v)
{
	v->s = ((const struct tune_row *)row)->advice;
	return v->s[0];
}

static bool get_verdict(const void *row, struct out_val *v)
{
	v->s = verdict_name[((const struct tune_row *)row)->verdict];
	return true;
}

static bool get_why(const void *row, struct out_val *v)
{
	v->s = ((const struct tune_row *)row)->why;
	return true;
}

static const struct out_col columns[] = {
	{ "SETTING", "setting", OUT_STRING, OUT_NONE, get_name, "what it is" },
	{ "NOW", "now", OUT_STRING, OUT_NONE, get_now, "as it is" },
	{ "ADVICE", "advice", OUT_STRING, OUT_NONE, get_advice,
	  "as it should be; nothing when it is fine" },
	{ "VERDICT", "verdict", OUT_STRING, OUT_NONE, get_verdict,
	  "fine; change: --apply does it; decide: for you to decide" },
	{ "WHY", "why", OUT_STRING, OUT_NONE, get_why, "the reason" },
	{ .name = NULL }
};

/* @text in lines of at most @width, each begun with @indent blanks. */
static void print_wrapped(const char *text, int indent, int width)
{
	int at = 0;

	while (*text) {
		int len = strcspn(text, " ");

		if (at && at + 1 + len > width - indent) {
			putchar('\n');
			at = 0;
		}
		at += printf("%*s%.*s", at ? 1 : indent, at ? " " : "", len,
			     text) - (at ? 0 : indent);
		text += len;
		while (*text == ' ')
			text++;
	}
	putchar('\n');
}

static int width_of_stdout(void)
{
	struct winsize w;

	if (!ioctl(STDOUT_FILENO, TIOCGWINSZ, &w) && w.ws_col >= 40)
		return w.ws_col < 100 ? w.ws_col : 100;
	return 80;
}

static void print_text(const struct tune_facts *f, const struct tune_row *row,
		       size_t nr)
{
	int width = width_of_stdout();
	size_t change = 0;

	for (size_t i = 0; i < nr; i++) {
		printf("%-26s %s", row[i].name, row[i].now);
		if (row[i].advice[0])
			printf(" -> %s", row[i].advice);
		puts(row[i].verdict == TUNE_FINE ? "  (fine)" :
		     row[i].verdict == TUNE_DECIDE ? "  (yours to decide)" : "");
		print_wrapped(row[i].why, 4, width);
		change += row[i].verdict == TUNE_CHANGE;
	}
	if (nr < 2)
		print_wrapped("zram is not used as swap here, so the settings of swap do not concern it", 0, width);
	else if (change)
		printf("\n'zramctl tune --apply' makes %zu of these changes, '--undo' puts them back.\n",
		       change);
}

/* As a table or JSON. */
static enum cmd_result print_rows(const struct tune_row *row, size_t nr,
				  const struct out_opts *opts)
{
	struct out *o;

	if (out_open(&o, columns, SHOWN, opts))
		return CMD_USAGE;
	for (size_t i = 0; i < nr; i++) {
		if (out_row(o, &row[i])) {
			out_drop(o);
			util_error("out of memory");
			return CMD_FAILED;
		}
	}
	return out_close(o) ? CMD_FAILED : CMD_OK;
}

static enum cmd_result print_applied(const struct tune_row *row, size_t nr, bool persist)
{
	struct json_object *root = json_object_new_object();
	struct json_object *list = json_object_new_array();

	for (size_t i = 0; i < nr; i++)
		if (row[i].verdict == TUNE_CHANGE)
			json_object_array_add(list, out_object(columns, &row[i]));
	json_object_object_add(root, "settings", list);
	json_object_object_add(root, "persist", json_object_new_boolean(persist));
	return out_json(root) ? CMD_FAILED : CMD_OK;
}

static enum cmd_result apply(const struct tune_row *row, size_t nr,
			     bool persist, bool json)
{
	struct tune_error e;
	size_t changed;

	if (tune_apply("", row, nr, persist, &changed, &e)) {
		util_error("%s", e.text);
		return changed ? CMD_PARTLY : CMD_FAILED;
	}
	if (json)
		return print_applied(row, nr, persist);
	for (size_t i = 0; i < nr; i++)
		if (row[i].verdict == TUNE_CHANGE)
			printf("%s: %s -> %s\n", row[i].name, row[i].now,
			       row[i].advice);
	if (!changed)
		puts("nothing to change");
	if (persist && changed)
		puts("this also holds after a reboot");
	return CMD_OK;
}

static enum cmd_result print_restored(size_t restored, size_t kept)
{
	struct json_object *root = json_object_new_object();

	json_object_object_add(root, "restored", json_object_new_uint64(restored));
	json_object_object_add(root, "kept", json_object_new_uint64(kept));
	return out_json(root) ? CMD_FAILED : CMD_OK;
}

/* Of create --large-folios, too: after this, zramctl may go. */
static enum cmd_result undo(bool json)
{
	enum cmd_result result = CMD_OK;
	size_t restored = 0, kept = 0;
	bool folios = folios_undo();
	struct tune_error e;
	int err;

	err = tune_undo("", &restored, &kept, &e);
	if (err && !(err == -ENOENT && folios)) {
		util_error("%s", e.text);
		return restored ? CMD_PARTLY : CMD_FAILED;
	}
	if (json)
		result = print_restored(restored, kept);
	else if (!err)
		printf("%zu settings put back\n", restored);
	if (kept)
		util_note("%zu settings stay as they are, since they were changed again after --apply",
			  kept);
	return result;
}

static enum cmd_result run(const struct cmd_args *args)
{
	bool persist = cmd_has(args, "persist");
	bool does_apply = cmd_has(args, "apply") || persist;
	struct tune_row row[TUNE_ROWS];
	struct tune_facts f;
	struct tune_error e;
	uint32_t id = TUNE_ANY;
	struct out_opts opts;
	size_t nr;

	cmd_out_opts(args, &opts);
	opts.array = "settings";
	if ((does_apply || cmd_has(args, "undo")) && opts.columns)
		return cmd_usage(args, "--output is for looking, not for changing");
	if (cmd_has(args, "undo")) {
		if (does_apply || args->nr_operands)
			return cmd_usage(args, "--undo goes with nothing but --json");
		return undo(opts.json);
	}
	if (args->nr_operands && model_parse_name(args->operand[0], &id))
		return cmd_usage(args, "'%s' is not the name of a zram device; "
				 "say zram0 or /dev/zram0", args->operand[0]);
	if (tune_read(&f, "", id, &e)) {
		util_error("%s", e.text);
		return CMD_FAILED;
	}
	nr = tune_advise(&f, row);
	if (does_apply)
		return apply(row, nr, persist, opts.json);
	if (opts.json || opts.columns)
		return print_rows(row, nr, &opts);
	print_text(&f, row, nr);
	return CMD_OK;
}

static const struct cmd_key keys[] = {
	{ "settings", "list of objects with the keys of columns; of --apply, those that it changed" },
	{ "persist", "of --apply: whether it lasts" },
	{ "restored, kept", "of --undo: settings put back, and left since they were changed again" },
	{ 0 }
};

static const struct cmd_opt options[] = {
	{ "apply", 0, NULL, "make the changes; what was there before is noted" },
	{ "undo", 0, NULL, "put back what --apply changed, for later boots too, "
	  "and what create did for large folios" },
	{ "persist", 0, NULL, "apply, and write files so that it lasts" },
	{ "json", 'J', NULL, "print JSON" },
	{ "output", 'o', "LIST", "print a table of these columns; +LIST adds to SETTING, NOW and ADVICE" },
	{ "noheadings", 'n', NULL, "print no headings over it" },
	{ .name = NULL }
};

const struct cmd cmd_tune = {
	.name = "tune",
	.operands = "[DEVICE]",
	.max = 1,
	.summary = "show what the kernel's settings mean for a device",
	.details =
"Shows each setting of the kernel that matters to the device (the first zram\n"
"swap when none is named), what would fit better, and why. Nothing is changed\n"
"without --apply.\n"
"\n"
"--apply changes what is marked with '->', except what is yours to decide.\n"
"The old values are noted in " TUNE_STATE ", from which\n"
"--undo puts them back. --persist writes " TUNE_SYSCTL "\n"
"and, for zswap, " TUNE_TMPFILES ".",
	.opts = options,
	.cols = columns,
	.keys = keys,
	.run = run,
};
