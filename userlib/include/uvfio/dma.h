/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DMA mappings, with what VFIO's kernel side makes necessary around the two
 * ioctls.
 */
#ifndef UVFIO_DMA_H
#define UVFIO_DMA_H

#include <stdbool.h>
#include <stdint.h>

#include <uvfio/container.h>
#include <uvfio/error.h>

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

/**
 * uvfio_dma_map() - let the devices of a container reach memory
 * @container: the container
 * @iova: address the devices use, a multiple of the smallest IOMMU page
 * @size: bytes, a multiple of it too
 * @vaddr: the memory; must stay mapped until it is unmapped here
 * @readonly: devices may read the memory but not write it
 * @err: optional; its message names iova, size and vaddr
 *
 * When the kernel says EBUSY the range is unmapped and mapped once more: such a
 * kernel (type1 of Linux 3.6 to 3.10; sPAPR and others later) says so for a range that
 * is mapped already. EEXIST, which is what type1 says for that today, is passed
 * on: replacing somebody's mapping is not this call's decision.
 *
 * Return: 0; -EBUSY when the second attempt is refused as well; -EEXIST;
 * -ENOSPC when the container has no mapping left; -errno of VFIO_IOMMU_MAP_DMA,
 * or of VFIO_IOMMU_UNMAP_DMA when unmapping for the second attempt failed;
 * -EPROTO when the kernel answers with neither 0 nor an error, as sPAPR does
 * for misaligned addresses.
 */
int uvfio_dma_map(struct uvfio_container *container, uint64_t iova,
		  uint64_t size, void *vaddr, bool readonly,
		  struct uvfio_error *err);

/**
 * uvfio_dma_unmap() - take back exactly what was mapped
 * @container: the container
 * @iova: first address
 * @size: bytes; all of it must be mapped
 * @err: optional
 *
 * Two kernel bugs are worked around, both for a range that ends at exactly 2^64
 * in a type1 v2 container: Linux 4.15 to 4.20 say EINVAL, and all others up to 6.17
 * say 0 but unmap nothing. In both cases the call is repeated once without the
 * smallest IOMMU page at the end, which those kernels cannot unmap and which
 * then does not count as missing.
 *
 * Return: 0; -EIO when the kernel reported success and unmapped less; -errno of
 * VFIO_IOMMU_UNMAP_DMA; -EPROTO as in uvfio_dma_map().
 */
int uvfio_dma_unmap(struct uvfio_container *container, uint64_t iova,
		    uint64_t size, struct uvfio_error *err);

/**
 * uvfio_dma_unmap_range() - unmap whatever is mapped in a range
 * @container: the container
 * @iova: first address
 * @size: bytes; nothing or only parts of it may be mapped, but no mapping may
 *        cross its ends (type1 v2 says EINVAL)
 * @unmapped: optional: bytes that were unmapped; 0 on failure
 * @err: optional
 *
 * With the same work-arounds as uvfio_dma_unmap(). A range of 2^64 bytes takes
 * two calls.
 *
 * Return: 0, also when nothing was mapped (a kernel that says ENOENT for that
 * included); -errno of VFIO_IOMMU_UNMAP_DMA; -EPROTO as in uvfio_dma_map().
 */
int uvfio_dma_unmap_range(struct uvfio_container *container, uint64_t iova,
			  uint64_t size, uint64_t *unmapped,
			  struct uvfio_error *err);

/**
 * uvfio_dma_unmap_all() - unmap everything a container has mapped
 * @container: a type1 container
 * @unmapped: optional: bytes that were unmapped; 0 on failure
 * @err: optional
 *
 * In one call where the kernel has VFIO_UNMAP_ALL (5.12), else in two. What sections
 * of the address space had mapped is gone as well: they are to be removed before.
 *
 * Return: as uvfio_dma_unmap_range(); -EOPNOTSUPP, and nothing is unmapped, on sPAPR,
 * where no call reaches beyond one window.
 */
int uvfio_dma_unmap_all(struct uvfio_container *container, uint64_t *unmapped,
			struct uvfio_error *err);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif

#endif /* UVFIO_DMA_H */
