/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Interrupts: set up by VFIO_DEVICE_SET_IRQS as vfio-pci does it, raised by the
 * DMA engine and the registers, delivered through eventfds.
 *
 * Of INTx and MSI one at a time can be set up. INTx is level triggered: its line
 * is asserted while a cause is set and config space does not disable it.
 */
#ifndef MOCK_VFIO_IRQ_H
#define MOCK_VFIO_IRQ_H

#include <linux/mutex.h>
#include <linux/spinlock.h>
#include <linux/types.h>
#include <linux/vfio.h>

struct eventfd_ctx;
struct mock_device;
struct virqfd;

/* MSI's own limit. */
#define MOCK_MAX_VECTORS	32

/* No index is set up. */
#define MOCK_IRQ_NONE		VFIO_PCI_NUM_IRQS

/**
 * struct mock_irqs - a device's interrupts
 * @gate: serialises set-up and delivery
 * @active: VFIO_PCI_INTX_IRQ_INDEX, VFIO_PCI_MSI_IRQ_INDEX or MOCK_IRQ_NONE;
 *	written with @gate and @lock, read with either
 * @nr_vectors: vectors that @active has
 * @trigger: their eventfds, NULL where there is none. Under @gate, but INTx's
 *	is also read by the unmask eventfd's work, see intx_signal_unmasked()
 * @single: eventfds of the indexes that have one and know no masking. Under @gate
 * @unmask: INTx's unmask eventfd; cleared by VFIO when that is closed
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
	struct eventfd_ctx *trigger[MOCK_MAX_VECTORS];
	struct eventfd_ctx *single[VFIO_PCI_NUM_IRQS];
	struct virqfd *unmask;
	bool has_unmask;

	spinlock_t lock;
	u32 causes;
	bool masked;
	bool disabled;
};

void mock_irqs_init(struct mock_device *mdev);

/* Takes down whatever is set up, before the device is closed. */
void mock_irqs_close(struct mock_device *mdev);

/* VFIO_DEVICE_GET_IRQ_INFO and VFIO_DEVICE_SET_IRQS */
long mock_irq_info(struct mock_device *mdev, void __user *arg);
long mock_set_irqs(struct mock_device *mdev, void __user *arg);

/*
 * The device wants attention: signals MSI @vector where MSI is set up, else sets
 * @cause, which asserts INTx.
 */
void mock_irq_raise(struct mock_device *mdev, u32 cause, u32 vector);

/* Signals an index that has one interrupt; false when it is not set up. */
bool mock_irq_notify(struct mock_device *mdev, unsigned int index);

/* The causes that assert INTx. */
u32 mock_intx_causes(struct mock_device *mdev);
void mock_intx_clear(struct mock_device *mdev, u32 causes);

/* PCI_COMMAND_INTX_DISABLE */
void mock_intx_set_disabled(struct mock_device *mdev, bool disabled);

#endif /* MOCK_VFIO_IRQ_H */
