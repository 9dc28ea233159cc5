// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Suspends the machine to idle with alarms set so close to each other that the
 * kernel breaks off while it suspends the devices: by then everybody who wants to
 * know was told, and all tasks are frozen. No clock of the machine needs to wake
 * it. Prints the errno's name of the attempt: EBUSY when it went that way.
 */
#include "pageset.h"

#include <sys/timerfd.h>

#define ALARMS 120	/* a second apart */

int main(void)
{
	int file = open("/sys/power/state", O_WRONLY);
	uint64_t began = now_ns();

	program_name = "trysuspend";
	if (file < 0)
		die("/sys/power/state: %s", strerror(errno));
	for (int i = 1; i <= ALARMS; i++) {
		struct itimerspec at = { .it_value.tv_sec = i };
		int fd = timerfd_create(CLOCK_BOOTTIME_ALARM, 0);

		if (fd < 0 || timerfd_settime(fd, 0, &at, NULL))
			die("alarm: %s", strerror(errno));
	}
	if (write(file, "freeze", 6) < 0)
		printf("%s", strerrorname_np(errno));
	else
		printf("slept");
	printf(" %llu\n", (unsigned long long)(now_ns() - began) / 1000000);
	return 0;
}
