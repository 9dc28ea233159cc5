// SPDX-License-Identifier: GPL-2.0-only
/* debugfs zram/zramN/block_state, as stock prints it. */
#include "debugfs.h"

#include <linux/debugfs.h>
#include <linux/err.h>
#include <linux/fs.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include "control.h"
#include "slot.h"
#include "zram/trace_events.h"

/* One read gives at most so much, and looks at so many slots at a time. */
#define READ_BYTES	(64u << 10)
#define BATCH		64
#define LINE_MAX	64	/* room for a line of the largest numbers */

static struct dentry *root;

static int format_slot(char line[LINE_MAX], const struct zram_slot_info *s)
{
	return snprintf(line, LINE_MAX, "%12llu %12u.%06d %c%c%c%c%c%c\n",
			s->index, s->atime, 0,
			s->kind == ZRAM_KIND_FILL ? 's' : '.',
			s->tier == ZRAM_TIER_FROZEN ? 'w' : '.',
			s->kind == ZRAM_KIND_RAW ||
			s->flags & ZRAM_SLOT_WAS_RAW ? 'h' : '.',
			s->flags & ZRAM_SLOT_IDLE ? 'i' : '.',
			s->prio || (s->kind == ZRAM_KIND_PACKED &&
				    s->tier != ZRAM_TIER_HOT) ? 'r' : '.',
			s->flags & ZRAM_SLOT_INCOMPRESSIBLE ? 'n' : '.');
}

/*
 * Lines into @text from slot *cursor on, which moves past what was printed.
 * A line needs a byte more than it has, as with stock. -EINVAL: bare.
 */
static int fill_text(struct zram_device *dev, char *text, size_t room,
		     u64 *cursor)
{
	struct zram_slot_info slots[BATCH];
	size_t len = 0;
	u32 generation;

	for (;;) {
		u64 before = *cursor, next = before;
		int i, nr = zram_control_slots(dev, &next, U64_MAX, slots,
					       BATCH, &generation);

		if (nr < 0)
			return nr;
		for (i = 0; i < nr; i++) {
			char line[LINE_MAX];
			int n = format_slot(line, &slots[i]);

			if (room - len <= n) {
				*cursor = slots[i].index;
				return len;
			}
			memcpy(text + len, line, n);
			len += n;
		}
		/* a position behind the end stays where it is */
		if (next <= before)
			return len;
		*cursor = next;
	}
}

/* The position counts slots, not bytes. */
static ssize_t read_block_state(struct file *file, char __user *buf,
				size_t count, loff_t *pos)
{
	struct zram_device *dev = file->private_data;
	size_t room = min_t(size_t, count, READ_BYTES);
	u64 cursor = *pos;
	ssize_t len;
	char *text;

	text = kvmalloc(room, GFP_KERNEL);
	if (!text)
		return -ENOMEM;
	len = fill_text(dev, text, room, &cursor);
	if (len > 0 && copy_to_user(buf, text, len))
		len = -EFAULT;
	if (len >= 0)
		*pos = cursor;
	kvfree(text);
	return len;
}

static const struct file_operations block_state_ops = {
	.owner = THIS_MODULE,
	.open = simple_open,
	.read = read_block_state,
	.llseek = default_llseek,
};

void zram_debugfs_add(struct zram_device *dev)
{
	struct dentry *dir;
	char name[16];

	if (IS_ERR_OR_NULL(root))
		return;
	snprintf(name, sizeof(name), "zram%u", zram_control_id(dev));
	dir = debugfs_create_dir(name, root);
	debugfs_create_file("block_state", 0400, dir, dev, &block_state_ops);
}

void zram_debugfs_remove(struct zram_device *dev)
{
	struct dentry *dir;
	char name[16];

	if (IS_ERR_OR_NULL(root))
		return;
	snprintf(name, sizeof(name), "zram%u", zram_control_id(dev));
	dir = debugfs_lookup(name, root);
	if (IS_ERR_OR_NULL(dir))
		return;
	debugfs_remove(dir);
	dput(dir);
}

void zram_debugfs_init(void)
{
	root = debugfs_create_dir("zram", NULL);
}

void zram_debugfs_exit(void)
{
	debugfs_remove(root);
	root = NULL;
}
