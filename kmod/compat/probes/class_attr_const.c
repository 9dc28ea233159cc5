/* define: HAVE_CLASS_ATTR_CONST */
#include <linux/device/class.h>

static ssize_t probe_show(const struct class *class,
			  const struct class_attribute *attr, char *buf)
{
	return 0;
}

const struct class_attribute probe = { .show = probe_show };
