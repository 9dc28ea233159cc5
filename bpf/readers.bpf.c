// SPDX-License-Identifier: GPL-2.0-only
/*
 * Who reads: slots by process. An object of its own, attached only while
 * somebody looks, since asking for the process costs each read more than the
 * observer as a whole.
 */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

#include "zram/observe.h"

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, ZRAM_READERS_MAX);
	__type(key, __u32);
	__type(value, struct zram_reader);
} readers SEC(".maps");

SEC("raw_tp/zram_slot_read")
int on_slot_read(struct bpf_raw_tracepoint_args *ctx)
{
	__u32 tgid = bpf_get_current_pid_tgid() >> 32;
	struct zram_reader *r = bpf_map_lookup_elem(&readers, &tgid);

	if (!r) {
		struct zram_reader fresh = {};

		bpf_get_current_comm(fresh.comm, sizeof(fresh.comm));
		bpf_map_update_elem(&readers, &tgid, &fresh, BPF_NOEXIST);
		r = bpf_map_lookup_elem(&readers, &tgid);
		if (!r)
			return 0;
	}
	__sync_fetch_and_add(&r->reads, 1);
	if (ctx->args[ZRAM_TP_SLOT_TIER] == ZRAM_TIER_COLD)
		__sync_fetch_and_add(&r->cold, 1);
	if (ctx->args[ZRAM_TP_SLOT_TIER] == ZRAM_TIER_FROZEN)
		__sync_fetch_and_add(&r->frozen, 1);
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
