// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Mapping, with one second chance.
 */
#include <stdint.h>

#include "dma.h"
#include "report.h"

#define OP	"uvfio_dma_map"

static const struct {
	int code;
	const char *hint;
} hints[] = {
	{ -ENOMEM, "the limit of locked memory (ulimit -l) may be too low" },
	{ -ENOSPC, "no mapping left: see vfio_iommu_type1.dma_entry_limit" },
	{ -EEXIST, "a part of the range is mapped already" },
	{ -EINVAL, "must be multiples of the IOMMU page, inside the IOVA ranges" },
	{ -EFAULT, "the memory cannot be pinned" },
};

static const char *hint_for(int code)
{
	size_t i;

	for (i = 0; i < sizeof(hints) / sizeof(*hints); i++)
		if (hints[i].code == code)
			return hints[i].hint;
	return NULL;
}

static int map_once(struct uvfio_container *container,
		    struct vfio_iommu_type1_dma_map *map)
{
	int ret = uvfio_ioctl(container->ctx, container->fd,
			      VFIO_IOMMU_MAP_DMA, map);

	uvfio_trace(container->ctx, uvfio_dma_map,
		    "iova 0x%llx size 0x%llx vaddr 0x%llx flags 0x%x = %d",
		    (unsigned long long)map->iova, (unsigned long long)map->size,
		    (unsigned long long)map->vaddr, map->flags, ret);
	return ret > 0 ? -EPROTO : ret;
}

/*
 * The range may be mapped in part, so whatever is there goes. A failure is
 * reported as the map's: that is what the caller asked for.
 */
static int clear_range(struct uvfio_container *container, uint64_t iova,
		       uint64_t size, struct uvfio_error *err)
{
	const struct uvfio_dma_range range = { OP, iova, size };
	uint64_t unmapped, missing;

	uvfio_trace(container->ctx, uvfio_dma_map_busy,
		    "iova 0x%llx size 0x%llx: unmapping and trying once more",
		    (unsigned long long)iova, (unsigned long long)size);
	return uvfio_unmap_and_count(container, &range, &unmapped, &missing,
				     err);
}

int uvfio_dma_map(struct uvfio_container *container, uint64_t iova,
		  uint64_t size, void *vaddr, bool readonly,
		  struct uvfio_error *err)
{
	struct vfio_iommu_type1_dma_map map = {
		.argsz = sizeof(map),
		.flags = VFIO_DMA_MAP_FLAG_READ |
			 (readonly ? 0 : VFIO_DMA_MAP_FLAG_WRITE),
		.vaddr = (uintptr_t)vaddr,
		.iova = iova,
		.size = size,
	};
	int ret = map_once(container, &map);

	if (ret == -EBUSY) {
		ret = clear_range(container, iova, size, err);
		if (ret)
			return ret;
		ret = map_once(container, &map);
	}
	if (!ret)
		return 0;
	return uvfio_fail_errno(container->ctx, err, ret,
				UVFIO_FAILURE(OP, .ioctl = "VFIO_IOMMU_MAP_DMA",
					      .iova = iova, .length = size,
					      .hint = hint_for(ret)),
				"VFIO_IOMMU_MAP_DMA iova 0x%llx size 0x%llx vaddr %p",
				(unsigned long long)iova,
				(unsigned long long)size, vaddr);
}
