// SPDX-License-Identifier: GPL-2.0-only OR LGPL-2.1-or-later
/* VFIO_IOMMU_MAP_DMA, and the end of a single mapping. */
#include "type1_priv.h"

#define PROT_FLAGS	(VFIO_DMA_MAP_FLAG_READ | VFIO_DMA_MAP_FLAG_WRITE)

static bool in_ranges(const struct type1_config *config, u64 first, u64 last)
{
	u32 i;

	for (i = 0; i < config->nr_ranges; i++)
		if (first >= config->ranges[i].first && last <= config->ranges[i].last)
			return true;
	return !config->nr_ranges;
}

/* What can be said of the arguments before looking at any mapping. */
static int check_args(const struct type1 *t, const struct vfio_iommu_type1_dma_map *map)
{
	bool set_vaddr = map->flags & VFIO_DMA_MAP_FLAG_VADDR;

	if (!map->size)
		return -EINVAL;
	if (wraps(map->iova, map->size) || wraps(map->vaddr, map->size))
		return wrap_errno(t);
	if (set_vaddr == !!(map->flags & PROT_FLAGS))
		return -EINVAL;
	if ((map->iova | map->vaddr | map->size) & (granule(t) - 1))
		return -EINVAL;
	return 0;
}

/* Gives back the address that UNMAP with FLAG_VADDR took. */
static int set_vaddr(struct type1 *t, struct type1_mapping *m,
		     const struct vfio_iommu_type1_dma_map *map)
{
	int ret;

	if (!m)
		return -ENOENT;
	if (!m->vaddr_invalid || m->iova != map->iova || m->size != map->size)
		return -EINVAL;
	ret = t->ops->move(t->host, m, map->vaddr);
	if (ret)
		return ret;
	m->vaddr = map->vaddr;
	m->vaddr_invalid = false;
	t->vaddr_invalid--;
	return 0;
}

static bool limited(const struct type1 *t)
{
	return !has_quirk(t, TYPE1_QUIRK(NO_ENTRY_LIMIT));
}

/* With no field set, and none of the host's part. */
static struct type1_mapping *new_mapping(struct type1 *t)
{
	struct type1_mapping *m = t->spare;

	t->spare = NULL;
	return m ?: port_alloc(sizeof(*m) + t->ops->mapping_size);
}

static void free_mapping(struct type1 *t, struct type1_mapping *m)
{
	if (PORT_SPARES && !t->spare)
		t->spare = m;
	else
		port_free(m);
}

static int add(struct type1 *t, const struct vfio_iommu_type1_dma_map *map)
{
	struct type1_mapping *m = new_mapping(t);
	int ret;

	if (!m)
		return -ENOMEM;
	m->iova = map->iova;
	m->vaddr = map->vaddr;
	m->size = map->size;
	m->prot = map->flags & PROT_FLAGS;
	m->vaddr_invalid = false;
	m->pins = RB_ROOT;
	m->dirty = NULL;
	ret = t->ops->map(t->host, m);
	if (ret) {
		free_mapping(t, m);
		return ret;
	}
	mapping_link(t, m);
	t->avail -= limited(t);
	if (t->tracking) {
		ret = dirty_alloc(t, m);
		if (ret)
			type1_drop(t, m);
	}
	return ret;
}

int type1_map(struct type1 *t, struct type1_request *r)
{
	const struct vfio_iommu_type1_dma_map *map = &r->map;
	struct type1_mapping *m;
	int ret;

	ret = check_args(t, map);
	if (ret)
		return ret;
	m = mapping_find(t, map->iova, map->size);
	if (map->flags & VFIO_DMA_MAP_FLAG_VADDR)
		return set_vaddr(t, m, map);
	if (m)
		return has_quirk(t, TYPE1_QUIRK(OVERLAP_EBUSY)) ? -EBUSY : -EEXIST;
	if (limited(t) && !t->avail)
		return -ENOSPC;
	if (!in_ranges(&t->config, map->iova, map->iova + (map->size - 1)))
		return -EINVAL;
	return add(t, map);
}

/* Forgets a mapping on which no pin is left. */
void type1_drop(struct type1 *t, struct type1_mapping *m)
{
	mapping_unlink(t, m);
	t->avail += limited(t);
	t->vaddr_invalid -= m->vaddr_invalid;
	t->ops->unmap(t->host, m);
	/* There is none unless dirty pages are tracked. */
	if (m->dirty)
		port_free_large(m->dirty);
	free_mapping(t, m);
}
