// SPDX-License-Identifier: GPL-2.0-or-later
/* From which age on a slot counts as cold: the rule, and the measured returns. */

#include "policy.h"

#include <math.h>

uint32_t policy_rule_age(const struct policy_move *move,
			 const struct policy_snapshot *s, uint32_t psi_full)
{
	double used, calm = 1;

	if (!s->mem_total || s->mem_available > s->mem_total)
		return move->max_age;
	used = 1 - (double)s->mem_available / s->mem_total;
	if (psi_full)
		calm = s->psi_some < psi_full ?
		       1 - (double)s->psi_some / psi_full : 0;
	return move->min_age +
	       (move->max_age - move->min_age) * exp(-5 * used) * calm;
}

uint64_t policy_returns(const struct zram_ages *ages)
{
	uint64_t sum = 0;

	for (int b = 0; b < ZRAM_AGE_BUCKETS; b++)
		sum += ages->back[b];
	return sum;
}

/*
 * Each bucket's hazards are taken among the rests that reached its beginning;
 * those that still go on and lie in it count half, as they were watched
 * through half of it on average.
 */
uint32_t policy_return_rate(const struct zram_ages *ages,
			    const uint64_t *resting, unsigned int from)
{
	double at_risk = 0, lasting = 1, back = 0;

	for (unsigned int b = from; b < ZRAM_AGE_BUCKETS; b++)
		at_risk += (double)ages->back[b] + ages->left[b] + resting[b];
	if (at_risk < 1)
		return UINT32_MAX;
	for (unsigned int b = from; b < ZRAM_AGE_BUCKETS; b++) {
		double watched = at_risk - resting[b] / 2.0;

		if (watched > 0) {
			back += lasting * ages->back[b] / watched;
			lasting *= 1 - (ages->back[b] + ages->left[b]) / watched;
		}
		at_risk -= (double)ages->back[b] + ages->left[b] + resting[b];
	}
	return back * 1000 + 0.5;
}
