// SPDX-License-Identifier: GPL-2.0-only
/* INTx: one level-triggered line. See irq.h. */

#include <linux/err.h>
#include <linux/eventfd.h>

#include "device.h"
#include "irq_priv.h"

/* The line may have come up, or the mask gone: is the user to be told? */
static bool fires(struct mock_device *mdev)
{
	const struct mock_irq_config *config =
		&mdev->config->irqs[VFIO_PCI_INTX_IRQ_INDEX];
	struct mock_irqs *irqs = &mdev->irqs;

	lockdep_assert_held(&irqs->lock);

	if (irqs->active != VFIO_PCI_INTX_IRQ_INDEX ||
	    !irqs->causes || irqs->disabled || irqs->masked)
		return false;

	irqs->masked = config->flags & VFIO_IRQ_INFO_AUTOMASKED;

	return true;
}

static void signal(struct mock_device *mdev)
{
	mock_irq_deliver(mdev, VFIO_PCI_INTX_IRQ_INDEX, 0,
			 READ_ONCE(mdev->irqs.trigger[0]));
}

void mock_intx_raise(struct mock_device *mdev, u32 cause)
{
	struct mock_irqs *irqs = &mdev->irqs;
	bool due;

	spin_lock_irq(&irqs->lock);
	irqs->causes |= cause;
	due = fires(mdev);
	spin_unlock_irq(&irqs->lock);

	if (due)
		signal(mdev);
}

u32 mock_intx_causes(struct mock_device *mdev)
{
	return READ_ONCE(mdev->irqs.causes);
}

void mock_intx_clear(struct mock_device *mdev, u32 causes)
{
	spin_lock_irq(&mdev->irqs.lock);
	mdev->irqs.causes &= ~causes;
	spin_unlock_irq(&mdev->irqs.lock);
}

void mock_intx_load(struct mock_device *mdev, u32 causes)
{
	guard(mutex)(&mdev->irqs.gate);

	mock_intx_clear(mdev, U32_MAX);
	if (causes)
		mock_intx_raise(mdev, causes);
}

void mock_intx_set_disabled(struct mock_device *mdev, bool disabled)
{
	struct mock_irqs *irqs = &mdev->irqs;
	bool due;

	guard(mutex)(&irqs->gate);

	spin_lock_irq(&irqs->lock);
	due = irqs->disabled && !disabled;
	irqs->disabled = disabled;
	due = due && fires(mdev);
	spin_unlock_irq(&irqs->lock);

	if (due)
		signal(mdev);
}

static void mask(struct mock_irqs *irqs)
{
	spin_lock_irq(&irqs->lock);
	irqs->masked = true;
	spin_unlock_irq(&irqs->lock);
}

/*
 * Takes the mask off. When the line is still asserted, the interrupt is due again,
 * and 1 tells the caller to signal it. This is also the unmask eventfd's wake-up,
 * which must not signal an eventfd itself: it has the lock of one.
 */
static int unmask(void *opaque, void *unused)
{
	struct mock_device *mdev = opaque;
	struct mock_irqs *irqs = &mdev->irqs;
	unsigned long flags;
	bool was_masked, due;

	spin_lock_irqsave(&irqs->lock, flags);
	was_masked = irqs->masked;
	irqs->masked = false;
	due = was_masked && fires(mdev);
	spin_unlock_irqrestore(&irqs->lock, flags);

	return due;
}

/*
 * The unmask eventfd's work. It cannot take the gate, under which it is waited
 * for: whoever replaces the trigger flushes this before putting the old one.
 */
static void signal_unmasked(void *opaque, void *unused)
{
	signal(opaque);
}

static int enable_unmask(struct mock_device *mdev, int fd)
{
	struct mock_irqs *irqs = &mdev->irqs;
	struct mock_call call;
	int ret = 0;

	mock_device_call(mdev, &call, MOCK_SITE_IRQ_RESAMPLE);
	if (mock_call_enter(&call))
		ret = vfio_virqfd_enable(mdev, unmask, signal_unmasked, NULL,
					 &irqs->unmask, fd);
	ret = mock_call_end(&call, ret);
	/* It may take the place of one that VFIO let go when it was closed. */
	if (!ret && !irqs->has_unmask) {
		irqs->has_unmask = true;
		mock_held_add(mdev->profile, MOCK_HELD_EVENTFDS, 1);
	}

	return ret;
}

static void disable_unmask(struct mock_device *mdev)
{
	struct mock_irqs *irqs = &mdev->irqs;

	vfio_virqfd_disable(&irqs->unmask);
	if (irqs->has_unmask) {
		irqs->has_unmask = false;
		mock_held_add(mdev->profile, MOCK_HELD_EVENTFDS, -1);
	}
}

void mock_intx_disable(struct mock_device *mdev)
{
	struct mock_irqs *irqs = &mdev->irqs;

	mock_irq_set_active(irqs, MOCK_IRQ_NONE, 0);
	disable_unmask(mdev);
	mock_irq_put_eventfd(mdev, irqs->trigger[0]);
	irqs->trigger[0] = NULL;
}

static int set_eventfd(struct mock_device *mdev, int fd)
{
	struct mock_irqs *irqs = &mdev->irqs;
	struct eventfd_ctx *old, *trigger = NULL;
	bool due;

	if (fd >= 0) {
		trigger = mock_irq_get_eventfd(mdev, fd);
		if (IS_ERR(trigger))
			return PTR_ERR(trigger);
	}

	old = irqs->trigger[0];
	WRITE_ONCE(irqs->trigger[0], trigger);

	if (irqs->active == VFIO_PCI_INTX_IRQ_INDEX) {
		vfio_virqfd_flush_thread(&irqs->unmask);
		mock_irq_put_eventfd(mdev, old);
		return 0;
	}

	/* The line may have been asserted before anybody listened. */
	mock_irq_set_active(irqs, VFIO_PCI_INTX_IRQ_INDEX, 1);
	spin_lock_irq(&irqs->lock);
	due = fires(mdev);
	spin_unlock_irq(&irqs->lock);
	if (due)
		signal(mdev);

	return 0;
}

/* VFIO_DEVICE_SET_IRQS. */

static bool is_about_intx(struct mock_device *mdev,
			  const struct mock_irq_request *request)
{
	return mdev->irqs.active == VFIO_PCI_INTX_IRQ_INDEX &&
	       request->start == 0 && request->count == 1;
}

int mock_intx_mask(struct mock_device *mdev,
		   const struct mock_irq_request *request)
{
	if (!is_about_intx(mdev, request))
		return -EINVAL;
	if (request->flags & VFIO_IRQ_SET_DATA_EVENTFD)
		return -ENOTTY;

	if (mock_irq_is_meant(request, 0))
		mask(&mdev->irqs);

	return 0;
}

int mock_intx_unmask(struct mock_device *mdev,
		     const struct mock_irq_request *request)
{
	if (!is_about_intx(mdev, request))
		return -EINVAL;

	if (request->flags & VFIO_IRQ_SET_DATA_EVENTFD) {
		if (request->fds[0] >= 0)
			return enable_unmask(mdev, request->fds[0]);
		disable_unmask(mdev);
		return 0;
	}

	if (mock_irq_is_meant(request, 0) && unmask(mdev, NULL))
		signal(mdev);

	return 0;
}

int mock_intx_trigger(struct mock_device *mdev,
		      const struct mock_irq_request *request)
{
	struct mock_irqs *irqs = &mdev->irqs;

	if (irqs->active == VFIO_PCI_INTX_IRQ_INDEX && !request->count &&
	    (request->flags & VFIO_IRQ_SET_DATA_NONE)) {
		mock_intx_disable(mdev);
		return 0;
	}

	if ((irqs->active != VFIO_PCI_INTX_IRQ_INDEX &&
	     irqs->active != MOCK_IRQ_NONE) ||
	    request->start != 0 || request->count != 1)
		return -EINVAL;

	if (request->flags & VFIO_IRQ_SET_DATA_EVENTFD)
		return set_eventfd(mdev, request->fds[0]);

	if (irqs->active != VFIO_PCI_INTX_IRQ_INDEX)
		return -EINVAL;

	/* Config space can disable the line, which goes for a loopback as well. */
	if (mock_irq_is_meant(request, 0) && !READ_ONCE(irqs->disabled))
		signal(mdev);

	return 0;
}
