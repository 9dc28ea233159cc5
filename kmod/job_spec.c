// SPDX-License-Identifier: GPL-2.0-only
/* What a job is to do: checking it, and asking whether a slot is meant. */
#include "job.h"

#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/sort.h>

static int compare_ranges(const void *a, const void *b)
{
	const struct zram_slot_range *x = a, *y = b;

	if (x->first == y->first)
		return 0;
	return x->first < y->first ? -1 : 1;
}

static bool is_sorted(const struct zram_slot_range *r, u32 nr)
{
	u32 i;

	for (i = 1; i < nr; i++)
		if (r[i].first < r[i - 1].first)
			return false;
	return true;
}

/* Sorted ranges that touch or overlap become one. Returns how many remain. */
static u32 merge_ranges(struct zram_slot_range *r, u32 nr)
{
	u32 i, last = 0;

	for (i = 1; i < nr; i++) {
		u64 end = r[last].first + r[last].count;

		if (r[i].first > end)
			r[++last] = r[i];
		else if (r[i].first + r[i].count > end)
			r[last].count = r[i].first + r[i].count - r[last].first;
	}
	return last + 1;
}

int zram_job_spec_check(struct zram_job_spec *spec, u64 nr_slots,
			const char **why)
{
	u32 i;

	if (!spec->ranges)
		return 0;
	for (i = 0; i < spec->nr_ranges; i++) {
		const struct zram_slot_range *r = &spec->ranges[i];

		if (!r->count) {
			*why = "a range of slots is empty";
			return -EINVAL;
		}
		if (r->first >= nr_slots || r->count > nr_slots - r->first) {
			*why = "a range of slots ends beyond the device";
			return -EINVAL;
		}
	}
	/* What clients send is sorted mostly, and sorting cannot be preempted. */
	if (!is_sorted(spec->ranges, spec->nr_ranges))
		sort(spec->ranges, spec->nr_ranges, sizeof(*spec->ranges),
		     compare_ranges, NULL);
	spec->nr_ranges = merge_ranges(spec->ranges, spec->nr_ranges);
	return 0;
}

void zram_job_spec_free(struct zram_job_spec *spec)
{
	kvfree(spec->ranges);
	spec->ranges = NULL;
	spec->nr_ranges = 0;
}

bool zram_job_spec_covers(const struct zram_job_spec *spec, u64 index)
{
	u32 low = 0, high = spec->nr_ranges;

	if (!spec->ranges)
		return true;
	/* the first range that begins after index is at high in the end */
	while (low < high) {
		u32 mid = low + (high - low) / 2;

		if (spec->ranges[mid].first > index)
			high = mid;
		else
			low = mid + 1;
	}
	return high && index - spec->ranges[high - 1].first <
			       spec->ranges[high - 1].count;
}
