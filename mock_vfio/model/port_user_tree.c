// SPDX-License-Identifier: GPL-2.0-only OR LGPL-2.1-or-later
/*
 * The red-black tree behind port_user_tree.h, by the rules of Cormen, Leiserson,
 * Rivest and Stein. Not built into the kernel module.
 *
 * Each rule has a mirror image: "left" says on which side of its parent a node
 * is, and every child is named from there.
 */
#include "port_user.h"

static bool is_red(const struct rb_node *node)
{
	return node && node->red;
}

static struct rb_node *child(const struct rb_node *node, bool left)
{
	return left ? node->rb_left : node->rb_right;
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
static void rotate(struct rb_root *root, struct rb_node *node, bool lift_left)
{
	struct rb_node *up = child(node, lift_left);
	struct rb_node *between = child(up, !lift_left);

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
}

/* No red node may have a red parent: moves that upwards until it is not so. */
void rb_insert_color(struct rb_node *node, struct rb_root *root)
{
	struct rb_node *parent, *grandparent, *uncle;
	bool left;

	while (is_red(parent = node->parent)) {
		grandparent = parent->parent;
		left = parent == grandparent->rb_left;
		uncle = child(grandparent, !left);
		if (is_red(uncle)) {
			parent->red = false;
			uncle->red = false;
			grandparent->red = true;
			node = grandparent;
			continue;
		}
		if (node == child(parent, !left)) {
			rotate(root, parent, !left);
			parent = node;
		}
		parent->red = false;
		grandparent->red = true;
		rotate(root, grandparent, left);
		break;
	}
	root->rb_node->red = false;
}

/*
 * The ways to @node (NULL: to nothing, below @parent) have a black node too few:
 * finds one for them, or moves the lack upwards.
 */
static void add_black(struct rb_root *root, struct rb_node *node, struct rb_node *parent)
{
	struct rb_node *sibling;
	bool left;

	for (; parent && !is_red(node); node = parent, parent = node->parent) {
		left = node == parent->rb_left;
		sibling = child(parent, !left);
		if (sibling->red) {
			sibling->red = false;
			parent->red = true;
			rotate(root, parent, !left);
			sibling = child(parent, !left);
		}
		if (!is_red(sibling->rb_left) && !is_red(sibling->rb_right)) {
			sibling->red = true;
			continue;
		}
		if (!is_red(child(sibling, !left))) {
			child(sibling, left)->red = false;
			sibling->red = true;
			rotate(root, sibling, left);
			sibling = child(parent, !left);
		}
		sibling->red = parent->red;
		parent->red = false;
		child(sibling, !left)->red = false;
		rotate(root, parent, !left);
		return;
	}
	if (node)
		node->red = false;
}

static struct rb_node *leftmost(struct rb_node *node)
{
	while (node->rb_left)
		node = node->rb_left;
	return node;
}

void rb_erase(struct rb_node *node, struct rb_root *root)
{
	struct rb_node *heir, *orphan, *lowest;
	bool lost_black;

	if (!node->rb_left || !node->rb_right) {
		orphan = node->rb_left ? node->rb_left : node->rb_right;
		lowest = node->parent;
		lost_black = !node->red;
		replace_child(root, node->parent, node, orphan);
	} else {
		/* The next node takes the place and the colour, and leaves its own. */
		heir = leftmost(node->rb_right);
		orphan = heir->rb_right;
		lowest = heir->parent == node ? heir : heir->parent;
		lost_black = !heir->red;
		replace_child(root, heir->parent, heir, orphan);
		replace_child(root, node->parent, node, heir);
		heir->red = node->red;
		heir->rb_left = node->rb_left;
		heir->rb_left->parent = heir;
		heir->rb_right = node->rb_right;
		if (heir->rb_right)
			heir->rb_right->parent = heir;
	}
	if (lost_black)
		add_black(root, orphan, lowest);
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
