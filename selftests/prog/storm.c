// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Threads that each repeat a list of steps until the time is over, without a
 * fork where a shell would need one: what fails is meant to fail now and then,
 * the kernel's behaviour under it is the test.
 *
 *   storm SECONDS 'STEP; STEP; ...' ...      one argument a thread
 *
 *   read GLOB          read all files that match
 *   has TEXT GLOB      read them; one that is not empty must contain TEXT
 *   write TEXT FILE    one write(2)
 *   open FILE          open it for reading and writing, close it
 *   put FILE           write four pages at its start: zeroes, text, and two that
 *                      do not compress
 *   add                read hot_add and remember the number
 *   remove             write that number to hot_remove
 *   netlink            make a device (counted), limit it and remove it
 *   unload MODULE      delete_module
 *   load FILE PARAMS   finit_module
 *   run COMMAND        by the shell
 *
 * "NAME=COUNT" lines say how often the steps succeeded; wrong=COUNT comes last.
 */
#include "genl.h"
#include "pageset.h"
#include "steps.h"
#include "zram/netlink.h"
#include <fcntl.h>
#include <glob.h>
#include <pthread.h>

#define CONTROL "/sys/class/zram-control/"
#define MAX_STEPS 8

enum verb { READ, HAS, WRITE, OPEN, PUT, ADD, REMOVE, NETLINK, UNLOAD, LOAD, RUN, VERBS };

static const struct {
	const char *name;
	int arguments;
} verbs[VERBS] = {
	[READ] = { "read", 1 }, [HAS] = { "has", 2 }, [WRITE] = { "write", 2 },
	[OPEN] = { "open", 1 }, [PUT] = { "put", 1 }, [ADD] = { "add", 0 },
	[REMOVE] = { "remove", 0 }, [NETLINK] = { "netlink", 0 }, [UNLOAD] = { "unload", 1 },
	[LOAD] = { "load", 2 }, [RUN] = { "run", 1 },
};

struct step {
	enum verb verb;
	char *argument[2];
};

struct thread {
	struct step steps[MAX_STEPS];
	unsigned int count;
	char number[16];	/* of the device that "add" made */
	pthread_t id;
};

static unsigned long succeeded[VERBS], wrong;
static uint64_t end_ns;

static bool read_all(const char *pattern, const char *must_have)
{
	char text[4096];
	bool any = false;
	glob_t found;
	size_t i;

	if (glob(pattern, GLOB_BRACE, NULL, &found))
		return false;
	for (i = 0; i < found.gl_pathc; i++) {
		if (!read_file(found.gl_pathv[i], text, sizeof(text)))
			continue;
		any = true;
		if (!must_have || strstr(text, must_have))
			continue;
		fprintf(stderr, "storm: %s says '%s'\n", found.gl_pathv[i], text);
		__atomic_fetch_add(&wrong, 1, __ATOMIC_RELAXED);
	}
	globfree(&found);
	return any;
}

static char pages[4 * PAGE] __attribute__((aligned(4096)));

/* So that there is something in the pool, and something for jobs to do. */
static void make_pages(void)
{
	uint64_t *word = (uint64_t *)(pages + 2 * PAGE), state = 1;
	struct pageset text;
	size_t i;

	pageset_make_text(&text);
	memcpy(pages + PAGE, text.pages, PAGE);
	for (i = 0; i < 2 * PAGE / sizeof(*word); i++)
		word[i] = random_next(&state);
}

static bool open_and_write(const char *path, bool put)
{
	int fd = open(path, O_RDWR | O_DIRECT);
	bool good;

	if (fd < 0)
		return false;
	good = !put || pwrite(fd, pages, sizeof(pages), 0) == sizeof(pages);
	close(fd);
	return good;
}

static void note_device(const struct nlmsghdr *nlh, void *arg)
{
	const struct nlattr *id = genl_find(nlh, ZRAM_A_DEV_ID);

	if (id)
		*(uint32_t *)arg = genl_u32(id);
}

/* One command; @id: of the device, filled in by a new one. */
static bool command(int fd, int family, int cmd, int attribute, uint64_t value,
		    uint32_t *id)
{
	struct genl_req r;

	genl_begin(&r, family, cmd, 0);
	if (cmd != ZRAM_CMD_NEW)
		genl_put_u32(&r, ZRAM_A_DEV_ID, *id);
	if (attribute)
		genl_put_u64(&r, attribute, value);
	return !genl_talk(fd, &r, note_device, id).err;
}

/* The family has another number after each load. */
static bool by_netlink(void)
{
	uint32_t id = 0;
	int fd, family;
	bool made;

	/* without it the kernel would look for a module of that name */
	if (access(CONTROL, F_OK)) {
		usleep(1000);
		return false;
	}
	fd = genl_open();
	family = genl_resolve(fd, ZRAM_GENL_NAME);
	made = family && command(fd, family, ZRAM_CMD_NEW, ZRAM_A_DEV_DISKSIZE,
				 1 << 20, &id);
	if (made) {
		command(fd, family, ZRAM_CMD_SET, ZRAM_A_DEV_MEM_LIMIT, 1 << 20, &id);
		command(fd, family, ZRAM_CMD_DELETE, 0, 0, &id);
	}
	close(fd);
	return made;
}

static bool do_step(struct thread *me, const struct step *step)
{
	char *const *a = step->argument;

	switch (step->verb) {
	case READ: return read_all(a[0], NULL);
	case HAS: return read_all(a[1], a[0]);
	case WRITE: return write_file(a[0], a[1]);
	case OPEN: return open_and_write(a[0], false);
	case PUT: return open_and_write(a[0], true);
	case ADD: return read_file(CONTROL "hot_add", me->number, sizeof(me->number));
	case REMOVE: return write_file(me->number, CONTROL "hot_remove");
	case NETLINK: return by_netlink();
	case UNLOAD: return unload_module(a[0]);
	case LOAD: return load_module(a[0], a[1]);
	case RUN: return !system(a[0]);
	default: return false;
	}
}

static void *storm(void *argument)
{
	struct thread *me = argument;
	unsigned int i;

	while (now_ns() < end_ns)
		for (i = 0; i < me->count; i++)
			if (do_step(me, &me->steps[i]))
				__atomic_fetch_add(&succeeded[me->steps[i].verb], 1,
						   __ATOMIC_RELAXED);
	return NULL;
}

static void parse_step(struct step *step, char *text)
{
	char *rest, *word = strtok_r(text, " ", &rest);
	int i;

	for (i = 0; i < VERBS && strcmp(word, verbs[i].name); i++)
		;
	if (i == VERBS)
		die("unknown step '%s'", word);
	step->verb = i;
	for (i = 0; i < verbs[step->verb].arguments; i++) {
		/* the last one takes the rest of the line */
		if (i == verbs[step->verb].arguments - 1)
			step->argument[i] = rest + strspn(rest, " ");
		else
			step->argument[i] = strtok_r(NULL, " ", &rest);
		if (!step->argument[i])
			die("'%s' lacks an argument", word);
	}
}

static void parse_thread(struct thread *thread, char *text)
{
	char *rest, *one;

	for (one = strtok_r(text, ";", &rest); one; one = strtok_r(NULL, ";", &rest)) {
		if (thread->count == MAX_STEPS)
			die("too many steps");
		parse_step(&thread->steps[thread->count++], one);
	}
}

int main(int argc, char **argv)
{
	struct thread *threads;
	int i;

	program_name = "storm";
	if (argc < 3) {
		fputs("usage: storm SECONDS 'STEP; STEP; ...'...\n", stderr);
		return 2;
	}
	threads = get_pages(argc * sizeof(*threads));
	make_pages();
	for (i = 2; i < argc; i++)
		parse_thread(&threads[i], argv[i]);
	end_ns = now_ns() + parse_size(argv[1]) * 1000000000;
	for (i = 2; i < argc; i++)
		if (pthread_create(&threads[i].id, NULL, storm, &threads[i]))
			die("cannot start a thread");
	for (i = 2; i < argc; i++)
		pthread_join(threads[i].id, NULL);
	for (i = 0; i < VERBS; i++)
		printf("%s=%lu\n", verbs[i].name, succeeded[i]);
	printf("wrong=%lu\n", wrong);
	return wrong ? 1 : 0;
}
