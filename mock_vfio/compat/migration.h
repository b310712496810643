/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Migration. 6.2 added pre-copy, and the size of the data as an operation that
 * drivers must have. 7.1 added vfio_check_precopy_ioctl(), with a second version of
 * the structure that programs opt in to.
 */
#ifndef MOCK_VFIO_COMPAT_MIGRATION_H
#define MOCK_VFIO_COMPAT_MIGRATION_H

#include <linux/uaccess.h>
#include <linux/vfio.h>

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 2, 0)

#define COMPAT_HAS_PRE_COPY		0
#define COMPAT_MIGRATION_SIZE_OP(fn)

#define VFIO_MIGRATION_PRE_COPY		BIT(2)
#define VFIO_DEVICE_STATE_PRE_COPY	6
#define VFIO_DEVICE_STATE_PRE_COPY_P2P	7

struct vfio_precopy_info {
	__u32 argsz;
	__u32 flags;
	__aligned_u64 initial_bytes;
	__aligned_u64 dirty_bytes;
};

#define VFIO_MIG_GET_PRECOPY_INFO	_IO(VFIO_TYPE, VFIO_BASE + 21)

#else

#define COMPAT_HAS_PRE_COPY		1
#define COMPAT_MIGRATION_SIZE_OP(fn)	.migration_get_data_size = fn,

#endif

#if LINUX_VERSION_CODE < KERNEL_VERSION(7, 1, 0)

static inline int vfio_check_precopy_ioctl(struct vfio_device *vdev,
					   unsigned int cmd, unsigned long arg,
					   struct vfio_precopy_info *info)
{
	unsigned long minsz = offsetofend(struct vfio_precopy_info, dirty_bytes);

	if (cmd != VFIO_MIG_GET_PRECOPY_INFO)
		return -ENOTTY;
	if (copy_from_user(info, (void __user *)arg, minsz))
		return -EFAULT;

	return info->argsz < minsz ? -EINVAL : 0;
}

#endif

#endif /* MOCK_VFIO_COMPAT_MIGRATION_H */
