// SPDX-License-Identifier: GPL-2.0-only OR LGPL-2.1-or-later
/*
 * VFIO_IOMMU_UNMAP_DMA.
 *
 * Version 2 unmaps whole mappings only: a range that begins or ends inside one
 * is refused. Version 1 accepts every range: a mapping whose first byte is in
 * it goes as a whole, and one in which the range begins stops the unmap, with
 * success. Both answer with the size of what was really unmapped.
 */
#include "type1_priv.h"

/* How often a device is asked to unpin before the unmap fails. */
#define MAX_NOTIFICATIONS	10

static int check_args(const struct type1 *t, const struct type1_request *r)
{
	const struct vfio_iommu_type1_dma_unmap *unmap = &r->unmap;
	bool old_overflow = has_quirk(t, TYPE1_QUIRK(UNMAP_OVERFLOW_4_15));

	/* Emulated devices use addresses at any time: they can't be taken away. */
	if (unmap->flags & VFIO_DMA_UNMAP_FLAG_VADDR && t->config.model == TYPE1_EMULATED)
		return -EBUSY;
	if (unmap->iova & (granule(t) - 1))
		return -EINVAL;
	if (unmap->flags & VFIO_DMA_UNMAP_FLAG_ALL) {
		if (unmap->iova || unmap->size)
			return -EINVAL;
	} else {
		if (!unmap->size || unmap->size & (granule(t) - 1))
			return -EINVAL;
		if (wraps(unmap->iova, unmap->size))
			return wrap_errno(t);
		if (old_overflow && unmap->iova + unmap->size < unmap->iova)
			return -EINVAL;
	}
	if (unmap->flags & VFIO_DMA_UNMAP_FLAG_GET_DIRTY_BITMAP &&
	    (!t->tracking || r->bitmap.pgsize != granule(t)))
		return -EINVAL;
	return 0;
}

/* Takes the addresses of all mappings in the range, or of none. */
static int invalidate_vaddr(struct type1 *t, u64 iova, u64 size, u64 *unmapped)
{
	struct type1_mapping *first = mapping_first(t, iova, size), *m;

	for (m = first; m; m = mapping_next(t, m, iova, size)) {
		if (!t->v2 && iova > m->iova)
			break;
		if (m->vaddr_invalid)
			goto undo;
		m->vaddr_invalid = true;
		t->vaddr_invalid++;
		*unmapped += m->size;
	}
	return 0;

undo:
	for (; first != m; first = mapping_next(t, first, iova, size)) {
		first->vaddr_invalid = false;
		t->vaddr_invalid--;
	}
	*unmapped = 0;
	return -EINVAL;
}

/* Whether an unmap that is to stop early stops in front of @m. */
static bool beyond_limit(const struct type1_mapping *m, u64 iova, u64 limit)
{
	return m->iova < iova || m->iova - iova > limit || m->size > limit - (m->iova - iova);
}

/*
 * Unmaps from the range's start on. A pinned mapping is in the way: returns
 * -EAGAIN after the devices were told. The lock was dropped for that, so
 * nothing that was seen before is certain.
 */
static int unmap_range(struct type1 *t, struct type1_request *r, u64 size, u64 *unmapped)
{
	bool get_dirty = r->unmap.flags & VFIO_DMA_UNMAP_FLAG_GET_DIRTY_BITMAP;
	u64 iova = r->unmap.iova;
	struct type1_mapping *m, *next;
	int ret;

	for (m = mapping_first(t, iova, size); m; m = next) {
		if (!t->v2 && iova > m->iova)
			break;
		if (r->unmap_limit != ~0ull && beyond_limit(m, iova, r->unmap_limit))
			break;
		if (!RB_EMPTY_ROOT(&m->pins)) {
			t->ops->notify_unmap(t->host, m->iova, m->size);
			return -EAGAIN;
		}
		if (get_dirty) {
			ret = dirty_report(t, m, iova, (u64)(uintptr_t)r->bitmap.data);
			if (ret)
				return ret;
		}
		*unmapped += m->size;
		next = mapping_next(t, m, iova, size);
		type1_drop(t, m);
		port_breathe();
	}
	return 0;
}

static int unmap(struct type1 *t, struct type1_request *r)
{
	bool all = r->unmap.flags & VFIO_DMA_UNMAP_FLAG_ALL;
	u64 size = all ? ~0ull : r->unmap.size;
	u64 unmapped = 0, before = 0;
	int ret, patience = MAX_NOTIFICATIONS;

	ret = check_args(t, r);
	if (ret)
		return ret;
	do {
		if (t->v2 && !all && mapping_bisected(t, r->unmap.iova, size))
			return -EINVAL;
		if (r->unmap.flags & VFIO_DMA_UNMAP_FLAG_VADDR)
			ret = invalidate_vaddr(t, r->unmap.iova, size, &unmapped);
		else
			ret = unmap_range(t, r, size, &unmapped);
		if (unmapped > before)
			patience = MAX_NOTIFICATIONS;
		before = unmapped;
	} while (ret == -EAGAIN && patience--);

	if (ret == -EAGAIN)
		return -EBUSY;
	/* Everything may be nothing: only a range must have had something in it. */
	if (!ret && !unmapped && !all && has_quirk(t, TYPE1_QUIRK(UNMAP_EMPTY_ENOENT)))
		return -ENOENT;
	r->unmap.size = unmapped;
	return ret;
}

/*
 * What most requests are: the whole of one mapping goes, and nothing is in the way. That
 * there is such a mapping says that the arguments are good. False: it is not so simple.
 */
static bool unmap_exact(struct type1 *t, const struct type1_request *r)
{
	struct type1_mapping *m;

	if (r->unmap.flags || r->unmap_limit != ~0ull ||
	    has_quirk(t, TYPE1_QUIRK(UNMAP_OVERFLOW_4_15)))
		return false;
	m = mapping_exact(t, r->unmap.iova, r->unmap.size);
	if (!m || !RB_EMPTY_ROOT(&m->pins))
		return false;
	type1_drop(t, m);
	return true;
}

int type1_unmap(struct type1 *t, struct type1_request *r)
{
	return unmap_exact(t, r) ? 0 : unmap(t, r);
}
