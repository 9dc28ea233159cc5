// SPDX-License-Identifier: GPL-2.0-or-later
/* The man page zram.json(5), from the tables of keys. */

#include "gen_impl.h"

#include <stdio.h>

#include "cmd.h"
#include "config_impl.h"

static void put_key(const char *section, const char *name, const char *value,
		    const char *help)
{
	fputs(".TP\n\\fB", stdout);
	gen_put(section);
	fputs(*section ? "." : "", stdout);
	gen_put(name);
	fputs("\\fR", stdout);
	if (value) {
		fputs(" (", stdout);
		gen_put(value);
		putchar(')');
	}
	putchar('\n');
	gen_put(help);
	putchar('\n');
}

void gen_man5(void)
{
	printf(".\\\" made by zramctl help --print man5\n"
	       ".TH ZRAM.JSON 5 \"\" \"zramkit %s\" \"File Formats\"\n"
	       ".SH NAME\nzram.json \\- zram devices, and how the daemon treats them\n"
	       ".SH SYNOPSIS\n" CONFIG_FILE "\n.br\n" CONFIG_FILE ".d/*.json\n"
	       ".SH DESCRIPTION\n"
	       "The devices are for zramctl apply to make, the rest is for zramctl daemon.\n"
	       "Files of the folder are read in the order of their names; a later one overrides "
	       "single keys of an earlier one. Every key may be left out.\n"
	       "zramctl policy check says whether a file is right.\n"
	       ".PP\nTimes are seconds or \"90s\", \"15m\", \"2h\", \"1d\"; sizes are bytes or "
	       "\"64M\", \"1G\" (powers of 1024); shares are \"5%%\".\n"
	       ".SH DEVICES\n", cmd_own_version());
	for (const struct config_device_key *k = config_device_keys; k->name; k++)
		put_key("devices.zramN", k->name, NULL, k->help);
	puts(".SH KEYS OF THE DAEMON\nThe defaults are in brackets.");
	for (size_t i = 0; i < config_nr_keys; i++)
		put_key(config_keys[i].section, config_keys[i].name,
			config_keys[i].initial, config_keys[i].help);
	puts(".SH EXAMPLE\n.nf\n"
	     "{\n"
	     "  \"devices\": {\n"
	     "    \"zram0\": { \"algo\": \"zstd\", \"size\": \"50%\", \"swap\": true }\n"
	     "  },\n"
	     "  \"policy\": { \"budget\": { \"day\": \"2G\" } }\n"
	     "}\n.fi\n"
	     ".SH SEE ALSO\nzramctl(8)");
}
