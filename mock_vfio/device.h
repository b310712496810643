/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The mock device: what VFIO's device file operations reach. It does not know how
 * the struct device it sits on came to be; that is a front end's business.
 *
 * Locks, outermost first; none of them is held while user memory is accessed, nor
 * over vfio_dma_rw() and vfio_pin_pages(), which fault in user memory that may be
 * a mapping of this very device:
 *
 *	VFIO's own	held around open, close and, by IOMMU drivers, dma_unmap
 *	 migration.lock	state of migration; and under it the lock of its file
 *	 device.lock	registers and config space; DMA commands begin and end
 *			under it, but run without it
 *	  memory.gate	rwsem: whether memory answers. Also taken by the page
 *			fault handler, under the mmap_lock
 *	  irqs.gate	set-up and delivery of interrupts, but for the unmask
 *			eventfd's
 *	   irqs.lock	spinlock: INTx state, which the unmask eventfd's wake-up
 *			changes with the eventfd's lock held. Therefore no eventfd
 *			is signalled under it
 *
 * Low power and the DMA log have a lock each, power.lock outside the memory's gate.
 *
 * The page fault handler takes the memory's gate and none of the others: pages are
 * looked up in an XArray. The list of mappings has a lock of its own, taken under
 * the mmap_lock (memory.h).
 */
#ifndef MOCK_VFIO_DEVICE_H
#define MOCK_VFIO_DEVICE_H

#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/vfio.h>

#include "call.h"
#include "device_config.h"
#include "dma_engine.h"
#include "dma_log.h"
#include "irq.h"
#include "memory.h"
#include "migration.h"
#include "pci_config.h"
#include "power.h"
#include "profile.h"
#include "region.h"
#include "registers.h"

/**
 * struct mock_device - a device
 * @vdev: VFIO's part
 * @profile: with a reference
 * @config: the profile's, which is constant while the device is registered
 * @node: in the list of devices
 * @lock: see above
 * @regions: memory, by region index
 * @memory: whether it answers, and who has it mapped
 * @pci: config space
 * @registers: register block
 * @dma: DMA engine
 * @log: DMA that it has done
 * @irqs: interrupts
 * @power: low power
 * @migration: state of migration
 * @debugfs: its directory
 */
struct mock_device {
	struct vfio_device vdev;
	struct mock_profile *profile;
	const struct mock_device_config *config;
	struct list_head node;
	struct mutex lock;
	struct mock_region regions[MOCK_MAX_REGIONS];
	struct mock_memory memory;
	struct mock_pci_config pci;
	struct mock_registers registers;
	struct mock_dma dma;
	struct mock_dma_log log;
	struct mock_irqs irqs;
	struct mock_power power;
	struct mock_migration migration;
	struct dentry *debugfs;
};

/* Creates a device of @profile on @dev, or takes it away again. */
struct mock_device *mock_device_create(struct device *dev,
				       struct mock_profile *profile);
void mock_device_destroy(struct mock_device *mdev);

/*
 * Brings the device to its state after power-on, but for memory and what is set
 * up for interrupts. -EINVAL when the profile says that it cannot be; -EINTR when
 * killed while waiting for a DMA command. No locks may be held.
 */
int mock_device_reset(struct mock_device *mdev);

/**
 * struct mock_device_list - all devices of a profile, as of some moment
 * @n: how many
 * @mdev: in order of creation, with a reference each
 */
struct mock_device_list {
	unsigned int n;
	struct mock_device *mdev[];
};

/* ERR_PTR(-ENOMEM) on failure. */
struct mock_device_list *mock_device_list_get(const struct mock_profile *profile);
void mock_device_list_put(struct mock_device_list *list);

/* Starts a call of this device through a site. */
static inline void mock_device_call(struct mock_device *mdev,
				    struct mock_call *call, enum mock_site site)
{
	mock_call_init(call, mdev->profile, site, dev_name(mdev->vdev.dev));
}

#endif /* MOCK_VFIO_DEVICE_H */
