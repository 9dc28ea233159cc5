/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Settings of a device on the command line: create and set. */
#ifndef ZRAMCTL_SPEC_H
#define ZRAMCTL_SPEC_H

#include "cmd.h"
#include "model.h"

#define SPEC_OPTS							\
	{ "algo", 'a', "NAME", "compression algorithm ('zramctl version' " \
	  "lists them)" },						\
	{ "level", 'l', "N", "compression level" },			\
	{ "size", 's', "SIZE", "size of the device: 1G, 512M, or 50% of RAM" }, \
	{ "mem-limit", 'm', "SIZE", "the most memory that its data may "	\
	  "take, as a size or a share of RAM; 0: no limit" },		\
	{ "promote", 0, "N[/TIME]", "what is read N times within TIME comes " \
	  "back from the disk (2/1m); 0: nothing does" },			\
	{ "folio-packs", 0, "off|auto|swap|all", "which writes of several pages are "	\
	  "compressed together: off, auto (of swap, while it pays; this is the " \
	  "default), swap, all" },					\
	{ "writeback-limit", 0, "SIZE", "write at most SIZE more to the "	\
	  "backing device; none: no limit" }

#define SPEC_CODEC_OPTS							\
	{ "dict", 'd', "FILE", "dictionary for the algorithm" },		\
	{ "winbits", 0, "N", "window bits of deflate: -15 to -9, 9 to 15" }, \
	{ "recomp", 'r', "ALGO[:LEVEL],...", "up to three algorithms for "	\
	  "recompression, by priority" }

/* What the codecs of a spec point to. */
struct spec_codecs {
	char recomp[MODEL_RECOMP_LEN];	/* taken apart */
	int dict_fd;		/* -1: none */
};

/* What is given, into @spec; CMD_USAGE, told. */
enum cmd_result spec_read(const struct cmd_args *args, struct model_spec *spec);
/* The same of SPEC_CODEC_OPTS; CMD_FAILED, told. Then spec_drop_codecs, in any case. */
enum cmd_result spec_read_codecs(const struct cmd_args *args,
				 struct model_spec *spec, struct spec_codecs *own);
void spec_drop_codecs(struct spec_codecs *own);
/* Nothing was given. */
bool spec_is_empty(const struct model_spec *spec);
/* Remarks on what people may overlook, for when it is done. */
void spec_tell(const struct model_spec *spec);

#endif
