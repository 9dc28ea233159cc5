/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Steps that test programs take by file: attributes and modules. */
#ifndef STEPS_H
#define STEPS_H

#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Reads up to @room - 1 bytes into @text; false when there are none. */
static inline bool read_file(const char *path, char *text, size_t room)
{
	int fd = open(path, O_RDONLY);
	ssize_t got;

	if (fd < 0)
		return false;
	got = read(fd, text, room - 1);
	close(fd);
	text[got > 0 ? got : 0] = '\0';
	return got > 0;
}

/* One write(2). */
static inline bool write_file(const char *text, const char *path)
{
	int fd = open(path, O_WRONLY);
	bool good;

	if (fd < 0)
		return false;
	good = write(fd, text, strlen(text)) >= 0;
	close(fd);
	return good;
}

static inline bool load_module(const char *path, const char *parameters)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	bool good = fd >= 0 && !syscall(SYS_finit_module, fd, parameters, 0);

	if (fd >= 0)
		close(fd);
	return good;
}

static inline bool unload_module(const char *name)
{
	return !syscall(SYS_delete_module, name, O_NONBLOCK);
}

#endif
