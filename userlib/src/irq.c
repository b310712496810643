// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * VFIO_DEVICE_SET_IRQS, and the texts that say what failed.
 */
#include <stdalign.h>
#include <stdio.h>
#include <string.h>

#include <uvfio/irq.h>

#include "device.h"
#include "report.h"

#define IOCTL	"VFIO_DEVICE_SET_IRQS"

/* One call: what it asks for, and who asks. */
struct irq_set {
	const char *operation;
	uint32_t index;
	uint32_t start;
	uint32_t count;
	uint32_t flags;
	const int32_t *fds;	/* count of them, with DATA_EVENTFD only */
};

static const char *const pci_index_names[] = {
	[VFIO_PCI_INTX_IRQ_INDEX] = "INTX",
	[VFIO_PCI_MSI_IRQ_INDEX] = "MSI",
	[VFIO_PCI_MSIX_IRQ_INDEX] = "MSIX",
	[VFIO_PCI_ERR_IRQ_INDEX] = "ERR",
	[VFIO_PCI_REQ_IRQ_INDEX] = "REQ",
};

/* "MSIX-3" or "MSIX-0..3" for PCI, "index 2-3" for other devices. */
static void format_label(char *buf, size_t size,
			 const struct uvfio_device *dev,
			 const struct irq_set *set)
{
	char index[32];
	char last[16] = "";

	if (dev->info->flags & VFIO_DEVICE_FLAGS_PCI &&
	    set->index < sizeof(pci_index_names) / sizeof(*pci_index_names))
		snprintf(index, sizeof(index), "%s", pci_index_names[set->index]);
	else
		snprintf(index, sizeof(index), "index %u", set->index);
	if (set->count > 1)
		snprintf(last, sizeof(last), "..%u", set->start + set->count - 1);
	snprintf(buf, size, "%s-%u%s", index, set->start, last);
}

static const char *action_name(uint32_t flags)
{
	switch (flags & VFIO_IRQ_SET_ACTION_TYPE_MASK) {
	case VFIO_IRQ_SET_ACTION_MASK:
		return "MASK";
	case VFIO_IRQ_SET_ACTION_UNMASK:
		return "UNMASK";
	case VFIO_IRQ_SET_ACTION_TRIGGER:
		return "TRIGGER";
	default:
		return "UNKNOWN ACTION";
	}
}

static bool sets_up(const struct irq_set *set)
{
	uint32_t i;

	for (i = 0; i < set->count; i++)
		if (set->fds[i] >= 0)
			return true;
	return false;
}

static int fail_set(struct uvfio_device *dev, const struct irq_set *set,
		    struct uvfio_error *err, int code)
{
	const struct uvfio_failure *what =
		UVFIO_FAILURE(set->operation, .ioctl = IOCTL, .path = dev->name);
	char label[64];

	format_label(label, sizeof(label), dev, set);
	if (set->fds)
		return uvfio_fail_errno(dev->ctx, err, code, what,
					"%s: Failed to %s %s eventfd signaling for interrupt: "
					IOCTL " failure", label,
					sets_up(set) ? "set up" : "tear down",
					action_name(set->flags));
	return uvfio_fail_errno(dev->ctx, err, code, what,
				"%s: %s of %u interrupts: " IOCTL " failure",
				label, action_name(set->flags), set->count);
}

/* The payload is native endian: eventfds are this host's. */
static int set_irqs(struct uvfio_device *dev, const struct irq_set *set,
		    void *buf, size_t size)
{
	struct vfio_irq_set *head = buf;

	head->argsz = size;
	head->flags = set->flags;
	head->index = set->index;
	head->start = set->start;
	head->count = set->count;
	if (set->fds)
		memcpy(head->data, set->fds, set->count * sizeof(*set->fds));
	return uvfio_ioctl(dev->ctx, dev->fd, VFIO_DEVICE_SET_IRQS, buf);
}

static int set_without_data(struct uvfio_device *dev, const struct irq_set *set,
			    struct uvfio_error *err)
{
	struct vfio_irq_set buf;
	int ret = set_irqs(dev, set, &buf, sizeof(buf));

	return ret < 0 ? fail_set(dev, set, err, ret) : 0;
}

int uvfio_disable_irqindex(struct uvfio_device *dev, uint32_t index,
			   struct uvfio_error *err)
{
	const struct irq_set set = {
		.operation = "uvfio_disable_irqindex",
		.index = index,
		.flags = VFIO_IRQ_SET_DATA_NONE | VFIO_IRQ_SET_ACTION_TRIGGER,
	};

	return set_without_data(dev, &set, err);
}

int uvfio_mask_single_irqindex(struct uvfio_device *dev, uint32_t index,
			       struct uvfio_error *err)
{
	const struct irq_set set = {
		.operation = "uvfio_mask_single_irqindex",
		.index = index,
		.count = 1,
		.flags = VFIO_IRQ_SET_DATA_NONE | VFIO_IRQ_SET_ACTION_MASK,
	};

	return set_without_data(dev, &set, err);
}

int uvfio_unmask_single_irqindex(struct uvfio_device *dev, uint32_t index,
				 struct uvfio_error *err)
{
	const struct irq_set set = {
		.operation = "uvfio_unmask_single_irqindex",
		.index = index,
		.count = 1,
		.flags = VFIO_IRQ_SET_DATA_NONE | VFIO_IRQ_SET_ACTION_UNMASK,
	};

	return set_without_data(dev, &set, err);
}

static int set_one_eventfd(struct uvfio_device *dev, const char *operation,
			   uint32_t index, uint32_t subindex, uint32_t action,
			   int32_t fd, struct uvfio_error *err)
{
	alignas(struct vfio_irq_set)
	unsigned char buf[sizeof(struct vfio_irq_set) + sizeof(fd)];
	const struct irq_set set = {
		.operation = operation,
		.index = index,
		.start = subindex,
		.count = 1,
		.flags = VFIO_IRQ_SET_DATA_EVENTFD | action,
		.fds = &fd,
	};
	int ret = set_irqs(dev, &set, buf, sizeof(buf));

	if (ret > 0)	/* so many vectors could be had, fewer than this one */
		ret = -ENOSPC;
	return ret ? fail_set(dev, &set, err, ret) : 0;
}

int uvfio_set_irq_signaling(struct uvfio_device *dev, uint32_t index,
			    uint32_t subindex, uint32_t action, int fd,
			    struct uvfio_error *err)
{
	return set_one_eventfd(dev, "uvfio_set_irq_signaling", index, subindex,
			       action, fd, err);
}

static int check_vectors(struct uvfio_device *dev, const struct irq_set *set,
			 struct uvfio_error *err)
{
	const uint32_t most = (UINT32_MAX - sizeof(struct vfio_irq_set)) /
			      sizeof(*set->fds);

	if (set->count && !set->fds)
		return uvfio_fail(dev->ctx, err, -EINVAL,
				  UVFIO_FAILURE(set->operation, .path = dev->name),
				  "%s: no eventfds for %u interrupts; -1 cuts one",
				  dev->name, set->count);
	if (set->count && set->count <= most &&
	    set->start <= UINT32_MAX - set->count)
		return 0;
	return uvfio_fail(dev->ctx, err, -EINVAL,
			  UVFIO_FAILURE(set->operation, .path = dev->name),
			  "%s: %u interrupts from %u on", dev->name, set->count,
			  set->start);
}

/* A positive answer is the number of vectors that could be had. */
static int judge_vectors(struct uvfio_device *dev, const struct irq_set *set,
			 int ret, struct uvfio_error *err)
{
	if (ret < 0)
		return fail_set(dev, set, err, ret);
	if (ret > 0 && (uint32_t)ret >= set->start + set->count)
		return fail_set(dev, set, err, -EPROTO);
	return ret;
}

int uvfio_set_irq_vectors(struct uvfio_device *dev, uint32_t index,
			  uint32_t start, uint32_t count, uint32_t action,
			  const int32_t *fds, struct uvfio_error *err)
{
	const struct irq_set set = {
		.operation = "uvfio_set_irq_vectors",
		.index = index,
		.start = start,
		.count = count,
		.flags = VFIO_IRQ_SET_DATA_EVENTFD | action,
		.fds = fds,
	};
	size_t size = sizeof(struct vfio_irq_set) + count * sizeof(*fds);
	void *buf;
	int ret = check_vectors(dev, &set, err);

	if (ret)
		return ret;
	buf = uvfio_zalloc(dev->ctx, size);
	if (!buf)
		return uvfio_fail_nomem(dev->ctx, err, set.operation);
	ret = set_irqs(dev, &set, buf, size);
	uvfio_free_mem(dev->ctx, buf);
	return judge_vectors(dev, &set, ret, err);
}

int uvfio_set_irq_resample(struct uvfio_device *dev, uint32_t index,
			   uint32_t subindex, int trigger_fd, int resample_fd,
			   struct uvfio_error *err)
{
	const char *op = "uvfio_set_irq_resample";
	struct uvfio_error ignored;
	int ret;

	ret = set_one_eventfd(dev, op, index, subindex,
			      VFIO_IRQ_SET_ACTION_TRIGGER, trigger_fd, err);
	if (ret)
		return ret;
	ret = set_one_eventfd(dev, op, index, subindex,
			      VFIO_IRQ_SET_ACTION_UNMASK, resample_fd, err);
	if (ret) {
		set_one_eventfd(dev, op, index, subindex,
				VFIO_IRQ_SET_ACTION_TRIGGER, -1, &ignored);
		errno = -ret;
	}
	return ret;
}

int uvfio_get_irq_info(struct uvfio_device *dev, uint32_t index,
		       struct vfio_irq_info *info, struct uvfio_error *err)
{
	int ret;

	memset(info, 0, sizeof(*info));
	info->argsz = sizeof(*info);
	info->index = index;
	ret = uvfio_ioctl(dev->ctx, dev->fd, VFIO_DEVICE_GET_IRQ_INFO, info);
	if (ret < 0)
		return uvfio_fail_errno(dev->ctx, err, ret,
					UVFIO_FAILURE("uvfio_get_irq_info",
						      .ioctl = "VFIO_DEVICE_GET_IRQ_INFO",
						      .path = dev->name),
					"%s: VFIO_DEVICE_GET_IRQ_INFO of index %u",
					dev->name, index);
	return 0;
}
