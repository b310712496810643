/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Regions: where they are in the device file, and the memory behind them, whose
 * pages are made at the first touch.
 */
#ifndef MOCK_VFIO_REGION_H
#define MOCK_VFIO_REGION_H

#include <linux/bits.h>
#include <linux/types.h>
#include <linux/xarray.h>

#include "device_config.h"

struct mock_device;
struct vfio_info_cap;
struct vfio_region_info;
struct vm_area_struct;

/* A region's place in the device file, as vfio-pci has it. */
#define MOCK_REGION_SHIFT	40
#define MOCK_REGION_MAX_SIZE	BIT_ULL(MOCK_REGION_SHIFT)

static inline u64 mock_region_to_offset(unsigned int index)
{
	return (u64)index << MOCK_REGION_SHIFT;
}

static inline unsigned int mock_offset_to_region(u64 offset)
{
	return offset >> MOCK_REGION_SHIFT;
}

static inline u64 mock_offset_in_region(u64 offset)
{
	return offset & (MOCK_REGION_MAX_SIZE - 1);
}

/**
 * struct mock_region - the memory behind a region
 * @pages: struct page by page number; a page that is not there has never been
 *	written or mapped
 * @backing: what such a page has
 * @rom: the image that backing ROM begins with
 * @tracked: pages that are written or mapped are marked
 */
struct mock_region {
	struct xarray pages;
	enum mock_backing backing;
	const u8 *rom;
	bool tracked;
};

/* Marks of pages, for migration. */
#define MOCK_PAGE_PRESENT	XA_PRESENT
#define MOCK_PAGE_TO_SEND	XA_MARK_0
#define MOCK_PAGE_MAPPED	XA_MARK_1	/* at some time while tracked */

/* region_pages.c: memory. The range must be inside the region. */
void mock_region_init(struct mock_region *region, enum mock_backing backing,
		      const u8 *rom);
void mock_region_drop_pages(struct mock_region *region);
/* The page at @offset, made if need be, or NULL. Any context that may sleep. */
struct page *mock_region_page(struct mock_region *region, u64 offset);
int mock_region_read(struct mock_region *region, u64 offset, void *buf,
		     size_t count);
int mock_region_write(struct mock_region *region, u64 offset, const void *buf,
		      size_t count);

/* The page at @offset has been mapped. */
void mock_region_mapped(struct mock_region *region, u64 offset);

/* Marks the pages that have mark @which as to be sent; counts them. */
void mock_region_mark_pages(struct mock_region *region, xa_mark_t which);
u64 mock_region_count_pages(struct mock_region *region, xa_mark_t which);

/* Copies a page that is to be sent, whose mark goes; false when there is none. */
bool mock_region_next_page(struct mock_region *region, u64 *offset, void *buf);

/* region_access.c: read() and write() */
ssize_t mock_region_read_user(struct mock_device *mdev, char __user *buf,
			      size_t count, loff_t *ppos);
ssize_t mock_region_write_user(struct mock_device *mdev,
			       const char __user *buf, size_t count,
			       loff_t *ppos);

/*
 * region_info.c: VFIO_DEVICE_GET_REGION_INFO, all of it, or only its contents where
 * the VFIO core does the rest. Which one VFIO calls depends on the kernel.
 */
long mock_region_info_ioctl(struct mock_device *mdev, void __user *arg);
int mock_region_info(struct mock_device *mdev, struct vfio_region_info *info,
		     struct vfio_info_cap *caps);

/* region_mmap.c */
int mock_region_mmap(struct mock_device *mdev, struct vm_area_struct *vma);

#endif /* MOCK_VFIO_REGION_H */
