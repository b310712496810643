// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * The Andersson tree. Invariants: a leaf has level 1; a left child is one level
 * below its parent, a right child at most on it, a right grandchild below it;
 * nodes above level 1 have two children. Recursion is as deep as the tree,
 * at most 2 log2(n + 1).
 */
#include "tree.h"

static inline unsigned int level(const struct uvfio_tree_node *n)
{
	return n ? n->level : 0;
}

static inline void update(const struct uvfio_tree *tree, struct uvfio_tree_node *n)
{
	if (tree->update)
		tree->update(n);
}

/* A left child on its parent's level: rotate right. */
static inline struct uvfio_tree_node *skew(const struct uvfio_tree *tree,
					   struct uvfio_tree_node *n)
{
	struct uvfio_tree_node *left = n->left;

	if (level(left) != n->level)
		return n;
	n->left = left->right;
	left->right = n;
	update(tree, n);
	update(tree, left);
	return left;
}

/* A right grandchild on the level: rotate left, and up. */
static inline struct uvfio_tree_node *split(const struct uvfio_tree *tree,
					    struct uvfio_tree_node *n)
{
	struct uvfio_tree_node *right = n->right;

	if (!right || level(right->right) != n->level)
		return n;
	n->right = right->left;
	right->left = n;
	right->level++;
	update(tree, n);
	update(tree, right);
	return right;
}

static struct uvfio_tree_node *insert(const struct uvfio_tree *tree,
				      struct uvfio_tree_node *root, struct uvfio_tree_node *n)
{
	if (!root)
		return n;
	if (uvfio_tree_before(n, root))
		root->left = insert(tree, root->left, n);
	else
		root->right = insert(tree, root->right, n);
	update(tree, root);
	return split(tree, skew(tree, root));
}

void uvfio_tree_insert(struct uvfio_tree *tree, struct uvfio_tree_node *n)
{
	n->left = NULL;
	n->right = NULL;
	n->level = 1;
	update(tree, n);
	tree->root = insert(tree, tree->root, n);
}

/*
 * After a node was taken from a subtree. A subtree's level never rises by that, nor
 * does its right child get level with it: where none is lower than it may be, all
 * is as it should.
 */
static struct uvfio_tree_node *rebalance(const struct uvfio_tree *tree,
					 struct uvfio_tree_node *n)
{
	unsigned int lower = level(n->left) < level(n->right) ?
			     level(n->left) : level(n->right);

	update(tree, n);
	if (lower + 1 >= n->level)
		return n;
	n->level = lower + 1;
	if (level(n->right) > n->level)
		n->right->level = n->level;
	n = skew(tree, n);
	if (n->right) {
		n->right = skew(tree, n->right);
		if (n->right->right)
			n->right->right = skew(tree, n->right->right);
	}
	n = split(tree, n);
	if (n->right)
		n->right = split(tree, n->right);
	return n;
}

static struct uvfio_tree_node *take_first(const struct uvfio_tree *tree,
					  struct uvfio_tree_node *root,
					  struct uvfio_tree_node **first)
{
	if (!root->left) {
		*first = root;
		return root->right;
	}
	root->left = take_first(tree, root->left, first);
	return rebalance(tree, root);
}

/* The next node takes the place of one that has two children. */
static struct uvfio_tree_node *replace(const struct uvfio_tree *tree,
				       struct uvfio_tree_node *n)
{
	struct uvfio_tree_node *next, *right;

	if (!n->right)
		return n->left;
	right = take_first(tree, n->right, &next);
	next->left = n->left;
	next->right = right;
	next->level = n->level;
	return rebalance(tree, next);
}

static struct uvfio_tree_node *take(const struct uvfio_tree *tree,
				    struct uvfio_tree_node *root, struct uvfio_tree_node *n)
{
	if (root == n)
		return replace(tree, root);
	if (uvfio_tree_before(n, root))
		root->left = take(tree, root->left, n);
	else
		root->right = take(tree, root->right, n);
	return rebalance(tree, root);
}

void uvfio_tree_remove(struct uvfio_tree *tree, struct uvfio_tree_node *n)
{
	tree->root = take(tree, tree->root, n);
	n->level = 0;
}

struct uvfio_tree_node *uvfio_tree_floor(const struct uvfio_tree *tree,
					 uint64_t key)
{
	struct uvfio_tree_node *n = tree->root, *best = NULL;

	while (n) {
		if (n->key <= key) {
			best = n;
			n = n->right;
		} else {
			n = n->left;
		}
	}
	return best;
}

struct uvfio_tree_node *uvfio_tree_ceiling(const struct uvfio_tree *tree,
					   uint64_t key)
{
	struct uvfio_tree_node *n = tree->root, *best = NULL;

	while (n) {
		if (n->key >= key) {
			best = n;
			n = n->left;
		} else {
			n = n->right;
		}
	}
	return best;
}
