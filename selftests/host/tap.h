/* SPDX-License-Identifier: GPL-2.0-only */
/* TAP lines for the host tests. */
#ifndef TAP_H
#define TAP_H

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>

static int tap_count, tap_failed;

__attribute__((format(printf, 2, 3)))
static inline bool tap_ok(bool ok, const char *what, ...)
{
	va_list ap;

	printf("%sok %d - ", ok ? "" : "not ", ++tap_count);
	va_start(ap, what);
	vprintf(what, ap);
	va_end(ap);
	putchar('\n');
	tap_failed += !ok;
	return ok;
}

/* The last line; what main returns. */
static inline int tap_done(void)
{
	printf("1..%d\n", tap_count);
	return fflush(stdout) || tap_failed ? 1 : 0;
}

#endif
