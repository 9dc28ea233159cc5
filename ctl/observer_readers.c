// SPDX-License-Identifier: GPL-2.0-or-later
/* Who reads slots: an object that is attached as long as somebody looks. */
#include "observer_impl.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "readers.skel.h"

struct observer_readers {
	struct readers_bpf *skel;
	int link;
};

int observer_readers_open(struct observer *o, struct observer_readers **res)
{
	struct observer_readers *r = *res = calloc(1, sizeof(*r));
	int err;

	if (!r)
		return observer_fail(o, -ENOMEM, "out of memory");
	r->link = -1;
	r->skel = readers_bpf__open_and_load();
	if (!r->skel) {
		err = observer_bpf_failed(o, -errno, "load the BPF program of --readers");
	} else {
		r->link = bpf_raw_tracepoint_open("zram_slot_read",
				bpf_program__fd(r->skel->progs.on_slot_read));
		err = r->link < 0 ? observer_attach_failed(o, -errno, "zram_slot_read") : 0;
	}
	if (err) {
		observer_readers_close(r);
		*res = NULL;
	}
	return err;
}

void observer_readers_close(struct observer_readers *r)
{
	if (!r)
		return;
	if (r->link >= 0)
		close(r->link);
	readers_bpf__destroy(r->skel);
	free(r);
}

static int by_reads(const void *pa, const void *pb)
{
	const struct observer_reader *a = pa, *b = pb;

	if (a->count.reads != b->count.reads)
		return a->count.reads > b->count.reads ? -1 : 1;
	return a->tgid < b->tgid ? -1 : a->tgid > b->tgid;
}

/* Entries come and go meanwhile; what is met twice or missed is told next time. */
int observer_readers_list(struct observer_readers *r,
			  struct observer_reader **res, size_t *res_nr)
{
	struct observer_reader *list = calloc(ZRAM_READERS_MAX, sizeof(*list));
	int map = bpf_map__fd(r->skel->maps.readers);
	__u32 *key = NULL;
	size_t nr = 0;

	if (!list)
		return -ENOMEM;
	while (nr < ZRAM_READERS_MAX && !bpf_map_get_next_key(map, key, &list[nr].tgid)) {
		key = &list[nr].tgid;
		if (bpf_map_lookup_elem(map, key, &list[nr].count))
			memset(&list[nr].count, 0, sizeof(list[nr].count));
		nr++;
	}
	qsort(list, nr, sizeof(*list), by_reads);
	*res = list;
	*res_nr = nr;
	return 0;
}
