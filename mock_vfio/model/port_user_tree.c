// SPDX-License-Identifier: GPL-2.0-only OR LGPL-2.1-or-later
/* The AVL tree behind port_user_tree.h. Not built into the kernel module. */
#include "port_user.h"

static int height(const struct rb_node *node)
{
	return node ? node->height : 0;
}

static void update_height(struct rb_node *node)
{
	int left = height(node->rb_left), right = height(node->rb_right);

	node->height = 1 + (left > right ? left : right);
}

/* Puts @new (NULL: nothing) where @old hangs below @parent. */
static void replace_child(struct rb_root *root, struct rb_node *parent,
			  struct rb_node *old, struct rb_node *new)
{
	if (!parent)
		root->rb_node = new;
	else if (parent->rb_left == old)
		parent->rb_left = new;
	else
		parent->rb_right = new;
	if (new)
		new->parent = parent;
}

/* Lifts @node's left child, or its right one, into @node's place. */
static struct rb_node *rotate(struct rb_root *root, struct rb_node *node, bool lift_left)
{
	struct rb_node *up = lift_left ? node->rb_left : node->rb_right;
	struct rb_node *between = lift_left ? up->rb_right : up->rb_left;

	replace_child(root, node->parent, node, up);
	node->parent = up;
	if (lift_left) {
		up->rb_right = node;
		node->rb_left = between;
	} else {
		up->rb_left = node;
		node->rb_right = between;
	}
	if (between)
		between->parent = node;
	update_height(node);
	update_height(up);
	return up;
}

/* Restores the balance from @node up to the root. */
static void rebalance(struct rb_root *root, struct rb_node *node)
{
	for (; node; node = node->parent) {
		int lean = height(node->rb_left) - height(node->rb_right);
		struct rb_node *child;

		update_height(node);
		if (lean > 1) {
			child = node->rb_left;
			if (height(child->rb_left) < height(child->rb_right))
				rotate(root, child, false);
			node = rotate(root, node, true);
		} else if (lean < -1) {
			child = node->rb_right;
			if (height(child->rb_right) < height(child->rb_left))
				rotate(root, child, true);
			node = rotate(root, node, false);
		}
	}
}

void rb_insert_color(struct rb_node *node, struct rb_root *root)
{
	rebalance(root, node->parent);
}

static struct rb_node *leftmost(struct rb_node *node)
{
	while (node->rb_left)
		node = node->rb_left;
	return node;
}

void rb_erase(struct rb_node *node, struct rb_root *root)
{
	struct rb_node *heir, *lowest;

	if (!node->rb_left || !node->rb_right) {
		heir = node->rb_left ? node->rb_left : node->rb_right;
		lowest = node->parent;
		replace_child(root, node->parent, node, heir);
	} else {
		heir = leftmost(node->rb_right);
		lowest = heir->parent == node ? heir : heir->parent;
		replace_child(root, heir->parent, heir, heir->rb_right);
		replace_child(root, node->parent, node, heir);
		heir->rb_left = node->rb_left;
		heir->rb_left->parent = heir;
		heir->rb_right = node->rb_right;
		if (heir->rb_right)
			heir->rb_right->parent = heir;
	}
	rebalance(root, lowest);
}

struct rb_node *rb_first(const struct rb_root *root)
{
	return root->rb_node ? leftmost(root->rb_node) : NULL;
}

struct rb_node *rb_next(const struct rb_node *node)
{
	if (node->rb_right)
		return leftmost(node->rb_right);
	while (node->parent && node->parent->rb_right == node)
		node = node->parent;
	return node->parent;
}
