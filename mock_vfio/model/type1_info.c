// SPDX-License-Identifier: GPL-2.0-only OR LGPL-2.1-or-later
/*
 * VFIO_IOMMU_GET_INFO: the page sizes, and a chain of capabilities behind the
 * fixed structure. When the program's buffer is too small for the chain it is
 * left out, and argsz says how much is needed.
 */
#include "type1_priv.h"

/* Older headers lack the structure's last member, but its size is the same. */
#define INFO_SIZE	sizeof(struct vfio_iommu_type1_info)

static void fill_migration(const struct type1 *t, void *buf)
{
	struct vfio_iommu_type1_info_cap_migration *cap = buf;

	cap->pgsize_bitmap = granule(t);
	cap->max_dirty_bitmap_size = DIRTY_BYTES(DIRTY_PAGES_MAX);
}

static void fill_dma_avail(const struct type1 *t, void *buf)
{
	struct vfio_iommu_type1_info_dma_avail *cap = buf;

	cap->avail = t->avail;
}

static void fill_ranges(const struct type1 *t, void *buf)
{
	struct vfio_iommu_type1_info_cap_iova_range *cap = buf;
	u32 i;

	cap->nr_iovas = t->config.nr_ranges;
	for (i = 0; i < cap->nr_iovas; i++) {
		cap->iova_ranges[i].start = t->config.ranges[i].first;
		cap->iova_ranges[i].end = t->config.ranges[i].last;
	}
}

/* A capability that GET_INFO may have, in the order of the chain. */
static const struct capability {
	u16 id;
	u64 absent_quirk;
	size_t size;
	void (*fill)(const struct type1 *t, void *buf);
} capabilities[] = {
	{
		VFIO_IOMMU_TYPE1_INFO_CAP_MIGRATION, TYPE1_QUIRK(NO_MIGRATION_CAP),
		sizeof(struct vfio_iommu_type1_info_cap_migration), fill_migration,
	}, {
		VFIO_IOMMU_TYPE1_INFO_DMA_AVAIL, TYPE1_QUIRK(NO_DMA_AVAIL_CAP),
		sizeof(struct vfio_iommu_type1_info_dma_avail), fill_dma_avail,
	}, {
		VFIO_IOMMU_TYPE1_INFO_CAP_IOVA_RANGE, TYPE1_QUIRK(NO_IOVA_RANGES),
		sizeof(struct vfio_iommu_type1_info_cap_iova_range), fill_ranges,
	},
};

static size_t capability_size(const struct type1 *t, const struct capability *cap)
{
	size_t size = cap->size;

	if (has_quirk(t, cap->absent_quirk))
		return 0;
	if (cap->fill == fill_ranges) {
		if (!t->config.nr_ranges)
			return 0;
		size += t->config.nr_ranges * sizeof(struct vfio_iova_range);
	}
	return has_quirk(t, TYPE1_QUIRK(CAPS_UNALIGNED)) ? size : (size + 7) / 8 * 8;
}

/* The largest capability: the ranges. */
union any_capability {
	struct vfio_info_cap_header header;
	u64 bytes[(sizeof(struct vfio_iommu_type1_info_cap_iova_range) +
		   TYPE1_MAX_RANGES * sizeof(struct vfio_iova_range)) / sizeof(u64)];
};

/* Each is filled aside, as its place in the chain need not be aligned. */
static void fill_chain(const struct type1 *t, u8 *buf)
{
	struct vfio_info_cap_header *last = NULL;
	union any_capability cap;
	size_t i, size, offset = 0;

	for (i = 0; i < ARRAY_SIZE(capabilities); i++) {
		size = capability_size(t, &capabilities[i]);
		if (!size)
			continue;
		memset(&cap, 0, sizeof(cap));
		cap.header.id = capabilities[i].id;
		cap.header.version = 1;
		capabilities[i].fill(t, &cap);
		memcpy(buf + offset, &cap, size);
		if (last)
			last->next = INFO_SIZE + offset;
		last = (void *)(buf + offset);
		offset += size;
	}
}

int type1_get_info(struct type1 *t, struct type1_request *r)
{
	bool pgsizes = !has_quirk(t, TYPE1_QUIRK(NO_PGSIZES));
	size_t i;

	r->info.flags = pgsizes ? VFIO_IOMMU_INFO_PGSIZES : 0;
	r->info.iova_pgsizes = 0;
	if (pgsizes && !has_quirk(t, TYPE1_QUIRK(ZERO_PGSIZES)))
		r->info.iova_pgsizes = t->config.pgsizes;

	for (i = 0; i < ARRAY_SIZE(capabilities); i++)
		r->caps_size += capability_size(t, &capabilities[i]);
	if (!r->caps_size)
		return 0;
	r->info.flags |= VFIO_IOMMU_INFO_CAPS;
	if (r->info.argsz < INFO_SIZE + r->caps_size) {
		r->info.argsz = INFO_SIZE + r->caps_size;
		return 0;
	}
	r->caps = port_zalloc(r->caps_size);
	if (!r->caps)
		return -ENOMEM;
	fill_chain(t, r->caps);
	r->info.cap_offset = INFO_SIZE;
	return 0;
}
