/* define: HAVE_WQ_DFL */
/* symbol: system_dfl_wq */
#include <linux/workqueue.h>

bool probe(struct work_struct *work)
{
	return queue_work(system_dfl_wq, work);
}
