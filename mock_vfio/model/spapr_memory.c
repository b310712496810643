// SPDX-License-Identifier: GPL-2.0-only OR LGPL-2.1-or-later
/*
 * Memory that a program registered for version 2. Ranges do not overlap, and are
 * unregistered as they were registered.
 *
 * Unregistering what is still mapped succeeds: the container forgets it, but it
 * stays held, can still be mapped, and can be registered again.
 */
#include "spapr_priv.h"

#define PAGE_SHIFT_OF_CPU	__builtin_ctzll(PORT_PAGE_SIZE)

/* The memory with any byte of the range; the range does not wrap. */
static struct spapr_memory *find_overlap(const struct spapr *s, u64 vaddr, u64 size)
{
	struct rb_node *node = s->memory.rb_node;

	while (node) {
		struct spapr_memory *mem = rb_entry(node, struct spapr_memory, node);

		if (mem->vaddr > vaddr + (size - 1))
			node = node->rb_left;
		else if (vaddr > mem->vaddr + (mem->size - 1))
			node = node->rb_right;
		else
			return mem;
	}
	return NULL;
}

/* The memory that has the whole range. */
struct spapr_memory *spapr_find_memory(const struct spapr *s, u64 vaddr, u64 size)
{
	struct spapr_memory *mem = find_overlap(s, vaddr, size);

	if (!mem || vaddr < mem->vaddr || mem->size - (vaddr - mem->vaddr) < size)
		return NULL;
	return mem;
}

static void link_memory(struct spapr *s, struct spapr_memory *new)
{
	struct rb_node **link = &s->memory.rb_node, *parent = NULL;

	while (*link) {
		parent = *link;
		if (new->vaddr < rb_entry(parent, struct spapr_memory, node)->vaddr)
			link = &parent->rb_left;
		else
			link = &parent->rb_right;
	}
	rb_link_node(&new->node, parent, link);
	rb_insert_color(&new->node, &s->memory);
}

static int add(struct spapr *s, u64 vaddr, u64 size)
{
	struct spapr_memory *mem;
	int ret = s->ops->charge(s->host, size);

	if (ret)
		return ret;
	mem = port_zalloc(sizeof(*mem) + s->ops->memory_size);
	if (!mem) {
		ret = -ENOMEM;
		goto uncharge;
	}
	mem->vaddr = vaddr;
	mem->size = size;
	mem->page_shift = PAGE_SHIFT_OF_CPU;
	mem->registered = true;
	ret = s->ops->hold(s->host, mem);
	if (ret)
		goto free;
	link_memory(s, mem);
	s->enabled = true;
	return 0;

free:
	port_free(mem);
uncharge:
	s->ops->uncharge(s->host, size);
	return ret;
}

int spapr_register(struct spapr *s, u64 vaddr, u64 size)
{
	struct spapr_memory *mem;

	if ((vaddr | size) & (PORT_PAGE_SIZE - 1) || vaddr + size < vaddr)
		return -EINVAL;
	if (!size)
		return -ENOMEM;
	mem = find_overlap(s, vaddr, size);
	if (!mem)
		return add(s, vaddr, size);
	if (mem->vaddr != vaddr || mem->size != size)
		return -EINVAL;
	if (mem->registered)
		return -EBUSY;
	mem->registered = true;
	return 0;
}

static void forget(struct spapr *s, struct spapr_memory *mem)
{
	rb_erase(&mem->node, &s->memory);
	s->ops->release(s->host, mem);
	s->ops->uncharge(s->host, mem->size);
	port_free(mem);
}

int spapr_unregister(struct spapr *s, u64 vaddr, u64 size)
{
	struct spapr_memory *mem;

	if ((vaddr | size) & (PORT_PAGE_SIZE - 1))
		return -EINVAL;
	mem = size ? spapr_find_memory(s, vaddr, size) : NULL;
	if (!mem || mem->vaddr != vaddr || mem->size != size || !mem->registered)
		return -ENOENT;
	if (mem->mapped && spapr_has_quirk(s, SPAPR_QUIRK(UNREGISTER_EBUSY)))
		return -EBUSY;
	if (mem->mapped)
		mem->registered = false;
	else
		forget(s, mem);
	return 0;
}

void spapr_forget_memory(struct spapr *s)
{
	struct rb_node *node;

	while ((node = rb_first(&s->memory))) {
		forget(s, rb_entry(node, struct spapr_memory, node));
		port_breathe();
	}
}
