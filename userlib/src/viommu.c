// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Who wants to know what of an IOMMU, and handing out its events: to those whose
 * range an entry touches, in the order in which their ranges begin. There may be
 * very many, so each knows how far the ranges below it in the tree reach.
 */
#include <stdio.h>

#include "memory_object.h"
#include "report.h"

#define ALL_EVENTS	(UVFIO_IOMMU_UNMAP | UVFIO_IOMMU_MAP)

struct uvfio_iommu_notifier {
	struct uvfio_memory *memory;	/* holds a reference */
	struct uvfio_tree_node node;	/* in memory->notifiers; key = opts.first */
	uint64_t reach;			/* the last address of all ranges below */
	struct uvfio_iommu_notifier_options opts;
};

static struct uvfio_iommu_notifier *notifier_of(struct uvfio_tree_node *node)
{
	return uvfio_tree_entry(node, struct uvfio_iommu_notifier, node);
}

static void update_reach(struct uvfio_tree_node *node)
{
	struct uvfio_tree_node *const children[] = { node->left, node->right };
	struct uvfio_iommu_notifier *notifier = notifier_of(node);
	int i;

	notifier->reach = notifier->opts.last;
	for (i = 0; i < 2; i++)
		if (children[i] && notifier_of(children[i])->reach > notifier->reach)
			notifier->reach = notifier_of(children[i])->reach;
}

/*
 * The first notifier below @node, and after @after unless that is NULL, whose range
 * has a part of @first..@last. Where the left ranges reach @first but none is found
 * there, all that follow begin beyond @last: the way down is taken once.
 */
static struct uvfio_iommu_notifier *find(struct uvfio_tree_node *node,
					 const struct uvfio_iommu_notifier *after,
					 uint64_t first, uint64_t last)
{
	struct uvfio_iommu_notifier *notifier, *found;

	if (!node || notifier_of(node)->reach < first)
		return NULL;
	if (after && !uvfio_tree_before(&after->node, node))
		return find(node->right, after, first, last);
	found = find(node->left, after, first, last);
	notifier = notifier_of(node);
	if (found || notifier->opts.first > last)
		return found;
	if (notifier->opts.last >= first)
		return notifier;
	return find(node->right, after, first, last);
}

/* NULL comes before the first, and after the last. */
static struct uvfio_iommu_notifier *next_notifier(const struct uvfio_memory *memory,
						  const struct uvfio_iommu_notifier *notifier,
						  const struct uvfio_iommu_entry *entry)
{
	return find(memory->notifiers.root, notifier, entry->iova,
		    entry->iova + entry->addr_mask);
}

void uvfio_iommu_notifier_range(const struct uvfio_iommu_notifier *notifier,
				uint64_t *first, uint64_t *last)
{
	*first = notifier->opts.first;
	*last = notifier->opts.last;
}

/* What all notifiers together want. */
static unsigned int wanted_events(const struct uvfio_memory *memory)
{
	return (memory->unmap_notifiers ? UVFIO_IOMMU_UNMAP : 0) |
	       (memory->map_notifiers ? UVFIO_IOMMU_MAP : 0);
}

/* Counted, not looked for: there may be many notifiers. */
static void link_notifier(struct uvfio_iommu_notifier *notifier)
{
	struct uvfio_memory *memory = notifier->memory;

	memory->notifiers.update = update_reach;
	notifier->node.key = notifier->opts.first;
	notifier->node.serial = memory->notifier_serial++;
	uvfio_tree_insert(&memory->notifiers, &notifier->node);
	memory->unmap_notifiers += !!(notifier->opts.events & UVFIO_IOMMU_UNMAP);
	memory->map_notifiers += !!(notifier->opts.events & UVFIO_IOMMU_MAP);
}

static void unlink_notifier(struct uvfio_iommu_notifier *notifier)
{
	struct uvfio_memory *memory = notifier->memory;

	uvfio_tree_remove(&memory->notifiers, &notifier->node);
	memory->unmap_notifiers -= !!(notifier->opts.events & UVFIO_IOMMU_UNMAP);
	memory->map_notifiers -= !!(notifier->opts.events & UVFIO_IOMMU_MAP);
}

static int change_events(struct uvfio_memory *memory, unsigned int before)
{
	unsigned int after = wanted_events(memory);

	if (before == after || !memory->iommu.events_changed)
		return 0;
	return memory->iommu.events_changed(memory->opaque, before, after);
}

static int fail(struct uvfio_memory *memory, struct uvfio_error *err, int code,
		const char *operation, const char *verdict)
{
	return uvfio_fail(memory->ctx, err, code,
			  UVFIO_FAILURE(operation, .path = memory->name),
			  "%s %s", memory->name, verdict);
}

static int check_options(struct uvfio_memory *memory,
			 struct uvfio_iommu_notifier_options *known,
			 const struct uvfio_iommu_notifier_options *opts,
			 struct uvfio_error *err)
{
	const char *op = "uvfio_iommu_notifier_register";
	int ret;

	if (memory->type != UVFIO_MEMORY_IOMMU)
		return fail(memory, err, -EINVAL, op, "is not an IOMMU");
	ret = uvfio_copy_sized(known, sizeof(*known), opts, opts->size);
	if (ret)
		return fail(memory, err, ret, op,
			    "cannot take notifier options of this size");
	if (!known->notify || !known->events || known->events & ~ALL_EVENTS)
		return fail(memory, err, -EINVAL, op,
			    "needs a function to notify, and of which events");
	if (known->first > known->last || known->last > memory->last)
		return fail(memory, err, -EINVAL, op,
			    "does not have all of the notifier's range");
	return 0;
}

int uvfio_iommu_notifier_register(struct uvfio_memory *memory,
				  const struct uvfio_iommu_notifier_options *opts,
				  struct uvfio_iommu_notifier **out,
				  struct uvfio_error *err)
{
	const char *op = "uvfio_iommu_notifier_register";
	struct uvfio_iommu_notifier_options known;
	struct uvfio_iommu_notifier *notifier;
	unsigned int before = wanted_events(memory);
	int ret = check_options(memory, &known, opts, err);

	if (ret)
		return ret;
	notifier = uvfio_zalloc(memory->ctx, sizeof(*notifier));
	if (!notifier)
		return uvfio_fail_nomem(memory->ctx, err, op);
	notifier->opts = known;
	notifier->memory = memory;
	link_notifier(notifier);
	ret = change_events(memory, before);
	if (ret < 0) {
		unlink_notifier(notifier);
		uvfio_free_mem(memory->ctx, notifier);
		return fail(memory, err, ret, op, "cannot give the events wanted");
	}
	uvfio_memory_get(memory);
	*out = notifier;
	return 0;
}

void uvfio_iommu_notifier_unregister(struct uvfio_iommu_notifier *notifier)
{
	struct uvfio_memory *memory;
	unsigned int before;

	if (!notifier)
		return;
	memory = notifier->memory;
	before = wanted_events(memory);
	unlink_notifier(notifier);
	change_events(memory, before);
	uvfio_free_mem(memory->ctx, notifier);
	uvfio_memory_put(memory);
}

/* The program's functions may leave the error as it is. */
static int describe(const struct uvfio_memory *memory, struct uvfio_error *why, int ret,
		    const char *what)
{
	if (ret >= 0)
		return 0;
	why->code = ret;
	if (!why->message[0])
		snprintf(why->message, sizeof(why->message), "%s: %s failed",
			 memory->name, what);
	return ret;
}

int uvfio_iommu_replay(struct uvfio_iommu_notifier *notifier, struct uvfio_error *err)
{
	struct uvfio_memory *memory = notifier->memory;
	struct uvfio_error why = { .code = 0 };
	int ret = memory->iommu.replay(memory->opaque, notifier, &why);

	if (!describe(memory, &why, ret, "replay"))
		return 0;
	return uvfio_pass_on(memory->ctx, err, "uvfio_iommu_replay", &why);
}

static unsigned int event_of(const struct uvfio_iommu_entry *entry)
{
	return entry->access == UVFIO_IOMMU_NONE ? UVFIO_IOMMU_UNMAP :
						   UVFIO_IOMMU_MAP;
}

/*
 * A notifier gets what is in its range only: beyond it, other sections of the
 * same container may have their mappings.
 */
static int notify_one(struct uvfio_iommu_notifier *notifier,
		      const struct uvfio_iommu_entry *entry,
		      struct uvfio_error *why)
{
	const struct uvfio_iommu_notifier_options *opts = &notifier->opts;
	uint64_t last = entry->iova + entry->addr_mask;
	struct uvfio_iommu_entry part = *entry;

	if (!(opts->events & event_of(entry)) || last < opts->first ||
	    entry->iova > opts->last)
		return 0;
	if (part.iova < opts->first)
		part.iova = opts->first;
	if (last > opts->last)
		last = opts->last;
	part.translated += part.iova - entry->iova;
	part.addr_mask = last - part.iova;
	*why = (struct uvfio_error){ .code = 0 };
	return describe(notifier->memory, why, opts->notify(opts->opaque, &part, why),
			"a notifier");
}

static int check_entry(struct uvfio_memory *memory, const char *operation,
		       const struct uvfio_iommu_entry *entry,
		       struct uvfio_error *err)
{
	if (entry->iova + entry->addr_mask >= entry->iova)
		return 0;
	return uvfio_fail(memory->ctx, err, -EINVAL,
			  UVFIO_FAILURE(operation, .path = memory->name,
					.iova = entry->iova),
			  "%s: an entry at 0x%llx with mask 0x%llx ends beyond 2^64",
			  memory->name, (unsigned long long)entry->iova,
			  (unsigned long long)entry->addr_mask);
}

int uvfio_iommu_replay_entry(struct uvfio_iommu_notifier *notifier,
			     const struct uvfio_iommu_entry *entry,
			     struct uvfio_error *err)
{
	const char *op = "uvfio_iommu_replay_entry";
	struct uvfio_memory *memory = notifier->memory;
	int ret = check_entry(memory, op, entry, err);
	struct uvfio_error why;

	if (ret || !notify_one(notifier, entry, &why))
		return ret;
	return uvfio_pass_on(memory->ctx, err, op, &why);
}

/* Those before @end are told that it is not there after all. */
static void take_back(struct uvfio_memory *memory, const struct uvfio_iommu_notifier *end,
		      const struct uvfio_iommu_entry *entry)
{
	struct uvfio_iommu_notifier *notifier = NULL;
	struct uvfio_iommu_entry gone = *entry;
	struct uvfio_error why;

	gone.access = UVFIO_IOMMU_NONE;
	while ((notifier = next_notifier(memory, notifier, entry)) != end)
		if (notify_one(notifier, &gone, &why))
			uvfio_log(memory->ctx, UVFIO_LOG_WARNING,
				  "taking a translation back: %s", why.message);
}

static int tell_of_map(struct uvfio_memory *memory, const struct uvfio_iommu_entry *entry,
		       struct uvfio_error *why)
{
	struct uvfio_iommu_notifier *notifier = NULL;
	int ret;

	while ((notifier = next_notifier(memory, notifier, entry))) {
		ret = notify_one(notifier, entry, why);
		if (ret) {
			take_back(memory, notifier, entry);
			return ret;
		}
	}
	return 0;
}

static int tell_of_unmap(struct uvfio_memory *memory,
			 const struct uvfio_iommu_entry *entry,
			 struct uvfio_error *first)
{
	struct uvfio_iommu_notifier *notifier = NULL;
	struct uvfio_error why;

	first->code = 0;
	while ((notifier = next_notifier(memory, notifier, entry)))
		if (notify_one(notifier, entry, &why))
			uvfio_keep_first(memory->ctx, first, &why);
	return first->code;
}

int uvfio_iommu_notify(struct uvfio_memory *memory,
		       const struct uvfio_iommu_entry *entry,
		       struct uvfio_error *err)
{
	const char *op = "uvfio_iommu_notify";
	struct uvfio_error why;
	int ret;

	if (memory->type != UVFIO_MEMORY_IOMMU)
		return fail(memory, err, -EINVAL, op, "is not an IOMMU");
	ret = check_entry(memory, op, entry, err);
	if (ret)
		return ret;
	ret = entry->access == UVFIO_IOMMU_NONE ? tell_of_unmap(memory, entry, &why) :
						  tell_of_map(memory, entry, &why);
	return ret ? uvfio_pass_on(memory->ctx, err, op, &why) : 0;
}
