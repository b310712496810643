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

static vm_fault_t enter_page(struct vm_fault *vmf, struct mock_device *mdev,
			     unsigned int index, u64 offset)
{
	struct page *page = mock_region_page(&mdev->regions[index], offset);
	vm_fault_t fault = VM_FAULT_SIGBUS;

	/* Not VM_FAULT_OOM: the fault would be tried again for ever. */
	if (!page)
		return VM_FAULT_SIGBUS;

	down_read(&mdev->memory.gate);
	if (mock_memory_is_mappable(mdev, index)) {
		fault = vmf_insert_pfn(vmf->vma, vmf->address,
				       page_to_pfn(page));
		mock_region_mapped(&mdev->regions[index], offset);
	}
	up_read(&mdev->memory.gate);

	return fault;
}

static vm_fault_t vma_fault(struct vm_fault *vmf)
{
	struct mock_mapping *mapping = vmf->vma->vm_private_data;
	struct mock_device *mdev = mapping->mdev;
	u64 where = (u64)vmf->pgoff << PAGE_SHIFT;
	unsigned int index = mock_offset_to_region(where);
	vm_fault_t fault = VM_FAULT_SIGBUS;
	struct mock_call call;
	int ret = 0;

	mock_device_call(mdev, &call, MOCK_SITE_REGION_FAULT);
	mock_call_arg(&call, MOCK_ARG_INDEX, index);
	mock_call_arg(&call, MOCK_ARG_OFFSET, mock_offset_in_region(where));
	mock_call_arg(&call, MOCK_ARG_VADDR, vmf->address);

	if (mock_call_enter(&call)) {
		fault = enter_page(vmf, mdev, index,
				   mock_offset_in_region(where));
		ret = vm_fault_to_errno(fault, 0);
	}
	mock_call_end(&call, ret);

	return fault;
}

static const struct vm_operations_struct vma_ops = {
	.open	= mock_memory_copy_vma,
	.close	= mock_memory_del_vma,
	.fault	= vma_fault,
};

/*
 * What a mapping of the range may do: VFIO_REGION_INFO_FLAG_READ and WRITE. It has
 * to be in one area, where there are areas; a region that is smaller than a page
 * has one to itself.
 */
static u32 access_of(const struct mock_region_config *region, u64 offset,
		     u64 size)
{
	const struct mock_area *area;
	u64 limit = PAGE_ALIGN(region->size);

	if (offset >= limit || size > limit - offset)
		return 0;
	if (!region->nr_areas)
		return region->flags;

	for (area = region->areas; area < region->areas + region->nr_areas;
	     area++) {
		if (offset >= area->offset &&
		    offset - area->offset < area->size &&
		    size <= area->size - (offset - area->offset))
			return region->flags & area->flags;
	}

	return 0;
}

static const struct {
	u32 access;
	unsigned long wants, may;
} vm_access[] = {
	{ VFIO_REGION_INFO_FLAG_READ,	VM_READ | VM_EXEC,
					VM_MAYREAD | VM_MAYEXEC },
	{ VFIO_REGION_INFO_FLAG_WRITE,	VM_WRITE,	VM_MAYWRITE },
};

static int map(struct mock_device *mdev, struct vm_area_struct *vma)
{
	unsigned int index = mock_offset_to_region(offset_of(vma));
	const struct mock_region_config *region;
	unsigned int i;
	u32 access;
	int ret;

	if (index >= mdev->config->nr_regions || !(vma->vm_flags & VM_SHARED))
		return -EINVAL;

	region = &mdev->config->regions[index];
	if (!(region->flags & VFIO_REGION_INFO_FLAG_MMAP))
		return -EINVAL;
	access = access_of(region, mock_offset_in_region(offset_of(vma)),
			   vma->vm_end - vma->vm_start);
	if (!access)
		return -EINVAL;

	for (i = 0; i < ARRAY_SIZE(vm_access); i++) {
		if (access & vm_access[i].access)
			continue;
		if (vma->vm_flags & vm_access[i].wants)
			return -EPERM;
		vm_flags_clear(vma, vm_access[i].may);
	}

	ret = mock_memory_add_vma(mdev, vma);
	if (ret)
		return ret;

	vm_flags_set(vma, VM_IO | VM_PFNMAP | VM_DONTEXPAND | VM_DONTDUMP);
	vma->vm_ops = &vma_ops;

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

	return mock_call_end(&call, mock_call_enter(&call) ? map(mdev, vma) : 0);
}
