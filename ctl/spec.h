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
	{ "folio-packs", 0, "MODE", "which writes of several pages are "	\
	  "compressed together: off, auto (of swap, while it pays), swap, all" }

/* What is given, into @spec; CMD_USAGE, told. */
enum cmd_result spec_read(const struct cmd_args *args, struct model_spec *spec);
/* Remarks on what people may overlook, for when it is done. */
void spec_tell(const struct model_spec *spec);

#endif
