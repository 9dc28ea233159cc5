// SPDX-License-Identifier: GPL-2.0-or-later
/* Lists of slots in files. */

#include "ranges.h"
#include "util.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BLANKS " \t\r\n"

/* 1: a range; 0: nothing on the line; -EINVAL. */
static int parse_line(char *line, struct zram_slot_range *r)
{
	uint64_t first, last;
	size_t len;
	char *dash;

	line[strcspn(line, "#")] = 0;
	line += strspn(line, BLANKS);
	for (len = strlen(line); len && strchr(BLANKS, line[len - 1]); len--)
		line[len - 1] = 0;
	if (!*line)
		return 0;
	dash = strchr(line, '-');
	if (dash)
		*dash++ = 0;
	if (util_parse_u64(line, &first) ||
	    util_parse_u64(dash ? dash : line, &last) || last < first ||
	    last == UINT64_MAX)
		return -EINVAL;
	*r = (struct zram_slot_range){ first, last - first + 1 };
	return 1;
}

/* One that goes on where the last one ends, or begins within it, makes that longer. */
static bool merge(struct zram_slot_range *last, const struct zram_slot_range *r)
{
	uint64_t end = last->first + last->count;

	if (r->first < last->first || r->first > end)
		return false;
	if (r->first + r->count > end)
		last->count = r->first + r->count - last->first;
	return true;
}

static int add_line(char *line, const char *file, unsigned int n,
		    struct zram_slot_range *list, size_t *nr)
{
	struct zram_slot_range r;
	int got = parse_line(line, &r);

	if (got < 0) {
		util_error("%s: line %u is neither N nor N-M", file, n);
		return -EINVAL;
	}
	if (!got || (*nr && merge(&list[*nr - 1], &r)))
		return 0;
	if (*nr == RANGES_MAX) {
		util_error("%s has more than %d ranges, although slots that follow "
			   "each other count as one", file, RANGES_MAX);
		return -E2BIG;
	}
	list[(*nr)++] = r;
	return 0;
}

static int read_lines(FILE *f, const char *file, struct zram_slot_range *list,
		      size_t *nr)
{
	char *line = NULL;
	size_t room = 0;
	int err = 0;

	for (unsigned int n = 1; !err && getline(&line, &room, f) >= 0; n++)
		err = add_line(line, file, n, list, nr);
	free(line);
	if (err)
		return err;
	if (ferror(f)) {
		util_error("cannot read %s: %s", file, strerror(errno));
		return -EIO;
	}
	if (!*nr) {
		util_error("%s lists no slots", file);
		return -EINVAL;
	}
	return 0;
}

int ranges_read(const char *file, struct zram_slot_range **ranges, size_t *nr)
{
	bool is_stdin = !strcmp(file, "-");
	FILE *f = is_stdin ? stdin : fopen(file, "re");
	int err;

	*nr = 0;
	*ranges = NULL;
	if (!f) {
		err = -errno;
		util_error("cannot open %s: %s", file, strerror(-err));
		return err;
	}
	*ranges = calloc(RANGES_MAX, sizeof(**ranges));
	if (*ranges) {
		err = read_lines(f, is_stdin ? "stdin" : file, *ranges, nr);
	} else {
		util_error("out of memory");
		err = -ENOMEM;
	}
	if (!is_stdin)
		fclose(f);
	return err;
}
