// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Sections of address spaces, and what containers and the program's listeners do
 * about them.
 */
#include <errno.h>

#include "fuzz.h"
#include "model.h"

/* Who listens to a space: a container, or one of the program's listeners. */
struct hearer {
	struct container *container;
	const struct listener *listener;
	unsigned int age;
};

#define MAX_HEARERS	(MAX_CONTAINERS + MAX_LISTENERS)

const struct memory_kind memory_kinds[MAX_MEMORIES] = {
	{ UVFIO_MEMORY_RAM, 0x10000000, 32 * PAGE - 1, false },
	{ UVFIO_MEMORY_RAM, 0x20000000, 8 * PAGE - 1, true },
	{ UVFIO_MEMORY_RAM, 0x30000000, 0xffffffff, false },
	{ UVFIO_MEMORY_RAM_DEVICE, 0x40000000, 16 * PAGE - 1, false },
	[MEMORY_IOMMU] = { UVFIO_MEMORY_IOMMU, 0, UINT64_MAX, false },
	{ UVFIO_MEMORY_OTHER, 0, 16 * PAGE - 1, false },
};

static void insert(struct hearer *hearers, unsigned int nr, struct hearer new)
{
	for (; nr && hearers[nr - 1].age > new.age; nr--)
		hearers[nr] = hearers[nr - 1];
	hearers[nr] = new;
}

/* The oldest first. */
static unsigned int find_hearers(struct model *m, unsigned int space,
				 struct hearer *hearers)
{
	unsigned int i, nr = 0;

	for (i = 0; i < MAX_CONTAINERS; i++)
		if (m->containers[i].handle && m->containers[i].space == space)
			insert(hearers, nr++, (struct hearer){
				.container = &m->containers[i],
				.age = m->containers[i].age });
	for (i = 0; i < MAX_LISTENERS; i++)
		if (m->listeners[i].there && m->listeners[i].space == space)
			insert(hearers, nr++, (struct hearer){
				.listener = &m->listeners[i],
				.age = m->listeners[i].age });
	return nr;
}

/* In 128 bits, where nothing wraps around. False when there is no whole page. */
static bool whole_pages(const struct section *s, uint64_t *first, uint64_t *last)
{
	unsigned __int128 end = (unsigned __int128)s->last + 1;
	unsigned __int128 start = s->start;

	start = (start + PAGE - 1) / PAGE * PAGE;
	end = end / PAGE * PAGE;
	if (start >= end)
		return false;
	*first = start;
	*last = end - 1;
	return true;
}

static bool wants(const struct section *s, uint64_t *first, uint64_t *last)
{
	if (memory_kinds[s->memory].type == UVFIO_MEMORY_OTHER || s->start >= 1ull << 63)
		return false;
	if (s->start % PAGE != s->offset % PAGE)
		return false;
	return whole_pages(s, first, last);
}

static int map_section(struct model *m, struct container *c, struct taken *t,
		       const struct section *s)
{
	const struct memory_kind *kind = &memory_kinds[s->memory];

	t->mapped = true;
	return model_map(m, c, t->first, t->last,
			 kind->vaddr + s->offset + (t->first - s->start),
			 s->readonly || kind->readonly);
}

static int take_section(struct model *m, struct container *c, struct taken *t,
			const struct section *s)
{
	if (s->memory == MEMORY_IOMMU) {
		if (!model_touches_window(c, t->first, t->last))
			return -ENXIO;
		return model_attach_iommu(m, c, t);
	}
	if (!model_in_window(c, t->first, t->last))
		return -ENXIO;
	return map_section(m, c, t, s);
}

static struct taken *free_entry(struct container *c)
{
	unsigned int i;

	for (i = 0; i < MAX_SECTIONS; i++)
		if (!c->taken[i].there)
			return &c->taken[i];
	check(false);
	return NULL;
}

/* A device's memory may be left out. */
static int container_add(struct model *m, struct container *c, const struct section *s)
{
	struct taken *t = free_entry(c);
	int ret;

	*t = (struct taken){
		.start = s->start, .memory = s->memory, .base = s->start - s->offset,
	};
	if (m->shape.spapr || !wants(s, &t->first, &t->last))
		return 0;
	ret = take_section(m, c, t, s);
	t->there = !ret;
	return memory_kinds[s->memory].type == UVFIO_MEMORY_RAM_DEVICE ? 0 : ret;
}

static int container_del(struct model *m, struct container *c, uint64_t start)
{
	struct taken *t = c->taken;
	uint64_t unmapped;

	while (t < c->taken + MAX_SECTIONS && !(t->there && t->start == start))
		t++;
	if (t == c->taken + MAX_SECTIONS)
		return 0;
	t->there = false;
	if (t->memory == MEMORY_IOMMU)
		return model_unmap_range(m, c, t->first, t->last, &unmapped);
	return t->mapped ? model_unmap(m, c, t->first, t->last) : 0;
}

static int tell_add(struct model *m, const struct hearer *h, const struct section *s)
{
	if (h->container)
		return container_add(m, h->container, s);
	return h->listener->refuses == s->start ? -ENOTEMPTY : 0;
}

static int tell_del(struct model *m, const struct hearer *h, uint64_t start)
{
	return h->container ? container_del(m, h->container, start) : 0;
}

/* What uvfio_section_add() refuses without asking anybody. */
static int check_section(const struct model *m, unsigned int space,
			 const struct section *new)
{
	const struct section *s = m->spaces[space].sections;
	unsigned int i;

	if (new->offset + (new->last - new->start) < new->offset ||
	    new->offset + (new->last - new->start) > memory_kinds[new->memory].last)
		return -EINVAL;
	for (i = 0; i < MAX_SECTIONS; i++)
		if (s[i].there && s[i].start <= new->last && new->start <= s[i].last)
			return -EEXIST;
	return 0;
}

int model_section_add(struct model *m, unsigned int space, const struct section *new)
{
	struct section *s = m->spaces[space].sections;
	struct hearer hearers[MAX_HEARERS];
	unsigned int i, nr = find_hearers(m, space, hearers);
	int ret = check_section(m, space, new);

	if (ret)
		return ret;
	while (s->there)
		s++;
	*s = *new;
	s->there = true;
	for (i = 0; i < nr; i++) {
		ret = tell_add(m, &hearers[i], new);
		if (!ret)
			continue;
		while (i--)
			tell_del(m, &hearers[i], new->start);
		s->there = false;
		return ret;
	}
	return 0;
}

int model_section_del(struct model *m, unsigned int space, uint64_t start)
{
	struct section *s = m->spaces[space].sections;
	struct hearer hearers[MAX_HEARERS];
	unsigned int nr = find_hearers(m, space, hearers);
	int ret, first = 0;

	while (s < m->spaces[space].sections + MAX_SECTIONS && !(s->there && s->start == start))
		s++;
	if (s == m->spaces[space].sections + MAX_SECTIONS)
		return -ENOENT;
	while (nr--) {
		ret = tell_del(m, &hearers[nr], start);
		if (!first)
			first = ret;
	}
	s->there = false;
	return first;
}

const struct section *model_section_find(const struct model *m, unsigned int space,
					 uint64_t address)
{
	const struct section *s = m->spaces[space].sections;
	unsigned int i;

	for (i = 0; i < MAX_SECTIONS; i++)
		if (s[i].there && s[i].start <= address && address <= s[i].last)
			return &s[i];
	return NULL;
}

/* The section of a space that follows, or precedes, an address. */
static const struct section *next_section(const struct model *m, unsigned int space,
					  const struct section *after)
{
	const struct section *s = m->spaces[space].sections, *best = NULL;
	unsigned int i;

	for (i = 0; i < MAX_SECTIONS; i++)
		if (s[i].there && (!after || s[i].start > after->start) &&
		    (!best || s[i].start < best->start))
			best = &s[i];
	return best;
}

static const struct section *previous_section(const struct model *m, unsigned int space,
					      const struct section *before)
{
	const struct section *s = m->spaces[space].sections, *best = NULL;
	unsigned int i;

	for (i = 0; i < MAX_SECTIONS; i++)
		if (s[i].there && (!before || s[i].start < before->start) &&
		    (!best || s[i].start > best->start))
			best = &s[i];
	return best;
}

static void take_back(struct model *m, unsigned int space, const struct hearer *h,
		      const struct section *end)
{
	const struct section *s = end;

	while ((s = previous_section(m, space, s)))
		tell_del(m, h, s->start);
}

static int replay(struct model *m, unsigned int space, const struct hearer *h)
{
	const struct section *s = NULL;
	int ret;

	while ((s = next_section(m, space, s))) {
		ret = tell_add(m, h, s);
		if (ret) {
			take_back(m, space, h, s);
			return ret;
		}
	}
	return 0;
}

int model_follow(struct model *m, struct container *c)
{
	const struct hearer h = { .container = c };
	int ret = replay(m, c->space, &h);

	c->age = m->next_age++;
	return ret;
}

void model_unfollow(struct model *m, struct container *c)
{
	const struct hearer h = { .container = c };

	take_back(m, c->space, &h, NULL);
}

int model_listen(struct model *m, unsigned int nr)
{
	struct listener *listener = &m->listeners[nr];
	const struct hearer h = { .listener = listener };
	int ret = replay(m, listener->space, &h);

	listener->there = !ret;
	listener->age = m->next_age++;
	return ret;
}
