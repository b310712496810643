/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a driver has to do for the VFIO core.
 *
 * Since 6.19 the core answers VFIO_DEVICE_GET_REGION_INFO itself and asks the
 * driver only for the contents (get_region_info_caps). COMPAT_REGION_INFO() makes
 * an ioctl handler that does as much on older kernels.
 *
 * Since 6.2 a device can be bound to an iommufd, and the core insists on the four
 * functions for it where that is built in; they are NULL where it is not. 6.6
 * added the fourth.
 *
 * Before 6.2 the driver's release frees the device.
 */
#ifndef MOCK_VFIO_COMPAT_VFIO_DEVICE_H
#define MOCK_VFIO_COMPAT_VFIO_DEVICE_H

#include <linux/slab.h>
#include <linux/uaccess.h>
#include <linux/vfio.h>

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 19, 0)

typedef int (*compat_region_info_fn)(struct vfio_device *vdev,
				     struct vfio_region_info *info,
				     struct vfio_info_cap *caps);

static inline int compat_add_caps(struct vfio_region_info *info,
				  struct vfio_info_cap *caps, void __user *arg)
{
	info->flags |= VFIO_REGION_INFO_FLAG_CAPS;
	if (info->argsz < sizeof(*info) + caps->size) {
		info->argsz = sizeof(*info) + caps->size;
		info->cap_offset = 0;
		return 0;
	}

	vfio_info_cap_shift(caps, sizeof(*info));
	info->cap_offset = sizeof(*info);
	if (copy_to_user(arg + sizeof(*info), caps->buf, caps->size))
		return -EFAULT;

	return 0;
}

static inline long compat_region_info(struct vfio_device *vdev,
				      void __user *arg,
				      compat_region_info_fn fn)
{
	size_t minsz = offsetofend(struct vfio_region_info, offset);
	struct vfio_info_cap caps = {};
	struct vfio_region_info info;
	int ret;

	if (copy_from_user(&info, arg, minsz))
		return -EFAULT;
	if (info.argsz < minsz)
		return -EINVAL;

	ret = fn(vdev, &info, &caps);
	if (!ret && caps.size)
		ret = compat_add_caps(&info, &caps, arg);
	kfree(caps.buf);
	if (ret)
		return ret;

	return copy_to_user(arg, &info, minsz) ? -EFAULT : 0;
}

#define COMPAT_REGION_INFO(_ioctl, _region_info)			\
static long compat_##_ioctl(struct vfio_device *vdev, unsigned int cmd,	\
			    unsigned long arg)				\
{									\
	if (cmd == VFIO_DEVICE_GET_REGION_INFO)				\
		return compat_region_info(vdev, (void __user *)arg,	\
					  _region_info);		\
									\
	return _ioctl(vdev, cmd, arg);					\
}

#define COMPAT_REGION_INFO_OPS(_ioctl, _region_info)			\
	.ioctl = compat_##_ioctl

#else

#define COMPAT_REGION_INFO(_ioctl, _region_info)

#define COMPAT_REGION_INFO_OPS(_ioctl, _region_info)			\
	.ioctl = _ioctl, .get_region_info_caps = _region_info

#endif

#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 6, 0)
#define COMPAT_IOMMUFD_OPS						\
	.bind_iommufd	= vfio_iommufd_emulated_bind,			\
	.unbind_iommufd	= vfio_iommufd_emulated_unbind,			\
	.attach_ioas	= vfio_iommufd_emulated_attach_ioas,		\
	.detach_ioas	= vfio_iommufd_emulated_detach_ioas,
#elif LINUX_VERSION_CODE >= KERNEL_VERSION(6, 2, 0)
#define COMPAT_IOMMUFD_OPS						\
	.bind_iommufd	= vfio_iommufd_emulated_bind,			\
	.unbind_iommufd	= vfio_iommufd_emulated_unbind,			\
	.attach_ioas	= vfio_iommufd_emulated_attach_ioas,
#else
#define COMPAT_IOMMUFD_OPS
#endif

static inline void compat_vfio_device_released(struct vfio_device *vdev)
{
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 2, 0)
	vfio_free_device(vdev);
#endif
}

#endif /* MOCK_VFIO_COMPAT_VFIO_DEVICE_H */
