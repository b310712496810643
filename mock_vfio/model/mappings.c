// SPDX-License-Identifier: GPL-2.0-only OR LGPL-2.1-or-later
/*
 * The tree of a container's mappings: ordered by IOVA, without overlaps, and
 * searched by range. A range is its first byte and its size, not 0.
 *
 * Two predicates compare a range with a mapping, and all searches are made of
 * them, because with two quirks the comparison itself is wrong: type1 up to 6.17
 * computes ends as iova + size, which is 0 for what touches the last byte of the
 * address space. With the quirk UNMAP_WRAP_SILENT such a range holds nothing;
 * with MAP_LAST_PAGE_POISONS such a mapping is never found, its IOVA can be
 * mapped again, and searches that meet it on their way down the tree take the
 * wrong turn.
 */
#include "type1_priv.h"

#define WRONG_COMPARISONS \
	(TYPE1_QUIRK(UNMAP_WRAP_SILENT) | TYPE1_QUIRK(MAP_LAST_PAGE_POISONS))

/* Whether @m begins beyond the range's end. */
static __always_inline bool begins_after(u64 quirks, const struct type1_mapping *m,
					 u64 iova, u64 size)
{
	if (quirks & TYPE1_QUIRK(UNMAP_WRAP_SILENT))
		return m->iova >= iova + size;
	return m->iova > iova + (size - 1);
}

/* Whether @m ends in front of @iova. */
static __always_inline bool ends_before(u64 quirks, const struct type1_mapping *m, u64 iova)
{
	if (quirks & TYPE1_QUIRK(MAP_LAST_PAGE_POISONS))
		return iova >= m->iova + m->size;
	return iova > m->iova + (m->size - 1);
}

/* The first mapping with a byte in the range, or NULL. */
struct type1_mapping *mapping_first(const struct type1 *t, u64 iova, u64 size)
{
	struct rb_node *node = t->mappings.rb_node;
	struct type1_mapping *first = NULL;
	u64 quirks = t->config.quirks;

	while (node) {
		struct type1_mapping *m = rb_entry(node, struct type1_mapping, node);

		if (ends_before(quirks, m, iova)) {
			node = node->rb_right;
			continue;
		}
		first = m;
		if (m->iova <= iova)
			break;
		node = node->rb_left;
	}
	return first && !begins_after(quirks, first, iova, size) ? first : NULL;
}

/* The mapping behind @m, if it still has a byte in the range, or NULL. */
struct type1_mapping *mapping_next(const struct type1 *t, struct type1_mapping *m,
				   u64 iova, u64 size)
{
	struct rb_node *node = rb_next(&m->node);

	if (!node)
		return NULL;
	m = rb_entry(node, struct type1_mapping, node);
	return begins_after(t->config.quirks, m, iova, size) ? NULL : m;
}

static __always_inline struct type1_mapping *find(const struct type1 *t, u64 quirks,
						  u64 iova, u64 size)
{
	struct rb_node *node = t->mappings.rb_node;

	while (node) {
		struct type1_mapping *m = rb_entry(node, struct type1_mapping, node);

		if (begins_after(quirks, m, iova, size))
			node = node->rb_left;
		else if (ends_before(quirks, m, iova))
			node = node->rb_right;
		else
			return m;
	}
	return NULL;
}

/* Any mapping with a byte in the range, or NULL; the first one is not worth the way. */
struct type1_mapping *mapping_find(const struct type1 *t, u64 iova, u64 size)
{
	/* Most containers have none of the quirks, and need not ask at each mapping. */
	return has_quirk(t, WRONG_COMPARISONS) ? find(t, t->config.quirks, iova, size) :
						 find(t, 0, iova, size);
}

/* The mapping that the range is, if searches can be trusted; else NULL. */
struct type1_mapping *mapping_exact(const struct type1 *t, u64 iova, u64 size)
{
	struct type1_mapping *m;

	if (has_quirk(t, WRONG_COMPARISONS))
		return NULL;
	m = find(t, 0, iova, 1);
	return m && m->iova == iova && m->size == size ? m : NULL;
}

/* Whether the range begins or ends inside a mapping. */
bool mapping_bisected(const struct type1 *t, u64 iova, u64 size)
{
	struct type1_mapping *m = mapping_find(t, iova, 1);

	if (m && m->iova != iova)
		return true;
	/* The range is this mapping: nothing else is in there, if searches can be trusted. */
	if (m && m->size == size && !has_quirk(t, TYPE1_QUIRK(MAP_LAST_PAGE_POISONS)))
		return false;
	m = mapping_find(t, iova + (size - 1), 1);
	return m && m->iova + m->size != iova + size;
}

/* Overlaps were ruled out, as far as they were found: the first byte decides. */
void mapping_link(struct type1 *t, struct type1_mapping *new)
{
	struct rb_node **link = &t->mappings.rb_node, *parent = NULL;

	while (*link) {
		parent = *link;
		if (new->iova <= rb_entry(parent, struct type1_mapping, node)->iova)
			link = &parent->rb_left;
		else
			link = &parent->rb_right;
	}
	rb_link_node(&new->node, parent, link);
	rb_insert_color(&new->node, &t->mappings);
}

void mapping_unlink(struct type1 *t, struct type1_mapping *m)
{
	rb_erase(&m->node, &t->mappings);
}
