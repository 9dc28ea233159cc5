// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Which zram is loaded, ours or the kernel's own, and loading ours.
 *
 * Ours depends on zslot_trace; that is how it is told apart without asking.
 */

#include "client.h"
#include "client_impl.h"
#include "util.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define TRACE_MODULE "zslot_trace"

static bool exists(const char *path)
{
	return !access(path, F_OK);
}

/* Whether modprobe would load ours; true when it cannot tell. */
static bool would_load_ours(void)
{
	const char *const argv[] = { "modprobe", "-D", "zram", NULL };
	char text[4096];

	if (util_capture(argv, text, sizeof(text)))
		return true;
	return strstr(text, TRACE_MODULE) || !strstr(text, "insmod");
}

/* What modprobe says where the kernel wants modules signed, or is locked down. */
static bool is_rejected(const char *text)
{
	return strstr(text, "Key was rejected") || strstr(text, "Required key") ||
	       strstr(text, "Operation not permitted");
}

static int load(struct client *c)
{
	/* without the device that the module makes by default: create makes
	 * the one that was asked for
	 */
	const char *const argv[] = { "modprobe", "zram", "num_devices=0",
				     NULL };
	char text[512];
	int rc;

	if (geteuid())
		return client_fail(c, -EPERM, "the zram module is not loaded, "
				   "and loading it needs root; try it with "
				   "sudo");
	if (!would_load_ours())
		return client_fail(c, CLIENT_ENOSUPPORT, "'modprobe zram' "
				   "would load the kernel's own zram; install "
				   "zramkit's modules first ('make install')");
	rc = util_capture(argv, text, sizeof(text));
	text[strcspn(text, "\n")] = 0;
	if (rc == -ENOENT)
		return client_fail(c, CLIENT_ENOSUPPORT, "the zram module is "
				   "not loaded and there is no modprobe; load "
				   "zslot_trace.ko and zram.ko with insmod");
	if (rc && is_rejected(text))
		return client_fail(c, CLIENT_ENOSUPPORT, "the kernel rejects "
				   "zramkit's modules (Secure Boot?), since no "
				   "key that it trusts has signed them: enrol "
				   "the key that did with 'mokutil --import', "
				   "or remove them to have the kernel's own "
				   "zram back");
	if (rc)
		return client_fail(c, CLIENT_ENOSUPPORT, "the zram module is "
				   "not loaded and 'modprobe zram' failed%s%s; "
				   "install zramkit's modules for this kernel "
				   "('make install')", *text ? ": " : "", text);
	return 0;
}

static void unload(void)
{
	const char *const argv[] = { "modprobe", "-r", "zram", NULL };
	char text[512];

	util_capture(argv, text, sizeof(text));
}

int client_bring_module(struct client *c, bool may_load)
{
	int err;

	if (exists("/sys/module/" TRACE_MODULE "/holders/zram"))
		return client_fail(c, CLIENT_ENOSUPPORT, "zram answers in the "
				   "initial network namespace only; leave this "
				   "container or namespace");
	/* compiled in, it has no folder there: none of its parameters is readable */
	if (!exists("/sys/module/zram") && exists("/sys/class/zram-control"))
		return client_fail(c, CLIENT_ENOSUPPORT, "zram is built into "
				   "this kernel, so zramkit's cannot take its "
				   "place; boot one with CONFIG_ZRAM=m or without "
				   "zram, or use plain 'zramctl', the util-linux "
				   "way");
	if (!exists("/sys/module/zram") && may_load) {
		err = load(c);
		if (err)
			return err;
		if (exists("/sys/module/" TRACE_MODULE "/holders/zram"))
			return 0;
		unload();	/* it was the kernel's own after all */
		return client_fail(c, CLIENT_ENOSUPPORT, "'modprobe zram' "
				   "loads the kernel's own zram; install "
				   "zramkit's modules first ('make install')");
	}
	if (exists("/sys/module/zram"))
		return client_fail(c, CLIENT_ENOSUPPORT, "the kernel's own "
				   "zram is loaded, which zramctl's commands "
				   "cannot use; install zramkit's modules, "
				   "free its devices (swapoff, umount), then "
				   "run 'modprobe -r zram' and 'modprobe "
				   "zram'; until then plain 'zramctl' lists its "
				   "devices");
	return client_fail(c, CLIENT_ENOSUPPORT, "the zram module is not "
			   "loaded; run 'modprobe zram' ('zramctl create' "
			   "does it by itself)");
}
