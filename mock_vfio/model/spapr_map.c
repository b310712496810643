// SPDX-License-Identifier: GPL-2.0-only OR LGPL-2.1-or-later
/*
 * MAP and UNMAP: entry by entry. An entry that is set already is replaced, and
 * what is not set is unmapped with success; there is no count of what was.
 */
#include "spapr_priv.h"

/* What a check that answers yes or no lets through to the program. */
#define IOVA_REFUSED	1

/*
 * An entry behind the window's end: the hypervisor's "bad parameter" comes out
 * as it is. With version 2 and registered memory the real driver then crashes
 * the kernel (6.12, 7.2): that is the one answer which is not imitated.
 */
#define H_PARAMETER	(-4)

static u64 nr_tces(const struct spapr_window *w)
{
	return w->size >> w->page_shift;
}

static u64 tce_bytes(const struct spapr_window *w)
{
	return 1ull << w->page_shift;
}

/* Lets go of the page behind an entry and empties it. */
static void clear_tce(struct spapr *s, struct spapr_window *w, struct spapr_tce *tce)
{
	struct spapr_memory *mem;

	if (s->v2) {
		mem = spapr_find_memory(s, tce->vaddr_prot & ~(u64)TCE_PROT, tce_bytes(w));
		mem->mapped--;
	} else {
		s->ops->unpin_page(s->host, tce->page);
	}
	*tce = (struct spapr_tce){ .vaddr_prot = 0 };
}

void spapr_clear(struct spapr *s, struct spapr_window *w, u64 first, u64 end)
{
	struct spapr_tce *tce;

	while ((tce = spapr_tce_first(w, &first, end)))
		clear_tce(s, w, tce);
}

/* Version 2 only looks the address up: registered memory is pinned already. */
static int use_page(struct spapr *s, const struct spapr_window *w, u64 vaddr,
		    struct spapr_memory **mem, struct page **page)
{
	if (!s->v2)
		return s->ops->pin_page(s->host, vaddr & ~(PORT_PAGE_SIZE - 1), page);
	*mem = spapr_find_memory(s, vaddr, tce_bytes(w));
	return *mem && (*mem)->page_shift >= w->page_shift ? 0 : -EINVAL;
}

static int check_tce(const struct spapr *s, const struct spapr_window *w, u64 nr)
{
	const struct spapr_tce *tce = spapr_tce_find(w, nr);

	if (nr >= nr_tces(w))
		return H_PARAMETER;
	return tce && tce->vaddr_prot && spapr_has_quirk(s, SPAPR_QUIRK(MAP_EBUSY)) ? -EBUSY : 0;
}

static int set_tce(struct spapr *s, struct spapr_window *w, u64 nr, u64 vaddr, u32 prot)
{
	struct spapr_memory *mem = NULL;
	struct page *page = NULL;
	struct spapr_tce *tce;
	int ret = use_page(s, w, vaddr, &mem, &page);

	if (ret)
		return ret;
	ret = check_tce(s, w, nr);
	if (ret)
		goto unuse;
	tce = spapr_tce_get(w, nr);
	if (!tce) {
		ret = -ENOMEM;
		goto unuse;
	}
	if (tce->vaddr_prot)
		clear_tce(s, w, tce);
	*tce = (struct spapr_tce){ .vaddr_prot = vaddr | prot, .page = page };
	if (mem)
		mem->mapped++;
	return 0;

unuse:
	if (!s->v2)
		s->ops->unpin_page(s->host, page);
	return ret;
}

/* An IOVA's checks that a map and an unmap have in common. */
static int check_range(struct spapr *s, u64 iova, u64 size, struct spapr_window **w)
{
	int ret = spapr_default_window(s);

	if (ret)
		return ret;
	*w = spapr_find_window(s, iova);
	if (!*w)
		return -ENXIO;
	return size & (tce_bytes(*w) - 1) ? -EINVAL : 0;
}

int spapr_map(struct spapr *s, const struct vfio_iommu_type1_dma_map *map)
{
	u32 prot = map->flags & TCE_PROT;
	struct spapr_window *w;
	u64 nr, first, pages;
	int ret = check_range(s, map->iova, map->size, &w);

	if (ret)
		return ret;
	if (map->vaddr & (tce_bytes(w) - 1) || !prot)
		return -EINVAL;
	if (map->iova & (tce_bytes(w) - 1))
		return IOVA_REFUSED;

	first = (map->iova - w->start) >> w->page_shift;
	pages = map->size >> w->page_shift;
	for (nr = 0; nr < pages; nr++) {
		ret = set_tce(s, w, first + nr, map->vaddr + (nr << w->page_shift), prot);
		if (ret)
			break;
		port_breathe();
	}
	/* What was there before is not restored. */
	if (ret)
		spapr_clear(s, w, first, first + nr);
	return ret;
}

int spapr_unmap(struct spapr *s, const struct vfio_iommu_type1_dma_unmap *unmap)
{
	struct spapr_window *w;
	u64 first, pages;
	int ret = check_range(s, unmap->iova, unmap->size, &w);

	if (ret)
		return ret;
	if (unmap->iova & (tce_bytes(w) - 1))
		return IOVA_REFUSED;
	first = (unmap->iova - w->start) >> w->page_shift;
	pages = unmap->size >> w->page_shift;
	if (pages > nr_tces(w) - first) {
		if (!spapr_has_quirk(s, SPAPR_QUIRK(UNMAP_PAST_END)))
			return IOVA_REFUSED;
		pages = nr_tces(w) - first;
	}
	spapr_clear(s, w, first, first + pages);
	return 0;
}

int spapr_access(const struct spapr *s, u64 iova, bool write, u64 *vaddr, u64 *size)
{
	u32 need = write ? VFIO_DMA_MAP_FLAG_WRITE : VFIO_DMA_MAP_FLAG_READ;
	const struct spapr_window *w = spapr_find_window((struct spapr *)s, iova);
	const struct spapr_tce *tce = NULL;
	u64 offset;

	if (w)
		tce = spapr_tce_find(w, (iova - w->start) >> w->page_shift);
	if (!tce || !tce->vaddr_prot)
		return -EINVAL;
	if (!(tce->vaddr_prot & need))
		return -EPERM;
	offset = iova & (tce_bytes(w) - 1);
	*vaddr = (tce->vaddr_prot & ~(u64)TCE_PROT) + offset;
	*size = min_t(u64, *size, tce_bytes(w) - offset);
	return 0;
}
