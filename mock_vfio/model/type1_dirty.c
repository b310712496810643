// SPDX-License-Identifier: GPL-2.0-only OR LGPL-2.1-or-later
/*
 * Dirty pages: VFIO_IOMMU_DIRTY_PAGES, and the bitmap that UNMAP may return.
 *
 * While tracking is on, each mapping has a bit for each of its pages. A page is
 * dirty once a device wrote to it by type1_access(), and as long as a device
 * has it pinned. A real IOMMU's devices tell nobody: with all_dirty, every page
 * of a mapping is reported each time.
 */
#include "type1_priv.h"

#define WORD_BITS	64

static u64 mapping_pages(const struct type1 *t, const struct type1_mapping *m)
{
	return m->size >> granule_shift(t);
}

static size_t mapping_words(const struct type1 *t, const struct type1_mapping *m)
{
	return DIRTY_BYTES(mapping_pages(t, m)) / sizeof(u64);
}

static void set_bits(u64 *bitmap, u64 first, u64 last)
{
	u64 i;

	for (i = first / WORD_BITS; i <= last / WORD_BITS; i++) {
		u64 word = ~0ull;

		if (i == first / WORD_BITS)
			word &= ~0ull << first % WORD_BITS;
		if (i == last / WORD_BITS)
			word &= ~0ull >> (WORD_BITS - 1 - last % WORD_BITS);
		bitmap[i] |= word;
	}
}

void type1_mark_dirty(struct type1 *t, struct type1_mapping *m, u64 offset, u64 size)
{
	if (t->tracking)
		set_bits(m->dirty, offset >> granule_shift(t),
			 (offset + size - 1) >> granule_shift(t));
}

static void mark_pinned(const struct type1 *t, struct type1_mapping *m)
{
	struct rb_node *node;

	for (node = rb_first(&m->pins); node; node = rb_next(node)) {
		struct type1_pin *pin = rb_entry(node, struct type1_pin, node);
		u64 page = (pin->iova - m->iova) >> granule_shift(t);

		set_bits(m->dirty, page, page);
	}
}

int dirty_alloc(const struct type1 *t, struct type1_mapping *m)
{
	if (mapping_pages(t, m) > DIRTY_PAGES_MAX)
		return -EINVAL;
	/* A word more than needed is room for bits that are shifted up. */
	m->dirty = port_zalloc_large((mapping_words(t, m) + 1) * sizeof(u64));
	if (!m->dirty)
		return -ENOMEM;
	mark_pinned(t, m);
	return 0;
}

/*
 * Writes the bits of @m into the program's bitmap, whose first bit stands for
 * @base. Where the mapping does not begin on a word, the word has the bits of
 * the mapping before it: its old value, all of it as type1 does it, is kept.
 * Bits above the mapping's end, in other words than that, become 0.
 *
 * With QUIRK_DIRTY_STALE_BITS the shifted words stay in the mapping's own bitmap,
 * where get_bitmap() clears the mapping's bits but none above.
 */
int dirty_report(const struct type1 *t, struct type1_mapping *m, u64 base, u64 user_bits)
{
	bool keep = has_quirk(t, TYPE1_QUIRK(DIRTY_STALE_BITS));
	u64 first = (m->iova - base) >> granule_shift(t);
	unsigned int shift = first % WORD_BITS;
	u64 addr = user_bits + first / WORD_BITS * sizeof(u64);
	size_t words = DIRTY_BYTES(mapping_pages(t, m) + shift) / sizeof(u64);
	u64 chunk[32], word, below = 0, old = 0;
	size_t i, n;

	if (t->all_dirty)
		set_bits(m->dirty, 0, mapping_pages(t, m) - 1);
	if (shift && port_copy_in(&old, addr, sizeof(old)))
		return -EFAULT;
	for (i = 0; i < words; i++) {
		word = m->dirty[i] << shift | old;
		if (shift)
			word |= below >> (WORD_BITS - shift);
		below = m->dirty[i];
		old = 0;
		if (keep)
			m->dirty[i] = word;

		n = i % ARRAY_SIZE(chunk);
		chunk[n++] = word;
		if (n < ARRAY_SIZE(chunk) && i + 1 < words)
			continue;
		if (port_copy_out(addr + (i + 1 - n) * sizeof(u64), chunk, n * sizeof(u64)))
			return -EFAULT;
	}
	return 0;
}

/* After a report: only what is pinned is dirty still. */
static void start_over(const struct type1 *t, struct type1_mapping *m)
{
	u64 pages = mapping_pages(t, m);
	u64 *last = &m->dirty[pages / WORD_BITS];

	memset(m->dirty, 0, pages / WORD_BITS * sizeof(u64));
	if (has_quirk(t, TYPE1_QUIRK(DIRTY_STALE_BITS)))
		*last &= ~0ull << pages % WORD_BITS;
	else
		*last = 0;
	mark_pinned(t, m);
}

/* Whether @bitmap has room for a bit for each page of @size bytes. */
bool dirty_bitmap_fits(u64 size, const struct vfio_bitmap *bitmap)
{
	u64 pages = bitmap->pgsize ? size >> __builtin_ctzll(bitmap->pgsize) : 0;

	return port_access_ok((u64)(uintptr_t)bitmap->data, bitmap->size) &&
	       pages && pages <= DIRTY_PAGES_MAX &&
	       bitmap->size <= DIRTY_BYTES(DIRTY_PAGES_MAX) &&
	       bitmap->size >= DIRTY_BYTES(pages);
}

static void stop(struct type1 *t)
{
	struct rb_node *node;

	t->tracking = false;
	for (node = rb_first(&t->mappings); node; node = rb_next(node)) {
		struct type1_mapping *m = rb_entry(node, struct type1_mapping, node);

		port_free_large(m->dirty);
		m->dirty = NULL;
	}
}

static int start(struct type1 *t)
{
	struct rb_node *node;
	int ret;

	if (t->tracking)
		return 0;
	t->tracking = true;
	for (node = rb_first(&t->mappings); node; node = rb_next(node)) {
		ret = dirty_alloc(t, rb_entry(node, struct type1_mapping, node));
		if (ret) {
			stop(t);
			return ret;
		}
		port_breathe();
	}
	return 0;
}

/*
 * Looks at all mappings, as type1 does: what QUIRK_MAP_LAST_PAGE_POISONS hides
 * from searches is found here.
 */
static int get_bitmap(struct type1 *t, const struct type1_request *r)
{
	const struct vfio_iommu_type1_dirty_bitmap_get *range = &r->dirty_range;
	u64 iova = range->iova, size = range->size;
	struct rb_node *node;
	int ret;

	if (range->bitmap.pgsize != granule(t) || (iova | size) & (granule(t) - 1) ||
	    !t->tracking || mapping_bisected(t, iova, size))
		return -EINVAL;
	for (node = rb_first(&t->mappings); node; node = rb_next(node)) {
		struct type1_mapping *m = rb_entry(node, struct type1_mapping, node);

		if (m->iova < iova)
			continue;
		if (m->iova - iova >= size)
			break;
		ret = dirty_report(t, m, iova, (u64)(uintptr_t)range->bitmap.data);
		if (ret)
			return ret;
		start_over(t, m);
		port_breathe();
	}
	return 0;
}

int type1_dirty_pages(struct type1 *t, struct type1_request *r)
{
	switch (r->dirty.flags) {
	case VFIO_IOMMU_DIRTY_PAGES_FLAG_START:
		return start(t);
	case VFIO_IOMMU_DIRTY_PAGES_FLAG_STOP:
		stop(t);
		return 0;
	case VFIO_IOMMU_DIRTY_PAGES_FLAG_GET_BITMAP:
		return get_bitmap(t, r);
	default:
		return -EINVAL;
	}
}
