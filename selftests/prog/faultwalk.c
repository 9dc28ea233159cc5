// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Walks through the allocations of one action: makes the first one fail, then
 * the second, and so on, until the action goes through without meeting a
 * failure. Needs a kernel with fault injection (fail-nth).
 *
 *   faultwalk write TEXT FILE [UNDO-TEXT UNDO-FILE]
 *   faultwalk read FILE
 *   faultwalk pages DEVICE SET       writes 16 pages
 *   faultwalk reads DEVICE           reads 16 pages, into memory that is not aligned
 *   faultwalk load FILE PARAMETERS NAME    a module, unloaded when it did load
 *
 * After each attempt that succeeded in spite of a failure, or failed, the undo
 * step runs, without a failure. Prints "failures=N refused=N". STEP in the
 * environment makes the walk coarser after the first FINE (64) allocations.
 */
#include "pageset.h"
#include "steps.h"

#define WALK_END 4000
#define PAGES 16u

static struct pageset set;
static char *buffer;
static int nth;

static void set_nth(unsigned int n)
{
	char text[16];
	int length = snprintf(text, sizeof(text), "%u", n);

	if (pwrite(nth, text, length, 0) != length)
		die("fail-nth: %s", strerror(errno));
}

/* What is left of the count: 0 when the failure has happened. */
static unsigned int left_of_nth(void)
{
	char text[16] = "";

	if (pread(nth, text, sizeof(text) - 1, 0) < 1)
		die("fail-nth: %s", strerror(errno));
	return strtoul(text, NULL, 10);
}

/* Whoever has a device of it open goes soon. */
static void unload(const char *name)
{
	int tries;

	for (tries = 0; !unload_module(name); tries++) {
		if (tries == 1000)
			die("cannot unload %s: %s", name, strerror(errno));
		usleep(10000);
	}
}

static unsigned int setting(const char *name, unsigned int otherwise)
{
	const char *text = getenv(name);

	return text ? strtoul(text, NULL, 10) : otherwise;
}

static bool write_pages(const char *path)
{
	int fd = open(path, O_RDWR | O_DIRECT);
	bool good;

	if (fd < 0)
		return false;
	good = pwrite(fd, buffer, PAGES * PAGE, 0) == PAGES * PAGE;
	close(fd);
	return good;
}

static bool read_pages(const char *path)
{
	int fd = open(path, O_RDONLY | O_DIRECT);
	bool good;

	if (fd < 0)
		return false;
	good = pread(fd, buffer + 512, PAGES * PAGE, 0) == PAGES * PAGE;
	close(fd);
	return good;
}

static bool act(char **argv)
{
	char text[4096];

	if (!strcmp(argv[1], "write"))
		return write_file(argv[2], argv[3]);
	if (!strcmp(argv[1], "read"))
		return read_file(argv[2], text, sizeof(text));
	if (!strcmp(argv[1], "reads"))
		return read_pages(argv[2]);
	if (!strcmp(argv[1], "load"))
		return load_module(argv[2], argv[3]);
	return write_pages(argv[2]);
}

int main(int argc, char **argv)
{
	unsigned int n, failures = 0, refused = 0, i;
	unsigned int stride = setting("STEP", 1), fine = setting("FINE", 64);
	bool undo = argc == 6, loads = argc == 5, good, hit;

	program_name = "faultwalk";
	if (!((argc == 4 || argc == 6) && !strcmp(argv[1], "write")) &&
	    !(argc == 3 && (!strcmp(argv[1], "read") || !strcmp(argv[1], "reads"))) &&
	    !(loads && !strcmp(argv[1], "load")) &&
	    !(argc == 4 && !strcmp(argv[1], "pages"))) {
		fputs("usage: faultwalk write TEXT FILE [UNDO-TEXT UNDO-FILE] | read FILE | pages DEVICE SET | reads DEVICE | load FILE PARAMETERS NAME\n",
		      stderr);
		return 2;
	}
	if (!strcmp(argv[1], "pages")) {
		pageset_load(&set, argv[3]);
		buffer = get_pages(PAGES * PAGE);
		for (i = 0; i < PAGES; i++)
			page_make(&set, i, true, 1, buffer + i * PAGE);
	}
	if (!strcmp(argv[1], "reads"))
		buffer = get_pages((PAGES + 1) * PAGE);
	nth = open("/proc/thread-self/fail-nth", O_RDWR);
	if (nth < 0)
		die("this kernel has no fail-nth: %s", strerror(errno));
	for (n = 1; n < WALK_END; n += n < fine ? 1 : stride) {
		set_nth(n);
		good = act(argv);
		hit = !left_of_nth();
		set_nth(0);
		failures += hit;
		refused += !good;
		if (loads && good)
			unload(argv[4]);
		if (undo && !write_file(argv[4], argv[5]))
			die("cannot undo after failure %u: %s", n, strerror(errno));
		if (!hit && !good)
			die("failed with no failure injected: %s", strerror(errno));
		if (!hit)
			break;
	}
	printf("failures=%u refused=%u\n", failures, refused);
	return n >= WALK_END;
}
