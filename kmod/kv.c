// SPDX-License-Identifier: GPL-2.0-only
/* The parser of "key=value ..." texts. */
#include "kv.h"

#include <linux/ctype.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/kstrtox.h>
#include <linux/limits.h>
#include <linux/overflow.h>
#include <linux/string.h>

static const struct zram_kv_key *find_key(const struct zram_kv_key *keys,
					  const char *name)
{
	for (; keys->name; keys++)
		if (!strcmp(keys->name, name))
			return keys;
	return NULL;
}

static int take_value(const struct zram_kv_key *key, void *arg, char *value)
{
	void *to = arg + key->offset;

	if (key->set)
		return key->set(arg, value);
	switch (key->type) {
	case ZRAM_KV_S32:
		return kstrtos32(value, 10, to);
	case ZRAM_KV_U32:
		return kstrtou32(value, 10, to);
	case ZRAM_KV_U64:
		return kstrtou64(value, 10, to);
	case ZRAM_KV_TEXT:
		*(const char **)to = value;
		return 0;
	}
	return -EINVAL;
}

int zram_kv_parse(char *text, const struct zram_kv_key *keys,
		  int (*bare)(void *arg, char *word), void *arg)
{
	const struct zram_kv_key *key;
	char *name, *value;
	int err;

	text = skip_spaces(text);
	while (*text) {
		text = next_arg(text, &name, &value);
		if (!value || !*value) {
			err = bare ? bare(arg, name) : -EINVAL;
		} else {
			key = find_key(keys, name);
			err = key ? take_value(key, arg, value) : 0;
		}
		if (err == ZRAM_KV_STOP)
			return 0;
		if (err)
			return err;
	}
	return 0;
}

bool zram_kv_size(const char *text, u64 *size)
{
	static const char units[] = "kmgtpe";
	const char *unit;
	char *end;

	*size = simple_strtoull(text, &end, 0);
	if (end == text)
		return false;
	unit = *end ? strchr(units, tolower(*end)) : NULL;
	if (unit && check_shl_overflow(*size, 10 * (unit - units + 1), size))
		*size = U64_MAX;
	return true;
}

int zram_kv_bool(const char *text, bool *on)
{
	char first = tolower(text[0]), second = first ? tolower(text[1]) : 0;

	*on = (first && strchr("eyt1", first)) ||
	      (first == 'o' && second == 'n');
	if (*on || (first && strchr("dnf0", first)) ||
	    (first == 'o' && second == 'f'))
		return 0;
	return -EINVAL;
}
