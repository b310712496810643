// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Calls about address spaces, memory objects, sections and listeners.
 */
#include <errno.h>

#include "program.h"

static void get_space(struct program *p)
{
	static const char other;
	static const void *const identities[MAX_SPACES] = { NULL, &other };
	unsigned int i = fuzz_below(&p->in, MAX_SPACES);

	p->ret = uvfio_get_address_space(p->ctx, identities[i], &p->spaces[i], &p->err);
	p->now.spaces[i].refs++;
	oracle_judge(p, 0, AS_BEFORE);
}

static void put_space_nr(struct program *p, unsigned int i)
{
	uvfio_put_address_space(p->spaces[i]);
	if (!--p->now.spaces[i].refs)
		p->spaces[i] = NULL;
	model_expire_spaces(&p->now);
	oracle_judge(p, 0, AS_AFTER);
}

static void put_space(struct program *p)
{
	unsigned int i = fuzz_below(&p->in, MAX_SPACES);

	p->ret = 0;
	if (p->spaces[i])
		put_space_nr(p, i);
}

bool release_space(struct program *p)
{
	unsigned int i;

	for (i = 0; i < MAX_SPACES; i++) {
		if (!p->spaces[i])
			continue;
		p->ret = 0;
		put_space_nr(p, i);
		return true;
	}
	return false;
}

/* --- memory objects -------------------------------------------------------- */

static void on_release(void *opaque)
{
	struct used_memory *memory = opaque;

	check(memory->lives);
	memory->lives = false;
}

/* The IOMMU's translations are those the program has announced. */
static int on_replay(void *opaque, struct uvfio_iommu_notifier *notifier,
		     struct uvfio_error *err)
{
	const struct used_memory *memory = opaque;
	struct uvfio_iommu_entry entry = { .target = NULL };
	const struct entry *e;
	unsigned int i;
	int ret = 0;

	for (i = 0; i < MAX_ENTRIES && !ret; i++) {
		e = &memory->program->now.entries[i];
		if (!e->there)
			continue;
		entry.iova = e->first;
		entry.addr_mask = e->last - e->first;
		entry.translated = e->translated;
		entry.access = e->access;
		ret = uvfio_iommu_replay_entry(notifier, &entry, err);
	}
	return ret;
}

static void new_memory(struct program *p)
{
	static const struct uvfio_iommu_ops iommu = {
		.size = sizeof(iommu), .replay = on_replay,
	};
	unsigned int i = fuzz_below(&p->in, MAX_MEMORIES);
	const struct memory_kind *kind = &memory_kinds[i];
	struct used_memory *used = &p->memories[i];
	const struct uvfio_memory_options opts = {
		.size = sizeof(opts),
		.type = kind->type,
		.bytes = { kind->last + 1, kind->last == UINT64_MAX },
		.vaddr = (void *)(uintptr_t)kind->vaddr,
		.readonly = kind->readonly,
		.iommu = &iommu,
		.release = on_release,
		.opaque = used,
	};

	if (used->lives)
		return;
	used->program = p;
	p->ret = uvfio_memory_new(p->ctx, &opts, &used->handle, &p->err);
	used->lives = !p->ret;
	p->now.memory_held[i] = true;
	oracle_judge(p, 0, AS_BEFORE);
}

static void put_memory_nr(struct program *p, unsigned int i)
{
	uvfio_memory_put(p->memories[i].handle);
	p->now.memory_held[i] = false;
	p->ret = 0;
	oracle_judge(p, 0, AS_AFTER);
}

static void put_memory(struct program *p)
{
	unsigned int i = fuzz_below(&p->in, MAX_MEMORIES);

	if (p->now.memory_held[i])
		put_memory_nr(p, i);
}

bool release_memory(struct program *p)
{
	unsigned int i;

	for (i = 0; i < MAX_MEMORIES; i++) {
		if (!p->now.memory_held[i])
			continue;
		put_memory_nr(p, i);
		return true;
	}
	return false;
}

/* --- sections -------------------------------------------------------------- */

static unsigned int nr_sections(const struct program *p, unsigned int space)
{
	unsigned int i, nr = 0;

	for (i = 0; i < MAX_SECTIONS; i++)
		nr += p->now.spaces[space].sections[i].there;
	return nr;
}

/* At times its ends are inside of pages, and differently placed in the object. */
static struct section take_section(struct program *p)
{
	unsigned char flags = fuzz_byte(&p->in);
	struct section s = { .readonly = flags & 1 };

	s.memory = fuzz_below(&p->in, MAX_MEMORIES);
	take_range(p, &s.start, &s.last);
	s.offset = fuzz_below(&p->in, 8) * PAGE;
	if (!s.start && s.last == UINT64_MAX)
		s.offset = 0;
	if ((flags & 0xc) == 4) {
		s.start += 0x800;
		s.offset += flags & 2 ? 0x800 : 0x400;
	}
	if ((flags & 0x30) == 0x10)
		s.last -= 0x800;
	/* What is mapped at the end cannot be told from nothing with this bug. */
	if (p->now.shape.quirks & TYPE1_QUIRK(UNMAP_WRAP_SILENT) && s.last > -PAGE - 1)
		s.last -= PAGE;
	return s;
}

static void add_section(struct program *p)
{
	unsigned int space = fuzz_below(&p->in, MAX_SPACES);
	const struct section s = take_section(p);
	const struct uvfio_section section = {
		.start = s.start,
		.size = { s.last - s.start + 1, !s.start && s.last == UINT64_MAX },
		.memory = p->memories[s.memory].handle,
		.offset = s.offset,
		.readonly = s.readonly,
	};

	if (!p->spaces[space] || !p->now.memory_held[s.memory] || s.last <= s.start ||
	    nr_sections(p, space) == MAX_SECTIONS)
		return;
	p->ret = uvfio_section_add(p->spaces[space], &section, &p->err);
	oracle_judge(p, model_section_add(&p->now, space, &s), AS_BEFORE);
}

static void del_section_at(struct program *p, unsigned int space, uint64_t start)
{
	p->ret = uvfio_section_del(p->spaces[space], start, &p->err);
	oracle_judge(p, model_section_del(&p->now, space, start), AS_AFTER);
}

static void del_section(struct program *p)
{
	unsigned int space = fuzz_below(&p->in, MAX_SPACES);
	unsigned int i = fuzz_below(&p->in, MAX_SECTIONS + 1);
	uint64_t start = take_address(p);

	if (i < MAX_SECTIONS && p->now.spaces[space].sections[i].there)
		start = p->now.spaces[space].sections[i].start;
	if (p->spaces[space])
		del_section_at(p, space, start);
}

bool release_section(struct program *p)
{
	unsigned int i, j;

	for (i = 0; i < MAX_SPACES; i++) {
		for (j = 0; p->spaces[i] && j < MAX_SECTIONS; j++) {
			if (!p->now.spaces[i].sections[j].there)
				continue;
			del_section_at(p, i, p->now.spaces[i].sections[j].start);
			return true;
		}
	}
	return false;
}

static void find_section(struct program *p)
{
	unsigned int space = fuzz_below(&p->in, MAX_SPACES);
	uint64_t address = take_address(p);
	struct uvfio_section found;
	const struct section *s;
	int ret;

	if (!p->spaces[space])
		return;
	s = model_section_find(&p->now, space, address);
	ret = uvfio_section_find(p->spaces[space], address, &found);
	check(ret == (s ? 0 : -ENOENT));
	check(!s || found.start == s->start);
}

/* --- listeners ------------------------------------------------------------- */

static int on_region_add(void *opaque, const struct uvfio_section *section,
			 struct uvfio_error *err)
{
	struct used_listener *used = opaque;

	(void)err;
	if (section->start == used->refuses)
		return -ENOTEMPTY;
	check(used->nr < MAX_SECTIONS);
	used->starts[used->nr++] = section->start;
	return 0;
}

static int on_region_del(void *opaque, const struct uvfio_section *section,
			 struct uvfio_error *err)
{
	struct used_listener *used = opaque;
	unsigned int i;

	(void)err;
	for (i = 0; i < used->nr && used->starts[i] != section->start; i++)
		;
	check(i < used->nr);
	used->starts[i] = used->starts[--used->nr];
	return 0;
}

static void add_listener(struct program *p)
{
	static const struct uvfio_listener_ops ops = {
		sizeof(ops), on_region_add, on_region_del,
	};
	unsigned int i = fuzz_below(&p->in, MAX_LISTENERS);
	unsigned int space = fuzz_below(&p->in, MAX_SPACES);
	struct used_listener *used = &p->listeners[i];
	struct listener *listener = &p->now.listeners[i];

	if (used->handle || !p->spaces[space])
		return;
	used->refuses = fuzz_byte(&p->in) & 1 ? take_address(p) : UINT64_MAX;
	p->ret = uvfio_listener_register(p->spaces[space], &ops, used, &used->handle, &p->err);
	*listener = (struct listener){ .space = space, .refuses = used->refuses };
	oracle_judge(p, model_listen(&p->now, i), AS_BEFORE);
	check(p->ret || used->handle);
	check(!p->ret || !used->nr);
}

static void del_listener_nr(struct program *p, unsigned int i)
{
	p->ret = uvfio_listener_unregister(p->listeners[i].handle, &p->err);
	check(!p->listeners[i].nr);
	p->listeners[i].handle = NULL;
	p->now.listeners[i].there = false;
	model_expire_spaces(&p->now);
	oracle_judge(p, 0, AS_AFTER);
}

static void del_listener(struct program *p)
{
	unsigned int i = fuzz_below(&p->in, MAX_LISTENERS);

	if (p->listeners[i].handle)
		del_listener_nr(p, i);
}

bool release_listener(struct program *p)
{
	unsigned int i;

	for (i = 0; i < MAX_LISTENERS; i++) {
		if (!p->listeners[i].handle)
			continue;
		del_listener_nr(p, i);
		return true;
	}
	return false;
}

static const call_fn table[] = {
	get_space, put_space, new_memory, new_memory, put_memory, add_section, add_section,
	add_section, add_section, del_section, find_section, add_listener, del_listener,
};

CALLS(space_calls, table);
