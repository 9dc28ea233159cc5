// SPDX-License-Identifier: GPL-2.0-or-later
/* tune on a made-up /proc and /sys: the rules, apply, undo, and what fails. */
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tap.h"
#include "tune.h"

static char root[] = "/tmp/tune_test.XXXXXX";

#define SWAPPINESS	"/proc/sys/vm/swappiness"
#define CLUSTER		"/proc/sys/vm/page-cluster"
#define WATERMARK	"/proc/sys/vm/watermark_scale_factor"
#define ZSWAP		"/sys/module/zswap/parameters/enabled"
#define FOLIOS		"/sys/kernel/mm/transparent_hugepage/hugepages-64kB/enabled"

static void put(const char *path, const char *text)
{
	char full[PATH_MAX];
	FILE *f;

	snprintf(full, sizeof(full), "%s%s", root, path);
	for (char *p = strchr(full + 1, '/'); p; p = strchr(p + 1, '/')) {
		*p = 0;
		mkdir(full, 0755);
		*p = '/';
	}
	f = fopen(full, "w");
	if (!f || fputs(text, f) == EOF || fclose(f)) {
		perror(full);
		exit(2);
	}
}

static bool holds(const char *path, const char *text)
{
	char full[PATH_MAX], now[4096] = "";
	FILE *f;

	snprintf(full, sizeof(full), "%s%s", root, path);
	f = fopen(full, "r");
	if (!f)
		return !text;
	now[fread(now, 1, sizeof(now) - 1, f)] = 0;
	fclose(f);
	now[strcspn(now, "\n")] = 0;
	return text && !strcmp(now, text);
}

static bool mentions(const char *path, const char *text)
{
	char full[PATH_MAX], now[4096] = "";
	FILE *f;

	snprintf(full, sizeof(full), "%s%s", root, path);
	f = fopen(full, "r");
	if (!f)
		return false;
	now[fread(now, 1, sizeof(now) - 1, f)] = 0;
	fclose(f);
	return strstr(now, text);
}

#define SWAPS_HEAD "Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n"

/* Debian's defaults, zram0 as the only swap, 1 GiB of RAM, 512 MiB of disksize. */
static void put_defaults(void)
{
	put("/proc/meminfo", "MemTotal:        1048576 kB\nMemFree: 1 kB\n");
	put(SWAPPINESS, "60\n");
	put(CLUSTER, "3\n");
	put(WATERMARK, "10\n");
	put(ZSWAP, "N\n");
	put(FOLIOS, "always inherit madvise [never]\n");
	put("/proc/swaps", SWAPS_HEAD
	    "/dev/zram0                              partition\t524284\t\t1024\t\t100\n");
	put("/sys/block/zram0/disksize", "536870912\n");
	put("/sys/block/zram0/mm_stat", "0 0 0 0 0 0 0 0 0\n");
	put("/sys/block/zram3/disksize", "0\n");
}

static struct tune_row rows[TUNE_ROWS];
static struct tune_facts facts;
static size_t nr;

static const struct tune_row *advice_on(const char *name)
{
	struct tune_error e;

	if (tune_read(&facts, root, TUNE_ANY, &e)) {
		printf("# %s\n", e.text);
		return NULL;
	}
	nr = tune_advise(&facts, rows);
	for (size_t i = 0; i < nr; i++)
		if (!strcmp(rows[i].name, name))
			return &rows[i];
	return NULL;
}

static void expect(const char *name, enum tune_verdict verdict,
		   const char *advice, const char *why, const char *what)
{
	const struct tune_row *r = advice_on(name);

	if (!tap_ok(r && r->verdict == verdict && !strcmp(r->advice, advice) &&
		    strstr(r->why, why), "%s: %s", name, what) && r)
		printf("# %d, '%s': %s\n", r->verdict, r->advice, r->why);
}

static void check_rules(void)
{
	put_defaults();
	expect("vm.swappiness", TUNE_CHANGE, "150", "microseconds", "60");
	expect("vm.page-cluster", TUNE_CHANGE, "0", "up to 8 pages", "3");
	expect("vm.watermark_scale_factor", TUNE_CHANGE, "125", "12.8M", "10");
	expect("zswap", TUNE_FINE, "", "straight", "off");
	expect("large folios (64 kB)", TUNE_DECIDE, "madvise or always",
	       "create --swap --large-folios", "never");
	expect("swap on disks", TUNE_FINE, "", "all the swap", "none");
	expect("disksize", TUNE_FINE, "", "a guess", "half of RAM");
	put(SWAPPINESS, "100\n");
	expect("vm.swappiness", TUNE_FINE, "", "readily", "100");
	put(SWAPPINESS, "99\n");
	expect("vm.swappiness", TUNE_CHANGE, "150", "", "99");
	put(CLUSTER, "0\n");
	expect("vm.page-cluster", TUNE_FINE, "", "nothing is read ahead", "0");
	put(WATERMARK, "125\n");
	expect("vm.watermark_scale_factor", TUNE_FINE, "", "1.25 %", "125");
	put(ZSWAP, "Y\n");
	expect("zswap", TUNE_CHANGE, "N", "compressed again", "on");
	put(FOLIOS, "always [inherit] madvise never\n");
	expect("large folios (64 kB)", TUNE_FINE, "", "16", "inherit");
}

static void check_disk_swap(void)
{
	put_defaults();
	put("/proc/swaps", SWAPS_HEAD
	    "/dev/sda2 partition\t999\t\t0\t\t-2\n"
	    "/dev/zram0 partition\t524284\t\t0\t\t100\n");
	expect("swap on disks", TUNE_FINE, "", "/dev/sda2 takes", "behind zram");
	expect("vm.swappiness", TUNE_CHANGE, "100", "/dev/sda2", "with a disk");
	put("/proc/swaps", SWAPS_HEAD
	    "/dev/zram0 partition\t524284\t\t0\t\t-2\n"
	    "/swapfile file\t999\t\t0\t\t5\n");
	expect("swap on disks", TUNE_DECIDE, "zram first", "all pages", "before zram");
	put("/proc/swaps", SWAPS_HEAD
	    "/dev/zram0 partition\t524284\t\t0\t\t5\n"
	    "/swapfile file\t999\t\t0\t\t5\n");
	expect("swap on disks", TUNE_DECIDE, "zram first", "half of the pages",
	       "of the same priority");
}

static void check_disksize(void)
{
	put_defaults();
	put("/sys/block/zram0/disksize", "4294967296\n");
	expect("disksize", TUNE_DECIDE, "smaller, or a limit", "1.3G", "four times RAM");
	expect("disksize", TUNE_DECIDE, "smaller, or a limit", "zramctl set zram0 --mem-limit",
	       "and how to set one");
	put("/sys/block/zram0/mm_stat", "0 0 0 536870912 0 0 0 0 0\n");
	expect("disksize", TUNE_FINE, "", "512M", "the same with a limit");
	put("/sys/block/zram0/disksize", "1073741824\n");
	put("/sys/block/zram0/mm_stat", "104857600 1 94371840 0 0 0 0 0 0\n");
	expect("disksize", TUNE_DECIDE, "smaller, or a limit", "as measured now",
	       "RAM, with pages that do not compress");
	put("/sys/block/zram0/disksize", "10485760\n");
	expect("disksize", TUNE_DECIDE, "half of RAM or more", "only", "1 % of RAM");
}

static void check_device(void)
{
	struct tune_error e;

	put_defaults();
	put("/proc/swaps", SWAPS_HEAD
	    "/dev/zram0 partition\t524284\t\t0\t\t5\n"
	    "/dev/zram3 partition\t524284\t\t0\t\t50\n");
	tap_ok(!tune_read(&facts, root, TUNE_ANY, &e) && facts.id == 3,
	       "the zram swap of the highest priority");
	tap_ok(!tune_read(&facts, root, 0, &e) && facts.id == 0,
	       "but the named one when one is named");
	tap_ok(tune_read(&facts, root, 9, &e) == -ENODEV &&
	       strstr(e.text, "/dev/zram9"), "no such device");
	put("/proc/swaps", SWAPS_HEAD);
	tap_ok(!tune_read(&facts, root, TUNE_ANY, &e) && facts.id == 0,
	       "none is swap: the first device");
	tap_ok(tune_advise(&facts, rows) == 1 &&
	       !strcmp(rows[0].name, "disksize"),
	       "which the settings of swap do not concern");
}

static void check_apply(void)
{
	struct tune_error e;
	size_t changed, kept;

	put_defaults();
	put(ZSWAP, "Y\n");
	advice_on("");
	tap_ok(!tune_apply(root, rows, nr, false, &changed, &e) && changed == 4,
	       "apply");
	tap_ok(holds(SWAPPINESS, "150") && holds(CLUSTER, "0") &&
	       holds(WATERMARK, "125") && holds(ZSWAP, "N"), "all are set");
	tap_ok(holds(FOLIOS, "always inherit madvise [never]"),
	       "what is for a person to decide is not");
	tap_ok(holds(TUNE_SYSCTL, NULL), "nothing is written for later boots");
	/* A second one must not note our own values as the old ones. */
	advice_on("");
	tap_ok(!tune_apply(root, rows, nr, false, &changed, &e) && !changed,
	       "apply again: nothing to change");
	put(SWAPPINESS, "10\n");
	put(WATERMARK, "77\n");
	advice_on("");
	tap_ok(!tune_apply(root, rows, nr, false, &changed, &e) && changed == 1,
	       "one was changed since: set again");
	tap_ok(!tune_undo(root, &changed, &kept, &e) && changed == 3 && kept == 1,
	       "undo");
	tap_ok(holds(SWAPPINESS, "10") && holds(CLUSTER, "3") && holds(ZSWAP, "Y"),
	       "all are back");
	tap_ok(holds(WATERMARK, "77"), "but what others have changed stays");
	tap_ok(holds(TUNE_STATE, NULL), "nothing is noted any more");
	tap_ok(tune_undo(root, &changed, &kept, &e) == -ENOENT, "undo again: an error");
}

static void check_persist(void)
{
	struct tune_error e;
	size_t changed, kept;

	put_defaults();
	put(ZSWAP, "Y\n");
	advice_on("");
	tap_ok(!tune_apply(root, rows, nr, true, &changed, &e), "persist");
	tap_ok(mentions(TUNE_SYSCTL, "\nvm/swappiness = 150\n") &&
	       mentions(TUNE_SYSCTL, "\nvm/page-cluster = 0\n"), "sysctl.d");
	tap_ok(mentions(TUNE_TMPFILES, "\nw " ZSWAP " - - - - N\n"), "tmpfiles.d");
	tap_ok(!tune_undo(root, &changed, &kept, &e) && changed == 4, "undo");
	tap_ok(holds(TUNE_SYSCTL, NULL) && holds(TUNE_TMPFILES, NULL),
	       "takes the files away");
	put(TUNE_SYSCTL, "vm.swappiness = 1\n");
	advice_on("");
	tap_ok(tune_apply(root, rows, nr, true, &changed, &e) == -EEXIST &&
	       !changed && holds(SWAPPINESS, "60"),
	       "a file of somebody else: refused, nothing changed");
	tap_ok(holds(TUNE_SYSCTL, "vm.swappiness = 1"), "and kept");
}

/* /dev/full can be read, and refuses every write. */
static void check_failure(void)
{
	char full[PATH_MAX];
	struct tune_error e;
	size_t changed;

	put_defaults();
	advice_on("");
	snprintf(full, sizeof(full), "%s" WATERMARK, root);
	unlink(full);
	if (symlink("/dev/full", full))
		exit(2);
	tap_ok(tune_apply(root, rows, nr, false, &changed, &e) == -ENOSPC &&
	       !changed && strstr(e.text, "vm.watermark_scale_factor"),
	       "a setting that cannot be written: an error that names it");
	tap_ok(holds(SWAPPINESS, "60") && holds(CLUSTER, "3"),
	       "what was written before is back");
	tap_ok(holds(TUNE_STATE, NULL), "and nothing is noted");
	unlink(full);
}

int main(void)
{
	char cmd[PATH_MAX];

	if (!mkdtemp(root))
		return 2;
	check_rules();
	check_disk_swap();
	check_disksize();
	check_device();
	check_apply();
	check_persist();
	check_failure();
	snprintf(cmd, sizeof(cmd), "rm -rf %s", root);
	if (system(cmd))
		return 2;
	return tap_done();
}
