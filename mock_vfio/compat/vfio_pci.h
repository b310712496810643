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
 * What an eventfd below -1 is for the error and the request interrupt: nothing,
 * and the call succeeds (6.1.192), or EINVAL (6.12.117, 7.3). The releases in between
 * are taken for the newer ones.
 */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 2, 0)
#define COMPAT_SINGLE_BELOW_NONE	0
#else
#define COMPAT_SINGLE_BELOW_NONE	(-EINVAL)
#endif

#endif /* MOCK_VFIO_COMPAT_VFIO_PCI_H */
