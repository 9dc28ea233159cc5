// SPDX-License-Identifier: GPL-2.0-or-later
/* One look at all devices for the metrics. */
#include "metrics.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "client.h"
#include "observer.h"

int metrics_take(struct metrics_look *look, struct client **c)
{
	struct observer *o = NULL;
	struct model_dev *list = NULL;
	size_t nr = 0;
	int err;

	*look = (struct metrics_look){ .page_size = sysconf(_SC_PAGESIZE) };
	err = client_open(c, 0);
	if (!err)
		err = client_devices(*c, &list, &nr);
	if (err)
		return err;
	look->dev = calloc(nr + 1, sizeof(*look->dev));
	if (!look->dev) {
		free(list);
		return -ENOMEM;
	}
	look->nr = nr;
	for (size_t i = 0; i < nr; i++)
		client_fill_use(&list[i]);
	/* None runs, or it is not for us: then there are no records. */
	look->observed = !observer_open(&o);
	if (look->observed)
		look->missed = observer_missed(o);
	top_look(look->dev, list, nr, NULL, 0, look->observed ? o : NULL);
	observer_close(o);
	free(list);
	return 0;
}

void metrics_drop(struct metrics_look *look)
{
	free(look->dev);
	*look = (struct metrics_look){ 0 };
}
