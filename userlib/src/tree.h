/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * An intrusive ordered tree: nodes with 64-bit keys, found by the nearest key. An
 * Andersson tree: every operation is logarithmic, and insertion and removal are
 * two small rotations each.
 *
 * A user may keep in each node what it wants to know of all nodes below it: such a
 * tree has an update function.
 */
#ifndef UVFIO_SRC_TREE_H
#define UVFIO_SRC_TREE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct uvfio_tree_node {
	struct uvfio_tree_node *left, *right;
	unsigned int level;	/* 0 = in no tree */
	unsigned int serial;	/* orders nodes of the same key; 0 where keys are distinct */
	uint64_t key;
};

struct uvfio_tree {
	struct uvfio_tree_node *root;
	/*
	 * Called for a node when its children have changed, or nodes below them, and
	 * after it was for those.
	 */
	void (*update)(struct uvfio_tree_node *node);
};

/* Whether @a comes before @b. */
static inline bool uvfio_tree_before(const struct uvfio_tree_node *a,
				     const struct uvfio_tree_node *b)
{
	return a->key != b->key ? a->key < b->key : a->serial < b->serial;
}

/* Key and serial must not be in the tree yet. */
void uvfio_tree_insert(struct uvfio_tree *tree, struct uvfio_tree_node *node);
/* The node must be in the tree. */
void uvfio_tree_remove(struct uvfio_tree *tree, struct uvfio_tree_node *node);

/* The node with the largest key up to @key, the smallest from @key on; or NULL. */
struct uvfio_tree_node *uvfio_tree_floor(const struct uvfio_tree *tree,
					 uint64_t key);
struct uvfio_tree_node *uvfio_tree_ceiling(const struct uvfio_tree *tree,
					   uint64_t key);

#define uvfio_tree_entry(node, type, member) \
	((type *)(void *)((char *)(node) - offsetof(type, member)))

#endif /* UVFIO_SRC_TREE_H */
