/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Lowest layer of ctl: numbers and sizes as text, messages, facts of the
 * machine. Layers, each calling only those below it:
 *
 *   util < model < nl < client < out < cmd < cmd_* < main
 *
 * nl*.c are the only files that name netlink attributes.
 */
#ifndef ZRAMCTL_UTIL_H
#define ZRAMCTL_UTIL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

/*
 * A size as util-linux reads it: digits, perhaps a fraction, perhaps a suffix.
 * K, KiB, M, MiB, ... are powers of 1024, KB, MB, ... powers of 1000, either
 * case. -EINVAL: not a size, or negative; -ERANGE: does not fit.
 */
int util_parse_size(const char *s, uint64_t *bytes);
/* "50%": the share in tenths of a percent; 0 < share. -EINVAL, -ERANGE. */
int util_parse_percent(const char *s, uint32_t *permille);
/* Whole decimal numbers with nothing before or after. -EINVAL, -ERANGE. */
int util_parse_u64(const char *s, uint64_t *v);
int util_parse_u32(const char *s, uint32_t *v);
int util_parse_s32(const char *s, int32_t *v);
/* Seconds: "2", "0.5", "90s", "15m", "2h", "1d". -EINVAL, -ERANGE. */
int util_parse_seconds(const char *s, double *seconds);
/* "2/1m", reads within a time; "2" is within a minute. -EINVAL. */
int util_parse_rule(const char *s, uint32_t *reads, uint32_t *seconds);

#define UTIL_SIZE_LEN 32
/* As lsblk shows sizes: "1.5G", "512B"; returns @buf. */
char *util_format_size(char buf[UTIL_SIZE_LEN], uint64_t bytes);
#define UTIL_AGE_LEN 16
/* "5s", "12m", "3h", "2d"; returns @buf. */
char *util_format_age(char buf[UTIL_AGE_LEN], uint64_t seconds);

/* "zramctl: ..." on stderr, one line. */
void util_error(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void util_note(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* MemTotal in bytes, 0 when /proc does not tell. */
uint64_t util_ram_bytes(void);
/* Seconds of CLOCK_BOOTTIME, the clock of slot access times. */
uint64_t util_boottime(void);
void util_sleep_ms(unsigned int ms);
/* First line of a file without its newline; -errno. */
int util_read_line(const char *path, char *buf, size_t len);
/*
 * Run a program (searched in PATH, then in /usr/sbin and /sbin), its stdout
 * going to stderr when @quiet is not set, else nowhere. Returns its exit
 * status, 128 + n for a signal, or -errno (-ENOENT: there is none).
 */
int util_run(const char *const argv[], bool quiet);
/* The same with its output, stderr included, in @buf (cut to fit). */
int util_capture(const char *const argv[], char *buf, size_t len);

#endif
