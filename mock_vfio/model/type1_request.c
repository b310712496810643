// SPDX-License-Identifier: GPL-2.0-only OR LGPL-2.1-or-later
/*
 * An ioctl's way into the model and out of it: what is copied from and to the
 * program, how much of it, and the checks that need no look at the mappings.
 */
#include "type1_priv.h"

/* The part of each structure that every program must bring. */
#define MAP_SIZE	sizeof(struct vfio_iommu_type1_dma_map)
#define UNMAP_SIZE	offsetof(struct vfio_iommu_type1_dma_unmap, data)
#define DIRTY_SIZE	offsetof(struct vfio_iommu_type1_dirty_bitmap, data)
#define INFO_SIZE	offsetof(struct vfio_iommu_type1_info, cap_offset)
#define INFO_CAPS_SIZE	(INFO_SIZE + sizeof(u32))

/* Every structure begins with its size and flags. */
struct header {
	u32 argsz;
	u32 flags;
};

/* Inline, so that the compiler knows @size, and nobody has to check it each time. */
static __always_inline int read_header(struct type1_request *r, size_t size, u32 known_flags)
{
	const struct header *header = (const void *)&r->map;

	if (port_copy_in(&r->map, r->arg, size)) {
		memset(&r->map, 0, size);
		return -EFAULT;
	}
	return header->argsz < size || header->flags & ~known_flags ? -EINVAL : 0;
}

static int read_map(const struct type1 *t, struct type1_request *r)
{
	u32 known = VFIO_DMA_MAP_FLAG_READ | VFIO_DMA_MAP_FLAG_WRITE;

	if (!has_quirk(t, TYPE1_QUIRK(NO_UPDATE_VADDR)))
		known |= VFIO_DMA_MAP_FLAG_VADDR;
	return read_header(r, MAP_SIZE, known);
}

static u32 known_unmap_flags(const struct type1 *t)
{
	u32 known = 0;

	if (!has_quirk(t, TYPE1_QUIRK(NO_DIRTY_PAGES)))
		known |= VFIO_DMA_UNMAP_FLAG_GET_DIRTY_BITMAP;
	if (!has_quirk(t, TYPE1_QUIRK(NO_UNMAP_ALL)))
		known |= VFIO_DMA_UNMAP_FLAG_ALL;
	if (!has_quirk(t, TYPE1_QUIRK(NO_UPDATE_VADDR)))
		known |= VFIO_DMA_UNMAP_FLAG_VADDR;
	return known;
}

static int read_unmap(const struct type1 *t, struct type1_request *r)
{
	const struct vfio_iommu_type1_dma_unmap *unmap = &r->unmap;
	int ret;

	ret = read_header(r, UNMAP_SIZE, ~0u);
	if (ret || !unmap->flags)
		return ret;
	if (unmap->flags & ~known_unmap_flags(t))
		return -EINVAL;
	if (!(unmap->flags & VFIO_DMA_UNMAP_FLAG_GET_DIRTY_BITMAP))
		return 0;

	if (unmap->flags != VFIO_DMA_UNMAP_FLAG_GET_DIRTY_BITMAP ||
	    unmap->argsz < UNMAP_SIZE + sizeof(r->bitmap))
		return -EINVAL;
	if (port_copy_in(&r->bitmap, r->arg + UNMAP_SIZE, sizeof(r->bitmap)))
		return -EFAULT;
	return dirty_bitmap_fits(unmap->size, &r->bitmap) ? 0 : -EINVAL;
}

static int check_dirty_range(const struct type1 *t,
			     const struct vfio_iommu_type1_dirty_bitmap_get *range)
{
	/* Up to 6.17 a range that ends at 2^64 counts as one that wraps. */
	if (has_quirk(t, TYPE1_QUIRK(WRAP_EINVAL)) && range->iova + range->size < range->iova)
		return -EINVAL;
	if (!range->size)
		return -EINVAL;
	if (wraps(range->iova, range->size))
		return -EOVERFLOW;
	return dirty_bitmap_fits(range->size, &range->bitmap) ? 0 : -EINVAL;
}

static int read_dirty(const struct type1 *t, struct type1_request *r)
{
	const u32 flags = VFIO_IOMMU_DIRTY_PAGES_FLAG_START |
			  VFIO_IOMMU_DIRTY_PAGES_FLAG_STOP |
			  VFIO_IOMMU_DIRTY_PAGES_FLAG_GET_BITMAP;
	int ret;

	memset(&r->dirty, 0, sizeof(r->dirty));
	if (has_quirk(t, TYPE1_QUIRK(NO_DIRTY_PAGES)))
		return -ENOTTY;
	if (!t->v2)
		return -EACCES;
	memset(&r->dirty_range, 0, sizeof(r->dirty_range));
	ret = read_header(r, DIRTY_SIZE, flags);
	if (ret || r->dirty.flags != VFIO_IOMMU_DIRTY_PAGES_FLAG_GET_BITMAP)
		return ret;

	if (r->dirty.argsz < DIRTY_SIZE + sizeof(r->dirty_range))
		return -EINVAL;
	if (port_copy_in(&r->dirty_range, r->arg + DIRTY_SIZE, sizeof(r->dirty_range)))
		return -EFAULT;
	return check_dirty_range(t, &r->dirty_range);
}

static int read_info(const struct type1 *t, struct type1_request *r)
{
	u32 argsz;
	int ret;

	memset(&r->info, 0, sizeof(r->info));
	r->caps = NULL;
	r->caps_size = 0;
	ret = read_header(r, INFO_SIZE, ~0u);
	argsz = r->info.argsz;
	/* What the program has room for; 6.6 let cap_offset and padding be cut. */
	if (has_quirk(t, TYPE1_QUIRK(CAPS_UNALIGNED)))
		r->info_size = argsz < INFO_CAPS_SIZE ? INFO_SIZE : INFO_CAPS_SIZE;
	else
		r->info_size = min_t(size_t, argsz, sizeof(r->info));
	return ret;
}

static int end_unmap(struct type1_request *r, int ret)
{
	return ret ? ret : port_copy_out(r->arg, &r->unmap, UNMAP_SIZE);
}

static int write_info(const struct type1_request *r)
{
	if (r->caps && port_copy_out(r->arg + sizeof(r->info), r->caps, r->caps_size))
		return -EFAULT;
	return port_copy_out(r->arg, &r->info, r->info_size);
}

static int end_info(struct type1_request *r, int ret)
{
	if (!ret)
		ret = write_info(r);
	port_free(r->caps);
	r->caps = NULL;
	return ret;
}

/* How to read, run and end each ioctl; no end: there is nothing to say or to free. */
static const struct type1_handler {
	unsigned int cmd;
	int (*read)(const struct type1 *t, struct type1_request *r);
	int (*run)(struct type1 *t, struct type1_request *r);
	int (*end)(struct type1_request *r, int ret);
} handlers[] = {
	{ VFIO_IOMMU_MAP_DMA, read_map, type1_map, NULL },
	{ VFIO_IOMMU_UNMAP_DMA, read_unmap, type1_unmap, end_unmap },
	{ VFIO_IOMMU_GET_INFO, read_info, type1_get_info, end_info },
	{ VFIO_IOMMU_DIRTY_PAGES, read_dirty, type1_dirty_pages, NULL },
};

static const struct type1_handler *find_handler(unsigned int cmd)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(handlers); i++)
		if (handlers[i].cmd == cmd)
			return &handlers[i];
	return NULL;
}

int type1_request_read(const struct type1 *t, struct type1_request *r,
		       unsigned int cmd, u64 arg)
{
	r->handler = find_handler(cmd);
	r->arg = arg;
	r->unmap_limit = ~0ull;
	return r->handler ? r->handler->read(t, r) : -ENOTTY;
}

int type1_request_run(struct type1 *t, struct type1_request *r)
{
	return r->handler->run(t, r);
}

int type1_request_end(struct type1_request *r, int ret)
{
	return r->handler && r->handler->end ? r->handler->end(r, ret) : ret;
}
