// SPDX-License-Identifier: GPL-2.0-only
/*
 * Interrupts: the calls, and what all indexes have in common. See irq.h.
 *
 * Which calls of VFIO_DEVICE_SET_IRQS are good, and what they answer, is
 * vfio-pci's: programs rely on it in every detail.
 */

#include <linux/err.h>
#include <linux/eventfd.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/uaccess.h>

#include "device.h"
#include "fault_answer.h"
#include "irq_priv.h"
#include "uapi/mock_vfio.h"

static bool is_msi(unsigned int index)
{
	return index == VFIO_PCI_MSI_IRQ_INDEX ||
	       index == VFIO_PCI_MSIX_IRQ_INDEX;
}

void mock_irq_raise(struct mock_device *mdev, u32 cause, u32 vector)
{
	guard(mutex)(&mdev->irqs.gate);

	/* Hardware that is gone raises nothing. */
	if (mock_memory_is_gone(mdev))
		return;

	if (is_msi(mdev->irqs.active))
		mock_msi_raise(mdev, vector);
	else
		mock_intx_raise(mdev, cause);
}

bool mock_irq_notify(struct mock_device *mdev, unsigned int index)
{
	guard(mutex)(&mdev->irqs.gate);

	return mock_irq_deliver(mdev, index, 0, mdev->irqs.single[index]);
}

static bool is_single(unsigned int index)
{
	return index == VFIO_PCI_ERR_IRQ_INDEX ||
	       index == VFIO_PCI_REQ_IRQ_INDEX;
}

int mock_irq_fire(struct mock_device *mdev, unsigned int index,
		  unsigned int vector)
{
	if (index >= VFIO_PCI_NUM_IRQS ||
	    vector >= mdev->config->irqs[index].count)
		return -EINVAL;
	if (is_single(index))
		return mock_irq_notify(mdev, index) ? 0 : -ENXIO;
	if (READ_ONCE(mdev->irqs.active) != index)
		return -ENXIO;

	mock_irq_raise(mdev, MOCK_VFIO_IRQ_CAUSE_RAISE, vector);

	return 0;
}

struct eventfd_ctx *mock_irq_get_eventfd(struct mock_device *mdev, int fd)
{
	struct eventfd_ctx *ctx = NULL;
	struct mock_call call;

	mock_device_call(mdev, &call, MOCK_SITE_IRQ_EVENTFD);
	if (mock_call_enter(&call))
		ctx = eventfd_ctx_fdget(fd);
	if (!IS_ERR_OR_NULL(ctx))
		mock_held_add(mdev->profile, MOCK_HELD_EVENTFDS, 1);

	/* Either may have failed. */
	return ERR_PTR(mock_call_end(&call, PTR_ERR_OR_ZERO(ctx))) ?: ctx;
}

void mock_irq_put_eventfd(struct mock_device *mdev, struct eventfd_ctx *ctx)
{
	if (!ctx)
		return;

	mock_late_irqs_forget(mdev, ctx);
	eventfd_ctx_put(ctx);
	mock_held_add(mdev->profile, MOCK_HELD_EVENTFDS, -1);
}

void mock_irq_set_active(struct mock_irqs *irqs, unsigned int index,
			 unsigned int nr_vectors)
{
	lockdep_assert_held(&irqs->gate);

	spin_lock_irq(&irqs->lock);
	irqs->active = index;
	irqs->nr_vectors = nr_vectors;
	irqs->masked = false;
	spin_unlock_irq(&irqs->lock);
}

/* VFIO_DEVICE_SET_IRQS. */

/* Its site, by action and by what comes with it; the whole for what is neither. */
static enum mock_site site_of(const struct vfio_irq_set *hdr)
{
	bool eventfd = hdr->flags & VFIO_IRQ_SET_DATA_EVENTFD;

	switch (hdr->flags & VFIO_IRQ_SET_ACTION_TYPE_MASK) {
	case VFIO_IRQ_SET_ACTION_MASK:
		return MOCK_SITE_DEVICE_SET_IRQS_MASK;
	case VFIO_IRQ_SET_ACTION_UNMASK:
		return eventfd ? MOCK_SITE_DEVICE_SET_IRQS_RESAMPLE :
				 MOCK_SITE_DEVICE_SET_IRQS_UNMASK;
	case VFIO_IRQ_SET_ACTION_TRIGGER:
		if (eventfd)
			return MOCK_SITE_DEVICE_SET_IRQS_EVENTFD;
		return hdr->count ? MOCK_SITE_DEVICE_SET_IRQS_LOOPBACK :
				    MOCK_SITE_DEVICE_SET_IRQS_DISABLE;
	default:
		return MOCK_SITE_DEVICE_SET_IRQS;
	}
}

typedef int (*set_fn)(struct mock_device *mdev,
		      const struct mock_irq_request *request);

static const struct {
	set_fn mask, unmask, trigger;
} indexes[VFIO_PCI_NUM_IRQS] = {
	[VFIO_PCI_INTX_IRQ_INDEX] = {
		.mask = mock_intx_mask,
		.unmask = mock_intx_unmask,
		.trigger = mock_intx_trigger,
	},
	[VFIO_PCI_MSI_IRQ_INDEX] = { .trigger = mock_msi_trigger },
	[VFIO_PCI_MSIX_IRQ_INDEX] = { .trigger = mock_msi_trigger },
	[VFIO_PCI_ERR_IRQ_INDEX] = { .trigger = mock_single_trigger },
	[VFIO_PCI_REQ_IRQ_INDEX] = { .trigger = mock_single_trigger },
};

static set_fn find_set_fn(const struct mock_device *mdev,
			  const struct mock_irq_request *request)
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
	struct mock_irq_request request;
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

	request = (struct mock_irq_request) {
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

	mock_device_call(mdev, &call, site_of(&hdr));
	mock_call_arg(&call, MOCK_ARG_IOCTL, VFIO_DEVICE_SET_IRQS);
	mock_call_arg(&call, MOCK_ARG_INDEX, hdr.index);
	mock_call_arg(&call, MOCK_ARG_START, hdr.start);
	mock_call_arg(&call, MOCK_ARG_COUNT, hdr.count);
	mock_call_arg(&call, MOCK_ARG_FLAGS, hdr.flags);

	return mock_call_end(&call, mock_call_enter(&call) ?
				    set_irqs(mdev, &hdr, arg + minsz) : 0);
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

	if (!mock_call_enter(&call))
		return mock_call_end(&call, 0);

	ret = info.argsz < minsz ? -EINVAL : irq_info(mdev, &info);
	mock_spoil_flags(&call, &info.flags);
	mock_spoil_size(&call, &info.count);
	if (!ret && copy_to_user(arg, &info, minsz))
		ret = -EFAULT;

	return mock_call_end(&call, ret);
}

/* Life. */

int mock_irqs_init(struct mock_device *mdev)
{
	struct mock_irqs *irqs = &mdev->irqs;
	unsigned int i, vectors = 1;

	mutex_init(&irqs->gate);
	spin_lock_init(&irqs->lock);
	mock_late_irqs_init(mdev);
	irqs->active = MOCK_IRQ_NONE;

	for (i = 0; i < VFIO_PCI_NUM_IRQS; i++)
		vectors = max(vectors, mdev->config->irqs[i].count);
	irqs->trigger = kvcalloc(vectors, sizeof(*irqs->trigger),
				 GFP_KERNEL_ACCOUNT);

	return irqs->trigger ? 0 : -ENOMEM;
}

void mock_irqs_destroy(struct mock_device *mdev)
{
	mock_late_irqs_destroy(mdev);
	mutex_destroy(&mdev->irqs.gate);
	kvfree(mdev->irqs.trigger);
}

void mock_irqs_close(struct mock_device *mdev)
{
	struct mock_irqs *irqs = &mdev->irqs;

	guard(mutex)(&irqs->gate);

	if (irqs->active == VFIO_PCI_INTX_IRQ_INDEX)
		mock_intx_disable(mdev);
	else if (is_msi(irqs->active))
		mock_msi_disable(mdev);
	mock_single_disable(mdev);
}
