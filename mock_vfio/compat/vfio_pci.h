/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What vfio-pci of the running kernel does, where that changed and the mock is to
 * do the same: a program that is tested on a kernel sees that kernel's device.
 */
#ifndef MOCK_VFIO_COMPAT_VFIO_PCI_H
#define MOCK_VFIO_COMPAT_VFIO_PCI_H

/*
 * Up to 6.4 a block of vectors beyond those that are set up was refused as such.
 * Since 6.5 (dynamic MSI-X) each vector is looked at by itself: taking an eventfd
 * from one that is not there works, and triggering it does nothing.
 */
#define COMPAT_MSI_RANGE_IS_CHECKED (LINUX_VERSION_CODE < KERNEL_VERSION(6, 5, 0))

/*
 * What an eventfd below -1 is for the error and the request interrupt: nothing, and
 * the call succeeds, or EINVAL since 98693e0897f7 ("vfio/pci: Use RCU for
 * error/request triggers to avoid circular locking"), which is in 6.19 and was given
 * to 6.12.63, 6.17.13 and 6.18.2, all of one day, and not to 6.1.
 */
#define COMPAT_IN_STABLE(minor, sublevel)				\
	(LINUX_VERSION_CODE >= KERNEL_VERSION(6, minor, sublevel) &&	\
	 LINUX_VERSION_CODE < KERNEL_VERSION(6, (minor) + 1, 0))

#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 19, 0) || \
	COMPAT_IN_STABLE(12, 63) || COMPAT_IN_STABLE(17, 13) || \
	COMPAT_IN_STABLE(18, 2)
#define COMPAT_SINGLE_BELOW_NONE	(-EINVAL)
#else
#define COMPAT_SINGLE_BELOW_NONE	0
#endif

#endif /* MOCK_VFIO_COMPAT_VFIO_PCI_H */
