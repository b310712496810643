// SPDX-License-Identifier: GPL-2.0-only
/*
 * The switches of the device's memory, and taking pages away. See memory.h.
 *
 * The device file's address space cannot say who has mapped it: before 6.10 VFIO's
 * device files have that of all anonymous inodes, and strangers are in it.
 * Therefore a list of VMAs.
 */

#include <linux/mm.h>
#include <linux/sched/mm.h>
#include <linux/slab.h>

#include "device.h"

void mock_memory_init(struct mock_memory *memory)
{
	init_rwsem(&memory->gate);
	mutex_init(&memory->lock);
	INIT_LIST_HEAD(&memory->mappings);
}

void mock_memory_destroy(struct mock_memory *memory)
{
	mutex_destroy(&memory->lock);
}

void mock_memory_set(struct mock_device *mdev, enum mock_memory_switch which,
		     bool on)
{
	struct mock_memory *memory = &mdev->memory;

	down_write(&memory->gate);
	if (on)
		__clear_bit(which, &memory->off);
	else
		__set_bit(which, &memory->off);
	up_write(&memory->gate);
}

/*
 * The switches that concern a region. Memory BARs and the ROM are behind the
 * command register; vfio-pci lets VGA's legacy windows be probed without it, and
 * the rest is no memory, or the driver's own.
 */
static unsigned long switches_of(const struct mock_device *mdev,
				 unsigned int index)
{
	if (index == VFIO_PCI_VGA_REGION_INDEX)
		return BIT(MOCK_MEMORY_TRIGGER) | BIT(MOCK_MEMORY_GONE);
	if (index > VFIO_PCI_ROM_REGION_INDEX || mdev->config->regions[index].io)
		return BIT(MOCK_MEMORY_GONE);

	return BIT(MOCK_MEMORY_COMMAND) | BIT(MOCK_MEMORY_LOW_POWER) |
	       BIT(MOCK_MEMORY_TRIGGER) | BIT(MOCK_MEMORY_GONE);
}

static bool is_off(const struct mock_device *mdev, unsigned long switches)
{
	return READ_ONCE(mdev->memory.off) & switches;
}

bool mock_memory_is_on(const struct mock_device *mdev, unsigned int index)
{
	return !is_off(mdev, switches_of(mdev, index) &
			     ~BIT(MOCK_MEMORY_LOW_POWER));
}

bool mock_memory_is_mappable(const struct mock_device *mdev,
			     unsigned int index)
{
	return !is_off(mdev, switches_of(mdev, index));
}

bool mock_memory_is_gone(const struct mock_device *mdev)
{
	return is_off(mdev, BIT(MOCK_MEMORY_GONE));
}

static void add(struct mock_mapping *mapping, struct mock_device *mdev,
		struct vm_area_struct *vma, u64 revocation)
{
	struct mock_memory *memory = &mdev->memory;

	mapping->mdev = mdev;
	mapping->vma = vma;
	mapping->revocation = revocation;
	vma->vm_private_data = mapping;
	mock_held_add(mdev->profile, MOCK_HELD_MMAPS, 1);

	mutex_lock(&memory->lock);
	list_add_tail(&mapping->node, &memory->mappings);
	mutex_unlock(&memory->lock);
}

int mock_memory_add_vma(struct mock_device *mdev, struct vm_area_struct *vma)
{
	struct mock_mapping *mapping;

	mapping = kmalloc(sizeof(*mapping), GFP_KERNEL_ACCOUNT);
	if (!mapping)
		return -ENOMEM;

	add(mapping, mdev, vma, READ_ONCE(mdev->memory.revocations));

	return 0;
}

/*
 * The pages may have been copied with the VMA, and the original not have seen the
 * last revocation yet: then the copy has not either.
 */
void mock_memory_copy_vma(struct vm_area_struct *vma)
{
	const struct mock_mapping *original = vma->vm_private_data;

	/* This cannot fail, and a VMA that is not listed would keep its pages. */
	add(kmalloc(sizeof(struct mock_mapping), GFP_KERNEL | __GFP_NOFAIL),
	    original->mdev, vma, READ_ONCE(original->revocation));
}

void mock_memory_del_vma(struct vm_area_struct *vma)
{
	struct mock_mapping *mapping = vma->vm_private_data;
	struct mock_device *mdev = mapping->mdev;

	mutex_lock(&mdev->memory.lock);
	list_del(&mapping->node);
	mutex_unlock(&mdev->memory.lock);

	kfree(mapping);
	mock_held_add(mdev->profile, MOCK_HELD_MMAPS, -1);
}

/*
 * The mm, with a reference, of a mapping that has not seen @revocation, or NULL. A
 * process that is exiting has no use for pages any more.
 */
static struct mm_struct *find_mm(struct mock_memory *memory, u64 revocation)
{
	struct mock_mapping *mapping;

	guard(mutex)(&memory->lock);

	list_for_each_entry(mapping, &memory->mappings, node) {
		if (mapping->revocation < revocation &&
		    mmget_not_zero(mapping->vma->vm_mm))
			return mapping->vma->vm_mm;
	}

	return NULL;
}

static void zap_mm(struct mock_memory *memory, struct mm_struct *mm,
		   u64 revocation)
{
	struct mock_mapping *mapping;

	/* The mmap_lock keeps the VMAs as they are. */
	mmap_read_lock(mm);
	mutex_lock(&memory->lock);
	list_for_each_entry(mapping, &memory->mappings, node) {
		struct vm_area_struct *vma = mapping->vma;

		if (vma->vm_mm != mm || mapping->revocation >= revocation)
			continue;
		zap_special_vma_range(vma, vma->vm_start,
				      vma->vm_end - vma->vm_start);
		WRITE_ONCE(mapping->revocation, revocation);
	}
	mutex_unlock(&memory->lock);
	mmap_read_unlock(mm);
}

void mock_memory_revoke(struct mock_device *mdev)
{
	struct mock_memory *memory = &mdev->memory;
	struct mm_struct *mm;
	u64 revocation;

	mutex_lock(&memory->lock);
	revocation = memory->revocations + 1;
	WRITE_ONCE(memory->revocations, revocation);
	mutex_unlock(&memory->lock);

	/* Whoever forks in between is found in a later round. */
	while ((mm = find_mm(memory, revocation))) {
		zap_mm(memory, mm, revocation);
		mmput(mm);
	}
}
