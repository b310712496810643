/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a driver has to do for the VFIO core.
 *
 * Since 6.19 the core answers VFIO_DEVICE_GET_REGION_INFO itself and asks the
 * driver only for the contents (get_region_info_caps). Before, the ioctl went to the
 * driver as all others.
 *
 * Since 6.2 a device can be bound to an iommufd, and the core insists on the four
 * functions for it where that is built in; they are NULL where it is not. 6.6
 * added the fourth.
 *
 * Before 6.2 the driver's release frees the device.
 */
#ifndef MOCK_VFIO_COMPAT_VFIO_DEVICE_H
#define MOCK_VFIO_COMPAT_VFIO_DEVICE_H

#include <linux/vfio.h>

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 19, 0)
#define COMPAT_REGION_INFO_OP(fn)
#else
#define COMPAT_REGION_INFO_OP(fn)	.get_region_info_caps = fn,
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
