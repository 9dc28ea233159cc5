/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What zram-generator is set up to make at boot, so that two do not make one device. */
#ifndef ZRAMCTL_GENERATOR_H
#define ZRAMCTL_GENERATOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Does a configuration of zram-generator below @root ("" but in tests) name
 * zram@id? Then its file is in @file.
 */
bool generator_makes(const char *root, uint32_t id, char *file, size_t len);

#endif
