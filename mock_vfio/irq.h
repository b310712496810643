/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Interrupts: set up by VFIO_DEVICE_SET_IRQS as vfio-pci does it, raised by the
 * DMA engine and the registers, delivered through eventfds.
 *
 * Of INTx, MSI and MSI-X one at a time can be set up. INTx is level triggered: its
 * line is asserted while a cause is set and config space does not disable it.
 *
 * irq.c has the calls, irq_deliver.c the way to the eventfd, irq_intx.c, irq_msi.c
 * and irq_single.c one kind of index each.
 */
#ifndef MOCK_VFIO_IRQ_H
#define MOCK_VFIO_IRQ_H

#include <linux/bitmap.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/spinlock.h>
#include <linux/types.h>
#include <linux/vfio.h>
#include <linux/workqueue.h>

#include "device_config.h"

struct eventfd_ctx;
struct mock_device;
struct virqfd;

/* No index is set up. */
#define MOCK_IRQ_NONE		VFIO_PCI_NUM_IRQS

/**
 * struct mock_late_irqs - interrupts that a rule makes late
 * @lock: protects @list and @count. Eventfds are signalled under it
 * @list: of them
 * @count: how many
 * @work: signals what is due
 */
struct mock_late_irqs {
	spinlock_t lock;
	struct list_head list;
	unsigned int count;
	struct delayed_work work;
};

/**
 * struct mock_irqs - a device's interrupts
 * @gate: serialises set-up and delivery
 * @active: VFIO_PCI_INTX_IRQ_INDEX, VFIO_PCI_MSI_IRQ_INDEX,
 *	VFIO_PCI_MSIX_IRQ_INDEX or MOCK_IRQ_NONE; written with @gate and @lock,
 *	read with either
 * @nr_vectors: vectors that @active has
 * @trigger: their eventfds, NULL where there is none; room for as many as any
 *	index has. Under @gate, but INTx's is also read by the unmask eventfd's
 *	work, see intx_signal_unmasked()
 * @pending: MSI-X vectors raised while they had no eventfd. Under @gate
 * @single: eventfds of the indexes that have one and know no masking. Under @gate
 * @unmask: INTx's unmask eventfd; cleared by VFIO when that is closed
 * @late: on their way
 * @has_unmask: @unmask counts as held, which VFIO does not clear. Under @gate
 * @lock: protects the rest, which is INTx
 * @causes: MOCK_VFIO_REG_IRQ_STATUS
 * @masked: by delivery or by request
 * @disabled: by config space
 */
struct mock_irqs {
	struct mutex gate;
	unsigned int active;
	unsigned int nr_vectors;
	struct eventfd_ctx **trigger;
	DECLARE_BITMAP(pending, MOCK_MAX_MSIX_VECTORS);
	struct eventfd_ctx *single[VFIO_PCI_NUM_IRQS];
	struct virqfd *unmask;
	struct mock_late_irqs late;
	bool has_unmask;

	spinlock_t lock;
	u32 causes;
	bool masked;
	bool disabled;
};

/* 0 or -ENOMEM; mock_irqs_destroy() is due in either case. */
int mock_irqs_init(struct mock_device *mdev);
void mock_irqs_destroy(struct mock_device *mdev);

/* Takes down whatever is set up, before the device is closed. */
void mock_irqs_close(struct mock_device *mdev);

/* VFIO_DEVICE_GET_IRQ_INFO and VFIO_DEVICE_SET_IRQS */
long mock_irq_info(struct mock_device *mdev, void __user *arg);
long mock_set_irqs(struct mock_device *mdev, void __user *arg);

/*
 * The device wants attention: signals @vector where MSI or MSI-X is set up, else
 * sets @cause, which asserts INTx.
 */
void mock_irq_raise(struct mock_device *mdev, u32 cause, u32 vector);

/* Signals an index that has one interrupt; false when it is not set up. */
bool mock_irq_notify(struct mock_device *mdev, unsigned int index);

/*
 * Raises an interrupt of any index, if that is set up: -ENXIO when not, -EINVAL when
 * the device has no such interrupt.
 */
int mock_irq_fire(struct mock_device *mdev, unsigned int index,
		  unsigned int vector);

/* Whether MSI-X @vector waits for its eventfd: a bit of the PBA. */
bool mock_msix_is_pending(struct mock_device *mdev, unsigned int vector);

/* The causes that assert INTx. */
u32 mock_intx_causes(struct mock_device *mdev);
void mock_intx_clear(struct mock_device *mdev, u32 causes);
/* Those of another device, in place of its own. */
void mock_intx_load(struct mock_device *mdev, u32 causes);

/* PCI_COMMAND_INTX_DISABLE */
void mock_intx_set_disabled(struct mock_device *mdev, bool disabled);

#endif /* MOCK_VFIO_IRQ_H */
