/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Fault sites, and effects at them, that not every kernel gets to. 6.2 added
 * pre-copy and the size of the data. Since 6.19 the core builds the answer to
 * VFIO_DEVICE_GET_REGION_INFO; it follows the capability chain itself, so that one
 * with wrong links would be the kernel's problem. What is reported of DMA logging is
 * collected by IOMMUFD since 6.7, where that has drivers.
 */
#ifndef MOCK_VFIO_COMPAT_FAULT_SITES_H
#define MOCK_VFIO_COMPAT_FAULT_SITES_H

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 2, 0)
#define MOCK_IF_PRE_COPY(effects)		0
#else
#define MOCK_IF_PRE_COPY(effects)		(effects)
#endif

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 19, 0)
#define MOCK_IF_OWN_REGION_INFO(effects)	(effects)
#define MOCK_REGION_INFO_SHAPES			MOCK_NR_CAPS_SHAPES
#else
#define MOCK_IF_OWN_REGION_INFO(effects)	0
#define MOCK_REGION_INFO_SHAPES			MOCK_NR_CAPS_CONTENTS
#endif

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 7, 0) || IS_ENABLED(CONFIG_IOMMUFD_DRIVER)
#define MOCK_IF_DMA_LOG_REPORT(effects)		(effects)
#else
#define MOCK_IF_DMA_LOG_REPORT(effects)		0
#endif

#endif /* MOCK_VFIO_COMPAT_FAULT_SITES_H */
