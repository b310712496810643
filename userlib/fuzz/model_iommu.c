// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Translations of the one IOMMU there is, and who is told of them: containers,
 * for the sections they have of it, and the program's own notifiers.
 */
#include <errno.h>

#include "fuzz.h"
#include "model.h"

struct told {
	struct container *container;
	const struct taken *taken;
	struct notifier *notifier;
	uint64_t first, last;
	unsigned int age;
};

#define MAX_TOLD	(MAX_CONTAINERS * MAX_SECTIONS + MAX_NOTIFIERS)

/* In the order in which the ranges begin. */
static bool comes_after(const struct told *a, const struct told *b)
{
	return a->first != b->first ? a->first > b->first : a->age > b->age;
}

static void insert(struct told *told, unsigned int nr, struct told new)
{
	for (; nr && comes_after(&told[nr - 1], &new); nr--)
		told[nr] = told[nr - 1];
	told[nr] = new;
}

static struct told of_taken(struct container *c, const struct taken *t)
{
	return (struct told){
		.container = c, .taken = t, .first = t->first - t->base,
		.last = t->last - t->base, .age = t->age,
	};
}

static struct told of_notifier(struct notifier *n)
{
	return (struct told){
		.notifier = n, .first = n->first, .last = n->last, .age = n->age,
	};
}

static unsigned int find_told(struct model *m, struct told *told)
{
	unsigned int i, j, nr = 0;
	struct container *c;

	for (i = 0; i < MAX_CONTAINERS; i++) {
		c = &m->containers[i];
		for (j = 0; c->handle && j < MAX_SECTIONS; j++)
			if (c->taken[j].there && c->taken[j].memory == MEMORY_IOMMU)
				insert(told, nr++, of_taken(c, &c->taken[j]));
	}
	for (i = 0; i < MAX_NOTIFIERS; i++)
		if (m->notifiers[i].there)
			insert(told, nr++, of_notifier(&m->notifiers[i]));
	return nr;
}

static int map_translation(struct model *m, const struct told *to,
			   const struct uvfio_iommu_entry *part)
{
	const struct section *s = model_section_find(m, 0, part->translated);
	const struct memory_kind *kind;
	uint64_t first = to->taken->base + part->iova;

	if (!s)
		return -EFAULT;
	kind = &memory_kinds[s->memory];
	if (kind->type != UVFIO_MEMORY_RAM && kind->type != UVFIO_MEMORY_RAM_DEVICE)
		return -EFAULT;
	if (part->addr_mask > s->last - part->translated)
		return -EFAULT;
	if (!model_in_window(to->container, first, first + part->addr_mask))
		return -ENXIO;
	return model_map(m, to->container, first, first + part->addr_mask,
			 kind->vaddr + s->offset + (part->translated - s->start),
			 !(part->access & UVFIO_IOMMU_WRITE) || s->readonly || kind->readonly);
}

static int tell_container(struct model *m, const struct told *to,
			  const struct uvfio_iommu_entry *part)
{
	uint64_t first = to->taken->base + part->iova, unmapped;

	if (part->target)
		return -EXDEV;
	if (part->access == UVFIO_IOMMU_NONE)
		return model_unmap_range(m, to->container, first, first + part->addr_mask,
					 &unmapped);
	return map_translation(m, to, part);
}

static int tell_notifier(struct notifier *n, const struct uvfio_iommu_entry *part)
{
	unsigned int event = part->access ? UVFIO_IOMMU_MAP : UVFIO_IOMMU_UNMAP;

	if (!(n->events & event))
		return 0;
	n->maps += event == UVFIO_IOMMU_MAP;
	n->unmaps += event == UVFIO_IOMMU_UNMAP;
	return n->refuses ? -EREMOTE : 0;
}

/* The part of an entry that is in the range. */
static int tell(struct model *m, const struct told *to, const struct uvfio_iommu_entry *entry)
{
	uint64_t last = entry->iova + entry->addr_mask;
	struct uvfio_iommu_entry part = *entry;

	if (last < to->first || entry->iova > to->last)
		return 0;
	if (part.iova < to->first)
		part.iova = to->first;
	if (last > to->last)
		last = to->last;
	part.translated += part.iova - entry->iova;
	part.addr_mask = last - part.iova;
	return to->container ? tell_container(m, to, &part) : tell_notifier(to->notifier, &part);
}

static int replay(struct model *m, const struct told *to)
{
	const struct entry *e;
	int ret = 0;

	for (e = m->entries; e < m->entries + MAX_ENTRIES && !ret; e++)
		if (e->there)
			ret = tell(m, to, &(const struct uvfio_iommu_entry){
				.iova = e->first, .addr_mask = e->last - e->first,
				.translated = e->translated, .access = e->access });
	return ret;
}

int model_attach_iommu(struct model *m, struct container *c, struct taken *t)
{
	struct told to;
	uint64_t unmapped;
	int ret;

	t->age = m->next_age++;
	to = of_taken(c, t);
	ret = replay(m, &to);
	if (ret)
		model_unmap_range(m, c, t->first, t->last, &unmapped);
	return ret;
}

int model_replay(struct model *m, unsigned int notifier)
{
	const struct told to = of_notifier(&m->notifiers[notifier]);

	return replay(m, &to);
}

int model_notify(struct model *m, const struct uvfio_iommu_entry *entry)
{
	struct uvfio_iommu_entry gone = *entry;
	struct told told[MAX_TOLD];
	unsigned int i, nr = find_told(m, told);
	int ret, first = 0;

	gone.access = UVFIO_IOMMU_NONE;
	for (i = 0; i < nr; i++) {
		ret = tell(m, &told[i], entry);
		if (!first)
			first = ret;
		if (ret && entry->access != UVFIO_IOMMU_NONE)
			break;
	}
	while (entry->access != UVFIO_IOMMU_NONE && first && i--)
		tell(m, &told[i], &gone);
	return first;
}
