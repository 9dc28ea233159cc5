// SPDX-License-Identifier: GPL-2.0-or-later
/* Which job of a device top shows, and what the daemon's ledger says. */
#include "top_work.h"

#include <stdlib.h>

#include "budget.h"
#include "client.h"
#include "config.h"
#include "util.h"

#define LEDGER_S	10	/* between two looks at it */

/* One that runs is of more interest than one that waits, and that than the past. */
static int rank(const struct model_job *job)
{
	return model_job_ended(job) ? 0 :
	       job->phase == ZRAM_JOB_PHASE_QUEUED ? 1 : 2;
}

static bool is_better(const struct model_job *a, const struct model_job *b)
{
	return rank(a) != rank(b) ? rank(a) > rank(b) : a->ended > b->ended;
}

static void look_at_jobs(struct top_work *w, struct client *c)
{
	struct model_job *list = NULL;
	size_t nr = 0;

	w->has_job = false;
	if (client_job_list(c, w->id, &list, &nr))
		return;
	for (size_t i = 0; i < nr; i++) {
		if (w->has_job && !is_better(&list[i], &w->job))
			continue;
		w->job = list[i];
		w->has_job = true;
	}
	free(list);
}

/* The daemon's own rules may lie elsewhere; then the budget is not known. */
static uint64_t read_day(void)
{
	struct config *config = malloc(sizeof(*config));
	uint64_t day = config && !config_load(config, NULL) ?
		       config->budget_day : 0;

	free(config);
	return day;
}

static void look_at_ledger(struct top_work *w)
{
	uint32_t now = util_boottime();
	struct budget_clock clock;

	if (w->when && now - w->when < LEDGER_S)
		return;
	w->when = now ? now : 1;
	budget_now(&clock);
	w->has_spent = !budget_peek(BUDGET_FILE, &clock, &w->spent);
	w->day = w->has_spent ? read_day() : 0;
}

void top_work_look(struct top_work *w, struct client *c, uint32_t id)
{
	w->known = true;
	w->id = id;
	look_at_jobs(w, c);
	look_at_ledger(w);
}
