// SPDX-License-Identifier: GPL-2.0-only
/* The modes of folios, their contexts, and how "auto" finds out what pays. */

#include "folio.h"

#include <linux/err.h>
#include <linux/jiffies.h>
#include <linux/lockdep.h>
#include <linux/sched/mm.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/vmalloc.h>

#include "codec.h"
#include "compat/workqueue.h"
#include "config.h"
#include "frame.h"
#include "packs.h"

#define GFP_FOLIO	(GFP_NOIO | __GFP_NOWARN)

/* lzo writes that much when data grows; the others heed the room. */
#define OUT_BYTES	(ZRAM_FOLIO_BYTES + ZRAM_FOLIO_BYTES / 16 + PAGE_SIZE)

/*
 * What auto counts in: one page decoded by itself is 16. decode: a page of a pack,
 * and frame: what each pack costs besides, so that packs of 4 cost more a page
 * than those of 16. A page read by itself costs its whole pack (where the algorithm
 * can stop early, what comes before it), unless another was read just before.
 * gain, gain_frame: what writing a pack saves, rather less than measured.
 */
#define SINGLE		16

static const struct costs {
	u8 decode, frame;
	u8 write_single, write_together;
	u8 gain, gain_frame;
} zstd_costs = { 8, 16, 38, 23, 9, 16 }, other_costs = { 17, 0, 48, 35, 7, 16 };

/*
 * Small packs are read, and bring something, less often: what is one of them counts as
 * much as what is one of 16. So much at most is saved up: 192 lone pages of packs of
 * 16 use it up (zstd).
 */
#define CREDIT_MAX	(192 * 128)
#define CREDIT_START	(32 * 128)
#define REST_MIN	(10 * 60 * HZ)
#define REST_MAX	(160 * 60 * HZ)
#define MEMORY_WAIT	HZ

/* ---- contexts ---- */

static void free_enc(struct zram_folio *f, struct zram_folio_enc *enc)
{
	if (enc->ctx && f->zstd)
		zram_frame_enc_destroy(enc->ctx);
	else if (enc->ctx)
		f->ops->enc_destroy(enc->ctx);
	kvfree(enc->in);
	vfree(enc->out);
	enc->ctx = NULL;
	enc->in = NULL;
	enc->out = NULL;
}

static int make_enc(struct zram_folio *f, struct zram_folio_enc *enc)
{
	const struct zram_codec_params params = {
		.level = f->level, .winbits = ZRAM_WINBITS_DEFAULT,
	};
	void *ctx;

	enc->in = kvmalloc(ZRAM_FOLIO_BYTES, GFP_FOLIO);
	enc->out = __vmalloc(OUT_BYTES, GFP_FOLIO);
	if (!enc->in || !enc->out)
		return -ENOMEM;
	if (f->zstd)
		ctx = zram_frame_enc_create(f->level, ZRAM_FOLIO_BYTES, true);
	else
		ctx = f->ops->enc_create(&params, NULL);
	if (IS_ERR(ctx))
		return PTR_ERR(ctx);
	enc->ctx = ctx;
	return 0;
}

/*
 * Nobody is to be sent here any more; nothing uses them afterwards: who comes
 * later finds no ctx.
 */
static void drop_encs(struct zram_folio *f)
{
	unsigned int i;

	f->made = false;
	for (i = 0; i < f->nr; i++) {
		struct zram_folio_enc *enc = &f->enc[i], old;

		/* Writers never wait for it, so it may be freed under it. */
		mutex_lock(&enc->mutex);
		old.ctx = enc->ctx;
		old.in = enc->in;
		old.out = enc->out;
		enc->ctx = NULL;
		enc->in = NULL;
		enc->out = NULL;
		mutex_unlock(&enc->mutex);
		free_enc(f, &old);
	}
}

/*
 * Made apart and put in place: an allocation may write to this very device,
 * and that write is to find no context rather than half of one.
 */
static int make_encs(struct zram_folio *f)
{
	struct zram_folio_enc new;
	unsigned int i;
	int err;

	lockdep_assert_held(&f->lock);
	if (f->made)
		return 0;
	err = zram_packs_prepare(f->packs);
	for (i = 0; !err && i < f->nr; i++) {
		new = (struct zram_folio_enc){ 0 };
		err = make_enc(f, &new);
		if (err) {
			free_enc(f, &new);
			break;
		}
		mutex_lock(&f->enc[i].mutex);
		f->enc[i].ctx = new.ctx;
		f->enc[i].in = new.in;
		f->enc[i].out = new.out;
		mutex_unlock(&f->enc[i].mutex);
	}
	if (err) {
		drop_encs(f);
		return err;
	}
	f->made = true;
	return 0;
}

static void end_asking(struct zram_folio *f, int err)
{
	spin_lock(&f->state_lock);
	if (err) {
		bool no_codec = err == -EOPNOTSUPP;

		f->state = no_codec ? ZRAM_FOLIO_STATE_NO_CODEC :
				      ZRAM_FOLIO_STATE_NO_MEMORY;
		f->again_at = jiffies + (no_codec ? REST_MAX : MEMORY_WAIT);
	} else {
		f->state = ZRAM_FOLIO_STATE_ACTIVE;
		WRITE_ONCE(f->ready, true);
	}
	WRITE_ONCE(f->asked, false);
	spin_unlock(&f->state_lock);
}

/* The worker: contexts are asked for, or rest with auto. */
static void make_later(struct work_struct *work)
{
	struct zram_folio *f = container_of(work, struct zram_folio, work);
	unsigned int noio = memalloc_noio_save();

	mutex_lock(&f->lock);
	if (READ_ONCE(f->asked))
		end_asking(f, make_encs(f));
	else if (!READ_ONCE(f->ready))
		drop_encs(f);
	mutex_unlock(&f->lock);
	memalloc_noio_restore(noio);
}

size_t zram_folio_bytes(const struct zram_folio *f)
{
	const struct zram_codec_params params = {
		.level = f->level, .winbits = ZRAM_WINBITS_DEFAULT,
	};
	size_t each = ZRAM_FOLIO_BYTES + PAGE_ALIGN(OUT_BYTES);

	if (!READ_ONCE(f->made))
		return 0;
	each += f->zstd ? zram_frame_enc_bytes(f->level, ZRAM_FOLIO_BYTES) :
			  f->ops->ctx_bytes(&params);
	return f->nr * each;
}

struct zram_folio_enc *zram_folio_enc_get(struct zram_folio *f)
{
	unsigned int at = raw_smp_processor_id(), i;

	for (i = 0; i < f->nr; i++) {
		struct zram_folio_enc *enc = &f->enc[(at + i) % f->nr];

		if (!mutex_trylock(&enc->mutex))
			continue;
		if (likely(enc->ctx))
			return enc;
		mutex_unlock(&enc->mutex);
	}
	return NULL;
}

size_t zram_folio_compress(struct zram_folio *f, struct zram_folio_enc *enc,
			   const void *src, size_t len, size_t room)
{
	size_t n = room;

	if (f->zstd)
		return zram_frame_compress(enc->ctx, src, len, enc->out, room);
	if (f->ops->compress(enc->ctx, src, len, enc->out, &n) || n > room)
		return 0;
	return n;
}

/* ---- what pays ---- */

static noinline void stop(struct zram_folio *f)
{
	spin_lock(&f->state_lock);
	if (f->mode == ZRAM_FOLIO_MODE_AUTO && f->ready) {
		WRITE_ONCE(f->ready, false);
		WRITE_ONCE(f->reads, false);
		f->state = ZRAM_FOLIO_STATE_STOPPED;
		f->again_at = jiffies + f->rest;
		f->rest = min_t(unsigned long, 2 * f->rest, REST_MAX);
		/* nothing uses the contexts meanwhile */
		queue_work(zram_unbound_wq, &f->work);
	}
	spin_unlock(&f->state_lock);
}

static const struct costs *costs_of(const struct zram_folio *f)
{
	return f->zstd ? &zstd_costs : &other_costs;
}

/* For a pack of @nr. Updates may race: the next one sets it right. */
static void add_credit(struct zram_folio *f, unsigned int nr, long n)
{
	long now;

	if (READ_ONCE(f->mode) != ZRAM_FOLIO_MODE_AUTO || !READ_ONCE(f->ready))
		return;
	now = atomic_long_add_return(n * (long)ZRAM_FOLIO_SLOTS / (long)nr,
				     &f->credit);
	if (unlikely(now > CREDIT_MAX)) {
		atomic_long_set(&f->credit, CREDIT_MAX);
		f->rest = REST_MIN;
	} else if (unlikely(now < 0)) {
		stop(f);
	}
}

/* The first one; somebody may have set another mode meanwhile. */
static noinline void begin(struct zram_folio *f)
{
	spin_lock(&f->state_lock);
	if (f->ready)
		f->state = ZRAM_FOLIO_STATE_ACTIVE;
	spin_unlock(&f->state_lock);
}

void zram_folio_wrote(struct zram_folio *f, unsigned int nr)
{
	if (unlikely(READ_ONCE(f->state) == ZRAM_FOLIO_STATE_WAITING))
		begin(f);
	add_credit(f, nr, (long)nr * costs_of(f)->gain - costs_of(f)->gain_frame);
}

void zram_folio_tried(struct zram_folio *f, unsigned int nr)
{
	add_credit(f, nr, -(long)nr * costs_of(f)->write_together);
}

void zram_folio_was_read(struct zram_folio *f, unsigned int nr,
			 unsigned int pages, unsigned int decoded)
{
	const struct costs *c = costs_of(f);
	long cost = decoded ? (long)decoded * c->decode + c->frame : 0;

	add_credit(f, nr, (long)pages * SINGLE - cost);
}

void zram_folio_was_dissolved(struct zram_folio *f, unsigned int nr,
			      unsigned int moved)
{
	const struct costs *c = costs_of(f);

	add_credit(f, nr, -(long)(nr * c->decode + c->frame +
				  moved * c->write_single));
}

/*
 * A large write, and not ready: the worker has to make the contexts. After a
 * stop, and where it failed, only when the time has come for another try.
 */
bool zram_folio_wake(struct zram_folio *f)
{
	if (READ_ONCE(f->asked) ||
	    (READ_ONCE(f->state) != ZRAM_FOLIO_STATE_WAITING &&
	     time_before(jiffies, READ_ONCE(f->again_at))))
		return false;
	spin_lock(&f->state_lock);
	if (f->mode != ZRAM_FOLIO_MODE_OFF && !f->ready && !f->asked) {
		atomic_long_set(&f->credit, CREDIT_START);
		f->state = ZRAM_FOLIO_STATE_WAITING;
		WRITE_ONCE(f->asked, true);
		queue_work(zram_unbound_wq, &f->work);
	}
	spin_unlock(&f->state_lock);
	return false;
}

/* ---- modes ---- */

static void enter_mode(struct zram_folio *f, enum zram_folio_mode mode)
{
	spin_lock(&f->state_lock);
	f->rest = REST_MIN;
	atomic_long_set(&f->credit, CREDIT_START);
	WRITE_ONCE(f->asked, false);
	WRITE_ONCE(f->mode, mode);
	WRITE_ONCE(f->reads, false);
	WRITE_ONCE(f->take, mode == ZRAM_FOLIO_MODE_OFF ? 0 :
			    mode == ZRAM_FOLIO_MODE_AUTO ? 1 :
			    mode == ZRAM_FOLIO_MODE_SWAP ? 2 : 3);
	WRITE_ONCE(f->ready, mode != ZRAM_FOLIO_MODE_OFF && f->made);
	f->state = f->ready && mode != ZRAM_FOLIO_MODE_AUTO ?
		   ZRAM_FOLIO_STATE_ACTIVE : ZRAM_FOLIO_STATE_WAITING;
	spin_unlock(&f->state_lock);
}

int zram_folio_set_mode(struct zram_folio *f, enum zram_folio_mode mode,
			bool now)
{
	int err = 0;

	if (!f->ops) {
		f->mode = mode;
		return 0;
	}
	mutex_lock(&f->lock);
	if (now && mode != ZRAM_FOLIO_MODE_OFF)
		err = make_encs(f);
	if (err != -ENOMEM || mode == ZRAM_FOLIO_MODE_AUTO) {
		enter_mode(f, mode);
		if (err)
			end_asking(f, err);
		if (mode == ZRAM_FOLIO_MODE_OFF)
			drop_encs(f);
		err = 0;
	}
	mutex_unlock(&f->lock);
	return err;
}

enum zram_folio_state zram_folio_state(const struct zram_folio *f)
{
	if (READ_ONCE(f->mode) == ZRAM_FOLIO_MODE_OFF)
		return ZRAM_FOLIO_STATE_OFF;
	return f->ops ? READ_ONCE(f->state) : ZRAM_FOLIO_STATE_NO_CODEC;
}

struct zram_folio *zram_folio_create(struct zram_packs *packs,
				     const struct zram_codec_choice *primary)
{
	struct zram_folio *f = kzalloc(sizeof(*f), GFP_KERNEL);
	unsigned int i;

	if (!f)
		return NULL;
	f->packs = packs;
	f->zstd = !strcmp(primary->ops->name, "zstd");
	f->level = primary->params.level;
	if (f->zstd && f->level == ZRAM_LEVEL_DEFAULT)
		f->level = ZRAM_ZSTD_LEVEL_DEFAULT;
	if (primary->ops->frames && ZRAM_FOLIO_SLOTS >= ZRAM_FOLIO_MIN)
		f->ops = primary->ops;
	/* One besides, since who has one may be preempted. */
	f->nr = min_t(unsigned int, num_online_cpus() + 1, ZRAM_FOLIO_ENCS);
	for (i = 0; i < ZRAM_FOLIO_ENCS; i++)
		mutex_init(&f->enc[i].mutex);
	mutex_init(&f->lock);
	spin_lock_init(&f->state_lock);
	INIT_WORK(&f->work, make_later);
	f->mode = ZRAM_FOLIO_MODE_OFF;
	f->rest = REST_MIN;
	return f;
}

void zram_folio_destroy(struct zram_folio *f)
{
	if (!f)
		return;
	cancel_work_sync(&f->work);
	drop_encs(f);
	kfree(f);
}
