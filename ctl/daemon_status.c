// SPDX-License-Identifier: GPL-2.0-or-later
/* The daemon's control socket, what it answers there, and systemd. */
#include "daemon.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "out.h"
#include "sock.h"
#include "util.h"

#define ANSWER_MAX	(1 << 20)
#define ANSWER_S	10	/* a daemon's job lasts a second */

/* ---- systemd ------------------------------------------------------------------ */

void daemon_notify(const char *text)
{
	const char *path = getenv("NOTIFY_SOCKET");
	struct sockaddr_un to = { .sun_family = AF_UNIX };
	size_t len = path ? strlen(path) : 0;
	int fd;

	if (!len || len >= sizeof(to.sun_path) || (*path != '/' && *path != '@'))
		return;
	memcpy(to.sun_path, path, len);
	if (*path == '@')
		to.sun_path[0] = 0;
	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return;
	if (sendto(fd, text, strlen(text), MSG_NOSIGNAL, (struct sockaddr *)&to,
		   offsetof(struct sockaddr_un, sun_path) + len) < 0)
		daemon_say("cannot tell systemd '%s': %s", text, strerror(errno));
	close(fd);
}

/* ---- the socket --------------------------------------------------------------- */

static int address(struct sockaddr_un *a, const char *path)
{
	memset(a, 0, sizeof(*a));
	a->sun_family = AF_UNIX;
	if (strlen(path) >= sizeof(a->sun_path)) {
		util_error("%s: the path of a socket has at most %zu characters",
			   path, sizeof(a->sun_path) - 1);
		return -ENAMETOOLONG;
	}
	strcpy(a->sun_path, path);
	return 0;
}

/* The one folder above, where systemd has not made it. */
static void make_folder(const char *path)
{
	char dir[sizeof(((struct sockaddr_un *)0)->sun_path)];
	char *slash;

	snprintf(dir, sizeof(dir), "%s", path);
	slash = strrchr(dir, '/');
	if (slash && slash != dir) {
		*slash = 0;
		mkdir(dir, 0755);
	}
}

int daemon_listen(struct daemon *d)
{
	mode_t mask;

	make_folder(d->socket_path);
	mask = umask(0177);
	d->fd_control = sock_listen(d->socket_path);
	umask(mask);
	if (d->fd_control < 0)
		return d->fd_control;
	return fcntl(d->fd_control, F_SETFL, O_NONBLOCK) ? -errno : 0;
}

static void put_u(struct json_object *o, const char *key, uint64_t v)
{
	json_object_object_add(o, key, json_object_new_int64(v > INT64_MAX ? INT64_MAX : (int64_t)v));
}

static void put_s(struct json_object *o, const char *key, const char *v)
{
	json_object_object_add(o, key, json_object_new_string(v));
}

static struct json_object *tier_object(const struct policy_tally *t)
{
	static const char *const names[POLICY_ROWS] = {
		"hot", "hot_aside", "warm", "cold", "frozen",
	};
	struct json_object *o = json_object_new_object();

	put_u(o, "fill", t->fills);
	for (int row = 0; row < POLICY_ROWS; row++) {
		uint64_t slots = 0;

		for (unsigned int c = 0; c < POLICY_AGES; c++)
			slots += t->cell[row][c].slots;
		put_u(o, names[row], slots);
	}
	return o;
}

static struct json_object *device_object(const struct daemon_dev *p)
{
	struct json_object *o = json_object_new_object(), *ages = json_object_new_object();
	struct json_object *rates = json_object_new_object();
	const struct policy_verdict *v = &p->verdict;
	char name[24];

	snprintf(name, sizeof(name), "/dev/zram%" PRIu32, p->id);
	put_s(o, "name", name);
	put_u(o, "generation", p->generation);
	put_s(o, "why", policy_reason(p->why));
	put_s(o, "last", p->last);
	put_s(o, "records", p->is_dumped ? "dump" : "observer");
	put_u(o, "returns", v->returns);
	put_u(o, "over", v->over);
	put_u(o, "missing_rate", v->missing);
	put_u(o, "growth", p->growth);
	put_u(o, "mem_used", p->dev.mem_used_total);
	put_u(o, "mem_limit", p->dev.mem_limit);
	put_s(o, "job", p->job.runs ? policy_verb_name(p->job.action.verb) : "");
	for (int i = 0; i < POLICY_MOVES; i++) {
		struct json_object *age = json_object_new_object();

		put_u(age, "seconds", v->age[i]);
		json_object_object_add(age, "measured", json_object_new_boolean(v->measured[i]));
		json_object_object_add(ages, policy_verb_name(i), age);
		put_u(rates, policy_verb_name(i), p->memory.rate[i]);
	}
	json_object_object_add(o, "ages", ages);
	json_object_object_add(o, "rates", rates);
	json_object_object_add(o, "slots", p->tally ? tier_object(p->tally) : NULL);
	return o;
}

static const char *const why_keys[POLICY_WHYS] = {
	[POLICY_WHY_REST] = "rest",
	[POLICY_WHY_FEW] = "few",
	[POLICY_WHY_BUDGET] = "budget",
	[POLICY_WHY_BATTERY] = "battery",
	[POLICY_WHY_BLIND] = "blind",
	[POLICY_WHY_BLOCKED] = "blocked",
	[POLICY_WHY_OFF] = "off",
	[POLICY_WHY_STUCK] = "stuck",
	[POLICY_WHY_SLEPT] = "slept",
	[POLICY_WHY_AGE] = "age",
	[POLICY_WHY_RETURNS] = "returns",
	[POLICY_WHY_SOFT] = "soft",
	[POLICY_WHY_WASTE] = "waste",
};

static struct json_object *counts_object(const uint64_t *count)
{
	struct json_object *o = json_object_new_object();

	for (int i = 0; i < POLICY_VERBS; i++)
		put_u(o, policy_verb_name(i), count[i]);
	return o;
}

static struct json_object *status_object(struct daemon *d)
{
	struct json_object *o = json_object_new_object(), *budget = json_object_new_object();
	struct json_object *list = json_object_new_array(), *why = json_object_new_object();
	struct budget_clock now;

	budget_now(&now);
	put_u(o, "pid", getpid());
	json_object_object_add(o, "dry_run", json_object_new_boolean(d->dry_run || d->config.dry_run));
	json_object_object_add(o, "module", json_object_new_boolean(d->client != NULL));
	json_object_object_add(o, "observer", json_object_new_boolean(d->observer != NULL));
	json_object_object_add(o, "psi", json_object_new_boolean(d->pressure.has_psi));
	put_u(o, "rounds", d->rounds);
	put_u(o, "lost_events", d->lost_events);
	put_u(budget, "day", d->config.budget_day);
	put_u(budget, "spent", budget_spent(&d->budget, &now));
	put_u(budget, "left", budget_left(&d->budget, d->config.budget_day, &now));
	json_object_object_add(o, "budget", budget);
	json_object_object_add(o, "done", counts_object(d->done));
	json_object_object_add(o, "failed", counts_object(d->failed));
	for (int i = 0; i < POLICY_WHYS; i++)
		if (why_keys[i])
			put_u(why, why_keys[i], d->decided[i]);
	json_object_object_add(o, "decisions", why);
	put_u(o, "moved_slots", d->moved_slots);
	put_u(o, "freed_bytes", d->freed_bytes);
	put_u(o, "written_bytes", d->written_bytes);
	for (size_t i = 0; i < d->nr; i++)
		json_object_array_add(list, device_object(&d->dev[i]));
	json_object_object_add(o, "devices", list);
	return o;
}

static bool is_root(int fd)
{
	struct ucred cred;
	socklen_t len = sizeof(cred);

	return !getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &cred, &len) &&
	       (!cred.uid || cred.uid == geteuid());
}

void daemon_answer(struct daemon *d)
{
	struct timeval second = { .tv_sec = 1 };
	struct json_object *o;
	const char *text;
	size_t len, done = 0;
	int fd = accept4(d->fd_control, NULL, NULL, SOCK_CLOEXEC);

	if (fd < 0)
		return;
	if (is_root(fd)) {
		o = status_object(d);
		text = json_object_to_json_string_ext(o, JSON_C_TO_STRING_PRETTY |
						      JSON_C_TO_STRING_SPACED |
						      JSON_C_TO_STRING_NOSLASHESCAPE);
		len = strlen(text);
		/* Whoever asks and does not read must not hold us up. */
		setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &second, sizeof(second));
		while (done < len) {
			ssize_t n = send(fd, text + done, len - done, MSG_NOSIGNAL);

			if (n <= 0)
				break;
			done += n;
		}
		json_object_put(o);
	}
	close(fd);
}

/* ---- the one who asks ------------------------------------------------------------ */

static int fetch_answer(const char *path, char *text)
{
	struct timeval limit = { .tv_sec = ANSWER_S };
	struct sockaddr_un a;
	size_t got = 0;
	ssize_t n = 0;
	int fd, err = address(&a, path);

	if (err)
		return err;
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0 || connect(fd, (struct sockaddr *)&a, sizeof(a))) {
		err = -errno;
		if (err == -ENOENT || err == -ECONNREFUSED)
			util_error("no daemon runs: start it with 'zramctl daemon' or its systemd unit");
		else if (err == -EACCES || err == -EPERM)
			util_error("%s is for root only: try it with sudo", path);
		else
			util_error("cannot ask the daemon at %s: %s", path, strerror(-err));
	}
	if (!err)
		setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
	while (!err && got < ANSWER_MAX - 1 &&
	       (n = read(fd, text + got, ANSWER_MAX - 1 - got)) > 0)
		got += n;
	if (!err && n < 0) {
		err = -errno;
		util_error("the daemon at %s does not answer: %s", path,
			   err == -EAGAIN ? "nothing came in 10 s" : strerror(-err));
	}
	text[got] = 0;
	if (fd >= 0)
		close(fd);
	return err;
}

static uint64_t get_u(struct json_object *o, const char *key)
{
	struct json_object *v;

	return json_object_object_get_ex(o, key, &v) ? json_object_get_int64(v) : 0;
}

static const char *get_s(struct json_object *o, const char *key)
{
	struct json_object *v;

	return json_object_object_get_ex(o, key, &v) ? json_object_get_string(v) : "";
}

static void print_device(struct json_object *o)
{
	struct json_object *slots;
	char a[UTIL_SIZE_LEN], b[UTIL_SIZE_LEN];

	printf("%s: %s\n", get_s(o, "name"), get_s(o, "why"));
	if (*get_s(o, "last"))
		printf("  last: %s\n", get_s(o, "last"));
	if (json_object_object_get_ex(o, "slots", &slots) && slots)
		printf("  slots: %" PRIu64 " hot, %" PRIu64 " warm, %" PRIu64 " cold, %" PRIu64 " frozen, %" PRIu64 " fill\n",
		       get_u(slots, "hot") + get_u(slots, "hot_aside"), get_u(slots, "warm"),
		       get_u(slots, "cold"), get_u(slots, "frozen"), get_u(slots, "fill"));
	printf("  memory: %s used%s%s; %" PRIu64 " slots were read again in 24 hours\n",
	       util_format_size(a, get_u(o, "mem_used")), get_u(o, "mem_limit") ? " of " : "",
	       get_u(o, "mem_limit") ? util_format_size(b, get_u(o, "mem_limit")) : "",
	       get_u(o, "returns"));
	if (get_u(o, "missing_rate"))
		printf("  short of %s/s to keep the limit\n",
		       util_format_size(a, get_u(o, "missing_rate")));
}

static void print_text(struct json_object *o)
{
	struct json_object *budget, *list;
	char a[UTIL_SIZE_LEN], b[UTIL_SIZE_LEN];

	printf("The daemon runs (pid %" PRIu64 "), %" PRIu64 " rounds, %" PRIu64 " slots moved, %s freed.\n",
	       get_u(o, "pid"), get_u(o, "rounds"), get_u(o, "moved_slots"),
	       util_format_size(a, get_u(o, "freed_bytes")));
	if (json_object_object_get_ex(o, "budget", &budget))
		printf("Written in 24 hours: %s of %s.\n",
		       util_format_size(a, get_u(budget, "spent")),
		       util_format_size(b, get_u(budget, "day")));
	if (!json_object_object_get_ex(o, "devices", &list))
		return;
	for (size_t i = 0; i < json_object_array_length(list); i++)
		print_device(json_object_array_get_idx(list, i));
}

int daemon_ask(const char *path, bool json)
{
	char *text = malloc(ANSWER_MAX);
	struct json_object *o;
	int err;

	if (!text)
		return -ENOMEM;
	err = fetch_answer(path, text);
	if (err) {
		free(text);
		return err;
	}
	o = json_tokener_parse(text);
	free(text);
	if (!o) {
		util_error("the daemon did not answer: only root may ask it");
		return -EPERM;
	}
	if (json)
		return out_json(o);
	print_text(o);
	json_object_put(o);
	return 0;
}
