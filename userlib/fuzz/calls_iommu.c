// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Calls about the guest's IOMMU: translations come and go, notifiers want to know.
 */
#include <errno.h>

#include "program.h"

/* The program's table follows what was announced. */
static void remember(struct program *p, const struct uvfio_iommu_entry *entry)
{
	uint64_t last = entry->iova + entry->addr_mask;
	struct entry *e, *unused = NULL;

	for (e = p->now.entries; e < p->now.entries + MAX_ENTRIES; e++) {
		if (e->there && e->first >= entry->iova && e->last <= last)
			e->there = false;
		if (!e->there)
			unused = e;
	}
	if (entry->access != UVFIO_IOMMU_NONE && !entry->target && unused)
		*unused = (struct entry){ true, entry->iova, last, entry->translated,
					  entry->access };
}

static void notify(struct program *p)
{
	static const char elsewhere;
	unsigned char flags = fuzz_byte(&p->in);
	struct uvfio_iommu_entry entry = {
		.target = flags & 0x80 && flags & 0x40 ? &elsewhere : NULL,
		.access = flags & 3,
	};
	uint64_t last;

	take_range(p, &entry.iova, &last);
	entry.addr_mask = last - entry.iova;
	entry.translated = take_address(p);
	if (!p->memories[MEMORY_IOMMU].lives || !p->now.memory_held[MEMORY_IOMMU])
		return;
	p->ret = uvfio_iommu_notify(p->memories[MEMORY_IOMMU].handle, &entry, &p->err);
	oracle_judge(p, model_notify(&p->now, &entry),
		     entry.access == UVFIO_IOMMU_NONE ? AS_AFTER : AS_BEFORE);
	if (!p->ret || entry.access == UVFIO_IOMMU_NONE)
		remember(p, &entry);
}

static int on_notify(void *opaque, const struct uvfio_iommu_entry *part,
		     struct uvfio_error *err)
{
	struct used_notifier *used = opaque;

	(void)err;
	check(part->iova >= used->first && part->iova + part->addr_mask <= used->last);
	used->maps += part->access != UVFIO_IOMMU_NONE;
	used->unmaps += part->access == UVFIO_IOMMU_NONE;
	return used->refuses ? -EREMOTE : 0;
}

static void add_notifier(struct program *p)
{
	unsigned int i = fuzz_below(&p->in, MAX_NOTIFIERS);
	unsigned int events = 1 + fuzz_below(&p->in, 3);
	struct used_notifier *used = &p->notifiers[i];
	struct uvfio_iommu_notifier_options opts = {
		.size = sizeof(opts), .events = events, .notify = on_notify, .opaque = used,
	};

	take_range(p, &opts.first, &opts.last);
	if (used->handle || !p->now.memory_held[MEMORY_IOMMU])
		return;
	*used = (struct used_notifier){
		.first = opts.first, .last = opts.last, .refuses = fuzz_byte(&p->in) & 1,
	};
	p->ret = uvfio_iommu_notifier_register(p->memories[MEMORY_IOMMU].handle, &opts,
					       &used->handle, &p->err);
	p->now.notifiers[i] = (struct notifier){
		.there = true, .first = opts.first, .last = opts.last, .events = events,
		.refuses = used->refuses, .age = p->now.next_age++,
	};
	oracle_judge(p, 0, AS_BEFORE);
}

static void del_notifier_nr(struct program *p, unsigned int i)
{
	uvfio_iommu_notifier_unregister(p->notifiers[i].handle);
	p->notifiers[i].handle = NULL;
	p->now.notifiers[i].there = false;
	p->ret = 0;
	oracle_judge(p, 0, AS_AFTER);
}

static void del_notifier(struct program *p)
{
	unsigned int i = fuzz_below(&p->in, MAX_NOTIFIERS);

	if (p->notifiers[i].handle)
		del_notifier_nr(p, i);
}

bool release_notifier(struct program *p)
{
	unsigned int i;

	for (i = 0; i < MAX_NOTIFIERS; i++) {
		if (!p->notifiers[i].handle)
			continue;
		del_notifier_nr(p, i);
		return true;
	}
	return false;
}

static void replay(struct program *p)
{
	unsigned int i = fuzz_below(&p->in, MAX_NOTIFIERS);

	if (!p->notifiers[i].handle)
		return;
	p->ret = uvfio_iommu_replay(p->notifiers[i].handle, &p->err);
	oracle_judge(p, model_replay(&p->now, i), AS_AFTER);
}

static const call_fn table[] = { notify, notify, notify, add_notifier, del_notifier, replay };

CALLS(iommu_calls, table);
