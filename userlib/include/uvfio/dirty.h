/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Dirty pages of a type1 container: which of the mapped pages devices may have
 * written to since tracking began, for live migration.
 */
#ifndef UVFIO_DIRTY_H
#define UVFIO_DIRTY_H

#include <stddef.h>
#include <stdint.h>

#include <uvfio/container.h>
#include <uvfio/error.h>

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

/**
 * struct uvfio_dirty_limits - what the kernel can track
 * @pgsizes: page sizes it can report by, a bit each
 * @max_bitmap_size: largest bitmap of one call, in bytes
 */
struct uvfio_dirty_limits {
	uint64_t pgsizes;
	uint64_t max_bitmap_size;
};

/**
 * struct uvfio_dirty_bitmap - which pages of a range are dirty
 * @pgsize: bytes a bit stands for
 * @bits: one bit for each page, from the range's start, bit 0 of the first word
 *        first, 1 for dirty. Start from zeroes
 * @size: bytes of @bits: enough for the range, in whole words
 */
struct uvfio_dirty_bitmap {
	uint64_t pgsize;
	uint64_t *bits;
	size_t size;
};

/**
 * uvfio_dirty_limits() - can dirty pages be tracked, and how
 * @container: the container
 * @limits: the answer
 * @err: optional
 *
 * Return: 0; -ENOENT when the kernel cannot (VFIO_IOMMU_TYPE1_INFO_CAP_MIGRATION is
 * absent); -EOPNOTSUPP on sPAPR; -EPROTO when the capability is cut; the results of
 * uvfio_get_iommu_info().
 */
int uvfio_dirty_limits(struct uvfio_container *container,
		       struct uvfio_dirty_limits *limits, struct uvfio_error *err);

/**
 * uvfio_dirty_start() - begin to track
 * @container: the container
 * @err: optional
 *
 * Return: 0, also when tracking is on; -EACCES in a container of type1 v1;
 * -EOPNOTSUPP on sPAPR; -errno of VFIO_IOMMU_DIRTY_PAGES.
 */
int uvfio_dirty_start(struct uvfio_container *container, struct uvfio_error *err);

/**
 * uvfio_dirty_stop() - end tracking
 * @container: the container
 * @err: optional
 *
 * Return: 0, also when tracking is off; -EOPNOTSUPP on sPAPR; -errno of
 * VFIO_IOMMU_DIRTY_PAGES.
 */
int uvfio_dirty_stop(struct uvfio_container *container, struct uvfio_error *err);

/**
 * uvfio_dirty_get() - which pages are dirty, and forget it
 * @container: the container
 * @iova: first address
 * @size: bytes; whole mappings
 * @bitmap: gets the answer
 * @err: optional
 *
 * Pages stay dirty that a device has pinned.
 *
 * Return: 0; -EINVAL when tracking is off, or for a range, page size or bitmap size
 * the kernel does not accept; -EOPNOTSUPP on sPAPR; -errno of VFIO_IOMMU_DIRTY_PAGES.
 */
int uvfio_dirty_get(struct uvfio_container *container, uint64_t iova,
		    uint64_t size, const struct uvfio_dirty_bitmap *bitmap,
		    struct uvfio_error *err);

/**
 * uvfio_dma_unmap_dirty() - unmap, and learn which pages were dirty
 * @container: the container
 * @iova: first address
 * @size: bytes; all of it must be mapped
 * @bitmap: gets the answer
 * @err: optional
 *
 * Without the work-arounds of uvfio_dma_unmap(): kernels that need them have no
 * dirty pages at the end of the address space.
 *
 * Return: 0; -EIO when the kernel reported success and unmapped less; -EINVAL when
 * tracking is off or as in uvfio_dirty_get(); -EOPNOTSUPP on sPAPR; -errno of
 * VFIO_IOMMU_UNMAP_DMA.
 */
int uvfio_dma_unmap_dirty(struct uvfio_container *container, uint64_t iova,
			  uint64_t size, const struct uvfio_dirty_bitmap *bitmap,
			  struct uvfio_error *err);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif

#endif /* UVFIO_DIRTY_H */
