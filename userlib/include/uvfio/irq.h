/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Interrupts: thin, exact wrappers of VFIO_DEVICE_SET_IRQS. Eventfds are the
 * caller's; the kernel keeps its own reference while one is set up.
 */
#ifndef UVFIO_IRQ_H
#define UVFIO_IRQ_H

#include <stdint.h>

#include <uvfio/device.h>
#include <uvfio/error.h>

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

/**
 * uvfio_disable_irqindex() - turn a whole interrupt index off
 * @dev: the device
 * @index: interrupt index, such as VFIO_PCI_MSIX_IRQ_INDEX
 * @err: optional
 *
 * DATA_NONE | ACTION_TRIGGER, start 0, count 0: removes every eventfd.
 *
 * Return: 0; -errno of VFIO_DEVICE_SET_IRQS.
 */
int uvfio_disable_irqindex(struct uvfio_device *dev, uint32_t index,
			   struct uvfio_error *err);

/**
 * uvfio_mask_single_irqindex() - mask the only interrupt of an index
 * @dev: the device
 * @index: interrupt index; in PCI only VFIO_PCI_INTX_IRQ_INDEX can be masked
 * @err: optional
 *
 * DATA_NONE | ACTION_MASK, start 0, count 1.
 *
 * Return: 0; -errno of VFIO_DEVICE_SET_IRQS.
 */
int uvfio_mask_single_irqindex(struct uvfio_device *dev, uint32_t index,
			       struct uvfio_error *err);

/**
 * uvfio_unmask_single_irqindex() - unmask the only interrupt of an index
 * @dev: the device
 * @index: interrupt index
 * @err: optional
 *
 * DATA_NONE | ACTION_UNMASK, start 0, count 1.
 *
 * Return: 0; -errno of VFIO_DEVICE_SET_IRQS.
 */
int uvfio_unmask_single_irqindex(struct uvfio_device *dev, uint32_t index,
				 struct uvfio_error *err);

/**
 * uvfio_set_irq_signaling() - connect one interrupt to an eventfd, or cut it
 * @dev: the device
 * @index: interrupt index
 * @subindex: which interrupt of the index
 * @action: VFIO_IRQ_SET_ACTION_TRIGGER (the device signals the eventfd), _MASK
 *          or _UNMASK (signalling the eventfd masks or unmasks the interrupt)
 * @fd: the eventfd, 0 included; -1 cuts the connection
 * @err: optional; the message reads such as "INTX-0: Failed to set up TRIGGER
 *       eventfd signaling for interrupt: VFIO_DEVICE_SET_IRQS failure: ..."
 *
 * Return: 0; -errno of VFIO_DEVICE_SET_IRQS; -ENOSPC when the kernel answers
 * that fewer vectors are available than asked for.
 */
int uvfio_set_irq_signaling(struct uvfio_device *dev, uint32_t index,
			    uint32_t subindex, uint32_t action, int fd,
			    struct uvfio_error *err);

/**
 * uvfio_set_irq_vectors() - connect several interrupts in one call
 * @dev: the device
 * @index: interrupt index
 * @start: first interrupt of the index
 * @count: how many, at least 1
 * @action: as in uvfio_set_irq_signaling()
 * @fds: @count eventfds, -1 for interrupts that are to be cut
 * @err: optional
 *
 * Return: 0 when all are connected; a positive number n < start + count when
 * the kernel can give only n vectors, and then none of this call is connected
 * and it may be repeated with fewer; -EINVAL for count 0, when start + count
 * overflows or @fds is NULL; -ENOMEM; -errno of VFIO_DEVICE_SET_IRQS.
 */
int uvfio_set_irq_vectors(struct uvfio_device *dev, uint32_t index,
			  uint32_t start, uint32_t count, uint32_t action,
			  const int32_t *fds, struct uvfio_error *err);

/**
 * uvfio_set_irq_resample() - connect a level interrupt and its unmask
 * @dev: the device
 * @index: interrupt index, such as VFIO_PCI_INTX_IRQ_INDEX
 * @subindex: which interrupt of the index
 * @trigger_fd: eventfd the device signals; the interrupt is masked by then
 * @resample_fd: eventfd whose signal unmasks it; the kernel consumes its
 *               counter, so it must not be shared with another reader
 * @err: optional
 *
 * What KVM's resampling irqfd needs. When the second step fails the first is
 * undone.
 *
 * Return: 0; as uvfio_set_irq_signaling().
 */
int uvfio_set_irq_resample(struct uvfio_device *dev, uint32_t index,
			   uint32_t subindex, int trigger_fd, int resample_fd,
			   struct uvfio_error *err);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif

#endif /* UVFIO_IRQ_H */
