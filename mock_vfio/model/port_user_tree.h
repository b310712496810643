/* SPDX-License-Identifier: GPL-2.0-only OR LGPL-2.1-or-later */
/*
 * The part of the kernel's <linux/rbtree.h> interface that the model uses, for
 * user space. The shape of a tree is no secret of it: where a quirk makes
 * searches take wrong turns, what they find depends on which nodes are on the
 * way. So this is a red-black tree, balanced by the textbook's rules as the
 * kernel's is, and not any other tree of logarithmic depth.
 */
#ifndef MODEL_PORT_USER_TREE_H
#define MODEL_PORT_USER_TREE_H

#include <stdbool.h>
#include <stddef.h>

struct rb_node {
	struct rb_node *parent;
	struct rb_node *rb_left;
	struct rb_node *rb_right;
	bool red;
};

struct rb_root {
	struct rb_node *rb_node;
};

#define RB_ROOT			((struct rb_root){ NULL })
#define RB_EMPTY_ROOT(root)	(!(root)->rb_node)
#define rb_entry(ptr, type, member)	container_of(ptr, type, member)

static inline void rb_link_node(struct rb_node *node, struct rb_node *parent,
				struct rb_node **link)
{
	*node = (struct rb_node){ .parent = parent, .red = true };
	*link = node;
}

void rb_insert_color(struct rb_node *node, struct rb_root *root);
void rb_erase(struct rb_node *node, struct rb_root *root);
struct rb_node *rb_first(const struct rb_root *root);
struct rb_node *rb_next(const struct rb_node *node);

#endif /* MODEL_PORT_USER_TREE_H */
