/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A page mapped and unmapped by raw ioctls: what everything else is compared with,
 * and so inline.
 */
#ifndef UVFIO_BENCH_IOCTLS_H
#define UVFIO_BENCH_IOCTLS_H

#include <errno.h>
#include <stdint.h>
#include <sys/ioctl.h>

#include <linux/vfio.h>

#define PAGE		0x1000u

/* For reading and writing. Returns 0 or -errno. */
static inline int map_page(int container, uint64_t iova, void *memory)
{
	struct vfio_iommu_type1_dma_map arg = {
		.argsz = sizeof(arg), .flags = VFIO_DMA_MAP_FLAG_READ | VFIO_DMA_MAP_FLAG_WRITE,
		.vaddr = (uintptr_t)memory, .iova = iova, .size = PAGE,
	};

	return ioctl(container, VFIO_IOMMU_MAP_DMA, &arg) ? -errno : 0;
}

/* Returns 0 or -errno. */
static inline int unmap_page(int container, uint64_t iova)
{
	struct vfio_iommu_type1_dma_unmap arg = {
		.argsz = sizeof(arg), .iova = iova, .size = PAGE,
	};

	return ioctl(container, VFIO_IOMMU_UNMAP_DMA, &arg) ? -errno : 0;
}

#endif /* UVFIO_BENCH_IOCTLS_H */
