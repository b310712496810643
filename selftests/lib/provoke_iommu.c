// SPDX-License-Identifier: GPL-2.0-only
/* Provokers of a container's ioctls: see provoke.h. */
#include <string.h>

#include "memory.h"
#include "provoke.h"
#include "raw.h"

#define RW	(VFIO_DMA_MAP_FLAG_READ | VFIO_DMA_MAP_FLAG_WRITE)

union info {
	struct vfio_iommu_type1_info info;
	unsigned char bytes[PROVOKE_DATA_MAX];
};

static void check_extension(struct stage *stage, struct seen *seen)
{
	seen->ret = raw_ioctl_value(stage->container, VFIO_CHECK_EXTENSION, VFIO_TYPE1v2_IOMMU);
}

static void ask(struct stage *stage, struct seen *seen, union info *info)
{
	memset(info, 0, sizeof(*info));
	info->info.argsz = sizeof(*info);
	seen->ret = raw_ioctl(stage->container, VFIO_IOMMU_GET_INFO, info);
	seen->flags = info->info.flags;
	seen->size = info->info.argsz;
	provoke_keep(seen, info, sizeof(*info));
}

static void get_info(struct stage *stage, struct seen *seen)
{
	union info info;

	ask(stage, seen, &info);
}

/* Looks for a capability; the first bytes of what it says are kept. */
static void get_cap(struct stage *stage, struct seen *seen, uint16_t id)
{
	const struct vfio_info_cap_header *header;
	unsigned int offset;
	union info info;

	ask(stage, seen, &info);
	seen->len = 0;
	for (offset = info.info.cap_offset; offset; offset = header->next) {
		if (offset > sizeof(info) - sizeof(*header) - 4)
			return;
		header = (const void *)(info.bytes + offset);
		if (header->id != id)
			continue;
		seen->done++;
		provoke_keep(seen, header + 1, 4);
	}
}

static void cap_migration(struct stage *stage, struct seen *seen)
{
	get_cap(stage, seen, VFIO_IOMMU_TYPE1_INFO_CAP_MIGRATION);
}

static void cap_dma_avail(struct stage *stage, struct seen *seen)
{
	get_cap(stage, seen, VFIO_IOMMU_TYPE1_INFO_DMA_AVAIL);
}

static void cap_iova_range(struct stage *stage, struct seen *seen)
{
	get_cap(stage, seen, VFIO_IOMMU_TYPE1_INFO_CAP_IOVA_RANGE);
}

static void map(struct stage *stage, struct seen *seen)
{
	seen->ret = raw_map(stage->container, PROVOKE_IOVA, PAGE, stage->memory, RW);
	provoke_unmap(stage);
}

static void unmap(struct stage *stage, struct seen *seen, uint64_t iova, uint64_t size,
		  uint32_t flags)
{
	seen->ret = raw_unmap(stage->container, iova, size, flags, &seen->size);
	seen->amount = seen->size;
}

static void unmap_range(struct stage *stage, struct seen *seen)
{
	provoke_map(stage);
	unmap(stage, seen, PROVOKE_IOVA, PAGE, 0);
	provoke_unmap(stage);
}

static void unmap_all(struct stage *stage, struct seen *seen)
{
	provoke_map(stage);
	unmap(stage, seen, 0, 0, VFIO_DMA_UNMAP_FLAG_ALL);
	provoke_unmap(stage);
}

static long map_vaddr(struct stage *stage)
{
	return raw_map(stage->container, PROVOKE_IOVA, PAGE, stage->memory,
		       VFIO_DMA_MAP_FLAG_VADDR);
}

static void unmap_vaddr(struct stage *stage, struct seen *seen)
{
	provoke_map(stage);
	unmap(stage, seen, PROVOKE_IOVA, PAGE, VFIO_DMA_UNMAP_FLAG_VADDR);
	map_vaddr(stage);
	provoke_unmap(stage);
}

static void remap_vaddr(struct stage *stage, struct seen *seen)
{
	provoke_map(stage);
	raw_unmap(stage->container, PROVOKE_IOVA, PAGE, VFIO_DMA_UNMAP_FLAG_VADDR, NULL);
	seen->ret = map_vaddr(stage);
	map_vaddr(stage);
	provoke_unmap(stage);
}

static long set_tracking(struct stage *stage, uint32_t flag)
{
	struct vfio_iommu_type1_dirty_bitmap request = { .argsz = sizeof(request), .flags = flag };

	return raw_ioctl(stage->container, VFIO_IOMMU_DIRTY_PAGES, &request);
}

static void start_tracking(struct stage *stage, struct seen *seen)
{
	seen->ret = set_tracking(stage, VFIO_IOMMU_DIRTY_PAGES_FLAG_START);
	set_tracking(stage, VFIO_IOMMU_DIRTY_PAGES_FLAG_STOP);
}

static void stop_tracking(struct stage *stage, struct seen *seen)
{
	set_tracking(stage, VFIO_IOMMU_DIRTY_PAGES_FLAG_START);
	seen->ret = set_tracking(stage, VFIO_IOMMU_DIRTY_PAGES_FLAG_STOP);
	set_tracking(stage, VFIO_IOMMU_DIRTY_PAGES_FLAG_STOP);
}

static void get_bitmap(struct stage *stage, struct seen *seen)
{
	uint64_t bits = 0;
	struct {
		struct vfio_iommu_type1_dirty_bitmap dirty;
		struct vfio_iommu_type1_dirty_bitmap_get get;
	} request = {
		.dirty = { .argsz = sizeof(request),
			   .flags = VFIO_IOMMU_DIRTY_PAGES_FLAG_GET_BITMAP },
		.get = { .iova = PROVOKE_IOVA, .size = PAGE,
			 .bitmap = { .pgsize = PAGE, .size = sizeof(bits),
				     .data = (void *)&bits } },
	};

	provoke_map(stage);
	set_tracking(stage, VFIO_IOMMU_DIRTY_PAGES_FLAG_START);
	seen->ret = raw_ioctl(stage->container, VFIO_IOMMU_DIRTY_PAGES, &request);
	set_tracking(stage, VFIO_IOMMU_DIRTY_PAGES_FLAG_STOP);
	provoke_unmap(stage);
}

static void unmap_bitmap(struct stage *stage, struct seen *seen)
{
	uint64_t bits = 0;
	struct {
		struct vfio_iommu_type1_dma_unmap unmap;
		struct vfio_bitmap bitmap;
	} request = {
		.unmap = { .argsz = sizeof(request), .iova = PROVOKE_IOVA, .size = PAGE,
			   .flags = VFIO_DMA_UNMAP_FLAG_GET_DIRTY_BITMAP },
		.bitmap = { .pgsize = PAGE, .size = sizeof(bits), .data = (void *)&bits },
	};

	provoke_map(stage);
	set_tracking(stage, VFIO_IOMMU_DIRTY_PAGES_FLAG_START);
	seen->ret = raw_ioctl(stage->container, VFIO_IOMMU_UNMAP_DMA, &request);
	seen->size = request.unmap.size;
	seen->amount = seen->size;
	set_tracking(stage, VFIO_IOMMU_DIRTY_PAGES_FLAG_STOP);
	provoke_unmap(stage);
}

const struct provoker provoke_iommu[] = {
	{ .site = "iommu.check_extension", check_extension },
	{ .site = "iommu.get_info", get_info },
	{ .site = "iommu.cap_migration", cap_migration },
	{ .site = "iommu.cap_dma_avail", cap_dma_avail },
	{ .site = "iommu.cap_iova_range", cap_iova_range },
	{ .site = "iommu.map_dma", map },
	{ .site = "iommu.map_dma.map", map },
	{ .site = "iommu.map_dma.vaddr", remap_vaddr },
	{ .site = "iommu.unmap_dma", unmap_range },
	{ .site = "iommu.unmap_dma.range", unmap_range },
	{ .site = "iommu.unmap_dma.all", unmap_all },
	{ .site = "iommu.unmap_dma.vaddr", unmap_vaddr },
	{ .site = "iommu.unmap_dma.bitmap", unmap_bitmap },
	{ .site = "iommu.dirty_pages", start_tracking },
	{ .site = "iommu.dirty_pages.start", start_tracking },
	{ .site = "iommu.dirty_pages.stop", stop_tracking },
	{ .site = "iommu.dirty_pages.get", get_bitmap },
	{ 0 }
};
