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

/*
 * A call, with what only a failure needs again: in memory, because registers
 * would have to be saved for it in every call.
 */
struct mapping {
	struct uvfio_container *container;
	struct uvfio_error *err;
	struct vfio_iommu_type1_dma_map map;
};

static UVFIO_HOT int map_once(struct mapping *m)
{
	return uvfio_ioctl(m->container->ctx, m->container->fd,
			   VFIO_IOMMU_MAP_DMA, &m->map);
}

static UVFIO_HOT void trace_map(const struct mapping *m, int ret)
{
	uvfio_trace(m->container->ctx, uvfio_dma_map,
		    "iova 0x%llx size 0x%llx vaddr 0x%llx flags 0x%x = %d",
		    (unsigned long long)m->map.iova,
		    (unsigned long long)m->map.size,
		    (unsigned long long)m->map.vaddr, m->map.flags, ret);
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

/* The kernel did not say 0 but @ret. */
static UVFIO_COLD int map_again(struct mapping *m, int ret)
{
	const struct vfio_iommu_type1_dma_map *map = &m->map;

	trace_map(m, ret);
	if (ret == -EBUSY) {
		ret = clear_range(m->container, map->iova, map->size, m->err);
		if (ret)
			return ret;
		ret = map_once(m);
		trace_map(m, ret);
	}
	if (!ret)
		return 0;
	if (ret > 0)
		ret = -EPROTO;
	return uvfio_fail_errno(m->container->ctx, m->err, ret,
				UVFIO_FAILURE(OP, .ioctl = "VFIO_IOMMU_MAP_DMA",
					      .iova = map->iova,
					      .length = map->size,
					      .hint = hint_for(ret)),
				"VFIO_IOMMU_MAP_DMA iova 0x%llx size 0x%llx vaddr 0x%llx",
				(unsigned long long)map->iova,
				(unsigned long long)map->size,
				(unsigned long long)map->vaddr);
}

int uvfio_dma_map(struct uvfio_container *container, uint64_t iova,
		  uint64_t size, void *vaddr, bool readonly,
		  struct uvfio_error *err)
{
	static const uint32_t access[] = {
		[false] = VFIO_DMA_MAP_FLAG_READ | VFIO_DMA_MAP_FLAG_WRITE,
		[true] = VFIO_DMA_MAP_FLAG_READ,
	};
	struct mapping m;
	int ret;

	m.map = (struct vfio_iommu_type1_dma_map) {
		.argsz = sizeof(m.map),
		.flags = access[readonly],
		.vaddr = (uintptr_t)vaddr,
		.iova = iova,
		.size = size,
	};
	m.container = container;
	m.err = err;
	ret = map_once(&m);
	if (ret)
		return map_again(&m, ret);
	trace_map(&m, 0);
	return 0;
}
