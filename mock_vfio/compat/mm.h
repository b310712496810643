/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A VMA's flags are changed through accessors since 6.3. pin_user_pages_remote()
 * and get_user_pages_remote() take no array of VMAs since 6.5. zap_vma_ptes() is
 * called zap_special_vma_range() since 7.1.
 */
#ifndef MOCK_VFIO_COMPAT_MM_H
#define MOCK_VFIO_COMPAT_MM_H

#include <linux/mm.h>

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 3, 0)

static inline void vm_flags_set(struct vm_area_struct *vma, unsigned long flags)
{
	vma->vm_flags |= flags;
}

static inline void vm_flags_clear(struct vm_area_struct *vma,
				  unsigned long flags)
{
	vma->vm_flags &= ~flags;
}

#endif

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 5, 0)

#define get_user_pages_remote(mm, start, nr, flags, pages, locked) \
	get_user_pages_remote(mm, start, nr, flags, pages, NULL, locked)
#define pin_user_pages_remote(mm, start, nr, flags, pages, locked) \
	pin_user_pages_remote(mm, start, nr, flags, pages, NULL, locked)

#endif

#if LINUX_VERSION_CODE < KERNEL_VERSION(7, 1, 0)

#define zap_special_vma_range zap_vma_ptes

#endif

#endif /* MOCK_VFIO_COMPAT_MM_H */
