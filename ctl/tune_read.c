// SPDX-License-Identifier: GPL-2.0-or-later
/* Facts for tune: settings, swap areas and the device, from /proc and /sys. */
#include "tune.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util.h"

static void read_value(const char *root, const char *path,
		       struct tune_value *v)
{
	char full[PATH_MAX];

	snprintf(full, sizeof(full), "%s%s", root, path);
	if (util_read_line(full, v->text, sizeof(v->text)))
		v->text[0] = 0;
}

/* "always [madvise] never": the one in brackets. */
static void keep_choice(struct tune_value *v)
{
	char *from = strchr(v->text, '['), *to = from ? strchr(from, ']') : NULL;

	if (!to)
		return;
	*to = 0;
	memmove(v->text, from + 1, to - from);
}

static uint64_t read_ram(const char *root)
{
	unsigned long long kib = 0;
	char path[PATH_MAX], line[128];
	FILE *f;

	snprintf(path, sizeof(path), "%s/proc/meminfo", root);
	f = fopen(path, "re");
	while (f && fgets(line, sizeof(line), f))
		if (sscanf(line, "MemTotal: %llu kB", &kib) == 1)
			break;
	if (f)
		fclose(f);
	return kib * 1024;
}

static void read_swaps(struct tune_facts *f, const char *root)
{
	char path[PATH_MAX], line[PATH_MAX], name[TUNE_VALUE];
	unsigned long long used;
	FILE *file;
	int prio;

	snprintf(path, sizeof(path), "%s/proc/swaps", root);
	file = fopen(path, "re");
	while (file && f->nr_swaps < TUNE_SWAPS &&
	       fgets(line, sizeof(line), file)) {
		struct tune_swap *s = &f->swap[f->nr_swaps];
		const char *base;

		if (sscanf(line, "%95s %*s %*u %llu %d", name, &used, &prio) != 3)
			continue;
		base = strrchr(name, '/');
		base = base ? base + 1 : name;
		*s = (struct tune_swap){ .priority = prio, .used = used * 1024 };
		memcpy(s->name, name, sizeof(name));
		s->is_zram = sscanf(base, "zram%u", &s->id) == 1;
		f->nr_swaps++;
	}
	if (file)
		fclose(file);
}

/* The lowest number among /sys/block/zram*, or TUNE_ANY. */
static uint32_t first_device(const char *root)
{
	uint32_t first = TUNE_ANY, id;
	char path[PATH_MAX];
	struct dirent *d;
	DIR *dir;

	snprintf(path, sizeof(path), "%s/sys/block", root);
	dir = opendir(path);
	while (dir && (d = readdir(dir)))
		if (sscanf(d->d_name, "zram%u", &id) == 1 && id < first)
			first = id;
	if (dir)
		closedir(dir);
	return first;
}

static uint32_t choose_device(const struct tune_facts *f, const char *root)
{
	const struct tune_swap *best = NULL;

	for (size_t i = 0; i < f->nr_swaps; i++)
		if (f->swap[i].is_zram &&
		    (!best || f->swap[i].priority > best->priority))
			best = &f->swap[i];
	return best ? best->id : first_device(root);
}

static int read_device(struct tune_facts *f, const char *root)
{
	unsigned long long stored, used, limit;
	struct tune_value v;
	char path[128];

	snprintf(path, sizeof(path), "/sys/block/zram%u/disksize", f->id);
	read_value(root, path, &v);
	if (util_parse_u64(v.text, &f->disksize))
		return -ENODEV;
	snprintf(path, sizeof(path), "/sys/block/zram%u/mm_stat", f->id);
	read_value(root, path, &v);
	if (sscanf(v.text, "%llu %*u %llu %llu", &stored, &used, &limit) == 3) {
		f->stored = stored;
		f->used = used;
		f->limit = limit;
	}
	return 0;
}

int tune_read(struct tune_facts *f, const char *root, uint32_t id,
	      struct tune_error *e)
{
	*f = (struct tune_facts){ .ram = read_ram(root) };
	read_value(root, "/proc/sys/vm/swappiness", &f->swappiness);
	read_value(root, "/proc/sys/vm/page-cluster", &f->page_cluster);
	read_value(root, "/proc/sys/vm/watermark_scale_factor", &f->watermark);
	read_value(root, "/sys/module/zswap/parameters/enabled", &f->zswap);
	read_value(root, "/sys/kernel/mm/transparent_hugepage/hugepages-64kB/enabled",
		   &f->folios);
	keep_choice(&f->folios);
	read_swaps(f, root);
	f->id = id == TUNE_ANY ? choose_device(f, root) : id;
	if (f->id == TUNE_ANY) {
		snprintf(e->text, sizeof(e->text),
			 "there is no zram device; 'zramctl create --swap' makes one");
		return -ENODEV;
	}
	if (read_device(f, root)) {
		snprintf(e->text, sizeof(e->text), "there is no /dev/zram%u",
			 f->id);
		return -ENODEV;
	}
	return 0;
}
