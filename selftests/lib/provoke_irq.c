// SPDX-License-Identifier: GPL-2.0-only
/* Provokers of interrupts, their set-up and their delivery: see provoke.h. */
#include <errno.h>
#include <unistd.h>

#include <mock_vfio.h>

#include "eventfd.h"
#include "provoke.h"
#include "raw.h"

static long set(struct stage *stage, uint32_t index, uint32_t flags, uint32_t count, int fd)
{
	bool eventfd = flags & VFIO_IRQ_SET_DATA_EVENTFD;

	return raw_set_irqs(stage->device, flags, index, 0, count, &fd, eventfd ? sizeof(fd) : 0);
}

static long set_trigger(struct stage *stage, uint32_t index, int fd)
{
	return set(stage, index, VFIO_IRQ_SET_DATA_EVENTFD | VFIO_IRQ_SET_ACTION_TRIGGER, 1, fd);
}

static long disable(struct stage *stage, uint32_t index)
{
	return set(stage, index, VFIO_IRQ_SET_DATA_NONE | VFIO_IRQ_SET_ACTION_TRIGGER, 0, -1);
}

static void set_eventfd(struct stage *stage, struct seen *seen)
{
	int fd = eventfd_new();

	seen->ret = set_trigger(stage, VFIO_PCI_REQ_IRQ_INDEX, fd);
	disable(stage, VFIO_PCI_REQ_IRQ_INDEX);
	close(fd);
}

static void set_vectors(struct stage *stage, struct seen *seen)
{
	int fd = eventfd_new();

	seen->ret = set_trigger(stage, VFIO_PCI_MSI_IRQ_INDEX, fd);
	disable(stage, VFIO_PCI_MSI_IRQ_INDEX);
	close(fd);
}

static void set_disable(struct stage *stage, struct seen *seen)
{
	int fd = eventfd_new();

	set_trigger(stage, VFIO_PCI_REQ_IRQ_INDEX, fd);
	seen->ret = disable(stage, VFIO_PCI_REQ_IRQ_INDEX);
	disable(stage, VFIO_PCI_REQ_IRQ_INDEX);
	close(fd);
}

/* Sets an index up, and triggers it as its user can. */
static void loop_back(struct stage *stage, struct seen *seen, uint32_t index)
{
	int fd = eventfd_new();

	set_trigger(stage, index, fd);
	seen->ret = set(stage, index, VFIO_IRQ_SET_DATA_NONE | VFIO_IRQ_SET_ACTION_TRIGGER, 1, -1);
	seen->done = eventfd_wait(fd, stage->patience_ms);
	disable(stage, index);
	close(fd);
}

#define LOOP_BACK(name, index)						\
static void name(struct stage *stage, struct seen *seen)		\
{									\
	loop_back(stage, seen, index);					\
}

LOOP_BACK(intx, VFIO_PCI_INTX_IRQ_INDEX)
LOOP_BACK(msi, VFIO_PCI_MSI_IRQ_INDEX)
LOOP_BACK(msix, VFIO_PCI_MSIX_IRQ_INDEX)
LOOP_BACK(err, VFIO_PCI_ERR_IRQ_INDEX)
LOOP_BACK(req, VFIO_PCI_REQ_IRQ_INDEX)

/* What only INTx has. */
static void set_intx(struct stage *stage, struct seen *seen, uint32_t flags)
{
	int trigger = eventfd_new(), fd = eventfd_new();

	set_trigger(stage, VFIO_PCI_INTX_IRQ_INDEX, trigger);
	seen->ret = set(stage, VFIO_PCI_INTX_IRQ_INDEX, flags, 1, fd);
	disable(stage, VFIO_PCI_INTX_IRQ_INDEX);
	close(trigger);
	close(fd);
}

static void mask(struct stage *stage, struct seen *seen)
{
	set_intx(stage, seen, VFIO_IRQ_SET_DATA_NONE | VFIO_IRQ_SET_ACTION_MASK);
}

static void unmask(struct stage *stage, struct seen *seen)
{
	set_intx(stage, seen, VFIO_IRQ_SET_DATA_NONE | VFIO_IRQ_SET_ACTION_UNMASK);
}

static void resample(struct stage *stage, struct seen *seen)
{
	set_intx(stage, seen, VFIO_IRQ_SET_DATA_EVENTFD | VFIO_IRQ_SET_ACTION_UNMASK);
}

const struct provoker provoke_irq[] = {
	{ .site = "device.set_irqs", set_eventfd },
	{ .site = "device.set_irqs.eventfd", set_eventfd },
	{ .site = "device.set_irqs.loopback", req },
	{ .site = "device.set_irqs.disable", set_disable },
	{ .site = "device.set_irqs.mask", mask },
	{ .site = "device.set_irqs.unmask", unmask },
	{ .site = "device.set_irqs.resample", resample },
	{ .site = "irq.eventfd", set_eventfd },
	{ .site = "irq.resample", resample },
	{ .site = "irq.vectors", set_vectors },
	{ .site = "irq.deliver", msi },
	{ .site = "irq.deliver.intx", intx },
	{ .site = "irq.deliver.msi", msi },
	{ .site = "irq.deliver.msix", msix },
	{ .site = "irq.deliver.err", err },
	{ .site = "irq.deliver.req", req },
	{ 0 }
};
