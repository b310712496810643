/* SPDX-License-Identifier: GPL-2.0-only */
/* eventfd_signal() takes no count since 6.8. */
#ifndef MOCK_VFIO_COMPAT_EVENTFD_H
#define MOCK_VFIO_COMPAT_EVENTFD_H

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 8, 0)

#include <linux/eventfd.h>

static inline void compat_eventfd_signal(struct eventfd_ctx *ctx)
{
	eventfd_signal(ctx, 1);
}

#define eventfd_signal compat_eventfd_signal

#endif

#endif /* MOCK_VFIO_COMPAT_EVENTFD_H */
