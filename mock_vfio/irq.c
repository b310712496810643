// SPDX-License-Identifier: GPL-2.0-only
/*
 * Interrupts. See irq.h.
 *
 * Which calls of VFIO_DEVICE_SET_IRQS are good, and what they answer, is
 * vfio-pci's: programs rely on it in every detail.
 */

#include <linux/err.h>
#include <linux/eventfd.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/uaccess.h>

#include "device.h"

/* Delivery. */

static bool deliver(struct mock_device *mdev, unsigned int index,
		    unsigned int vector, struct eventfd_ctx *trigger)
{
	struct mock_call call;

	mock_device_call(mdev, &call, MOCK_SITE_IRQ_DELIVER);
	mock_call_arg(&call, MOCK_ARG_INDEX, index);
	mock_call_arg(&call, MOCK_ARG_START, vector);

	mock_call_begin(&call);
	if (trigger && !mock_call_suffers(&call, MOCK_DROP))
		eventfd_signal(trigger);

	return !mock_call_end(&call, trigger ? 0 : -ENXIO);
}

/* The line may have come up, or the mask gone: is the user to be told? */
static bool intx_fires(struct mock_device *mdev)
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

static void intx_signal(struct mock_device *mdev)
{
	deliver(mdev, VFIO_PCI_INTX_IRQ_INDEX, 0,
		READ_ONCE(mdev->irqs.trigger[0]));
}

void mock_irq_raise(struct mock_device *mdev, u32 cause, u32 vector)
{
	struct mock_irqs *irqs = &mdev->irqs;
	bool fires;

	guard(mutex)(&irqs->gate);

	if (irqs->active == VFIO_PCI_MSI_IRQ_INDEX) {
		deliver(mdev, VFIO_PCI_MSI_IRQ_INDEX, vector,
			vector < irqs->nr_vectors ? irqs->trigger[vector] : NULL);
		return;
	}

	spin_lock_irq(&irqs->lock);
	irqs->causes |= cause;
	fires = intx_fires(mdev);
	spin_unlock_irq(&irqs->lock);

	if (fires)
		intx_signal(mdev);
}

bool mock_irq_notify(struct mock_device *mdev, unsigned int index)
{
	guard(mutex)(&mdev->irqs.gate);

	return deliver(mdev, index, 0, mdev->irqs.single[index]);
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

void mock_intx_set_disabled(struct mock_device *mdev, bool disabled)
{
	struct mock_irqs *irqs = &mdev->irqs;
	bool fires;

	guard(mutex)(&irqs->gate);

	spin_lock_irq(&irqs->lock);
	fires = irqs->disabled && !disabled;
	irqs->disabled = disabled;
	fires = fires && intx_fires(mdev);
	spin_unlock_irq(&irqs->lock);

	if (fires)
		intx_signal(mdev);
}

/* Eventfds. */

static struct eventfd_ctx *get_eventfd(struct mock_device *mdev, int fd)
{
	struct eventfd_ctx *ctx = eventfd_ctx_fdget(fd);

	if (!IS_ERR(ctx))
		mock_held_add(mdev->profile, MOCK_HELD_EVENTFDS, 1);

	return ctx;
}

static void put_eventfd(struct mock_device *mdev, struct eventfd_ctx *ctx)
{
	if (!ctx)
		return;

	eventfd_ctx_put(ctx);
	mock_held_add(mdev->profile, MOCK_HELD_EVENTFDS, -1);
}

static void set_active(struct mock_irqs *irqs, unsigned int index,
		       unsigned int nr_vectors)
{
	lockdep_assert_held(&irqs->gate);

	spin_lock_irq(&irqs->lock);
	irqs->active = index;
	irqs->nr_vectors = nr_vectors;
	irqs->masked = false;
	spin_unlock_irq(&irqs->lock);
}

/* INTx. */

static void intx_mask(struct mock_irqs *irqs)
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
static int intx_unmask(void *opaque, void *unused)
{
	struct mock_device *mdev = opaque;
	struct mock_irqs *irqs = &mdev->irqs;
	unsigned long flags;
	bool was_masked, fires;

	spin_lock_irqsave(&irqs->lock, flags);
	was_masked = irqs->masked;
	irqs->masked = false;
	fires = was_masked && intx_fires(mdev);
	spin_unlock_irqrestore(&irqs->lock, flags);

	return fires;
}

/*
 * The unmask eventfd's work. It cannot take the gate, under which it is waited
 * for: whoever replaces the trigger flushes this before putting the old one.
 */
static void intx_signal_unmasked(void *opaque, void *unused)
{
	intx_signal(opaque);
}

static int enable_unmask(struct mock_device *mdev, int fd)
{
	struct mock_irqs *irqs = &mdev->irqs;
	int ret;

	ret = vfio_virqfd_enable(mdev, intx_unmask, intx_signal_unmasked, NULL,
				 &irqs->unmask, fd);
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

static void intx_disable(struct mock_device *mdev)
{
	struct mock_irqs *irqs = &mdev->irqs;

	set_active(irqs, MOCK_IRQ_NONE, 0);
	disable_unmask(mdev);
	put_eventfd(mdev, irqs->trigger[0]);
	irqs->trigger[0] = NULL;
}

static int intx_set_trigger(struct mock_device *mdev, int fd)
{
	struct mock_irqs *irqs = &mdev->irqs;
	struct eventfd_ctx *old, *trigger = NULL;
	bool fires;

	if (fd >= 0) {
		trigger = get_eventfd(mdev, fd);
		if (IS_ERR(trigger))
			return PTR_ERR(trigger);
	}

	old = irqs->trigger[0];
	WRITE_ONCE(irqs->trigger[0], trigger);

	if (irqs->active == VFIO_PCI_INTX_IRQ_INDEX) {
		vfio_virqfd_flush_thread(&irqs->unmask);
		put_eventfd(mdev, old);
		return 0;
	}

	/* The line may have been asserted before anybody listened. */
	set_active(irqs, VFIO_PCI_INTX_IRQ_INDEX, 1);
	spin_lock_irq(&irqs->lock);
	fires = intx_fires(mdev);
	spin_unlock_irq(&irqs->lock);
	if (fires)
		intx_signal(mdev);

	return 0;
}

/* VFIO_DEVICE_SET_IRQS. */

/**
 * struct request - what is asked for
 * @flags: VFIO_IRQ_SET_*
 * @index: checked to be there
 * @start: first interrupt
 * @count: how many; @start + @count is within what the index has
 * @fds: with VFIO_IRQ_SET_DATA_EVENTFD
 * @bools: with VFIO_IRQ_SET_DATA_BOOL
 */
struct request {
	u32 flags;
	unsigned int index, start, count;
	union {
		const s32 *fds;
		const u8 *bools;
	};
};

/* DATA_NONE means all interrupts of the request, DATA_BOOL those with a 1. */
static bool is_meant(const struct request *request, unsigned int i)
{
	return (request->flags & VFIO_IRQ_SET_DATA_NONE) || request->bools[i];
}

static bool is_about_intx(struct mock_device *mdev,
			  const struct request *request)
{
	return mdev->irqs.active == VFIO_PCI_INTX_IRQ_INDEX &&
	       request->start == 0 && request->count == 1;
}

static int set_intx_mask(struct mock_device *mdev,
			 const struct request *request)
{
	if (!is_about_intx(mdev, request))
		return -EINVAL;
	if (request->flags & VFIO_IRQ_SET_DATA_EVENTFD)
		return -ENOTTY;

	if (is_meant(request, 0))
		intx_mask(&mdev->irqs);

	return 0;
}

static int set_intx_unmask(struct mock_device *mdev,
			   const struct request *request)
{
	if (!is_about_intx(mdev, request))
		return -EINVAL;

	if (request->flags & VFIO_IRQ_SET_DATA_EVENTFD) {
		if (request->fds[0] >= 0)
			return enable_unmask(mdev, request->fds[0]);
		disable_unmask(mdev);
		return 0;
	}

	if (is_meant(request, 0) && intx_unmask(mdev, NULL))
		intx_signal(mdev);

	return 0;
}

static int set_intx_trigger(struct mock_device *mdev,
			    const struct request *request)
{
	unsigned int active = mdev->irqs.active;

	if (active == VFIO_PCI_INTX_IRQ_INDEX && !request->count &&
	    (request->flags & VFIO_IRQ_SET_DATA_NONE)) {
		intx_disable(mdev);
		return 0;
	}

	if ((active != VFIO_PCI_INTX_IRQ_INDEX && active != MOCK_IRQ_NONE) ||
	    request->start != 0 || request->count != 1)
		return -EINVAL;

	if (request->flags & VFIO_IRQ_SET_DATA_EVENTFD)
		return intx_set_trigger(mdev, request->fds[0]);

	if (active != VFIO_PCI_INTX_IRQ_INDEX)
		return -EINVAL;

	if (is_meant(request, 0))
		intx_signal(mdev);

	return 0;
}

static int msi_set_vector(struct mock_device *mdev, unsigned int vector, int fd)
{
	struct eventfd_ctx **trigger = &mdev->irqs.trigger[vector];
	struct eventfd_ctx *ctx;

	put_eventfd(mdev, *trigger);
	*trigger = NULL;
	if (fd < 0)
		return 0;

	ctx = get_eventfd(mdev, fd);
	if (IS_ERR(ctx))
		return PTR_ERR(ctx);
	*trigger = ctx;

	return 0;
}

/* All or nothing; what was set up before is gone either way. */
static int msi_set_vectors(struct mock_device *mdev,
			   const struct request *request)
{
	unsigned int i;
	int ret;

	for (i = 0; i < request->count; i++) {
		ret = msi_set_vector(mdev, request->start + i, request->fds[i]);
		if (ret)
			break;
	}
	if (i == request->count)
		return 0;

	do {
		msi_set_vector(mdev, request->start + i, -1);
	} while (i--);

	return ret;
}

static void msi_disable(struct mock_device *mdev)
{
	struct mock_irqs *irqs = &mdev->irqs;
	unsigned int i;

	for (i = 0; i < irqs->nr_vectors; i++)
		msi_set_vector(mdev, i, -1);
	set_active(irqs, MOCK_IRQ_NONE, 0);
}

static int msi_set_eventfds(struct mock_device *mdev,
			    const struct request *request)
{
	const struct mock_irq_config *config = &mdev->config->irqs[request->index];
	struct mock_irqs *irqs = &mdev->irqs;
	unsigned int end = request->start + request->count;
	int ret;

	if (irqs->active == MOCK_IRQ_NONE) {
		/* What pci_alloc_irq_vectors() makes of none. */
		if (!end)
			return -ERANGE;
		set_active(irqs, request->index, end);
		ret = msi_set_vectors(mdev, request);
		if (ret)
			msi_disable(mdev);
		return ret;
	}

	/* More vectors need a new start, unless the index can be resized. */
	if (end > irqs->nr_vectors && !(config->flags & VFIO_IRQ_INFO_NORESIZE))
		set_active(irqs, request->index, end);
	if (request->start >= irqs->nr_vectors || end > irqs->nr_vectors)
		return -EINVAL;

	return msi_set_vectors(mdev, request);
}

static int set_msi_trigger(struct mock_device *mdev,
			   const struct request *request)
{
	struct mock_irqs *irqs = &mdev->irqs;
	unsigned int i;

	if (irqs->active == request->index && !request->count &&
	    (request->flags & VFIO_IRQ_SET_DATA_NONE)) {
		msi_disable(mdev);
		return 0;
	}

	if (irqs->active != request->index && irqs->active != MOCK_IRQ_NONE)
		return -EINVAL;

	if (request->flags & VFIO_IRQ_SET_DATA_EVENTFD)
		return msi_set_eventfds(mdev, request);

	if (irqs->active != request->index ||
	    request->start + request->count > irqs->nr_vectors)
		return -EINVAL;

	for (i = 0; i < request->count; i++) {
		unsigned int vector = request->start + i;

		if (irqs->trigger[vector] && is_meant(request, i))
			deliver(mdev, request->index, vector,
				irqs->trigger[vector]);
	}

	return 0;
}

static int set_single_trigger(struct mock_device *mdev,
			      const struct request *request)
{
	struct eventfd_ctx **trigger = &mdev->irqs.single[request->index];
	struct eventfd_ctx *ctx = NULL;

	if (request->start != 0 || request->count > 1)
		return -EINVAL;

	if (request->flags & VFIO_IRQ_SET_DATA_NONE) {
		if (!*trigger)
			return -EINVAL;
		if (request->count) {
			deliver(mdev, request->index, 0, *trigger);
			return 0;
		}
	} else if (!request->count) {
		return -EINVAL;
	} else if (request->flags & VFIO_IRQ_SET_DATA_BOOL) {
		if (request->bools[0] && *trigger)
			deliver(mdev, request->index, 0, *trigger);
		return 0;
	} else if (request->fds[0] < -1) {
		return 0;
	} else if (request->fds[0] >= 0) {
		ctx = get_eventfd(mdev, request->fds[0]);
		if (IS_ERR(ctx))
			return PTR_ERR(ctx);
	}

	put_eventfd(mdev, *trigger);
	*trigger = ctx;

	return 0;
}

typedef int (*set_fn)(struct mock_device *mdev, const struct request *request);

static const struct {
	set_fn mask, unmask, trigger;
} indexes[VFIO_PCI_NUM_IRQS] = {
	[VFIO_PCI_INTX_IRQ_INDEX] = {
		.mask = set_intx_mask,
		.unmask = set_intx_unmask,
		.trigger = set_intx_trigger,
	},
	[VFIO_PCI_MSI_IRQ_INDEX] = { .trigger = set_msi_trigger },
	[VFIO_PCI_ERR_IRQ_INDEX] = { .trigger = set_single_trigger },
	[VFIO_PCI_REQ_IRQ_INDEX] = { .trigger = set_single_trigger },
};

static set_fn find_set_fn(const struct mock_device *mdev,
			  const struct request *request)
{
	u32 flags = mdev->config->irqs[request->index].flags;

	switch (request->flags & VFIO_IRQ_SET_ACTION_TYPE_MASK) {
	case VFIO_IRQ_SET_ACTION_MASK:
		return flags & VFIO_IRQ_INFO_MASKABLE ?
			indexes[request->index].mask : NULL;
	case VFIO_IRQ_SET_ACTION_UNMASK:
		return flags & VFIO_IRQ_INFO_MASKABLE ?
			indexes[request->index].unmask : NULL;
	case VFIO_IRQ_SET_ACTION_TRIGGER:
		return indexes[request->index].trigger;
	default:
		return NULL;
	}
}

static int set_irqs(struct mock_device *mdev, struct vfio_irq_set *hdr,
		    const void __user *user_data)
{
	struct request request;
	size_t size = 0;
	void *data = NULL;
	u32 count = 0;
	set_fn fn;
	int ret;

	if (hdr->index < VFIO_PCI_NUM_IRQS)
		count = mdev->config->irqs[hdr->index].count;

	ret = vfio_set_irqs_validate_and_prepare(hdr, count, VFIO_PCI_NUM_IRQS,
						 &size);
	if (ret)
		return ret;

	if (size) {
		data = memdup_user(user_data, size);
		if (IS_ERR(data))
			return PTR_ERR(data);
	}

	request = (struct request) {
		.flags = hdr->flags,
		.index = hdr->index,
		.start = hdr->start,
		.count = hdr->count,
		.fds = data,
	};
	fn = find_set_fn(mdev, &request);
	if (fn) {
		mutex_lock(&mdev->irqs.gate);
		ret = fn(mdev, &request);
		mutex_unlock(&mdev->irqs.gate);
	} else {
		ret = -ENOTTY;
	}
	kfree(data);

	return ret;
}

long mock_set_irqs(struct mock_device *mdev, void __user *arg)
{
	size_t minsz = offsetofend(struct vfio_irq_set, count);
	struct vfio_irq_set hdr;
	struct mock_call call;

	if (copy_from_user(&hdr, arg, minsz))
		return -EFAULT;

	mock_device_call(mdev, &call, MOCK_SITE_DEVICE_SET_IRQS);
	mock_call_arg(&call, MOCK_ARG_IOCTL, VFIO_DEVICE_SET_IRQS);
	mock_call_arg(&call, MOCK_ARG_INDEX, hdr.index);
	mock_call_arg(&call, MOCK_ARG_START, hdr.start);
	mock_call_arg(&call, MOCK_ARG_COUNT, hdr.count);
	mock_call_arg(&call, MOCK_ARG_FLAGS, hdr.flags);

	return mock_call_end(&call, mock_call_begin(&call) ?:
				    set_irqs(mdev, &hdr, arg + minsz));
}

/* VFIO_DEVICE_GET_IRQ_INFO. */

static int irq_info(struct mock_device *mdev, struct vfio_irq_info *info)
{
	const struct mock_irq_config *config;

	if (info->index >= VFIO_PCI_NUM_IRQS)
		return -EINVAL;

	config = &mdev->config->irqs[info->index];
	/* As of vfio-pci: only what has PCIe's error reporting has this one. */
	if (info->index == VFIO_PCI_ERR_IRQ_INDEX && !config->count)
		return -EINVAL;

	info->flags = config->flags;
	info->count = config->count;

	return 0;
}

long mock_irq_info(struct mock_device *mdev, void __user *arg)
{
	size_t minsz = offsetofend(struct vfio_irq_info, count);
	struct vfio_irq_info info;
	struct mock_call call;
	int ret;

	if (copy_from_user(&info, arg, minsz))
		return -EFAULT;

	mock_device_call(mdev, &call, MOCK_SITE_DEVICE_GET_IRQ_INFO);
	mock_call_arg(&call, MOCK_ARG_IOCTL, VFIO_DEVICE_GET_IRQ_INFO);
	mock_call_arg(&call, MOCK_ARG_INDEX, info.index);

	ret = mock_call_begin(&call);
	if (!ret)
		ret = info.argsz < minsz ? -EINVAL : irq_info(mdev, &info);
	if (!ret && copy_to_user(arg, &info, minsz))
		ret = -EFAULT;

	return mock_call_end(&call, ret);
}

/* Life. */

void mock_irqs_init(struct mock_device *mdev)
{
	struct mock_irqs *irqs = &mdev->irqs;

	mutex_init(&irqs->gate);
	spin_lock_init(&irqs->lock);
	irqs->active = MOCK_IRQ_NONE;
}

void mock_irqs_close(struct mock_device *mdev)
{
	struct mock_irqs *irqs = &mdev->irqs;
	unsigned int i;

	guard(mutex)(&irqs->gate);

	if (irqs->active == VFIO_PCI_INTX_IRQ_INDEX)
		intx_disable(mdev);
	else if (irqs->active == VFIO_PCI_MSI_IRQ_INDEX)
		msi_disable(mdev);

	for (i = 0; i < VFIO_PCI_NUM_IRQS; i++) {
		put_eventfd(mdev, irqs->single[i]);
		irqs->single[i] = NULL;
	}
}
