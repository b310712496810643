// SPDX-License-Identifier: GPL-2.0-only
/* The file of a migration. See migration_file.h. */

#include <linux/anon_inodes.h>
#include <linux/err.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/minmax.h>
#include <linux/module.h>
#include <linux/poll.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include "compat/migration.h"
#include "device.h"
#include "fault_answer.h"
#include "migration_file.h"

static u8 *bytes_of(struct mock_mig_record *record)
{
	return (u8 *)&record->header;
}

/* What is left of the record, or -errno; 0 when there is none. */
static ssize_t fill_record(struct mock_mig_file *file)
{
	struct mock_mig_record *record = &file->record;

	if (!file->mdev)
		return -ENODEV;
	if (record->done == record->size && !mock_mig_next_record(file))
		return file->pre_copy ? -ENOMSG : 0;

	return record->size - record->done;
}

/* No device: the file may have outlived it. */
static void init_call(struct mock_mig_file *file, struct mock_call *call,
		      enum mock_site site, size_t count)
{
	mock_call_init(call, file->profile, site, NULL);
	mock_call_arg(call, MOCK_ARG_SIZE, count);
}

static ssize_t save(struct mock_mig_file *file, const struct mock_call *call,
		    char __user *buf, size_t count)
{
	struct mock_mig_record *record = &file->record;
	ssize_t left = 0;
	size_t done = 0;

	guard(mutex)(&file->lock);

	while (done < count && !fatal_signal_pending(current)) {
		left = fill_record(file);
		if (left <= 0)
			break;

		left = min_t(size_t, left, count - done);
		mock_spoil_data(call, done, bytes_of(record) + record->done, left);
		if (copy_to_user(buf + done, bytes_of(record) + record->done,
				 left)) {
			left = -EFAULT;
			break;
		}
		record->done += left;
		done += left;
	}

	return done ?: left;
}

static ssize_t save_read(struct file *filp, char __user *buf, size_t count,
			 loff_t *pos)
{
	struct mock_mig_file *file = filp->private_data;
	struct mock_call call;
	ssize_t ret = 0;

	init_call(file, &call, MOCK_SITE_MIGRATION_READ, count);
	if (mock_call_enter(&call))
		ret = save(file, &call, buf, mock_spoil_count(&call, count));

	return mock_call_end(&call, ret);
}

static ssize_t load(struct mock_mig_file *file, const struct mock_call *call,
		    const char __user *buf, size_t count)
{
	struct mock_mig_record *record = &file->record;
	size_t done = 0;
	int ret = 0;

	guard(mutex)(&file->lock);

	while (done < count && !fatal_signal_pending(current)) {
		size_t n = min(count - done, record->size - record->done);

		if (!file->mdev)
			return -ENODEV;
		if (copy_from_user(bytes_of(record) + record->done, buf + done,
				   n))
			return -EFAULT;
		mock_spoil_data(call, done, bytes_of(record) + record->done, n);
		record->done += n;
		done += n;
		if (record->done < record->size)
			break;

		/* The header is there, or all of it. */
		if (record->size == sizeof(record->header))
			ret = mock_mig_check_header(file);
		if (!ret && record->done == record->size)
			ret = mock_mig_load_record(file);
		if (ret)
			return ret;
	}

	return done;
}

static ssize_t load_write(struct file *filp, const char __user *buf,
			  size_t count, loff_t *pos)
{
	struct mock_mig_file *file = filp->private_data;
	struct mock_call call;
	ssize_t ret = 0;

	init_call(file, &call, MOCK_SITE_MIGRATION_WRITE, count);
	if (mock_call_enter(&call))
		ret = load(file, &call, buf, mock_spoil_count(&call, count));

	return mock_call_end(&call, ret);
}

static __poll_t save_poll(struct file *filp, struct poll_table_struct *wait)
{
	struct mock_mig_file *file = filp->private_data;
	struct mock_mig_record *record = &file->record;
	__poll_t mask = EPOLLIN | EPOLLRDNORM;

	poll_wait(filp, &file->wq, wait);

	guard(mutex)(&file->lock);

	if (file->mdev && file->pre_copy && record->done == record->size &&
	    !mock_mig_pages_left(file))
		mask = 0;

	return mask;
}

static long precopy_info(struct mock_mig_file *file, const struct mock_call *call,
			 unsigned int cmd, unsigned long arg)
{
	u64 record_size = sizeof(struct mock_mig_header) + PAGE_SIZE;
	size_t minsz = offsetofend(struct vfio_precopy_info, dirty_bytes);
	struct vfio_precopy_info info;
	u64 pages, initial;
	int ret;

	guard(mutex)(&file->lock);

	if (!file->mdev)
		return -ENODEV;
	ret = vfio_check_precopy_ioctl(&file->mdev->vdev, cmd, arg, &info);
	if (ret)
		return ret;
	if (!file->pre_copy)
		return -EINVAL;

	pages = mock_mig_pages_left(file);
	initial = min(file->initial, pages);
	info.dirty_bytes = (pages - initial) * record_size;
	info.initial_bytes = initial * record_size +
			     (file->record.size - file->record.done);
	if (file->next == MOCK_MIG_HELLO)
		info.initial_bytes += sizeof(struct mock_mig_header) +
				      sizeof(struct mock_mig_hello);

	mock_spoil_size(call, &info.dirty_bytes);

	return copy_to_user((void __user *)arg, &info, minsz) ? -EFAULT : 0;
}

static long save_ioctl(struct file *filp, unsigned int cmd, unsigned long arg)
{
	struct mock_mig_file *file = filp->private_data;
	struct mock_call call;
	long ret = 0;

	mock_call_init(&call, file->profile, MOCK_SITE_MIGRATION_PRECOPY_INFO, NULL);
	mock_call_arg(&call, MOCK_ARG_IOCTL, cmd);
	if (mock_call_enter(&call))
		ret = precopy_info(file, &call, cmd, arg);

	return mock_call_end(&call, ret);
}

static int release(struct inode *inode, struct file *filp)
{
	struct mock_mig_file *file = filp->private_data;

	mock_held_add(file->profile, MOCK_HELD_MIG_FILES, -1);
	mock_profile_put(file->profile);
	mutex_destroy(&file->lock);
	kvfree(file);

	return 0;
}

static const struct file_operations save_fops = {
	.owner		= THIS_MODULE,
	.read		= save_read,
	.poll		= save_poll,
	.unlocked_ioctl	= save_ioctl,
	.compat_ioctl	= compat_ptr_ioctl,
	.release	= release,
};

static const struct file_operations load_fops = {
	.owner		= THIS_MODULE,
	.write		= load_write,
	.release	= release,
};

static struct mock_mig_file *open_file(struct mock_device *mdev,
				       const struct file_operations *fops,
				       int flags)
{
	struct mock_mig_file *file;

	file = kvzalloc(sizeof(*file), GFP_KERNEL_ACCOUNT);
	if (!file)
		return ERR_PTR(-ENOMEM);

	mutex_init(&file->lock);
	init_waitqueue_head(&file->wq);
	file->mdev = mdev;
	file->profile = mock_profile_get(mdev->profile);
	file->filp = anon_inode_getfile("mock_vfio_migration", fops, file,
					flags);
	if (IS_ERR(file->filp)) {
		int ret = PTR_ERR(file->filp);

		mock_profile_put(file->profile);
		mutex_destroy(&file->lock);
		kvfree(file);
		return ERR_PTR(ret);
	}
	stream_open(file_inode(file->filp), file->filp);
	mock_held_add(file->profile, MOCK_HELD_MIG_FILES, 1);

	return file;
}

struct mock_mig_file *mock_mig_open_saving(struct mock_device *mdev,
					   bool pre_copy)
{
	struct mock_mig_file *file = open_file(mdev, &save_fops, O_RDONLY);

	if (IS_ERR(file))
		return file;

	file->pre_copy = pre_copy;
	mock_mig_start_tracking(file);
	file->initial = mock_mig_pages_left(file);

	return file;
}

struct mock_mig_file *mock_mig_open_loading(struct mock_device *mdev)
{
	struct mock_mig_file *file = open_file(mdev, &load_fops, O_WRONLY);

	if (!IS_ERR(file))
		file->record.size = sizeof(file->record.header);

	return file;
}

void mock_mig_stop_copy(struct mock_mig_file *file)
{
	mutex_lock(&file->lock);
	mock_mig_mark_mapped(file);
	file->pre_copy = false;
	mutex_unlock(&file->lock);

	wake_up_interruptible(&file->wq);
}

int mock_mig_finish_loading(struct mock_mig_file *file)
{
	guard(mutex)(&file->lock);

	if (file->next != MOCK_MIG_NR_TYPES)
		return -EINVAL;
	mock_mig_apply(file);

	return 0;
}

void mock_mig_close(struct mock_mig_file *file)
{
	if (!file)
		return;

	mutex_lock(&file->lock);
	mock_mig_stop_tracking(file);
	file->mdev = NULL;
	mutex_unlock(&file->lock);

	wake_up_interruptible(&file->wq);
	fput(file->filp);
}
