// SPDX-License-Identifier: GPL-2.0-only
/*
 * Run-time triggers of a device: see trigger.h. One write is one event.
 *
 *	irq		"<index> [<vector>]" raises that interrupt
 *	memory		0: the memory does not answer; 1: it does
 *	unplug		1: the hardware is gone, for ever
 */

#include <linux/debugfs.h>
#include <linux/fs.h>
#include <linux/kernel.h>
#include <linux/kstrtox.h>
#include <linux/minmax.h>
#include <linux/module.h>
#include <linux/string.h>
#include <linux/uaccess.h>

#include "device.h"
#include "trigger.h"

/* Reads a line of up to 31 bytes; -errno. */
static int get_line(char line[32], const char __user *buf, size_t count)
{
	if (count >= 32)
		return -EINVAL;
	if (copy_from_user(line, buf, count))
		return -EFAULT;
	line[count] = '\0';

	return 0;
}

static ssize_t irq_write(struct file *filp, const char __user *buf,
			 size_t count, loff_t *pos)
{
	struct mock_device *mdev = filp->private_data;
	unsigned int index, vector = 0;
	char line[32], *text = line, *word;
	int ret;

	ret = get_line(line, buf, count);
	if (ret)
		return ret;

	text = strim(text);
	word = strsep(&text, " ");
	ret = kstrtouint(word, 0, &index);
	if (!ret && text)
		ret = kstrtouint(skip_spaces(text), 0, &vector);
	if (ret)
		return ret;

	mock_power_wake(mdev);
	ret = mock_irq_fire(mdev, index, vector);

	return ret ?: count;
}

static const struct file_operations irq_fops = {
	.owner	= THIS_MODULE,
	.open	= simple_open,
	.write	= irq_write,
};

static int memory_get(void *data, u64 *value)
{
	struct mock_device *mdev = data;

	*value = !test_bit(MOCK_MEMORY_TRIGGER, &mdev->memory.off);

	return 0;
}

static int memory_set(void *data, u64 value)
{
	struct mock_device *mdev = data;

	if (value > 1)
		return -EINVAL;

	mock_memory_set(mdev, MOCK_MEMORY_TRIGGER, value);
	if (!value)
		mock_memory_revoke(mdev);

	return 0;
}
DEFINE_DEBUGFS_ATTRIBUTE(memory_fops, memory_get, memory_set, "%llu\n");

static int unplug_get(void *data, u64 *value)
{
	*value = mock_memory_is_gone(data);

	return 0;
}

static int unplug_set(void *data, u64 value)
{
	struct mock_device *mdev = data;

	if (value != 1)
		return -EINVAL;

	mock_memory_set(mdev, MOCK_MEMORY_GONE, false);
	mock_memory_revoke(mdev);
	mock_irq_notify(mdev, VFIO_PCI_REQ_IRQ_INDEX);

	return 0;
}
DEFINE_DEBUGFS_ATTRIBUTE(unplug_fops, unplug_get, unplug_set, "%llu\n");

void mock_trigger_add(struct mock_device *mdev)
{
	struct dentry *dir;

	dir = debugfs_create_dir(dev_name(mdev->vdev.dev),
				 mdev->profile->debugfs_devices);
	debugfs_create_file("irq", 0200, dir, mdev, &irq_fops);
	debugfs_create_file_unsafe("memory", 0600, dir, mdev, &memory_fops);
	debugfs_create_file_unsafe("unplug", 0600, dir, mdev, &unplug_fops);
	mdev->debugfs = dir;
}

/* Waits for whoever is in one of the files. */
void mock_trigger_remove(struct mock_device *mdev)
{
	debugfs_remove(mdev->debugfs);
}
