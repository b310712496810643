// SPDX-License-Identifier: GPL-2.0-only
/*
 * MSI and MSI-X: vectors, each with an eventfd of its own. See irq.h.
 *
 * The first eventfds of an index set its number of vectors. More need a tear-down
 * in between where the index is NORESIZE, and come one by one where it is not.
 */

#include <linux/err.h>

#include "compat/vfio_pci.h"
#include "device.h"
#include "irq_priv.h"

static int set_vector(struct mock_device *mdev, unsigned int vector, int fd)
{
	struct mock_irqs *irqs = &mdev->irqs;
	struct eventfd_ctx *ctx;

	mock_irq_put_eventfd(mdev, irqs->trigger[vector]);
	irqs->trigger[vector] = NULL;
	if (fd < 0)
		return 0;

	/* Vectors that cannot be added: what pci_irq_vector() says of them. */
	if (vector >= irqs->nr_vectors)
		return -EINVAL;

	ctx = mock_irq_get_eventfd(mdev, fd);
	if (IS_ERR(ctx))
		return PTR_ERR(ctx);
	irqs->trigger[vector] = ctx;

	if (test_and_clear_bit(vector, irqs->pending))
		mock_irq_deliver(mdev, irqs->active, vector, ctx);

	return 0;
}

/* All or nothing; what was set up before is gone either way. */
static int set_vectors(struct mock_device *mdev,
		       const struct mock_irq_request *request)
{
	unsigned int i;
	int ret;

	for (i = 0; i < request->count; i++) {
		ret = set_vector(mdev, request->start + i, request->fds[i]);
		if (ret)
			break;
	}
	if (i == request->count)
		return 0;

	do {
		set_vector(mdev, request->start + i, -1);
	} while (i--);

	return ret;
}

void mock_msi_disable(struct mock_device *mdev)
{
	struct mock_irqs *irqs = &mdev->irqs;
	unsigned int i;

	for (i = 0; i < irqs->nr_vectors; i++)
		set_vector(mdev, i, -1);
	bitmap_zero(irqs->pending, MOCK_MAX_MSIX_VECTORS);
	mock_irq_set_active(irqs, MOCK_IRQ_NONE, 0);
}

/* What pci_alloc_irq_vectors() makes of none, and of too many. */
static int grant(const struct mock_irq_config *config, unsigned int n)
{
	if (!n)
		return -ERANGE;

	return config->granted && n > config->granted ? config->granted : 0;
}

/* 0, -errno, or how many vectors there are if those are fewer than @n. */
static int allocate(struct mock_device *mdev, unsigned int index, unsigned int n)
{
	struct mock_call call;
	int ret = 0;

	mock_device_call(mdev, &call, MOCK_SITE_IRQ_VECTORS);
	mock_call_arg(&call, MOCK_ARG_INDEX, index);
	mock_call_arg(&call, MOCK_ARG_COUNT, n);
	if (mock_call_enter(&call))
		ret = grant(&mdev->config->irqs[index], n);

	return mock_call_end(&call, ret);
}

static int enable(struct mock_device *mdev,
		  const struct mock_irq_request *request)
{
	unsigned int end = request->start + request->count;
	int ret;

	ret = allocate(mdev, request->index, end);
	if (ret)
		return ret;

	mock_irq_set_active(&mdev->irqs, request->index, end);
	ret = set_vectors(mdev, request);
	if (ret)
		mock_msi_disable(mdev);

	return ret;
}

static int set_eventfds(struct mock_device *mdev,
			const struct mock_irq_request *request)
{
	const struct mock_irq_config *config = &mdev->config->irqs[request->index];
	struct mock_irqs *irqs = &mdev->irqs;
	unsigned int end = request->start + request->count;

	if (irqs->active == MOCK_IRQ_NONE)
		return enable(mdev, request);

	if (end > irqs->nr_vectors && !(config->flags & VFIO_IRQ_INFO_NORESIZE))
		mock_irq_set_active(irqs, request->index, end);
	if (COMPAT_MSI_RANGE_IS_CHECKED &&
	    (request->start >= irqs->nr_vectors || end > irqs->nr_vectors))
		return -EINVAL;

	return set_vectors(mdev, request);
}

static int loop_back(struct mock_device *mdev,
		     const struct mock_irq_request *request)
{
	struct mock_irqs *irqs = &mdev->irqs;
	unsigned int i;

	if (irqs->active != request->index)
		return -EINVAL;
	if (COMPAT_MSI_RANGE_IS_CHECKED &&
	    request->start + request->count > irqs->nr_vectors)
		return -EINVAL;

	for (i = 0; i < request->count; i++) {
		unsigned int vector = request->start + i;

		if (irqs->trigger[vector] && mock_irq_is_meant(request, i))
			mock_irq_deliver(mdev, request->index, vector,
					 irqs->trigger[vector]);
	}

	return 0;
}

int mock_msi_trigger(struct mock_device *mdev,
		     const struct mock_irq_request *request)
{
	unsigned int active = mdev->irqs.active;

	if (active == request->index && !request->count &&
	    (request->flags & VFIO_IRQ_SET_DATA_NONE)) {
		mock_msi_disable(mdev);
		return 0;
	}

	if (active != request->index && active != MOCK_IRQ_NONE)
		return -EINVAL;

	if (request->flags & VFIO_IRQ_SET_DATA_EVENTFD)
		return set_eventfds(mdev, request);

	return loop_back(mdev, request);
}

void mock_msi_raise(struct mock_device *mdev, u32 vector)
{
	struct mock_irqs *irqs = &mdev->irqs;
	struct eventfd_ctx *trigger = NULL;

	if (vector < irqs->nr_vectors)
		trigger = irqs->trigger[vector];

	/* MSI-X keeps what cannot be sent, as for a vector that is masked. */
	if (!trigger && irqs->active == VFIO_PCI_MSIX_IRQ_INDEX &&
	    vector < mdev->config->irqs[VFIO_PCI_MSIX_IRQ_INDEX].count)
		set_bit(vector, irqs->pending);

	mock_irq_deliver(mdev, irqs->active, vector, trigger);
}

bool mock_msix_is_pending(struct mock_device *mdev, unsigned int vector)
{
	return test_bit(vector, mdev->irqs.pending);
}
