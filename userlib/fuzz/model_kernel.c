// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * DMA mappings: what type1 says to MAP and UNMAP, and what the library makes of
 * that.
 */
#include <errno.h>

#include "../fake/fake.h"
#include "fuzz.h"
#include "model.h"

static bool has_quirk(const struct model *m, uint64_t quirk)
{
	return m->shape.quirks & quirk;
}

static bool overlaps(const struct mapping *m, uint64_t first, uint64_t last)
{
	return m->first <= last && first <= m->last;
}

static bool is_aligned(uint64_t first, uint64_t last)
{
	return !(first % PAGE) && !((last + 1) % PAGE);
}

struct container *model_find_container(struct model *m, const struct uvfio_container *handle)
{
	unsigned int i;

	for (i = 0; i < MAX_CONTAINERS; i++)
		if (m->containers[i].handle == handle)
			return &m->containers[i];
	return NULL;
}

static void add_mapping(struct mappings *list, const struct mapping *new)
{
	unsigned int at = list->nr;

	check(list->nr < MAX_MAPPINGS);
	while (at && list->m[at - 1].first > new->first) {
		list->m[at] = list->m[at - 1];
		at--;
	}
	list->m[at] = *new;
	list->nr++;
}

static void remove_mapping(struct mappings *list, unsigned int at)
{
	for (list->nr--; at < list->nr; at++)
		list->m[at] = list->m[at + 1];
}

static bool in_ranges(const struct model *m, const struct container *c, uint64_t first,
		      uint64_t last)
{
	unsigned int i;

	for (i = 0; i < m->shape.nr_ranges; i++)
		if (first >= m->shape.ranges[i].first && last <= m->shape.ranges[i].last)
			return true;
	return !model_has_limits(m, c);
}

static int kernel_map(struct model *m, struct container *c, const struct mapping *new)
{
	unsigned int i;

	if (!is_aligned(new->first, new->last) || new->vaddr % PAGE)
		return -EINVAL;
	for (i = 0; i < c->mappings.nr; i++)
		if (overlaps(&c->mappings.m[i], new->first, new->last))
			return has_quirk(m, TYPE1_QUIRK(OVERLAP_EBUSY)) ? -EBUSY : -EEXIST;
	if (c->mappings.nr >= m->shape.dma_avail)
		return -ENOSPC;
	if (!in_ranges(m, c, new->first, new->last))
		return -EINVAL;
	add_mapping(&c->mappings, new);
	if (m->touched.nr < MAX_MAPPINGS)
		add_mapping(&m->touched, new);
	return 0;
}

/* Of version 2, which leaves mappings whole. */
static bool cuts(const struct container *c, uint64_t first, uint64_t last)
{
	const struct mapping *m;
	unsigned int i;

	for (i = 0; i < c->mappings.nr; i++) {
		m = &c->mappings.m[i];
		if (overlaps(m, first, last) && (m->first < first || m->last > last))
			return true;
	}
	return false;
}

/*
 * Version 1 takes mappings whole that begin in the range, and none when the first
 * began before it.
 */
static int kernel_unmap(const struct model *m, struct container *c, uint64_t first,
			uint64_t last, uint64_t *unmapped)
{
	const struct mapping *found;
	unsigned int i = 0;

	*unmapped = 0;
	if (!is_aligned(first, last))
		return -EINVAL;
	if (last == UINT64_MAX && has_quirk(m, TYPE1_QUIRK(UNMAP_OVERFLOW_4_15)))
		return -EINVAL;
	if (c->v2 && cuts(c, first, last))
		return -EINVAL;
	while (i < c->mappings.nr) {
		found = &c->mappings.m[i];
		if (!overlaps(found, first, last)) {
			i++;
			continue;
		}
		if (found->first < first)
			break;
		if (last == UINT64_MAX && has_quirk(m, TYPE1_QUIRK(UNMAP_WRAP_SILENT)))
			break;
		*unmapped += found->last - found->first + 1;
		remove_mapping(&c->mappings, i);
	}
	if (!*unmapped && has_quirk(m, TYPE1_QUIRK(UNMAP_EMPTY_ENOENT)))
		return -ENOENT;
	return 0;
}

/* With the second attempt at the end of the address space; *asked as it was last. */
static int unmap_and_count(const struct model *m, struct container *c, uint64_t first,
			   uint64_t last, uint64_t *unmapped, uint64_t *asked)
{
	int ret = kernel_unmap(m, c, first, last, unmapped);

	*asked = last - first + 1;
	if (!c->v2 || last != UINT64_MAX || *asked <= PAGE)
		return ret;
	if (ret != -EINVAL && (ret || *unmapped))
		return ret;
	*asked -= PAGE;
	return kernel_unmap(m, c, first, last - PAGE, unmapped);
}

int model_map(struct model *m, struct container *c, uint64_t first, uint64_t last,
	      uint64_t vaddr, bool readonly)
{
	const struct mapping new = { first, last, vaddr, readonly };
	uint64_t unmapped, asked;
	int ret = kernel_map(m, c, &new);

	if (ret != -EBUSY)
		return ret;
	ret = unmap_and_count(m, c, first, last, &unmapped, &asked);
	return ret ? ret : kernel_map(m, c, &new);
}

int model_unmap(struct model *m, struct container *c, uint64_t first, uint64_t last)
{
	uint64_t unmapped, asked;
	int ret = unmap_and_count(m, c, first, last, &unmapped, &asked);

	if (ret)
		return ret;
	return unmapped < asked ? -EIO : 0;
}

/* All 2^64 bytes take two calls. */
int model_unmap_range(struct model *m, struct container *c, uint64_t first, uint64_t last,
		      uint64_t *unmapped)
{
	const uint64_t half = 1ull << 63;
	uint64_t low, high, asked;
	int ret;

	*unmapped = 0;
	if (!first && last == UINT64_MAX) {
		ret = model_unmap_range(m, c, 0, half - 1, &low);
		if (!ret)
			ret = model_unmap_range(m, c, half, UINT64_MAX, &high);
		*unmapped = ret ? 0 : low + high;
		return ret;
	}
	ret = unmap_and_count(m, c, first, last, unmapped, &asked);
	return ret == -ENOENT ? 0 : ret;
}

int model_unmap_all(struct model *m, struct container *c, uint64_t *unmapped)
{
	unsigned int i;

	if (has_quirk(m, TYPE1_QUIRK(NO_UNMAP_ALL)))
		return model_unmap_range(m, c, 0, UINT64_MAX, unmapped);
	*unmapped = 0;
	for (i = 0; i < c->mappings.nr; i++)
		*unmapped += c->mappings.m[i].last - c->mappings.m[i].first + 1;
	c->mappings.nr = 0;
	return 0;
}
