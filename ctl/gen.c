// SPDX-License-Identifier: GPL-2.0-or-later
/* Man pages and shell completions: which one is wanted. */

#include "gen.h"
#include "gen_impl.h"

#include <errno.h>
#include <string.h>

#include "util.h"

int gen_print(const char *what)
{
	static const struct {
		const char *name;
		void (*print)(void);
	} kinds[] = {
		{ "man", gen_man },
		{ "man5", gen_man5 },
		{ "bash", gen_bash },
		{ "zsh", gen_zsh },
		{ "fish", gen_fish },
	};

	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++)
		if (!strcmp(kinds[i].name, what)) {
			kinds[i].print();
			return 0;
		}
	return -EINVAL;
}
