// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Runs a table of sysfs probes against a zram module, stock or ours, and
 * prints one TAP line a case.
 *
 * A table has one step a line; "case NAME" begins a case, which gets a fresh
 * device from hot_add and has it removed again. A step may start with a
 * condition in brackets, [ours], [stock], [full] (ours, or stock with every
 * option), [6.1], [6.12,7.3] (either), [!7.3];
 * several must all hold.
 *
 *   w ATTR VALUE ANSWER     one write(2); ANSWER is ok or the name of an errno
 *   r ATTR ANSWER           one read; ANSWER is the text in quotes, or an errno
 *   m ATTR REGEX            the text matches
 *   rn ATTR BYTES POSITION REGEX END   one read of BYTES from POSITION; the text
 *                           matches and the position is END then
 *   mode ATTR OCTAL         permissions
 *   absent ATTR             no such file
 *   hold | release          open the device, close it
 *   put PAGE COUNT SET ANSWER     write pages (SET: zero, word, random, text)
 *   get PAGE COUNT SET            read pages and compare
 *   trim PAGE COUNT               discard
 *
 * ATTR is a file of the device, or a path; "$N" in a path or value is the
 * number of the device. Text in quotes knows \n, \\ and \". REPn:TEXT is TEXT
 * n times.
 */
#include "pageset.h"

#include <linux/fs.h>
#include <regex.h>
#include <sys/ioctl.h>
#include <sys/stat.h>

#define MAX_WORDS 8
#define MAX_TEXT 8192
#define CONTROL "/sys/class/zram-control/"

static const struct {
	const char *name;
	int number;
} errnos[] = {
	{ "ok", 0 }, { "EINVAL", EINVAL }, { "EBUSY", EBUSY }, { "ERANGE", ERANGE },
	{ "E2BIG", E2BIG }, { "ENODEV", ENODEV }, { "ENOMEM", ENOMEM },
	{ "EACCES", EACCES }, { "ENOENT", ENOENT }, { "EIO", EIO }, { "EPERM", EPERM },
	{ "EOPNOTSUPP", EOPNOTSUPP }, { "ENOSPC", ENOSPC }, { "ENOTBLK", ENOTBLK }, { "ENOTDIR", ENOTDIR },
	{ "EISDIR", EISDIR }, { "ENAMETOOLONG", ENAMETOOLONG },
};

static struct {
	const char *module, *kernel, *table;
	unsigned int line;
	int device;		/* N of zramN; -1: none */
	int held;		/* descriptor of "hold" */
	unsigned int cases, bad_cases;
	bool in_case, bad;
	char name[128];
} run = { .device = -1, .held = -1 };

static const char *errno_name(int number)
{
	static char other[16];
	size_t i;

	for (i = 0; i < sizeof(errnos) / sizeof(*errnos); i++)
		if (errnos[i].number == number)
			return errnos[i].name;
	snprintf(other, sizeof(other), "errno %d", number);
	return other;
}

static void complain(const char *format, ...)
{
	va_list args;

	run.bad = true;
	printf("# %s:%u: ", run.table, run.line);
	va_start(args, format);
	vprintf(format, args);
	va_end(args);
	putchar('\n');
}

/* Replaces $N by the number of the device. */
static void expand(const char *in, char *out, size_t room)
{
	const char *at;
	size_t used = 0;

	while ((at = strstr(in, "$N"))) {
		used += snprintf(out + used, room - used, "%.*s%d", (int)(at - in), in,
				 run.device);
		in = at + 2;
	}
	snprintf(out + used, room - used, "%s", in);
}

static const char *path_of(const char *attribute)
{
	static char path[512];

	if (attribute[0] == '/')
		expand(attribute, path, sizeof(path));
	else
		snprintf(path, sizeof(path), "/sys/block/zram%d/%.400s",
			 run.device, attribute);
	return path;
}

/* Returns 0 or an errno. */
static int write_attribute(const char *path, const char *value)
{
	int fd = open(path, O_WRONLY), rc = 0;

	if (fd < 0)
		return errno;
	if (write(fd, value, strlen(value)) < 0)
		rc = errno;
	close(fd);
	return rc;
}

static int read_attribute(const char *path, char *text, size_t room)
{
	int fd = open(path, O_RDONLY), rc = 0;
	ssize_t got;

	text[0] = '\0';
	if (fd < 0)
		return errno;
	got = read(fd, text, room - 1);
	if (got < 0)
		rc = errno;
	else
		text[got] = '\0';
	close(fd);
	return rc;
}

/* One word of the line, quotes and escapes undone; advances *at. */
static bool next_word(char **at, char *word, bool *quoted)
{
	char *in = *at, *out = word;

	in += strspn(in, " \t\n");
	*quoted = *in == '"';
	if (!*in || *in == '#')
		return false;
	if (*quoted) {
		for (in++; *in && *in != '"'; in++) {
			/* other escapes belong to patterns and stay */
			if (*in == '\\' && in[1] && strchr("n\"\\", in[1]))
				*out++ = *++in == 'n' ? '\n' : *in;
			else
				*out++ = *in;
		}
		if (*in++ != '"')
			die("%s:%u: a quote is not closed", run.table, run.line);
	} else {
		while (*in && !strchr(" \t\n", *in))
			*out++ = *in++;
	}
	*out = '\0';
	*at = in;
	return true;
}

/* "stock" is either stock module, "full" any but Debian's. */
static bool is_module(const char *word)
{
	if (!strcmp(word, "full"))
		return strcmp(run.module, "stock");
	if (!strcmp(word, "stock"))
		return strcmp(run.module, "ours");
	return !strcmp(word, run.module);
}

static bool condition_holds(char *word)
{
	bool negated = *word == '!', found = false;
	char *one;

	word[strcspn(word, "]")] = '\0';
	for (one = strtok(word + negated, ","); one; one = strtok(NULL, ","))
		found |= is_module(one) || !strcmp(one, run.kernel);
	return found != negated;
}

static void release(void)
{
	if (run.held >= 0)
		close(run.held);
	run.held = -1;
}

static void end_case(void)
{
	char number[16];
	int rc;

	if (!run.in_case)
		return;
	release();
	snprintf(number, sizeof(number), "%d", run.device);
	rc = write_attribute(CONTROL "hot_remove", number);
	if (rc)
		complain("cannot remove the device: %s", errno_name(rc));
	run.cases++;
	run.bad_cases += run.bad;
	printf("%s %u - %s\n", run.bad ? "not ok" : "ok", run.cases, run.name);
	run.in_case = false;
}

static void begin_case(const char *rest)
{
	char text[64];
	int rc;

	end_case();
	snprintf(run.name, sizeof(run.name), "%.*s", (int)strcspn(rest, "\n"), rest);
	rc = read_attribute(CONTROL "hot_add", text, sizeof(text));
	if (rc)
		die("hot_add: %s", errno_name(rc));
	run.device = atoi(text);
	run.in_case = true;
	run.bad = false;
}

static void step_write(const char *attribute, char *value, const char *answer)
{
	static char text[MAX_TEXT], one[MAX_TEXT];
	unsigned int times, skip = 0;
	int rc;

	if (sscanf(value, "REP%u:%n", &times, &skip) == 1 && skip) {
		for (text[0] = '\0'; times--; )
			strncat(text, value + skip, sizeof(text) - strlen(text) - 1);
	} else {
		expand(value, one, sizeof(one));
		strcpy(text, one);
	}
	rc = write_attribute(path_of(attribute), text);
	if (strcmp(errno_name(rc), answer))
		complain("writing '%.40s' to %s gave %s, not %s", text, attribute,
			 errno_name(rc), answer);
}

static void step_read(const char *attribute, const char *answer, bool is_text)
{
	static char text[MAX_TEXT], want[MAX_TEXT];
	int rc = read_attribute(path_of(attribute), text, sizeof(text));

	expand(answer, want, sizeof(want));
	if (!is_text || rc) {
		if (is_text || strcmp(errno_name(rc), answer))
			complain("reading %s gave %s, not %s", attribute,
				 errno_name(rc), is_text ? "text" : answer);
		return;
	}
	if (strcmp(text, want))
		complain("%s reads '%s', not '%s'", attribute, text, want);
}

static void step_match(const char *attribute, const char *pattern)
{
	static char text[MAX_TEXT];
	int rc = read_attribute(path_of(attribute), text, sizeof(text));
	regex_t regex;

	if (regcomp(&regex, pattern, REG_EXTENDED | REG_NOSUB))
		die("%s:%u: bad pattern", run.table, run.line);
	if (rc || regexec(&regex, text, 0, NULL, 0))
		complain("%s reads '%s' (%s), which does not match '%s'", attribute,
			 text, errno_name(rc), pattern);
	regfree(&regex);
}

/* @w: attribute, bytes, position, pattern, position afterwards. */
static void step_read_at(char w[][MAX_TEXT])
{
	size_t bytes = strtoul(w[1], NULL, 0);
	off_t end = strtoul(w[4], NULL, 0), at = -1;
	char *text = get_pages(bytes + 1);
	int fd = open(path_of(w[0]), O_RDONLY);
	regex_t regex;
	ssize_t got;

	if (regcomp(&regex, w[3], REG_EXTENDED | REG_NOSUB))
		die("%s:%u: bad pattern", run.table, run.line);
	got = lseek(fd, strtoul(w[2], NULL, 0), SEEK_SET) < 0 ? -1 : read(fd, text, bytes);
	if (got < 0)
		complain("reading %s: %s", w[0], errno_name(errno));
	else if (regexec(&regex, text, 0, NULL, 0))
		complain("%s bytes of %s read '%s', which does not match '%s'", w[1],
			 w[0], text, w[3]);
	else if ((at = lseek(fd, 0, SEEK_CUR)) != end)
		complain("%s is at %lld then, not %s", w[0], (long long)at, w[4]);
	regfree(&regex);
	munmap(text, bytes + 1);
	close(fd);
}

static void step_mode(const char *attribute, const char *octal)
{
	struct stat st;

	if (stat(path_of(attribute), &st))
		complain("%s: %s", attribute, errno_name(errno));
	else if ((st.st_mode & 07777) != strtoul(octal, NULL, 8))
		complain("%s has mode %04o, not %s", attribute, st.st_mode & 07777,
			 octal);
}

static int open_device(int flags)
{
	char path[32];
	int fd;

	snprintf(path, sizeof(path), "/dev/zram%d", run.device);
	fd = open(path, flags);
	if (fd < 0)
		complain("%s: %s", path, errno_name(errno));
	return fd;
}

static void make_page(const char *name, size_t index, char *page)
{
	static struct pageset set;
	static char loaded[16];

	if (strcmp(loaded, name)) {
		pageset_load(&set, name);
		snprintf(loaded, sizeof(loaded), "%s", name);
	}
	page_make(&set, index, !strcmp(name, "text"), 0, page);
}

static void step_pages(const char *verb, char words[][MAX_TEXT])
{
	size_t page = strtoul(words[0], NULL, 0), count = strtoul(words[1], NULL, 0), i;
	uint64_t range[2] = { page * PAGE, count * PAGE };
	int fd = open_device(O_RDWR | O_DIRECT), rc = 0;
	char *buffer = get_pages(count * PAGE), expected[PAGE];

	if (fd < 0)
		return;
	if (!strcmp(verb, "trim")) {
		rc = ioctl(fd, BLKDISCARD, range) ? errno : 0;
		if (rc)
			complain("discard: %s", errno_name(rc));
	} else if (!strcmp(verb, "put")) {
		for (i = 0; i < count; i++)
			make_page(words[2], page + i, buffer + i * PAGE);
		if (pwrite(fd, buffer, range[1], range[0]) < 0)
			rc = errno;
		if (strcmp(errno_name(rc), words[3]))
			complain("writing pages gave %s, not %s", errno_name(rc),
				 words[3]);
	} else {
		if (pread(fd, buffer, range[1], range[0]) != (ssize_t)range[1])
			complain("reading pages: %s", errno_name(errno));
		for (i = 0; i < count; i++) {
			make_page(words[2], page + i, expected);
			if (memcmp(expected, buffer + i * PAGE, PAGE))
				complain("page %zu reads wrong", page + i);
		}
	}
	munmap(buffer, count * PAGE);
	close(fd);
}

static void step(const char *verb, char words[][MAX_TEXT], unsigned int count,
		 bool last_quoted)
{
	if (!strcmp(verb, "w") && count == 3)
		step_write(words[0], words[1], words[2]);
	else if (!strcmp(verb, "r") && count == 2)
		step_read(words[0], words[1], last_quoted);
	else if (!strcmp(verb, "m") && count == 2)
		step_match(words[0], words[1]);
	else if (!strcmp(verb, "rn") && count == 5)
		step_read_at(words);
	else if (!strcmp(verb, "mode") && count == 2)
		step_mode(words[0], words[1]);
	else if (!strcmp(verb, "absent") && count == 1)
		step_read(words[0], "ENOENT", false);
	else if (!strcmp(verb, "hold"))
		run.held = open_device(O_RDWR);
	else if (!strcmp(verb, "release"))
		release();
	else if ((!strcmp(verb, "put") && count == 4) ||
		 (!strcmp(verb, "get") && count == 3) ||
		 (!strcmp(verb, "trim") && count == 2))
		step_pages(verb, words);
	else
		die("%s:%u: cannot understand this step", run.table, run.line);
}

static void one_line(char *line)
{
	static char words[MAX_WORDS][MAX_TEXT], verb[MAX_TEXT];
	unsigned int count = 0;
	bool quoted = false, last_quoted = false;

	if (!strncmp(line, "case ", 5)) {
		begin_case(line + 5);
		return;
	}
	do {
		if (!next_word(&line, verb, &quoted))
			return;
		if (verb[0] == '[' && !condition_holds(verb + 1))
			return;
	} while (verb[0] == '[');
	while (count < MAX_WORDS && next_word(&line, words[count], &quoted)) {
		last_quoted = quoted;
		count++;
	}
	if (!run.in_case)
		die("%s:%u: a step outside of a case", run.table, run.line);
	step(verb, words, count, last_quoted);
}

int main(int argc, char **argv)
{
	char line[MAX_TEXT];
	FILE *table;

	program_name = "abiprobe";
	if (argc != 4) {
		fputs("usage: abiprobe TABLE ours|stock|stock-full KERNEL\n", stderr);
		return 2;
	}
	run.table = argv[1];
	run.module = argv[2];
	run.kernel = argv[3];
	table = fopen(run.table, "r");
	if (!table)
		die("%s: %s", run.table, strerror(errno));
	while (fgets(line, sizeof(line), table)) {
		run.line++;
		one_line(line);
	}
	end_case();
	printf("1..%u\n", run.cases);
	return run.bad_cases || !run.cases;
}
