// SPDX-License-Identifier: GPL-2.0-or-later
/* Names of devices as people write them. */

#include "model.h"
#include "util.h"

#include <errno.h>
#include <string.h>

int model_parse_name(const char *name, uint32_t *id)
{
	const char *digits = name;

	if (!strncmp(digits, "/dev/", 5))
		digits += 5;
	if (!strncmp(digits, "zram", 4))
		digits += 4;
	else if (digits != name)
		return -EINVAL;
	if (util_parse_u32(digits, id) || *id > MODEL_ID_MAX)
		return -EINVAL;
	return 0;
}
