/* SPDX-License-Identifier: GPL-2.0-only */
/* Interrupts, between the files that they are made of: see irq.h. */
#ifndef MOCK_VFIO_IRQ_PRIV_H
#define MOCK_VFIO_IRQ_PRIV_H

#include <linux/types.h>

struct eventfd_ctx;
struct mock_device;
struct mock_irqs;

/**
 * struct mock_irq_request - what VFIO_DEVICE_SET_IRQS asks for
 * @flags: VFIO_IRQ_SET_*
 * @index: checked to be there
 * @start: first interrupt
 * @count: how many; @start + @count is within what the index has
 * @fds: with VFIO_IRQ_SET_DATA_EVENTFD
 * @bools: with VFIO_IRQ_SET_DATA_BOOL
 */
struct mock_irq_request {
	u32 flags;
	unsigned int index, start, count;
	union {
		const s32 *fds;
		const u8 *bools;
	};
};

/* DATA_NONE means all interrupts of the request, DATA_BOOL those with a 1. */
static inline bool mock_irq_is_meant(const struct mock_irq_request *request,
				     unsigned int i)
{
	return (request->flags & VFIO_IRQ_SET_DATA_NONE) || request->bools[i];
}

/* Signals @trigger, through the site; false when there is none. */
bool mock_irq_deliver(struct mock_device *mdev, unsigned int index,
		      unsigned int vector, struct eventfd_ctx *trigger);

/* irq_deliver.c: what is late for an eventfd that goes away never comes. */
void mock_late_irqs_init(struct mock_device *mdev);
void mock_late_irqs_forget(struct mock_device *mdev, struct eventfd_ctx *trigger);
void mock_late_irqs_destroy(struct mock_device *mdev);

/* Eventfds, counted as held. ERR_PTR(-errno); putting NULL does nothing. */
struct eventfd_ctx *mock_irq_get_eventfd(struct mock_device *mdev, int fd);
void mock_irq_put_eventfd(struct mock_device *mdev, struct eventfd_ctx *ctx);

/* With the gate held: what is set up from now on. */
void mock_irq_set_active(struct mock_irqs *irqs, unsigned int index,
			 unsigned int nr_vectors);

/*
 * VFIO_DEVICE_SET_IRQS by kind of index and action, with the gate held: 0, -errno
 * or, where vfio-pci does so, the number of vectors that there are.
 */
int mock_intx_mask(struct mock_device *mdev,
		   const struct mock_irq_request *request);
int mock_intx_unmask(struct mock_device *mdev,
		     const struct mock_irq_request *request);
int mock_intx_trigger(struct mock_device *mdev,
		      const struct mock_irq_request *request);
int mock_msi_trigger(struct mock_device *mdev,
		     const struct mock_irq_request *request);
int mock_single_trigger(struct mock_device *mdev,
			const struct mock_irq_request *request);

/* Tear-down of what is set up, with the gate held. */
void mock_intx_disable(struct mock_device *mdev);
void mock_msi_disable(struct mock_device *mdev);
void mock_single_disable(struct mock_device *mdev);

/* The device raises an interrupt, with the gate held. */
void mock_intx_raise(struct mock_device *mdev, u32 cause);
void mock_msi_raise(struct mock_device *mdev, u32 vector);

#endif /* MOCK_VFIO_IRQ_PRIV_H */
