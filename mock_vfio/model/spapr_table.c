// SPDX-License-Identifier: GPL-2.0-only OR LGPL-2.1-or-later
/*
 * A window's table. Real ones have up to five levels of pages; here there are
 * leaves of some entries, found by a tree, made when an entry in them is first
 * set and kept until the window goes. Entries are numbered from the window's
 * start.
 */
#include "spapr_priv.h"

/* With the rest of the leaf less than a page. */
#define LEAF_TCES	128u

struct leaf {
	struct rb_node node;
	u64 first;		/* number of the first entry */
	struct spapr_tce tces[LEAF_TCES];
};

static struct leaf *leaf_of(struct rb_node *node)
{
	return node ? rb_entry(node, struct leaf, node) : NULL;
}

/* The first leaf with an entry numbered @nr or more. */
static struct leaf *first_leaf(const struct spapr_window *w, u64 nr)
{
	struct rb_node *node = w->leaves.rb_node;
	struct leaf *first = NULL;

	while (node) {
		struct leaf *leaf = leaf_of(node);

		if (leaf->first + (LEAF_TCES - 1) < nr) {
			node = node->rb_right;
		} else {
			first = leaf;
			node = node->rb_left;
		}
	}
	return first;
}

struct spapr_tce *spapr_tce_find(const struct spapr_window *w, u64 nr)
{
	struct leaf *leaf = first_leaf(w, nr);

	return leaf && leaf->first <= nr ? &leaf->tces[nr - leaf->first] : NULL;
}

static void link_leaf(struct spapr_window *w, struct leaf *new)
{
	struct rb_node **link = &w->leaves.rb_node, *parent = NULL;

	while (*link) {
		parent = *link;
		link = new->first < leaf_of(parent)->first ? &parent->rb_left : &parent->rb_right;
	}
	rb_link_node(&new->node, parent, link);
	rb_insert_color(&new->node, &w->leaves);
}

/* The entry, whose leaf is made if need be. NULL: no memory. */
struct spapr_tce *spapr_tce_get(struct spapr_window *w, u64 nr)
{
	struct spapr_tce *tce = spapr_tce_find(w, nr);
	struct leaf *leaf;

	if (tce)
		return tce;
	leaf = port_zalloc(sizeof(*leaf));
	if (!leaf)
		return NULL;
	leaf->first = nr - nr % LEAF_TCES;
	link_leaf(w, leaf);
	return &leaf->tces[nr % LEAF_TCES];
}

/* The first entry that is set, from @nr on and below @end; @nr becomes its number. */
struct spapr_tce *spapr_tce_first(const struct spapr_window *w, u64 *nr, u64 end)
{
	struct leaf *leaf = first_leaf(w, *nr);

	for (; leaf && leaf->first < end; leaf = leaf_of(rb_next(&leaf->node))) {
		u64 i = *nr > leaf->first ? *nr - leaf->first : 0;

		for (; i < LEAF_TCES && leaf->first + i < end; i++) {
			if (leaf->tces[i].vaddr_prot) {
				*nr = leaf->first + i;
				return &leaf->tces[i];
			}
		}
		port_breathe();
	}
	return NULL;
}

void spapr_free_table(struct spapr_window *w)
{
	struct rb_node *node;

	while ((node = rb_first(&w->leaves))) {
		rb_erase(node, &w->leaves);
		port_free(leaf_of(node));
		port_breathe();
	}
}
