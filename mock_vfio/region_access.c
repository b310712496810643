// SPDX-License-Identifier: GPL-2.0-only
/*
 * read() and write() of the device file. The data goes through a small buffer, so
 * that what is behind a region (memory, registers, config space) never touches
 * user memory, and a call of up to MAX_PIECE bytes reaches it as one access.
 */

#include <linux/minmax.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/uaccess.h>

#include "device.h"
#include "uapi/mock_vfio.h"

#define MAX_PIECE	256

/**
 * struct access - a read() or write() on its way
 * @mdev: the device
 * @index: the region
 * @offset: in the region
 * @count: bytes, cut at the end of the region
 * @write: which of the two
 */
struct access {
	struct mock_device *mdev;
	unsigned int index;
	u64 offset;
	size_t count;
	bool write;
};

/* One piece of @access, at @offset in the region. */
typedef int (*piece_fn)(const struct access *access, u64 offset, void *buf,
			size_t count);

static int access_memory(const struct access *access, u64 offset, void *buf,
			 size_t count)
{
	struct mock_region *region = &access->mdev->regions[access->index];

	return access->write ? mock_region_write(region, offset, buf, count) :
			       mock_region_read(region, offset, buf, count);
}

static int access_registers(const struct access *access, u64 offset, void *buf,
			    size_t count)
{
	return access->write ?
		mock_registers_write(access->mdev, offset, buf, count) :
		mock_registers_read(access->mdev, offset, buf, count);
}

static int access_pci_config(const struct access *access, u64 offset, void *buf,
			     size_t count)
{
	if (access->write)
		mock_pci_config_write(access->mdev, offset, buf, count);
	else
		mock_pci_config_read(access->mdev, offset, buf, count);

	return 0;
}

/* What an access is made to: decided by where it begins. */
static piece_fn target_of(const struct access *access)
{
	const struct mock_region_config *config =
		&access->mdev->config->regions[access->index];

	if (access->index == VFIO_PCI_CONFIG_REGION_INDEX)
		return access_pci_config;
	if (config->registers && access->offset < MOCK_VFIO_BUF_OFFSET)
		return access_registers;

	return access_memory;
}

static int check(struct access *access)
{
	const struct mock_region_config *config;
	u32 needs = access->write ? VFIO_REGION_INFO_FLAG_WRITE :
				    VFIO_REGION_INFO_FLAG_READ;

	if (access->index >= access->mdev->config->nr_regions)
		return -EINVAL;

	config = &access->mdev->config->regions[access->index];
	if (access->offset >= config->size || !(config->flags & needs))
		return -EINVAL;

	access->count = min_t(u64, access->count,
			      config->size - access->offset);

	return 0;
}

static int do_piece(const struct access *access, piece_fn target,
		    char __user *user, u64 offset, size_t count)
{
	u64 buf[MAX_PIECE / sizeof(u64)];
	int ret;

	if (access->write && copy_from_user(buf, user, count))
		return -EFAULT;

	ret = target(access, offset, buf, count);
	if (ret)
		return ret;

	if (!access->write && copy_to_user(user, buf, count))
		return -EFAULT;

	return 0;
}

static ssize_t do_access(const struct access *access, char __user *user)
{
	piece_fn target = target_of(access);
	size_t done = 0;
	int ret = 0;

	while (done < access->count) {
		size_t n = min_t(size_t, access->count - done, MAX_PIECE);

		ret = do_piece(access, target, user + done,
			       access->offset + done, n);
		if (ret)
			break;

		done += n;
		if (fatal_signal_pending(current))
			break;
		cond_resched();
	}

	return done ?: ret;
}

static ssize_t access_user(struct mock_device *mdev, bool write,
			   char __user *user, size_t count, loff_t *ppos)
{
	struct access access = {
		.mdev = mdev,
		.index = mock_offset_to_region(*ppos),
		.offset = mock_offset_in_region(*ppos),
		.count = count,
		.write = write,
	};
	struct mock_call call;
	ssize_t ret;

	if (!count)
		return 0;

	mock_device_call(mdev, &call, write ? MOCK_SITE_REGION_WRITE :
					      MOCK_SITE_REGION_READ);
	mock_call_arg(&call, MOCK_ARG_INDEX, access.index);
	mock_call_arg(&call, MOCK_ARG_OFFSET, access.offset);
	mock_call_arg(&call, MOCK_ARG_SIZE, count);

	ret = mock_call_begin(&call) ?: check(&access);
	if (!ret) {
		if (mock_call_suffers(&call, MOCK_SHORT))
			access.count = min_t(u64, access.count,
					     call.fault.value);
		ret = do_access(&access, user);
	}
	if (ret > 0)
		*ppos += ret;

	return mock_call_end(&call, ret);
}

ssize_t mock_region_read_user(struct mock_device *mdev, char __user *buf,
			      size_t count, loff_t *ppos)
{
	return access_user(mdev, false, buf, count, ppos);
}

ssize_t mock_region_write_user(struct mock_device *mdev,
			       const char __user *buf, size_t count,
			       loff_t *ppos)
{
	return access_user(mdev, true, (char __user *)buf, count, ppos);
}
