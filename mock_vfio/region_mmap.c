// SPDX-License-Identifier: GPL-2.0-only
/*
 * mmap() of a region. Pages are entered one by one, as they are touched, and by
 * frame number, as a real BAR's are: who pins user memory does not get them.
 */

#include <linux/mm.h>

#include "device.h"

static u64 offset_of(const struct vm_area_struct *vma)
{
	return (u64)vma->vm_pgoff << PAGE_SHIFT;
}

static void vma_open(struct vm_area_struct *vma)
{
	struct mock_device *mdev = vma->vm_private_data;

	mock_held_add(mdev->profile, MOCK_HELD_MMAPS, 1);
}

static void vma_close(struct vm_area_struct *vma)
{
	struct mock_device *mdev = vma->vm_private_data;

	mock_held_add(mdev->profile, MOCK_HELD_MMAPS, -1);
}

static vm_fault_t enter_page(struct vm_fault *vmf, struct mock_region *region,
			     u64 offset)
{
	struct page *page = mock_region_page(region, offset);

	/* Not VM_FAULT_OOM: the fault would be tried again for ever. */
	if (!page)
		return VM_FAULT_SIGBUS;

	return vmf_insert_pfn(vmf->vma, vmf->address, page_to_pfn(page));
}

static vm_fault_t vma_fault(struct vm_fault *vmf)
{
	struct mock_device *mdev = vmf->vma->vm_private_data;
	u64 where = (u64)vmf->pgoff << PAGE_SHIFT;
	unsigned int index = mock_offset_to_region(where);
	vm_fault_t fault = VM_FAULT_SIGBUS;
	struct mock_call call;
	int ret;

	mock_device_call(mdev, &call, MOCK_SITE_REGION_FAULT);
	mock_call_arg(&call, MOCK_ARG_INDEX, index);
	mock_call_arg(&call, MOCK_ARG_OFFSET, mock_offset_in_region(where));
	mock_call_arg(&call, MOCK_ARG_VADDR, vmf->address);

	ret = mock_call_begin(&call);
	if (!ret) {
		fault = enter_page(vmf, &mdev->regions[index],
				   mock_offset_in_region(where));
		ret = vm_fault_to_errno(fault, 0);
	}
	mock_call_end(&call, ret);

	return fault;
}

static const struct vm_operations_struct vma_ops = {
	.open	= vma_open,
	.close	= vma_close,
	.fault	= vma_fault,
};

/* Whether the range can be mapped: in one area, where there are areas. */
static bool is_mappable(const struct mock_region_config *region, u64 offset,
			u64 size)
{
	unsigned int i;

	if (offset >= region->size || size > region->size - offset)
		return false;
	if (!region->nr_areas)
		return true;

	for (i = 0; i < region->nr_areas; i++) {
		const struct mock_area *area = &region->areas[i];

		if (offset >= area->offset &&
		    offset - area->offset < area->size &&
		    size <= area->size - (offset - area->offset))
			return true;
	}

	return false;
}

static int map(struct mock_device *mdev, struct vm_area_struct *vma)
{
	unsigned int index = mock_offset_to_region(offset_of(vma));
	const struct mock_region_config *region;

	if (index >= mdev->config->nr_regions || !(vma->vm_flags & VM_SHARED))
		return -EINVAL;

	region = &mdev->config->regions[index];
	if (!(region->flags & VFIO_REGION_INFO_FLAG_MMAP))
		return -EINVAL;
	if (!is_mappable(region, mock_offset_in_region(offset_of(vma)),
			 vma->vm_end - vma->vm_start))
		return -EINVAL;

	if (!(region->flags & VFIO_REGION_INFO_FLAG_WRITE)) {
		if (vma->vm_flags & VM_WRITE)
			return -EPERM;
		vm_flags_clear(vma, VM_MAYWRITE);
	}

	vm_flags_set(vma, VM_IO | VM_PFNMAP | VM_DONTEXPAND | VM_DONTDUMP);
	vma->vm_private_data = mdev;
	vma->vm_ops = &vma_ops;
	vma_open(vma);

	return 0;
}

int mock_region_mmap(struct mock_device *mdev, struct vm_area_struct *vma)
{
	u64 offset = offset_of(vma);
	struct mock_call call;

	mock_device_call(mdev, &call, MOCK_SITE_REGION_MMAP);
	mock_call_arg(&call, MOCK_ARG_INDEX, mock_offset_to_region(offset));
	mock_call_arg(&call, MOCK_ARG_OFFSET, mock_offset_in_region(offset));
	mock_call_arg(&call, MOCK_ARG_SIZE, vma->vm_end - vma->vm_start);

	return mock_call_end(&call, mock_call_begin(&call) ?: map(mdev, vma));
}
