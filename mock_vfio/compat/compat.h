/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Makes every supported kernel look like the newest one. This file is included
 * in front of every source file of the module (see Kbuild); it and the headers
 * beside it are the only place that knows kernel versions. Each shim names the
 * release that made it necessary.
 *
 * A kernel outside the supported range is an error, not a guess: the VFIO
 * structures that vfio_iommu_driver.h restates are private to the kernel and
 * have to be compared with a new release before it is let in.
 */
#ifndef MOCK_VFIO_COMPAT_H
#define MOCK_VFIO_COMPAT_H

#include <linux/version.h>

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 1, 0)
#error "mock_vfio needs Linux 6.1 or newer"
#elif LINUX_VERSION_CODE >= KERNEL_VERSION(7, 4, 0)
#error "mock_vfio does not know this kernel yet: the newest supported is 7.3"
#endif

/* All files' prefix in the kernel log; it has to precede the kernel's headers. */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include "compiler.h"
#include "eventfd.h"
#include "fault_sites.h"
#include "mm.h"

#endif /* MOCK_VFIO_COMPAT_H */
