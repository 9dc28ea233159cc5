// SPDX-License-Identifier: GPL-2.0-or-later
/* The man page zramctl(8). */

#include "gen_impl.h"

#include <stdio.h>

#include "cmd.h"
#include "out.h"
#include "ul.h"

/* Text for roff: a new line of ours is one of its own, an empty one a break. */
void gen_put(const char *s)
{
	bool at_start = true;

	for (; *s; s++) {
		if (*s == '\n' && s[1] == '\n') {
			fputs("\n.PP", stdout);
			continue;
		}
		if (at_start && (*s == '.' || *s == '\''))
			fputs("\\&", stdout);
		if (*s == '\\')
			fputs("\\e", stdout);
		else if (*s == '-')
			fputs("\\-", stdout);
		else
			putchar(*s);
		at_start = *s == '\n';
	}
}

static void put_line(const char *s)
{
	gen_put(s);
	putchar('\n');
}

static void put_options(const struct cmd_opt *opt)
{
	for (; opt && opt->name; opt++) {
		fputs(".TP\n", stdout);
		if (opt->letter)
			printf("\\fB\\-%c\\fR, ", opt->letter);
		fputs("\\fB\\-\\-", stdout);
		gen_put(opt->name);
		fputs("\\fR", stdout);
		if (opt->arg) {
			fputs(" \\fI", stdout);
			gen_put(opt->arg);
			fputs("\\fR", stdout);
		}
		putchar('\n');
		put_line(opt->help);
	}
}

static const char *unit_of(const struct out_col *col)
{
	switch (col->unit) {
	case OUT_BYTES:
		return ", bytes";
	case OUT_SECONDS:
		return ", seconds";
	case OUT_PERCENT:
		return ", percent";
	default:
		return "";
	}
}

static const char *type_of(const struct out_col *col)
{
	switch (col->type) {
	case OUT_STRING:
		return "string";
	case OUT_BOOL:
		return "boolean";
	default:
		return "number";
	}
}

static void put_columns(const struct out_col *cols, const char *shown)
{
	if (!cols)
		return;
	puts(".PP\nColumns, and their keys in JSON (null: the row has no such "
	     "value):");
	for (; cols->name; cols++) {
		fputs(".TP\n\\fB", stdout);
		gen_put(cols->name);
		fputs("\\fR, \\fI", stdout);
		gen_put(cols->key);
		printf("\\fR (%s%s)\n", type_of(cols), unit_of(cols));
		put_line(cols->help);
	}
	if (shown) {
		fputs(".PP\nShown unasked: ", stdout);
		gen_put(shown);
		puts(".");
	}
}

static void put_keys(const struct cmd_key *key, bool more)
{
	if (key)
		printf(".PP\nKeys in JSON%s:\n", more ? ", besides those of columns" : "");
	for (; key && key->name; key++) {
		fputs(".TP\n\\fI", stdout);
		gen_put(key->name);
		puts("\\fR");
		put_line(key->help);
	}
}

static void put_command(const struct cmd *cmd)
{
	printf(".SS zramctl %s%s", cmd->name,
	       cmd->opts && cmd->opts->name ? " [OPTION]..." : "");
	if (cmd->operands) {
		putchar(' ');
		gen_put(cmd->operands);
	}
	printf("\n%c", cmd->summary[0] - 'a' + 'A');
	gen_put(cmd->summary + 1);
	puts(".");
	if (cmd->details) {
		puts(".PP");
		put_line(cmd->details);
	}
	put_options(cmd->opts);
	put_keys(cmd->keys, cmd->cols);
	put_columns(cmd->cols, cmd->shown);
}

void gen_man(void)
{
	printf(".\\\" made by zramctl help --print man\n"
	       ".TH ZRAMCTL 8 \"\" \"zramkit %s\" \"System Administration\"\n"
	       ".SH NAME\nzramctl \\- compressed RAM block devices: make them, "
	       "watch them, look into them\n"
	       ".SH SYNOPSIS\n\\fBzramctl\\fR \\fICOMMAND\\fR "
	       "[\\fIOPTION\\fR]...\n"
	       ".PP\n\\fBzramctl\\fR [\\fIOPTION\\fR]... [\\fIDEVICE\\fR]...\n"
	       ".SH DESCRIPTION\n"
	       "zram is a block device that lives in memory and compresses what "
	       "is written to it.\n"
	       "zramctl makes, changes, lists and removes such devices, shows "
	       "them live and tells cold pages from hot ones.\n"
	       "A device is named zram0, /dev/zram0 or 0.\n"
	       "Sizes are bytes, or end with K, M, G, T, P (powers of 1024, as "
	       "KiB and so on) or KB, MB, ... (powers of 1000).\n"
	       ".SH COMMANDS\n", cmd_own_version());
	for (const struct cmd *const *c = cmd_table; *c; c++)
		put_command(*c);
	puts(".SH WITHOUT A COMMAND\nIt does what the zramctl of "
	     "util\\-linux does:\n.nf");
	gen_put(ul_synopsis);
	puts(".fi");
	put_options(ul_options);
	puts(".PP\nColumns of that table:\n.nf");
	ul_print_columns(stdout, "%-12s %s\n");
	puts(".fi\n.SH EXIT STATUS\n"
	     "0: done; 1: failed; 2: wrong usage; 3: partly done; 4: the kernel "
	     "lacks something.\nWithout a command: 0 or 1.\n"
	     ".SH FILES\n.TP\n/dev/zramN\nthe devices\n"
	     ".TP\n/sys/fs/bpf/zram/\nthe observer's maps, see "
	     "bpftool\\-map(8)\n"
	     ".TP\n/sys/block/zramN/\nthe attributes that the kernel's own zram "
	     "has, too\n"
	     ".TP\n/etc/zramkit/zram.json\nwhat apply makes and the daemon obeys, see "
	     "zram.json(5)\n"
	     ".SH EXAMPLES\nHalf of memory as swap, and how it does:\n.PP\n.nf\n"
	     "    zramctl create \\-\\-algo zstd \\-\\-swap\n"
	     "    zramctl list\n"
	     "    zramctl heat zram0 \\-\\-coldest 10\n.fi\n"
	     ".PP\nCold pages into packs, the coldest of them to a disk:\n.PP\n.nf\n"
	     "    zramctl pack zram0 \\-\\-older 4h\n"
	     "    zramctl attach zram0 /dev/vg0/zram\n"
	     "    zramctl writeback zram0 \\-\\-older 20h \\-\\-max\\-bytes 300M\n.fi\n"
	     ".PP\nAway with it:\n.PP\n.nf\n"
	     "    swapoff /dev/zram0\n"
	     "    zramctl remove zram0\n.fi\n"
	     ".SH SEE ALSO\nzram.json(5), mkswap(8), swapon(8), bpftool\\-map(8)");
}
