// SPDX-License-Identifier: GPL-2.0-only OR LGPL-2.1-or-later
/*
 * Access by a device that is emulated: pages it pins, and the lookup for a
 * single read or write. Pins of one page are counted, the page itself is
 * pinned once.
 */
#include "type1_priv.h"

static struct type1_pin *pin_find(const struct type1_mapping *m, u64 iova)
{
	struct rb_node *node = m->pins.rb_node;

	while (node) {
		struct type1_pin *pin = rb_entry(node, struct type1_pin, node);

		if (iova == pin->iova)
			return pin;
		node = iova < pin->iova ? node->rb_left : node->rb_right;
	}
	return NULL;
}

static void pin_link(struct type1_mapping *m, struct type1_pin *new)
{
	struct rb_node **link = &m->pins.rb_node, *parent = NULL;

	while (*link) {
		parent = *link;
		if (new->iova < rb_entry(parent, struct type1_pin, node)->iova)
			link = &parent->rb_left;
		else
			link = &parent->rb_right;
	}
	rb_link_node(&new->node, parent, link);
	rb_insert_color(&new->node, &m->pins);
}

static void pin_drop(struct type1 *t, struct type1_mapping *m, struct type1_pin *pin)
{
	rb_erase(&pin->node, &m->pins);
	t->ops->unpin_page(t->host, m, pin->page);
	port_free(pin);
}

static int pin_add(struct type1 *t, struct type1_mapping *m, u64 iova, struct page **page)
{
	struct type1_pin *pin = port_zalloc(sizeof(*pin));
	int ret;

	if (!pin)
		return -ENOMEM;
	ret = t->ops->pin_page(t->host, m, iova - m->iova, &pin->page);
	if (ret) {
		port_free(pin);
		return ret;
	}
	pin->iova = iova;
	pin->count = 1;
	pin_link(m, pin);
	type1_mark_dirty(t, m, iova - m->iova, 1);
	*page = pin->page;
	return 0;
}

static int pin_one(struct type1 *t, u64 iova, int prot, struct page **page)
{
	struct type1_mapping *m = mapping_find(t, iova, PORT_PAGE_SIZE);
	struct type1_pin *pin;

	if (!m)
		return -EINVAL;
	if ((m->prot & prot) != (u32)prot)
		return -EPERM;
	pin = pin_find(m, iova);
	if (!pin)
		return pin_add(t, m, iova, page);
	if (pin->count == ~0u)
		return -ENOMEM;
	pin->count++;
	*page = pin->page;
	return 0;
}

int type1_pin(struct type1 *t, u64 iova, int npages, int prot, struct page **pages)
{
	int i, ret;

	if (!t->v2)
		return -EACCES;
	if (npages <= 0 || iova & (PORT_PAGE_SIZE - 1))
		return -EINVAL;
	if (wraps(iova, npages * PORT_PAGE_SIZE))
		return wrap_errno(t);
	if (t->vaddr_invalid)
		return -EBUSY;
	for (i = 0; i < npages; i++) {
		ret = pin_one(t, iova + i * PORT_PAGE_SIZE, prot, &pages[i]);
		if (ret)
			goto undo;
	}
	/* Who pins what it writes to is trusted to write to nothing else. */
	t->all_dirty = false;
	return npages;

undo:
	type1_unpin(t, iova, i);
	memset(pages, 0, npages * sizeof(*pages));
	return ret;
}

void type1_unpin(struct type1 *t, u64 iova, int npages)
{
	for (; npages > 0; npages--, iova += PORT_PAGE_SIZE) {
		struct type1_mapping *m = mapping_find(t, iova, PORT_PAGE_SIZE);
		struct type1_pin *pin = m ? pin_find(m, iova) : NULL;

		if (pin && !--pin->count)
			pin_drop(t, m, pin);
	}
}

/* Takes all pins of a mapping from devices that are gone. */
void type1_unpin_all(struct type1 *t, struct type1_mapping *m)
{
	struct rb_node *node;

	while ((node = rb_first(&m->pins)))
		pin_drop(t, m, rb_entry(node, struct type1_pin, node));
}

int type1_access(struct type1 *t, u64 iova, bool write, struct type1_mapping **m,
		 u64 *offset, u64 *size)
{
	u32 need = VFIO_DMA_MAP_FLAG_READ | (write ? VFIO_DMA_MAP_FLAG_WRITE : 0);

	if (t->vaddr_invalid)
		return -EBUSY;
	*m = mapping_find(t, iova, 1);
	if (!*m)
		return -EINVAL;
	/* As type1 does, refuse even to write where reading is not allowed. */
	if (((*m)->prot & need) != need)
		return -EPERM;
	*offset = iova - (*m)->iova;
	*size = min_t(u64, *size, (*m)->size - *offset);
	return 0;
}
