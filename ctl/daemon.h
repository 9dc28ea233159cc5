/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The daemon: looks at the devices, asks the policy, runs jobs, keeps the
 * write ledger. One thread, one poll loop; everything lies in struct daemon.
 *
 *   daemon.c         the loop: signals, clock, pressure, events
 *   daemon_look.c    devices, records, growth: the snapshot
 *   daemon_watch.c   the observer
 *   daemon_limit.c   growth, and what is near its limit
 *   daemon_run.c     actions as jobs, reservations, results
 *   daemon_status.c  the control socket, systemd
 */
#ifndef ZRAMCTL_DAEMON_H
#define ZRAMCTL_DAEMON_H

#include "budget.h"
#include "client.h"
#include "config.h"
#include "observer.h"
#include "policy.h"
#include "pressure.h"

#define DAEMON_SOCKET	"/run/zramkit/daemon.sock"
#define DAEMON_HOURS	26	/* of "ages": those of a day ago are among them */

/* The counts of "ages" as they were. */
struct daemon_hour {
	uint32_t time;		/* boottime s */
	struct zram_ages ages;
};

/* The job that runs on a device for us. */
struct daemon_job {
	bool runs;
	uint32_t id;
	struct policy_action action;
	uint32_t round;		/* boottime s of the round that decided it */
	uint64_t freed;		/* bytes so far, in daemon_dev.freed already */
	uint64_t reservation;	/* its serial in the ledger; 0: none */
};

struct daemon_dev {
	bool used;
	uint32_t id, generation;
	struct model_dev dev;		/* at the last look */
	struct policy_memory memory;
	struct policy_tally *tally;	/* made once for a place */
	struct observer_slots map;	/* word NULL: not mapped */
	bool is_dumped;			/* records come from slot dumps */
	struct daemon_hour past[DAEMON_HOURS];	/* an hour apart or more, a ring */
	uint32_t hours;			/* that were put into it */
	uint32_t watched_from;		/* boottime s that "ages" began; 0: not yet */
	/*
	 * What comes in, in bytes a second, whatever our jobs take out: an average
	 * over a second. freed: by all jobs so far. then: at the last measurement.
	 */
	uint64_t growth;
	uint64_t freed;
	struct {
		uint64_t ms;		/* boottime; 0: not measured yet */
		uint64_t used, stored, freed;	/* bytes */
	} then;
	bool lacks[POLICY_VERBS];	/* the module said that it cannot */
	struct daemon_job job;
	/* ms since which we wait for a job whose reservation is left; 0: for none */
	uint64_t unsettled;
	uint64_t stuck_at;		/* bytes used when nothing was to be done about its limit */
	enum policy_why why;		/* of the last verdict */
	uint32_t told_missing;		/* boottime s that a missing rate was told; 0: never */
	struct policy_verdict verdict;
	char last[POLICY_LINE_LEN];	/* the last decision in words */
};

struct daemon {
	const char *config_path;	/* NULL: CONFIG_FILE */
	const char *socket_path;
	struct config config, fresh;	/* fresh: while it is reloaded */
	bool dry_run;			/* by option */
	struct client *client;		/* NULL: no module */
	struct client *events;
	struct observer *observer;	/* NULL: none */
	bool started_observer;
	uint64_t covered_sum;		/* of the generations that were covered */
	uint64_t cover_after;		/* ms; then what could not be is tried again; 0: all was */
	struct budget budget;
	uint32_t page;			/* bytes */
	struct daemon_dev dev[POLICY_DEVICES];	/* [0..nr) in use */
	size_t nr;
	struct policy_device view[POLICY_DEVICES];
	struct policy_memory memory[POLICY_DEVICES];
	struct policy_plan plan;
	struct pressure pressure;
	uint32_t round;			/* boottime s of the last decision */
	uint64_t rest;			/* ms; until then ages do not count: the machine slept */
	uint64_t tally_ms;		/* that the last snapshot took */
	uint64_t stuck_ms;		/* between rounds that can do nothing for a limit; 0: none */
	uint64_t rounds, decided[POLICY_WHYS], done[POLICY_VERBS], failed[POLICY_VERBS];
	uint64_t moved_slots, freed_bytes, written_bytes;
	/* What is missing, or went wrong, is told once. */
	bool said_psi, said_observer, said_module, said_events, said_lost, said_clock, said_many, said_cover;
	uint64_t lost_events;		/* that came while its socket was full */
	uint64_t slept_ms;		/* since boot, at the last look */
	int fd_signal, fd_psi, fd_control, fd_events;
	bool stop, reload;
	bool hurry;			/* look again at once */
	uint64_t watchdog_ms, pinged_ms;
};

/* Runs until SIGTERM or SIGINT. 0 or a negative errno, told on stderr. */
int daemon_run(struct daemon *d);

/* One line in the log. */
void daemon_say(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
uint64_t daemon_ms(void);	/* boottime */
/* To systemd: before and after whatever may take long. */
void daemon_ping(struct daemon *d);

/* daemon_look.c */
/* Follow the devices and their counters; false: there is no module. */
bool daemon_look(struct daemon *d);
/* Records too, and the snapshot for a decision. */
void daemon_snapshot(struct daemon *d, struct policy_snapshot *s);
void daemon_forget_all(struct daemon *d);
/* The records of a device are no longer looked at. */
void daemon_unmap(struct daemon_dev *p);

/* daemon_limit.c */
/* Call it after daemon_reap(): how fast devices grow. */
void daemon_measure(struct daemon *d);
/* Some device has a soft limit to keep. */
bool daemon_has_limits(const struct daemon *d);
/* ms between two looks at the limits: four until one is reached as things go. */
uint64_t daemon_look_ms(const struct daemon *d);
/*
 * ms from the last round to one for the sake of a limit that is, or soon will be,
 * exceeded: longer where that could do nothing for it. UINT64_MAX: all are kept.
 */
uint64_t daemon_near_ms(const struct daemon *d);
/* After each round. @anew: something had happened, so what it could do is news. */
void daemon_note_round(struct daemon *d, bool anew);

/* daemon_watch.c */
/* Records of all devices that the observer may keep, without asking again and again. */
void daemon_cover(struct daemon *d, const struct model_dev *list, size_t nr);
/* False: the records of a device have to be dumped. */
bool daemon_map(struct daemon *d, struct daemon_dev *p);
/* Close the observer, and stop it if a daemon started it. */
void daemon_end_observer(struct daemon *d);

/* daemon_run.c */
/* Carry out the plan; jobs go on after it. */
void daemon_act(struct daemon *d);
/* Take the results of jobs that ended. */
void daemon_reap(struct daemon *d);
bool daemon_is_busy(const struct daemon *d);
/* Cancel running recompressions, which free little for their time. */
void daemon_cancel(struct daemon *d, bool all);
/*
 * Reservations whose jobs nobody looks after, an earlier daemon's or those whose
 * start was not answered: settle them once the jobs have ended, or count them as
 * written. Does not wait; call it until none is left.
 */
void daemon_settle_old(struct daemon *d);
/* Some device waits for that. */
bool daemon_is_unsettled(const struct daemon *d);

/* daemon_status.c */
int daemon_listen(struct daemon *d);
void daemon_answer(struct daemon *d);
/* "READY=1" and so on to systemd, when it started us. */
void daemon_notify(const char *text);
/* Prints the answer of the daemon at @path; -errno, told. */
int daemon_ask(const char *path, bool json);

#endif
