/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * iova_bitmap_set() was vfio.ko's and exported to all. Since 6.7 it is IOMMUFD's, in
 * that namespace, and an empty function where CONFIG_IOMMUFD_DRIVER is off: VFIO
 * answers reports with EOPNOTSUPP there. Since 6.13 a namespace is a string.
 */
#ifndef MOCK_VFIO_COMPAT_IOVA_BITMAP_H
#define MOCK_VFIO_COMPAT_IOVA_BITMAP_H

#include <linux/iova_bitmap.h>
#include <linux/module.h>

#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 13, 0)
MODULE_IMPORT_NS("IOMMUFD");
#elif LINUX_VERSION_CODE >= KERNEL_VERSION(6, 7, 0)
MODULE_IMPORT_NS(IOMMUFD);
#endif

#endif /* MOCK_VFIO_COMPAT_IOVA_BITMAP_H */
