/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The "key=value ..." texts that sysfs files take, by a table of keys.
 *
 * Words are separated by white space; double quotes group. A later value of
 * the same key wins, unknown keys are ignored (their values must be there all
 * the same), as in stock zram.
 */
#ifndef ZRAM_KV_H
#define ZRAM_KV_H

#include <linux/types.h>

#define ZRAM_KV_STOP	1	/* of a zram_kv_key.set: look no further */

/*
 * One key. With @set, it is called with @arg of zram_kv_parse and the value,
 * in the order of the text; 0, ZRAM_KV_STOP, or a negative errno. Otherwise
 * the value goes to @arg + @offset as @type says.
 */
struct zram_kv_key {
	const char *name;
	enum zram_kv_type {
		ZRAM_KV_S32,	/* s32, base 10 */
		ZRAM_KV_U32,	/* u32, base 10 */
		ZRAM_KV_U64,	/* u64, base 10 */
		ZRAM_KV_TEXT,	/* const char *, inside the text */
	} type;
	size_t offset;
	int (*set)(void *arg, char *value);
};

/*
 * Parse @text, which is taken apart and must outlive the values in @arg.
 * @keys ends with an entry without a name. @bare gets the words
 * that have no value, with or without "="; NULL refuses them.
 *
 * 0; -EINVAL: a key without a value, or a value that is no number; -ERANGE: a
 * number out of range; what a callback says. What was parsed before an error
 * is in @arg.
 */
int zram_kv_parse(char *text, const struct zram_kv_key *keys,
		  int (*bare)(void *arg, char *word), void *arg);

/*
 * The texts of sizes and switches, by the rules of Linux 7.3. The kernel's own
 * memparse and kstrtobool know less on older ones, and would answer otherwise.
 *
 * A size: digits (0x: hexadecimal, 0: octal), one of K M G T P E in either case,
 * anything. *size is U64_MAX when it is larger than that. False: no digit.
 */
bool zram_kv_size(const char *text, u64 *size);
/* By the first letter: e y t 1, d n f 0, or on, of(f). */
int zram_kv_bool(const char *text, bool *on);

#endif
