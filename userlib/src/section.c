// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * The sections of an address space, ordered by their first address, and telling
 * the listeners of changes.
 */
#include "section.h"

#include "listener.h"
#include "memory_object.h"
#include "report.h"

struct entry {
	struct uvfio_tree_node node;	/* key = section.start */
	struct uvfio_section section;
	uint64_t last;			/* its last address */
};

static struct entry *entry_of(struct uvfio_tree_node *node)
{
	return node ? uvfio_tree_entry(node, struct entry, node) : NULL;
}

/* As sections do not overlap, only the last to start before it can reach it. */
static struct entry *find(const struct uvfio_address_space *as, uint64_t last)
{
	return entry_of(uvfio_tree_floor(&as->sections, last));
}

static const struct uvfio_section *section_of(const struct entry *entry)
{
	return entry ? &entry->section : NULL;
}

const struct uvfio_section *
uvfio_next_section(const struct uvfio_address_space *as,
		   const struct uvfio_section *section)
{
	uint64_t from = section ? section->start + 1 : 0;

	if (section && !from)
		return NULL;
	return section_of(entry_of(uvfio_tree_ceiling(&as->sections, from)));
}

const struct uvfio_section *
uvfio_previous_section(const struct uvfio_address_space *as,
		       const struct uvfio_section *section)
{
	if (section && !section->start)
		return NULL;
	return section_of(find(as, section ? section->start - 1 : UINT64_MAX));
}

void *uvfio_section_vaddr(const struct uvfio_section *section, uint64_t address)
{
	uint64_t offset = section->offset + (address - section->start);

	return (void *)(uintptr_t)(section->memory->vaddr + offset);
}

/* The reason why a section cannot be, or NULL. */
static const char *fault_of(const struct uvfio_section *section)
{
	uint64_t span = uvfio_section_span(section);

	if (!section->size.lo && !section->size.hi)
		return "is empty";
	if (section->size.hi > 1 || (section->size.hi && section->size.lo) ||
	    section->start + span < section->start)
		return "ends beyond 2^64";
	if (section->offset + span < section->offset ||
	    section->offset + span > section->memory->last)
		return "is not inside its memory object";
	return NULL;
}

static int fail_section(struct uvfio_address_space *as, struct uvfio_error *err,
			int code, const struct uvfio_section *section,
			const char *verdict)
{
	return uvfio_fail(as->ctx, err, code,
			  UVFIO_FAILURE("uvfio_section_add",
					.path = section->memory->name,
					.iova = section->start,
					.length = section->size.lo),
			  "%s: section at 0x%llx of %s0x%llx bytes %s",
			  section->memory->name,
			  (unsigned long long)section->start,
			  section->size.hi ? "2^64 and " : "",
			  (unsigned long long)section->size.lo, verdict);
}

static void drop(struct uvfio_address_space *as, struct entry *entry)
{
	uvfio_tree_remove(&as->sections, &entry->node);
	uvfio_memory_put(entry->section.memory);
	uvfio_free_mem(as->ctx, entry);
}

/* Those before @end take it out again, the last first. */
static void untell(struct uvfio_address_space *as, const struct uvfio_list *end,
		   const struct uvfio_section *section)
{
	struct uvfio_error why;
	struct uvfio_list *node;

	for (node = end->prev; node != &as->listeners; node = node->prev)
		if (uvfio_tell_del(uvfio_listener_of(node), section, &why) < 0)
			uvfio_log(as->ctx, UVFIO_LOG_WARNING,
				  "taking a section back: %s", why.message);
}

static int tell(struct uvfio_address_space *as,
		const struct uvfio_section *section, struct uvfio_error *why)
{
	struct uvfio_list *node;
	int ret;

	uvfio_list_for_each(node, &as->listeners) {
		ret = uvfio_tell_add(uvfio_listener_of(node), section, why);
		if (ret < 0) {
			untell(as, node, section);
			return ret;
		}
	}
	return 0;
}

int uvfio_section_add(struct uvfio_address_space *as,
		      const struct uvfio_section *section,
		      struct uvfio_error *err)
{
	uint64_t last = section->start + uvfio_section_span(section);
	const char *fault = fault_of(section);
	struct uvfio_error why;
	struct entry *entry;
	int ret;

	if (fault)
		return fail_section(as, err, -EINVAL, section, fault);
	entry = find(as, last);
	if (entry && entry->last >= section->start)
		return fail_section(as, err, -EEXIST, section, "overlaps another");

	entry = uvfio_zalloc(as->ctx, sizeof(*entry));
	if (!entry)
		return uvfio_fail_nomem(as->ctx, err, "uvfio_section_add");
	entry->section = *section;
	entry->last = last;
	entry->node.key = section->start;
	uvfio_memory_get(section->memory);
	uvfio_tree_insert(&as->sections, &entry->node);

	ret = tell(as, &entry->section, &why);
	if (!ret)
		return 0;
	drop(as, entry);
	return uvfio_pass_on(as->ctx, err, "uvfio_section_add", &why);
}

int uvfio_section_del(struct uvfio_address_space *as, uint64_t start,
		      struct uvfio_error *err)
{
	struct entry *entry = find(as, start);
	struct uvfio_error why, first = { .code = 0 };
	struct uvfio_list *node;

	if (!entry || entry->section.start != start)
		return uvfio_fail(as->ctx, err, -ENOENT,
				  UVFIO_FAILURE("uvfio_section_del", .iova = start),
				  "no section starts at 0x%llx",
				  (unsigned long long)start);
	for (node = as->listeners.prev; node != &as->listeners; node = node->prev)
		if (uvfio_tell_del(uvfio_listener_of(node), &entry->section,
				   &why) < 0)
			uvfio_keep_first(as->ctx, &first, &why);
	drop(as, entry);
	return first.code ? uvfio_pass_on(as->ctx, err, "uvfio_section_del", &first) : 0;
}

int uvfio_section_find(const struct uvfio_address_space *as, uint64_t address,
		       struct uvfio_section *section)
{
	const struct entry *entry = find(as, address);

	if (!entry || entry->last < address) {
		errno = ENOENT;
		return -ENOENT;
	}
	*section = entry->section;
	return 0;
}

void uvfio_free_sections(struct uvfio_address_space *as)
{
	struct entry *entry;

	while ((entry = entry_of(as->sections.root)))
		drop(as, entry);
}
