// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Takes pages out of a live process: runs a command, waits until it holds
 * enough private anonymous memory, stops it, and writes a sample of its pages
 * to a file.
 *
 * Pages that repeat one word (which includes those that are absent: they read
 * as zeroes) are left out, for a driver stores them without compressing. The
 * sample is made of runs of neighbouring pages spread evenly over the whole
 * process, so that it stands for all of it and neighbours stay neighbours.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define PAGE 4096u
#define RUN 64u			/* neighbouring pages taken together */

struct addresses {
	uint64_t *at;
	size_t count, room;
};

static pid_t child;

static void die(const char *format, ...)
{
	va_list args;

	if (child > 0)
		kill(child, SIGKILL);
	fputs("harvest: ", stderr);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
	exit(1);
}

static bool is_filled(const void *page)
{
	const uint64_t *word = page;
	size_t i;

	for (i = 1; i < PAGE / sizeof(*word); i++)
		if (word[i] != word[0])
			return false;
	return true;
}

static void spawn(char **command)
{
	int null;

	child = fork();
	if (child < 0)
		die("fork: %s", strerror(errno));
	if (child)
		return;
	null = open("/dev/null", O_RDWR);
	dup2(null, STDIN_FILENO);
	dup2(null, STDOUT_FILENO);
	execvp(command[0], command);
	_exit(127);
}

/* Private anonymous memory of the child in bytes. */
static uint64_t anonymous_bytes(void)
{
	char path[64], line[256];
	unsigned long long kib = 0;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/status", child);
	f = fopen(path, "r");
	if (!f)
		return 0;
	while (fgets(line, sizeof(line), f))
		if (sscanf(line, "RssAnon: %llu kB", &kib) == 1)
			break;
	fclose(f);
	return kib << 10;
}

/* Waits until the child holds @bytes, then stops it. */
static void wait_and_stop(uint64_t bytes, unsigned int seconds)
{
	const struct timespec tick = { .tv_nsec = 5000000 };
	time_t deadline = time(NULL) + seconds;
	int status;

	while (anonymous_bytes() < bytes) {
		if (waitpid(child, &status, WNOHANG) == child) {
			child = 0;
			die("the process ended (status %d) before it held %llu MiB",
			    status, (unsigned long long)bytes >> 20);
		}
		if (time(NULL) > deadline)
			die("the process holds %llu of %llu MiB after %u s",
			    (unsigned long long)anonymous_bytes() >> 20,
			    (unsigned long long)bytes >> 20, seconds);
		nanosleep(&tick, NULL);
	}
	kill(child, SIGSTOP);
	if (waitpid(child, &status, WUNTRACED) != child || !WIFSTOPPED(status))
		die("cannot stop the process");
}

static void add(struct addresses *list, uint64_t address)
{
	if (list->count == list->room) {
		list->room = list->room ? 2 * list->room : 1 << 16;
		list->at = realloc(list->at, list->room * sizeof(*list->at));
		if (!list->at)
			die("out of memory");
	}
	list->at[list->count++] = address;
}

static void scan_mapping(int mem, uint64_t from, uint64_t to,
			 struct addresses *list)
{
	static char buffer[256 * PAGE];
	ssize_t got, i;

	for (; from < to; from += got) {
		size_t want = to - from < sizeof(buffer) ? to - from :
							   sizeof(buffer);

		got = pread(mem, buffer, want, from);
		if (got < (ssize_t)PAGE)
			return;
		got -= got % PAGE;
		for (i = 0; i < got; i += PAGE)
			if (!is_filled(buffer + i))
				add(list, from + i);
	}
}

/* Addresses of all pages of private anonymous mappings that hold something. */
static void scan(int mem, struct addresses *list)
{
	unsigned long long from, to, inode;
	char path[64], line[512], perms[8], name[256];
	FILE *maps;

	snprintf(path, sizeof(path), "/proc/%d/maps", child);
	maps = fopen(path, "r");
	if (!maps)
		die("%s: %s", path, strerror(errno));
	while (fgets(line, sizeof(line), maps)) {
		name[0] = '\0';
		if (sscanf(line, "%llx-%llx %7s %*s %*s %llu %255s", &from, &to,
			   perms, &inode, name) < 4)
			continue;
		if (inode || perms[0] != 'r' || perms[1] != 'w' || perms[3] != 'p')
			continue;
		if (name[0] && strcmp(name, "[heap]") && strncmp(name, "[anon:", 6))
			continue;
		scan_mapping(mem, from, to, list);
	}
	fclose(maps);
}

static void write_sample(int mem, const struct addresses *list, size_t pages,
			 const char *path)
{
	size_t runs = pages / RUN, run, i;
	char page[PAGE];
	FILE *out = fopen(path, "w");

	if (!out)
		die("%s: %s", path, strerror(errno));
	for (run = 0; run < runs; run++) {
		size_t start = (list->count - RUN) * run / (runs > 1 ? runs - 1 : 1);

		for (i = start; i < start + RUN; i++) {
			if (pread(mem, page, PAGE, list->at[i]) != PAGE)
				die("cannot read a page back");
			if (fwrite(page, PAGE, 1, out) != 1)
				die("%s: %s", path, strerror(errno));
		}
	}
	if (fclose(out))
		die("%s: %s", path, strerror(errno));
}

static void usage(void)
{
	fputs("usage: harvest -o FILE -n MIB [-a MIB] [-t SECONDS] COMMAND [ARGUMENT]...\n"
	      "  -n  pages to take, in MiB\n"
	      "  -a  take them once the process holds this much (default: twice -n)\n"
	      "  -t  give up after this long (default 60)\n", stderr);
	exit(2);
}

int main(int argc, char **argv)
{
	struct addresses list = { 0 };
	unsigned int seconds = 60;
	size_t want = 0, anonymous = 0;
	const char *path = NULL;
	char name[64];
	int option, mem;

	while ((option = getopt(argc, argv, "+o:n:a:t:")) != -1) {
		switch (option) {
		case 'o':
			path = optarg;
			break;
		case 'n':
			want = strtoul(optarg, NULL, 10);
			break;
		case 'a':
			anonymous = strtoul(optarg, NULL, 10);
			break;
		case 't':
			seconds = strtoul(optarg, NULL, 10);
			break;
		default:
			usage();
		}
	}
	if (!path || !want || optind == argc)
		usage();
	spawn(argv + optind);
	wait_and_stop((uint64_t)(anonymous ? anonymous : 2 * want) << 20, seconds);
	snprintf(name, sizeof(name), "/proc/%d/mem", child);
	mem = open(name, O_RDONLY);
	if (mem < 0)
		die("%s: %s", name, strerror(errno));
	scan(mem, &list);
	want = (want << 20) / PAGE;
	if (list.count < want)
		die("%s: only %zu of %zu pages hold something", argv[optind],
		    list.count, want);
	write_sample(mem, &list, want, path);
	kill(child, SIGKILL);
	printf("%zu pages out of %zu of %s\n", want / RUN * RUN, list.count,
	       argv[optind]);
	return 0;
}
