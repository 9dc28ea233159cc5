// SPDX-License-Identifier: GPL-2.0-or-later
/* How short of memory and of power the machine is: meminfo, PSI, battery. */
#include "pressure.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "util.h"

#define PSI_FILE "/proc/pressure/memory"
#define POWER_DIR "/sys/class/power_supply"

/* A small file whole, NUL at its end; false when it cannot be read. */
static bool slurp(const char *path, char *buf, size_t len)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n;

	if (fd < 0)
		return false;
	n = read(fd, buf, len - 1);
	close(fd);
	buf[n > 0 ? n : 0] = 0;
	return n > 0;
}

static uint64_t meminfo(const char *text, const char *key)
{
	const char *at = strstr(text, key);
	unsigned long long kib = 0;

	if (at && sscanf(at + strlen(key), " %llu", &kib) != 1)
		kib = 0;
	return kib * 1024;
}

/* A line of a power supply's attribute; false: it has none. */
static bool power_attr(const char *supply, const char *attr, char line[32])
{
	char path[320];

	snprintf(path, sizeof(path), POWER_DIR "/%s/%s", supply, attr);
	return !util_read_line(path, line, 32);
}

/*
 * A battery that this machine runs on: not that of a mouse, and one that is drawn
 * from, where it tells.
 */
static bool is_drained(const char *supply)
{
	char line[32];

	if (power_attr(supply, "scope", line) && !strcmp(line, "Device"))
		return false;
	return !power_attr(supply, "status", line) || !strcmp(line, "Discharging");
}

static void read_power(struct pressure *p)
{
	bool mains = false, battery = false;
	DIR *d = opendir(POWER_DIR);
	struct dirent *e;
	char line[32];

	while (d && (e = readdir(d))) {
		if (*e->d_name == '.' || !power_attr(e->d_name, "type", line))
			continue;
		if (!strcmp(line, "Battery"))
			battery |= is_drained(e->d_name);
		else
			mains |= power_attr(e->d_name, "online", line) && *line == '1';
	}
	if (d)
		closedir(d);
	p->on_battery = battery && !mains;
}

void pressure_read(struct pressure *p)
{
	char text[4096];
	double some;

	memset(p, 0, sizeof(*p));
	if (slurp("/proc/meminfo", text, sizeof(text))) {
		p->total = meminfo(text, "MemTotal:");
		p->available = meminfo(text, "MemAvailable:");
	}
	if (slurp(PSI_FILE, text, sizeof(text)) &&
	    sscanf(text, "some avg10=%lf", &some) == 1) {
		p->has_psi = true;
		p->some = some * 10;
	}
	read_power(p);
}

int pressure_trigger(unsigned int ms)
{
	int fd = open(PSI_FILE, O_RDWR | O_NONBLOCK | O_CLOEXEC), err;
	char text[64];

	if (fd < 0)
		return -errno;
	snprintf(text, sizeof(text), "some %u 1000000", ms * 1000);
	if (write(fd, text, strlen(text) + 1) < 0) {
		err = -errno;
		close(fd);
		return err;
	}
	return fd;
}
