// SPDX-License-Identifier: GPL-2.0-only
/* Packs that are read on the disk come back by themselves. */
#include "thaw.h"

#include <linux/slab.h>

#include "fetch.h"
#include "job.h"
#include "packs.h"
#include "store.h"

/* fetch: only while there is something to do; the worker's. */
struct thaw {
	struct zram_job_service service;
	struct zram_fetch *fetch;
};

static struct thaw *to_thaw(struct zram_job_service *svc)
{
	return container_of(svc, struct thaw, service);
}

static void on_read(void *arg)
{
	struct thaw *t = arg;

	zram_service_kick(&t->service);
}

/* A wanted pack that there is room for, with a reference; or NULL. */
static struct zram_pack *next_wanted(struct zram_store *st)
{
	unsigned long limit = READ_ONCE(st->limit_pages);
	struct zram_pack *p;

	/* what is so near to the limit that it is told: see limit_near() */
	limit -= limit / 16;
	while ((p = zram_packs_wanted(st->packs))) {
		if (READ_ONCE(p->frozen) && zram_fetch_fits(st, p, limit))
			return p;
		zram_pack_put(p);
	}
	return NULL;
}

static void drop_fetch(struct thaw *t)
{
	zram_fetch_destroy(t->fetch);
	t->fetch = NULL;
}

/* Lets the worker go on while the disk reads; on_read() calls it back. */
static bool serve(struct zram_job_service *svc, struct zram_store *st)
{
	struct thaw *t = to_thaw(svc);
	struct zram_pack *p;
	u32 live, len;

	if (t->fetch && zram_fetch_busy(t->fetch)) {
		if (!zram_fetch_ended(t->fetch, 0))
			return false;
		zram_fetch_end(t->fetch, false, &live, &len);
	}
	p = next_wanted(st);
	if (!p) {
		drop_fetch(t);
		return false;
	}
	if (!t->fetch)
		t->fetch = zram_fetch_create(st, on_read, t);
	if (t->fetch)
		zram_fetch_begin(t->fetch, p);
	else
		zram_pack_put(p);	/* the next read of it asks again */
	return false;
}

int zram_thaw_start(struct zram_store *st, struct zram_jobs *jobs)
{
	struct thaw *t = kzalloc(sizeof(*t), GFP_KERNEL);

	if (!t)
		return -ENOMEM;
	t->service.serve = serve;
	zram_service_start(&t->service, jobs, &st->packs->on_wanted);
	return 0;
}

void zram_thaw_rest(struct zram_store *st)
{
	drop_fetch(to_thaw(st->packs->on_wanted.arg));
}

void zram_thaw_stop(struct zram_store *st)
{
	struct zram_job_service *svc = zram_service_stop(&st->packs->on_wanted);

	if (!svc)
		return;
	drop_fetch(to_thaw(svc));
	kfree(to_thaw(svc));
}
