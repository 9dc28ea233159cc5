/* define: HAVE_GENL_INFO_DUMP */
#include <net/genetlink.h>

struct nlattr **probe(struct netlink_callback *cb)
{
	return genl_info_dump(cb)->attrs;
}
