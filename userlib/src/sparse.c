// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Reading a SPARSE_MMAP capability: the parts of a region that may be mapped.
 * Nothing in it is trusted: the count must fit the answer's size, each area
 * must lie inside the region, and together they cannot be larger than it.
 */
#include <string.h>

#include <uvfio/caps.h>

#include "region.h"
#include "report.h"

#define AREAS_AT	sizeof(struct vfio_region_info_cap_sparse_mmap)

static struct vfio_region_sparse_mmap_area
get_area(const struct vfio_info_cap_header *cap, uint32_t i)
{
	struct vfio_region_sparse_mmap_area area;

	memcpy(&area, (const char *)cap + AREAS_AT + i * sizeof(area),
	       sizeof(area));
	return area;
}

/* Takes the areas that are not empty; checks all of them. */
static int take_areas(struct uvfio_region *region,
		      const struct vfio_info_cap_header *cap, uint32_t nr,
		      const char **why)
{
	struct vfio_region_sparse_mmap_area area;
	uint64_t left = region->size;
	uint32_t i;

	for (i = 0; i < nr; i++) {
		area = get_area(cap, i);
		*why = "sparse mmap area outside the region";
		if (area.offset > region->size ||
		    area.size > region->size - area.offset)
			return -EPROTO;
		*why = "sparse mmap areas larger than the region";
		if (area.size > left)
			return -EPROTO;
		left -= area.size;
		if (!area.size)
			continue;
		uvfio_trace(region->dev->ctx, vfio_region_sparse_mmap_entry,
			    "sparse entry %u [0x%llx - 0x%llx]", i,
			    (unsigned long long)area.offset,
			    (unsigned long long)(area.offset + area.size - 1));
		region->mmaps[region->nr_mmaps].offset = area.offset;
		region->mmaps[region->nr_mmaps].size = area.size;
		region->nr_mmaps++;
	}
	return 0;
}

int uvfio_setup_region_sparse_mmaps(struct uvfio_region *region,
				    const struct vfio_region_info *info,
				    const char **why)
{
	struct vfio_region_info_cap_sparse_mmap head;
	const struct vfio_info_cap_header *cap;
	size_t avail;

	cap = uvfio_get_region_info_cap(info, VFIO_REGION_INFO_CAP_SPARSE_MMAP,
					&avail);
	if (!cap) {
		*why = "capability chain";
		return errno == ENOENT ? -ENODEV : -EPROTO;
	}
	*why = "sparse mmap capability cut short";
	if (avail < sizeof(head))
		return -EPROTO;
	memcpy(&head, cap, sizeof(head));
	*why = "sparse mmap area count";
	if ((avail - sizeof(head)) / sizeof(head.areas[0]) < head.nr_areas)
		return -EPROTO;
	uvfio_trace(region->dev->ctx, vfio_region_sparse_mmap_header,
		    "Device %s region %u: %u sparse mmap entries",
		    region->dev->name, region->index, head.nr_areas);
	if (!head.nr_areas)
		return 0;

	/* head.nr_areas is at most a mebibyte's worth: see info.c. */
	region->mmaps = uvfio_zalloc(region->dev->ctx,
				     head.nr_areas * sizeof(*region->mmaps));
	if (!region->mmaps)
		return -ENOMEM;
	return take_areas(region, cap, head.nr_areas, why);
}
