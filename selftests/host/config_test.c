// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * zram.json: what is read, what is refused and with which words, owner and
 * permissions, the drop-in folder.
 */

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "config.h"
#include "tap.h"

static char dir[] = "/tmp/config-XXXXXX", file[64], folder[80];
static struct config c;

static void put(const char *path, const char *text)
{
	FILE *f = fopen(path, "w");

	if (!f || fputs(text, f) < 0 || fclose(f) || chmod(path, 0644))
		abort();
}

static int load(const char *text)
{
	put(file, text);
	return config_load(&c, file);
}

static void refused(const char *text, const char *says, const char *what)
{
	int err = load(text);

	if (!tap_ok(err == -EINVAL && strstr(c.why, says), "%s", what))
		printf("# %d: %s\n", err, c.why);
}

static void test_good(void)
{
	tap_ok(!load("{}") && c.rules.move[POLICY_WRITEBACK].min_age == 72000 &&
	       c.rules.move[POLICY_WRITEBACK].max_age == 90000 && c.budget_day == 1ull << 30 &&
	       c.rules.soft_limit == 900 && c.observer && !c.dry_run && c.interval == 60 &&
	       c.rules.move[POLICY_PACK].enabled && c.pack_slots == 32, "nothing said: the defaults");
	tap_ok(!load("{ \"$schema\": \"x\", \"interval\": 5, \"dry_run\": true, \"policy\": { \"pack\": { \"min_age\": \"90s\", \"max_age\": \"1.5h\","
		     " \"returns\": \"2.5%\", \"enabled\": false }, \"pressure\": \"0%\", \"budget\": { \"day\": \"2G\", \"round\": 1048576 } } }") &&
	       c.interval == 5 && c.dry_run && c.rules.move[POLICY_PACK].min_age == 90 &&
	       c.rules.move[POLICY_PACK].max_age == 5400 && c.rules.move[POLICY_PACK].returns == 25 &&
	       !c.rules.move[POLICY_PACK].enabled && !c.rules.psi_full && c.budget_day == 2ull << 30 &&
	       c.budget_round == 1 << 20, "numbers, ages, sizes and shares");
	tap_ok(!load("{ \"devices\": { \"zram3\": { \"algo\": \"zstd\", \"level\": -5, \"size\": \"1G\", \"mem_limit\": 0, \"swap\": true,"
		     " \"priority\": -1 }, \"zram1\": {} } }") && c.nr_dev == 2 && c.dev[0].spec.id == 3 &&
	       !strcmp(c.dev[0].spec.algo, "zstd") && c.dev[0].spec.level == -5 && c.dev[0].spec.disksize == 1 << 30 &&
	       c.dev[0].swap && c.dev[0].priority == -1 && c.dev[1].spec.disksize > 0 && !c.dev[1].swap &&
	       c.dev[1].priority == 100, "devices");
	tap_ok(!load("{ \"devices\": { \"zram0\": { \"size\": \"50%\", \"mem_limit\": \"150%\" } } }") &&
	       c.dev[0].spec.mem_limit > c.dev[0].spec.disksize * 2, "shares of RAM");
	tap_ok(!load("{ \"policy\": { \"writeback\": { \"enabled\": false }, \"budget\": { \"round\": 0, \"day\": 0 } } }"),
	       "a budget of zero is fine without writeback");
	tap_ok(!load("{ \"devices\": { \"zram0\": { \"backing\": \"/dev/vdb\" }, \"zram1\": { \"backing\": \"/dev/vdc\" }, \"zram2\": {}, \"zram3\": {} } }"),
	       "each device has a disk of its own, or none");
	tap_ok(!load("{ \"policy\": { \"recompress\": { \"enabled\": false, \"threshold\": \"64K\" } }, \"observer\": { \"enabled\": false, \"max_memory\": 0 } }"),
	       "so is what is not enabled");
	tap_ok(!load("{ \"policy\": { \"writeback\": { \"enabled\": false }, \"budget\": { \"day\": 0 } } }"),
	       "below that of a round, too");
}

static void test_refused(void)
{
	refused("{\n \"policy\": {\n  \"pack\": {},\n  \"packs\": {} } }", "recompress, pack, writeback, budget", "an unknown section, with its line");
	refused("{\n \"policy\": {\n  \"pack\": {\n \"min_ages\": 1 } } }", ":4: policy.pack.min_ages: there is no such key; here may be enabled, min_age, max_age",
		"an unknown key, and what there is");
	refused("{ \"polic\": {} }", "polic: there is no such key; here may be interval, dry_run, observer, policy, devices: remove it", "part of a section's name is none");
	refused("{ \"\": {} }", "there is no such key", "an empty key");
	refused("{ \"policy.pack\": {} }", "policy.pack: there is no such key", "a path is no key");
	refused("{ \"interval\": true }", ":1: interval: true is of the wrong type: write seconds, or a time", "a wrong type");
	refused("{ \"interval\": \"x\" }", "\"x\" is no time: write seconds, or a time such as", "a wrong text");
	refused("{ \"interval\": [] }", "wrong type", "a list");
	refused("{ \"interval\": 1.5 }", "wrong type", "a fraction where none may be");
	refused("{ \"dry_run\": 1 }", "write true or false", "1 is not true");
	refused("{ \"dry_run\": \"true\" }", "write true or false", "nor is \"true\"");
	refused("{ \"policy\": { \"pressure\": 5 } }", "write a share such as \"5%\"", "a share without its sign");
	refused("{ \"policy\": { \"pressure\": \"x%\" } }", "\"x%\" is no share: write a share", "a share of x");
	refused("{ \"policy\": { \"pressure\": \"101%\" } }", "out of range: write something from 0% to 100%", "more than all");
	refused("{ \"policy\": { \"budget\": { \"day\": -1 } } }", "out of range", "less than nothing");
	refused("{ \"policy\": { \"budget\": { \"day\": \"99999999999999999999G\" } } }", "out of range", "more than fits");
	refused("{ \"interval\": \"99999999999d\" }", "from 1s to 1d", "a time that does not fit");
	refused("{ \"interval\": 0 }", "from 1s to 1d", "no time at all");
	refused("{ \"policy\": { \"pack\": { \"slots\": 33 } } }", "from 1 to 32", "too many slots");
	refused("{ \"policy\": { \"pack\": 5 } }", "policy.pack: is of the wrong type: write an object", "a section that is none");
	refused("{ \"policy\": { \"pack\": { \"min_age\": \"9h\" } } }", "policy.pack.min_age (9h, ", "min above max names both");
	refused("{ \"policy\": { \"pack\": { \"min_age\": \"9h\" } } }", "policy.pack.max_age (8h, the default): lower the first", "and where they come from");
	refused("{ \"policy\": { \"limit\": { \"min_age\": \"3h\" } } }", "policy.limit.min_age (3h", "a limit's age above that of a move");
	refused("{ \"policy\": { \"budget\": { \"round\": 0 } } }", "policy.budget.round is 0", "no budget a round");
	refused("{ \"policy\": { \"budget\": { \"day\": 0 } } }", "policy.budget.day is 0, so nothing would ever be written: give it a size", "no budget a day");
	refused("{ \"policy\": { \"budget\": { \"round\": \"2G\" } } }", "policy.budget.round (2G", "a round's above the day's");
	refused("{ \"policy\": { \"recompress\": { \"threshold\": \"64K\" } } }", "policy.recompress.threshold (64K) is a page or more, so no slot would count: lower it",
		"a threshold that leaves nothing to do");
	refused("{ \"observer\": { \"max_memory\": 0 } }", "observer.max_memory is 0, so there would never be records: give it", "an observer without memory");
	refused("{ \"devices\": { \"zram0\": { \"backing\": \"/dev/vdb\" }, \"zram4\": { \"backing\": \"/dev/vdb\" } } }",
		"devices.zram0 and devices.zram4 both have /dev/vdb behind them: give each", "one disk behind two devices");
	refused("{ \"devices\": { \"zram0\": { \"backing_file\": \"/f\" }, \"zram4\": { \"backing_file\": \"/f\" } } }",
		"both have /f behind them", "or one file");
	refused("{ \"devices\": { \"zram0\": { \"backing\": \"/dev/vdb\", \"backing_file\": \"/f\" } } }",
		"a device has one backing device", "two for one");
	refused("{ \"devices\": { \"zram0\": { \"backing_size\": \"1G\" } } }", "backing_size is that of a backing_file", "the size of no file");
	refused("{ \"devices\": { \"zram0\": { \"backing\": \"/dev/vdb\" },\n \"zram4\": {\n \"backing\": \"/dev/vdb\" } } }",
		"zram.json:3: devices.zram0 and", "and the line of the second");
	refused("{ \"policy\": { \"pack\": {\n \"min_age\": \"9h\" } } }", "zram.json:2) is above", "the line of what contradicts");
	refused("{\n \"policy\": { \"budget\": { \"day\": 0 } } }", "zram.json:2: policy.budget.day is 0", "also where it is by itself");
	refused("{ \"devices\": { \"zram0\": { \"promote\": \"2/x\" } } }", "\"2/x\" is no rule", "a slash is written as it is");
	refused("", ":1: not JSON", "an empty file");
	refused("{\n\n \"interval\": }", ":3: not JSON", "no JSON, with its line");
	refused("{ \"interval\": 5", "unexpected end", "half a file");
	refused("{} x", "not JSON", "more than a file");
	refused("[]", "write an object", "a list of nothing");
	refused("null", "write an object", "null");
	refused("{ \"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":1}}}}}}}}} }", "not JSON: nesting too deep", "depths");
	refused("{ \"devices\": [] }", "devices: write an object", "devices that are none");
	refused("{ \"devices\": { \"sda\": {} } }", "devices.sda: no device is called that", "a device that is none");
	refused("{ \"devices\": { \"zram0\": 1 } }", "devices.zram0: write an object", "a device that is a number");
	refused("{ \"devices\": { \"zram0\": { \"colour\": 1 } } }", "devices.zram0.colour: there is no such key of a device; here may be algo, level, recomp, size,", "an unknown key of a device");
	refused("{ \"devices\": { \"zram0\": { \"size\": 0 } } }", "a size of 0 makes no device", "no size");
	refused("{ \"devices\": { \"zram0\": { \"size\": \"big\" } } }", "\"big\" is no size: write bytes", "a size that is none");
	refused("{ \"devices\": { \"zram0\": { \"algo\": 5 } } }", "no algorithm's name", "an algorithm that is none");
	refused("{ \"devices\": { \"zram0\": { \"level\": \"9\" } } }", "write a whole number", "a level that is none");
	refused("{ \"devices\": { \"zram0\": { \"priority\": 40000 } } }", "from -1 to 32767", "a priority too high");
	refused("{ \"devices\": { \"zram0\": { \"swap\": 1 } } }", "write true or false", "swap that is a number");
}

/* Of two keys json-c keeps the last, so the first would be lost without a word. */
static void test_twice(void)
{
	refused("{ \"interval\": 5,\n\n \"interval\": 6 }", "zram.json:3: interval: is in line 1 already, and only one would count: remove one",
		"a key that is there twice, with both lines");
	refused("{ \"policy\": {\n \"pack\": { \"slots\": 4, \"min_age\": \"1h\",\n \"slots\": 4 } } }", ":3: policy.pack.slots: is in line 2",
		"in a section, with the same value");
	refused("{ \"policy\": {},\n \"devices\": {},\n \"policy\": { \"pressure\": \"1%\" } }", ":3: policy: is in line 1", "a section");
	refused("{ \"devices\": { \"zram0\": {}, \"zram1\": { \"swap\": true },\n \"zram0\": { \"swap\": true } } }",
		":2: devices.zram0: is in line 1", "a device");
	refused("{ \"devices\": { \"zram0\": { \"size\": \"1G\",\n \"size\": \"2G\" } } }", ":2: devices.zram0.size: is in line 1", "a key of a device");
	refused("{ \"interval\": 5, \"in\\u0074erval\": 6 }", "interval: is in line 1 already", "spelled otherwise");
	refused("{ \"interval\": 5, \"interval\": \"x\" }", "interval: is in line 1 already", "even when one of the two is wrong besides");
	refused("{ \"$schema\": \"a\", \"$schema\": \"b\" }", "$schema: is in line 1", "the schema's name");
	tap_ok(!load("{ \"$schema\": \"in\\\"terval\", \"interval\": 5, \"policy\": { \"pack\": { \"min_age\": 5 }, \"recompress\": { \"min_age\": 5 } },"
		     " \"devices\": { \"zram0\": { \"swap\": true }, \"zram1\": { \"swap\": true } } }"),
	       "one name in several objects is fine");
	/* the line is that of the key, wherever else its name stands */
	refused("{ \"$schema\": \"interval\",\n \"policy\": { \"limit\": { \"min_age\": 1 },\n \"pack\": { \"slots\": 1,\n \"min_age\": [] } } }", ":4: policy.pack.min_age: [] is of the wrong type", "the line is that of the key, not of its namesake");
	refused("{ \"$schema\": \"interval\",\n \"interval\": 0 }", ":2: interval: 0 is out of range", "nor of a text");
}

/* For who only makes devices. */
static void test_devices_only(void)
{
	put(file, "{ \"polcy\": 1, \"policy\": { \"pack\": { \"min_age\": \"3h\", \"max_age\": \"2h\" } }, \"devices\": { \"zram3\": { \"size\": \"8M\" } } }");
	tap_ok(config_load(&c, file) == -EINVAL && !config_load_devices(&c, file) && c.nr_dev == 1 && c.dev[0].spec.id == 3,
	       "devices alone: what is wrong elsewhere does not matter");
	put(file, "{ \"devices\": { \"zram3\": { \"backing\": \"/dev/a\" }, \"zram4\": { \"backing\": \"/dev/a\" } } }");
	tap_ok(config_load_devices(&c, file) == -EINVAL && strstr(c.why, "both have /dev/a"), "what contradicts itself in them does");
	put(file, "{ \"devices\": { \"zram3\": { \"sze\": \"8M\" } } }");
	tap_ok(config_load_devices(&c, file) == -EINVAL && strstr(c.why, ":1: devices.zram3.sze: "), "and what is wrong there");
	put(file, "{ \"interval\": 1, \"interval\": 2 }");
	tap_ok(config_load_devices(&c, file) == -EINVAL && strstr(c.why, "in line 1 already"), "and a file that is not right JSON");
}

static void test_files(void)
{
	char path[128], big[128];

	put(file, "{}");
	tap_ok(config_load(&c, "/nowhere/zram.json") == -ENOENT && strstr(c.why, "cannot open /nowhere/zram.json"), "a file that is not there");
	chmod(file, 0664);
	tap_ok(config_load(&c, file) == -EPERM && strstr(c.why, "chmod go-w"), "a file that the group may write");
	chmod(file, 0646);
	tap_ok(config_load(&c, file) == -EPERM, "or everybody");
	chmod(file, 0644);
	if (!geteuid()) {
		if (chown(file, 65534, 0))
			abort();
		tap_ok(config_load(&c, file) == -EPERM && strstr(c.why, "chown root"), "a file of another user");
		if (chown(file, 0, 0))
			abort();
	}
	snprintf(path, sizeof(path), "%s/link", dir);
	if (symlink(file, path))
		abort();
	tap_ok(config_load(&c, path) == -ELOOP && strstr(c.why, "symbolic link"), "a symbolic link");
	unlink(path);
	tap_ok(config_load(&c, dir) == -EINVAL && strstr(c.why, "not a regular file"), "a folder");
	mkfifo(path, 0600);
	tap_ok(config_load(&c, path) == -EINVAL, "a pipe, without waiting for it");
	unlink(path);
	snprintf(big, sizeof(big), "%s/big", dir);
	put(big, "{}");
	if (truncate(big, 2 << 20))
		abort();
	tap_ok(config_load(&c, big) == -EFBIG, "a huge file");
	put(big, "{}");
	if (truncate(big, 3))
		abort();
	tap_ok(config_load(&c, big) == -EINVAL && strstr(c.why, "byte of zero"), "bytes of zero");
	unlink(big);
}

static void test_folder(void)
{
	char one[128], two[128], other[128];

	put(file, "{ \"interval\": 10, \"policy\": { \"pack\": { \"min_age\": 5, \"max_age\": 6 } } }");
	mkdir(folder, 0755);
	snprintf(one, sizeof(one), "%s/10-a.json", folder);
	snprintf(two, sizeof(two), "%s/20-b.json", folder);
	snprintf(other, sizeof(other), "%s/README", folder);
	put(one, "{ \"interval\": 20 }");
	put(two, "{ \"interval\": 30, \"policy\": { \"pack\": { \"max_age\": 7 } } }");
	put(other, "no JSON");
	tap_ok(!config_load(&c, file) && c.interval == 30 && c.rules.move[POLICY_PACK].max_age == 7 &&
	       c.rules.move[POLICY_PACK].min_age == 5 && c.nr_files == 3, "later files win, key by key");
	put(two, "{ \"policy\": { \"pack\": { \"max_age\": 4 } } }");
	tap_ok(config_load(&c, file) == -EINVAL && strstr(c.why, file) && strstr(c.why, two), "a contradiction names both files");
	put(two, "{ \"x\": 1 }");
	tap_ok(config_load(&c, file) == -EINVAL && strstr(c.why, "20-b.json:1: x:"), "a mistake names its file");
	chmod(folder, 0775);
	tap_ok(config_load(&c, file) == -EPERM && strstr(c.why, ".json.d may be written by others"), "a folder that others may write");
	unlink(one);
	unlink(two);
	unlink(other);
	rmdir(folder);
	if (symlink(dir, folder))
		abort();
	tap_ok(config_load(&c, file) < 0 && strstr(c.why, "symbolic link"), "a folder elsewhere");
	unlink(folder);
}

static void test_schema(void)
{
	char *is = config_schema(), *should = NULL;
	size_t len = 0;
	FILE *f = fopen(SCHEMA, "r");

	tap_ok(f && getdelim(&should, &len, 0, f) > 0 && !strncmp(is, should, strlen(is)) &&
	       !strcmp(should + strlen(is), "\n"),
	       "the published schema is that of the table (make it anew with: zramctl policy schema)");
	if (f)
		fclose(f);
	free(is);
	free(should);
}

int main(void)
{
	if (!mkdtemp(dir))
		return 1;
	snprintf(file, sizeof(file), "%s/zram.json", dir);
	snprintf(folder, sizeof(folder), "%s.d", file);
	test_good();
	test_refused();
	test_twice();
	test_devices_only();
	test_files();
	test_folder();
	test_schema();
	unlink(file);
	rmdir(dir);
	return tap_done();
}
