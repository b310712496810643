/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Whether the device's memory answers. Software switches it off (the command
 * register, a power state), and events do. While it is off, read() and write() of
 * a BAR are EIO and a touch of a mapped page is a SIGBUS, as with vfio-pci; pages
 * that were mapped before are taken away. I/O space is not memory: who reads where
 * nobody listens gets ones (pci_config.h).
 */
#ifndef MOCK_VFIO_MEMORY_H
#define MOCK_VFIO_MEMORY_H

#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/rwsem.h>
#include <linux/types.h>

struct mock_device;
struct vm_area_struct;

/**
 * enum mock_memory_switch - one of several switches in a row
 * @MOCK_MEMORY_COMMAND: PCI_COMMAND_MEMORY, and the power state D0
 * @MOCK_MEMORY_LOW_POWER: left low power; concerns mappings only
 * @MOCK_MEMORY_TRIGGER: debugfs
 * @MOCK_MEMORY_GONE: the hardware is there; concerns all regions
 */
enum mock_memory_switch {
	MOCK_MEMORY_COMMAND,
	MOCK_MEMORY_LOW_POWER,
	MOCK_MEMORY_TRIGGER,
	MOCK_MEMORY_GONE,
};

/**
 * struct mock_memory - the switches, and who has the memory mapped
 * @gate: held for reading while a page is entered, for writing to switch. Taken
 *	under the mmap_lock, so that none is taken under it
 * @off: BIT(enum mock_memory_switch) of those that are off
 * @lock: protects the rest; taken under the mmap_lock
 * @mappings: struct mock_mapping of every VMA
 * @revocations: how often the mapped pages were taken away
 */
struct mock_memory {
	struct rw_semaphore gate;
	unsigned long off;
	struct mutex lock;
	struct list_head mappings;
	u64 revocations;
};

/**
 * struct mock_mapping - a VMA of device memory, as its private data
 * @mdev: the device
 * @vma: the VMA
 * @node: in the device's list
 * @revocation: the last one that this VMA has seen
 */
struct mock_mapping {
	struct mock_device *mdev;
	struct vm_area_struct *vma;
	struct list_head node;
	u64 revocation;
};

void mock_memory_init(struct mock_memory *memory);
void mock_memory_destroy(struct mock_memory *memory);

/*
 * Throws a switch. Any locks of the device may be held. When it is switched off,
 * mock_memory_revoke() is due as soon as they are not.
 */
void mock_memory_set(struct mock_device *mdev, enum mock_memory_switch which,
		     bool on);

/* Whether all switches are on that concern accesses to, and mappings of, a region. */
bool mock_memory_is_on(const struct mock_device *mdev, unsigned int index);
bool mock_memory_is_mappable(const struct mock_device *mdev,
			     unsigned int index);

/* Whether the hardware was pulled out. */
bool mock_memory_is_gone(const struct mock_device *mdev);

/* Takes mapped pages away from whoever has them. No locks may be held. */
void mock_memory_revoke(struct mock_device *mdev);

/*
 * A VMA comes, or goes; with its mmap_lock held for writing. A VMA that is
 * copied has the private data of the one it is a copy of.
 */
int mock_memory_add_vma(struct mock_device *mdev, struct vm_area_struct *vma);
void mock_memory_copy_vma(struct vm_area_struct *vma);
void mock_memory_del_vma(struct vm_area_struct *vma);

#endif /* MOCK_VFIO_MEMORY_H */
