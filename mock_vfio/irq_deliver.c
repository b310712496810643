// SPDX-License-Identifier: GPL-2.0-only
/*
 * The last step of an interrupt, to its eventfd, and what rules make of it: none,
 * two, or one that comes late. See irq.h.
 *
 * A late one waits in a list. It does not hold its eventfd: whoever gives that up
 * takes out of the list what was meant for it.
 */

#include <linux/eventfd.h>
#include <linux/jiffies.h>
#include <linux/ktime.h>
#include <linux/slab.h>

#include "device.h"
#include "irq_priv.h"

/* More than that wait for no one: they come at once. */
#define MAX_LATE	256

/**
 * struct late_irq - an interrupt that is late
 * @node: in the device's list
 * @trigger: its eventfd
 * @due: by the clock
 */
struct late_irq {
	struct list_head node;
	struct eventfd_ctx *trigger;
	ktime_t due;
};

static const enum mock_site sites[VFIO_PCI_NUM_IRQS] = {
	[VFIO_PCI_INTX_IRQ_INDEX]	= MOCK_SITE_IRQ_DELIVER_INTX,
	[VFIO_PCI_MSI_IRQ_INDEX]	= MOCK_SITE_IRQ_DELIVER_MSI,
	[VFIO_PCI_MSIX_IRQ_INDEX]	= MOCK_SITE_IRQ_DELIVER_MSIX,
	[VFIO_PCI_ERR_IRQ_INDEX]	= MOCK_SITE_IRQ_DELIVER_ERR,
	[VFIO_PCI_REQ_IRQ_INDEX]	= MOCK_SITE_IRQ_DELIVER_REQ,
};

/* At least one: work that comes early looks again. */
static unsigned long jiffies_until(ktime_t due, ktime_t now)
{
	return nsecs_to_jiffies(ktime_to_ns(ktime_sub(due, now))) + 1;
}

/* Signals what is due. Returns how long the next one has to wait, or 0. */
static unsigned long signal_due(struct mock_late_irqs *late)
{
	ktime_t now = ktime_get();
	unsigned long wait = 0;
	struct late_irq *irq, *tmp;

	lockdep_assert_held(&late->lock);

	list_for_each_entry_safe(irq, tmp, &late->list, node) {
		if (ktime_before(now, irq->due)) {
			unsigned long left = jiffies_until(irq->due, now);

			wait = wait ? min(wait, left) : left;
			continue;
		}
		eventfd_signal(irq->trigger);
		list_del(&irq->node);
		late->count--;
		kfree(irq);
	}

	return wait;
}

static void late_work(struct work_struct *work)
{
	struct mock_late_irqs *late =
		container_of(to_delayed_work(work), struct mock_late_irqs, work);
	unsigned long wait;

	spin_lock(&late->lock);
	wait = signal_due(late);
	if (wait)
		schedule_delayed_work(&late->work, wait);
	spin_unlock(&late->lock);
}

/* False when it cannot wait. */
static bool come_late(struct mock_late_irqs *late, struct eventfd_ctx *trigger,
		      unsigned int ms)
{
	struct late_irq *irq = kmalloc(sizeof(*irq), GFP_KERNEL_ACCOUNT);
	bool full;

	if (!irq)
		return false;
	irq->trigger = trigger;
	irq->due = ktime_add_ms(ktime_get(), ms);

	spin_lock(&late->lock);
	full = late->count == MAX_LATE;
	if (!full) {
		list_add_tail(&irq->node, &late->list);
		late->count++;
		/* The work finds out itself when it is early. */
		mod_delayed_work(system_wq, &late->work, 0);
	}
	spin_unlock(&late->lock);
	if (full)
		kfree(irq);

	return !full;
}

static void signal(struct mock_device *mdev, const struct mock_call *call,
		   struct eventfd_ctx *trigger)
{
	if (mock_call_suffers(call, MOCK_DROP))
		return;
	if (mock_call_suffers(call, MOCK_LATE) &&
	    come_late(&mdev->irqs.late, trigger, call->fault.value))
		return;

	eventfd_signal(trigger);
	if (mock_call_suffers(call, MOCK_DUPLICATE))
		eventfd_signal(trigger);
}

bool mock_irq_deliver(struct mock_device *mdev, unsigned int index,
		      unsigned int vector, struct eventfd_ctx *trigger)
{
	struct mock_call call;

	mock_device_call(mdev, &call, sites[index]);
	mock_call_arg(&call, MOCK_ARG_INDEX, index);
	mock_call_arg(&call, MOCK_ARG_START, vector);

	mock_call_decide(&call);
	if (trigger)
		signal(mdev, &call, trigger);

	return !mock_call_end(&call, trigger ? 0 : -ENXIO);
}

void mock_late_irqs_forget(struct mock_device *mdev, struct eventfd_ctx *trigger)
{
	struct mock_late_irqs *late = &mdev->irqs.late;
	struct late_irq *irq, *tmp;

	spin_lock(&late->lock);
	list_for_each_entry_safe(irq, tmp, &late->list, node) {
		if (irq->trigger != trigger)
			continue;
		list_del(&irq->node);
		late->count--;
		kfree(irq);
	}
	spin_unlock(&late->lock);
}

void mock_late_irqs_init(struct mock_device *mdev)
{
	struct mock_late_irqs *late = &mdev->irqs.late;

	spin_lock_init(&late->lock);
	INIT_LIST_HEAD(&late->list);
	INIT_DELAYED_WORK(&late->work, late_work);
}

void mock_late_irqs_destroy(struct mock_device *mdev)
{
	cancel_delayed_work_sync(&mdev->irqs.late.work);
}
