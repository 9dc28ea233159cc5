// SPDX-License-Identifier: GPL-2.0-only
/*
 * The observer's programs: one record per slot, and histograms of ages and
 * sizes, from the slot events of zslot_trace.ko.
 *
 * Raw tracepoints, so that no BTF of the module is needed. The slot events
 * fire while the slot is locked, hence with preemption off and one at a time
 * for a slot: a record is read and stored plainly. Only user space's seed
 * meets it, and that swaps zero words only. Each event costs the page path
 * its instructions: look-ups are few, rare work stands last.
 */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

#include "zram/observe.h"

#define unlikely(x)	__builtin_expect(!!(x), 0)

/* Filled in by user space before loading, constants from then on. */
const volatile struct zram_observe_settings settings = {
	.version = ZRAM_OBSERVE_VERSION,
	.trace_version = ZRAM_OBSERVE_TRACE,
	.half_life_shift = ZRAM_HALF_LIFE_SHIFT,
	.page_shift = 12,
	.size_shift = 7,
};

/*
 * What an inner map of "slots" looks like. User space makes the real ones,
 * one for each device, as long as the device has slots.
 */
struct slots_inner {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_INNER_MAP | BPF_F_MMAPABLE);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct zram_slot_record);
};

/*
 * Makes clang describe the record in full: met only in the inner map above,
 * it would be a forward declaration, and the map would have no fields. Its
 * section is none that becomes a map.
 */
struct zram_slot_record record_type SEC("types");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);
	__uint(max_entries, ZRAM_OBSERVE_DEVICES);
	__type(key, __u32);
	__array(values, struct slots_inner);
} slots SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, ZRAM_OBSERVE_DEVICES);
	__type(key, __u32);
	__type(value, struct zram_observed);
} devices SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, ZRAM_OBSERVE_DEVICES);
	__type(key, __u32);
	__type(value, struct zram_ages);
} ages SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, ZRAM_OBSERVE_DEVICES * ZRAM_OBSERVE_PRIOS);
	__type(key, __u32);
	__type(value, struct zram_sizes);
} ratio SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, ZRAM_OBSERVE_DEVICES * 2);
	__type(key, __u32);
	__type(value, struct zram_latency);
} latency SEC(".maps");

typedef const struct bpf_raw_tracepoint_args *args_t;

/*
 * The generation that a device's map was made for, once more: what each event
 * asks first lies in a global, which takes no look-up. User space sets both.
 */
__u32 covered[ZRAM_OBSERVE_DEVICES];

static __noinline int drop(__u32 dev)
{
	struct zram_observed *seen = bpf_map_lookup_elem(&devices, &dev);

	if (seen)
		__sync_fetch_and_add(&seen->dropped, 1);
	return 0;
}

/*
 * The record that an event is about, and its device; NULL when the device's
 * map is of another generation than args[@generation] (counted). Here and
 * below, arguments are read where they are used: kept over a look-up they
 * would cost a register to save and restore.
 */
static __always_inline __u64 *record_of(args_t ctx, __u32 *dev,
					int generation)
{
	/* 64 bits wide, or else the verifier loses sight of the bound. */
	__u64 id = ctx->args[ZRAM_TP_SLOT_DEV];
	__u32 index;
	void *inner;

	if (id >= ZRAM_OBSERVE_DEVICES)
		return 0;
	*dev = id;
	if (unlikely(covered[id] != (__u32)ctx->args[generation])) {
		drop(id);
		return 0;
	}
	inner = bpf_map_lookup_elem(&slots, dev);
	if (!inner)
		return 0;
	index = ctx->args[ZRAM_TP_SLOT_INDEX];
	return bpf_map_lookup_elem(inner, &index);
}

static __always_inline void count_left(args_t ctx, const __u32 *dev)
{
	struct zram_ages *a = bpf_map_lookup_elem(&ages, dev);

	if (a)
		a->left[zram_age_bucket(ctx->args[ZRAM_TP_SLOT_NOW],
					ctx->args[ZRAM_TP_SLOT_PREV]) &
			(ZRAM_AGE_BUCKETS - 1)]++;
}

_Static_assert((int)ZRAM_TP_WRITE_DEV == ZRAM_TP_SLOT_DEV &&
	       (int)ZRAM_TP_WRITE_INDEX == ZRAM_TP_SLOT_INDEX &&
	       (int)ZRAM_TP_WRITE_CSIZE == ZRAM_TP_SLOT_CSIZE &&
	       (int)ZRAM_TP_WRITE_PRIO == ZRAM_TP_SLOT_PRIO &&
	       (int)ZRAM_TP_WRITE_NOW == ZRAM_TP_SLOT_NOW &&
	       (int)ZRAM_TP_WRITE_PREV == ZRAM_TP_SLOT_PREV &&
	       (int)ZRAM_TP_MOVE_DEV == ZRAM_TP_SLOT_DEV &&
	       (int)ZRAM_TP_MOVE_INDEX == ZRAM_TP_SLOT_INDEX,
	       "one set of indices serves all slot events");

SEC("raw_tp/zram_slot_write")
int on_slot_write(struct bpf_raw_tracepoint_args *ctx)
{
	__u32 dev;
	__u64 *record = record_of(ctx, &dev, ZRAM_TP_WRITE_GENERATION);
	struct zram_sizes *sizes;
	__u32 key, bucket;
	__u64 old;

	if (!record)
		return 0;
	old = *record;
	*record = zram_record_word(ctx->args[ZRAM_TP_WRITE_NOW], 0,
				   ctx->args[ZRAM_TP_WRITE_CSIZE],
				   ZRAM_TIER_HOT);

	key = dev * ZRAM_OBSERVE_PRIOS + ctx->args[ZRAM_TP_WRITE_PRIO];
	sizes = bpf_map_lookup_elem(&ratio, &key);
	bucket = zram_size_bucket(ctx->args[ZRAM_TP_WRITE_CSIZE],
				  settings.size_shift);
	if (sizes && bucket < ZRAM_SIZE_BUCKETS)
		sizes->slots[bucket]++;

	if ((old & ZRAM_RECORD_STATE_MASK) == ZRAM_RECORD_USED)
		count_left(ctx, &dev);
	return 0;
}

SEC("raw_tp/zram_slot_read")
int on_slot_read(struct bpf_raw_tracepoint_args *ctx)
{
	__u32 dev;
	__u64 *record = record_of(ctx, &dev, ZRAM_TP_SLOT_GENERATION);
	struct zram_ages *a;
	__u32 heat;

	if (!record)
		return 0;
	heat = zram_heat_decay(zram_record_heat(*record),
			       ctx->args[ZRAM_TP_SLOT_PREV],
			       ctx->args[ZRAM_TP_SLOT_NOW],
			       settings.half_life_shift);
	*record = zram_record_word(ctx->args[ZRAM_TP_SLOT_NOW],
				   zram_heat_read(heat),
				   ctx->args[ZRAM_TP_SLOT_CSIZE],
				   ctx->args[ZRAM_TP_SLOT_TIER]);
	a = bpf_map_lookup_elem(&ages, &dev);
	if (a)
		a->back[zram_age_bucket(ctx->args[ZRAM_TP_SLOT_NOW],
					ctx->args[ZRAM_TP_SLOT_PREV]) &
			(ZRAM_AGE_BUCKETS - 1)]++;
	return 0;
}

SEC("raw_tp/zram_slot_free")
int on_slot_free(struct bpf_raw_tracepoint_args *ctx)
{
	__u32 dev;
	__u64 *record = record_of(ctx, &dev, ZRAM_TP_SLOT_GENERATION);
	__u64 old;

	if (!record)
		return 0;
	old = *record;
	*record = ZRAM_RECORD_EMPTY;
	/* Heat above zero: the last access was a read. */
	if (zram_record_heat(old) &&
	    (__s32)(ctx->args[ZRAM_TP_SLOT_NOW] -
		    ctx->args[ZRAM_TP_SLOT_PREV]) <= ZRAM_AGE_READ_GRACE)
		return 0;
	count_left(ctx, &dev);
	return 0;
}

/* A job moved the slot: tier and size change, age and heat stay. */
SEC("raw_tp/zram_slot_move")
int on_slot_move(struct bpf_raw_tracepoint_args *ctx)
{
	__u32 dev;
	__u64 *record = record_of(ctx, &dev, ZRAM_TP_MOVE_GENERATION);
	__u64 old;

	if (!record)
		return 0;
	old = *record;
	/* Not seen yet: its age is not known, the seed brings it all. */
	if ((old & ZRAM_RECORD_STATE_MASK) != ZRAM_RECORD_USED)
		return 0;
	*record = zram_record_word(old >> ZRAM_RECORD_SECONDS_SHIFT,
				   zram_record_heat(old),
				   ctx->args[ZRAM_TP_MOVE_CSIZE],
				   ctx->args[ZRAM_TP_MOVE_TO]);
	return 0;
}

SEC("raw_tp/zram_backing_io")
int on_backing_io(struct bpf_raw_tracepoint_args *ctx)
{
	__u32 key = ctx->args[ZRAM_TP_BACKING_IO_DEV] * 2 +
		    (ctx->args[ZRAM_TP_BACKING_IO_WRITE] & 1);
	struct zram_latency *l = bpf_map_lookup_elem(&latency, &key);

	if (l)
		l->requests[zram_latency_bucket(ctx->args[ZRAM_TP_BACKING_IO_NS]) &
			    (ZRAM_LATENCY_BUCKETS - 1)]++;
	return 0;
}

/* A generation begins or ends; user space makes the map of a new one. */
SEC("raw_tp/zram_device")
int on_device(struct bpf_raw_tracepoint_args *ctx)
{
	__u32 dev = ctx->args[ZRAM_TP_DEVICE_DEV];
	struct zram_observed *seen = bpf_map_lookup_elem(&devices, &dev);

	if (seen)
		seen->generation =
			ctx->args[ZRAM_TP_DEVICE_PHASE] == ZRAM_PHASE_INIT ?
			ctx->args[ZRAM_TP_DEVICE_GENERATION] : 0;
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
