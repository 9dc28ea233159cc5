// SPDX-License-Identifier: GPL-2.0-only
/* The parser of "key=value ..." texts. */
#include "kv.h"

#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/kstrtox.h>
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
