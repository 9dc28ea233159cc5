// SPDX-License-Identifier: GPL-2.0-or-later
/* The configuration of zram-generator, as far as the names of devices go. */
#include "generator.h"

#include <glob.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "util.h"

/* In the order of precedence: the first main file counts, and all drop-ins do. */
static const char *const dirs[] = {
	"/etc/systemd", "/run/systemd", "/usr/local/lib/systemd", "/usr/lib/systemd",
};

/* 1: names it, 0: does not, -1: no such file. */
static int names(const char *path, uint32_t id)
{
	FILE *f = fopen(path, "re");
	char line[512], want[32];
	int found = 0;

	if (!f)
		return -1;
	snprintf(want, sizeof(want), "[zram%" PRIu32 "]", id);
	while (!found && fgets(line, sizeof(line), f)) {
		char *s = line + strspn(line, " \t");

		s[strcspn(s, " \t\r\n")] = 0;
		found = !strcmp(s, want);
	}
	fclose(f);
	return found;
}

static bool main_file(const char *root, uint32_t id, char *file, size_t len)
{
	for (size_t i = 0; i < ARRAY_SIZE(dirs); i++) {
		int is;

		snprintf(file, len, "%s%s/zram-generator.conf", root, dirs[i]);
		is = names(file, id);
		if (is >= 0)
			return is;
	}
	return false;
}

static bool drop_in(const char *root, uint32_t id, char *file, size_t len)
{
	bool found = false;

	for (size_t i = 0; i < ARRAY_SIZE(dirs) && !found; i++) {
		char pattern[300];
		glob_t g;

		snprintf(pattern, sizeof(pattern), "%s%s/zram-generator.conf.d/*.conf", root,
			 dirs[i]);
		if (glob(pattern, 0, NULL, &g))
			continue;
		for (size_t n = 0; n < g.gl_pathc && !found; n++) {
			found = names(g.gl_pathv[n], id) == 1;
			if (found)
				snprintf(file, len, "%s", g.gl_pathv[n]);
		}
		globfree(&g);
	}
	return found;
}

bool generator_makes(const char *root, uint32_t id, char *file, size_t len)
{
	return main_file(root, id, file, len) || drop_in(root, id, file, len);
}
