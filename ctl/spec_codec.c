// SPDX-License-Identifier: GPL-2.0-or-later
/* Codecs on the command line: dictionary, window bits, those for recompression. */

#include "spec.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

#include "util.h"

/* Bytes of a dictionary, as the module has it. */
#define DICT_MAX	(1 << 20)

/*
 * The dictionary as a file in memory, so that the module, which reads it while all
 * of generic netlink may have to wait, is never held up by a file system. What is
 * no regular file is passed as it is; the module refuses it. -errno.
 */
static int open_dict(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK), copy, err = 0;
	struct stat st;
	ssize_t n;

	if (fd < 0)
		return -errno;
	if (fstat(fd, &st) || !S_ISREG(st.st_mode))
		return fd;
	copy = memfd_create("zram-dict", MFD_CLOEXEC);
	if (copy < 0)
		err = errno;
	/* One byte more than the module takes is enough for it to say so. */
	for (size_t left = DICT_MAX + 1; !err && left > 0; left -= n) {
		n = sendfile(copy, fd, NULL, left);
		if (n < 0)
			err = errno;
		if (n <= 0)
			break;
	}
	close(fd);
	if (!err)
		return copy;
	if (copy >= 0)
		close(copy);
	return -err;
}

/* A dictionary and window bits of the primary codec. */
static enum cmd_result read_params(const struct cmd_args *args,
				   struct model_codec_spec *c, int *dict_fd)
{
	const char *text = cmd_option(args, "winbits");

	if (text) {
		if (util_parse_s32(text, &c->winbits) ||
		    c->winbits == INT32_MIN)
			return cmd_usage(args, "--winbits '%s' is not a number",
					 text);
		c->has |= MODEL_CODEC_WINBITS;
	}
	text = cmd_option(args, "dict");
	if (text) {
		*dict_fd = open_dict(text);
		if (*dict_fd < 0) {
			util_error("cannot open the dictionary %s: %s", text,
				   strerror(-*dict_fd));
			return CMD_FAILED;
		}
		c->dict_fd = *dict_fd;
		c->has |= MODEL_CODEC_DICT;
	}
	return CMD_OK;
}

/* ALGO[:LEVEL],...: priorities from 1 on. */
static enum cmd_result read_recomp(const struct cmd_args *args,
				   struct model_spec *spec, struct spec_codecs *own)
{
	const char *text = cmd_option(args, "recomp"), *word, *wrong;

	if (!text)
		return CMD_OK;
	if (strlen(text) >= sizeof(own->recomp))
		return cmd_usage(args, "--recomp '%.40s' is too long", text);
	strcpy(own->recomp, text);
	wrong = model_parse_recomp(own->recomp, spec->codec, &word);
	return wrong ? cmd_usage(args, "--recomp: '%.40s' %s", word, wrong) : CMD_OK;
}

enum cmd_result spec_read_codecs(const struct cmd_args *args,
				 struct model_spec *spec, struct spec_codecs *own)
{
	enum cmd_result result;

	own->dict_fd = -1;
	result = read_recomp(args, spec, own);
	return result ? result : read_params(args, &spec->codec[0], &own->dict_fd);
}

void spec_drop_codecs(struct spec_codecs *own)
{
	if (own->dict_fd >= 0)
		close(own->dict_fd);
	own->dict_fd = -1;
}

bool spec_is_empty(const struct model_spec *spec)
{
	for (int prio = 0; prio < MODEL_CODECS; prio++)
		if (spec->codec[prio].has)
			return false;
	return !spec->has;
}
