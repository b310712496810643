// SPDX-License-Identifier: GPL-2.0-only
/* The error and the device request interrupt: one eventfd each. See irq.h. */

#include <linux/err.h>

#include "compat/vfio_pci.h"
#include "device.h"
#include "irq_priv.h"

static void replace(struct mock_device *mdev, unsigned int index,
		    struct eventfd_ctx *ctx)
{
	mock_irq_put_eventfd(mdev, mdev->irqs.single[index]);
	mdev->irqs.single[index] = ctx;
}

void mock_single_disable(struct mock_device *mdev)
{
	unsigned int i;

	for (i = 0; i < VFIO_PCI_NUM_IRQS; i++)
		replace(mdev, i, NULL);
}

static int set_eventfd(struct mock_device *mdev,
		       const struct mock_irq_request *request)
{
	struct eventfd_ctx *ctx = NULL;

	/* -1 takes it away. */
	if (request->fds[0] < -1)
		return COMPAT_SINGLE_BELOW_NONE;

	if (request->fds[0] >= 0) {
		ctx = mock_irq_get_eventfd(mdev, request->fds[0]);
		if (IS_ERR(ctx))
			return PTR_ERR(ctx);
	}
	replace(mdev, request->index, ctx);

	return 0;
}

int mock_single_trigger(struct mock_device *mdev,
			const struct mock_irq_request *request)
{
	struct eventfd_ctx *trigger = mdev->irqs.single[request->index];

	if (request->start != 0 || request->count > 1)
		return -EINVAL;

	if (request->flags & VFIO_IRQ_SET_DATA_NONE) {
		if (!trigger)
			return -EINVAL;
		if (request->count)
			mock_irq_deliver(mdev, request->index, 0, trigger);
		else
			replace(mdev, request->index, NULL);
		return 0;
	}

	if (!request->count)
		return -EINVAL;
	if (request->flags & VFIO_IRQ_SET_DATA_EVENTFD)
		return set_eventfd(mdev, request);

	if (request->bools[0] && trigger)
		mock_irq_deliver(mdev, request->index, 0, trigger);

	return 0;
}
