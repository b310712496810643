// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * The Andersson tree. Invariants: a leaf has level 1; a left child is one level
 * below its parent, a right child at most on it, a right grandchild below it;
 * nodes above level 1 have two children. Recursion is as deep as the tree,
 * at most 2 log2(n + 1).
 */
#include "tree.h"

static unsigned int level(const struct uvfio_tree_node *n)
{
	return n ? n->level : 0;
}

/* A left child on its parent's level: rotate right. */
static struct uvfio_tree_node *skew(struct uvfio_tree_node *n)
{
	struct uvfio_tree_node *left = n->left;

	if (level(left) != n->level)
		return n;
	n->left = left->right;
	left->right = n;
	return left;
}

/* A right grandchild on the level: rotate left, and up. */
static struct uvfio_tree_node *split(struct uvfio_tree_node *n)
{
	struct uvfio_tree_node *right = n->right;

	if (!right || level(right->right) != n->level)
		return n;
	n->right = right->left;
	right->left = n;
	right->level++;
	return right;
}

static struct uvfio_tree_node *insert(struct uvfio_tree_node *root, struct uvfio_tree_node *n)
{
	if (!root)
		return n;
	if (n->key < root->key)
		root->left = insert(root->left, n);
	else
		root->right = insert(root->right, n);
	return split(skew(root));
}

void uvfio_tree_insert(struct uvfio_tree *tree, struct uvfio_tree_node *n)
{
	n->left = NULL;
	n->right = NULL;
	n->level = 1;
	tree->root = insert(tree->root, n);
}

/* After a subtree has become lower. */
static struct uvfio_tree_node *rebalance(struct uvfio_tree_node *n)
{
	unsigned int lower = level(n->left) < level(n->right) ?
			     level(n->left) : level(n->right);

	if (lower + 1 < n->level) {
		n->level = lower + 1;
		if (level(n->right) > n->level)
			n->right->level = n->level;
	}
	n = skew(n);
	if (n->right) {
		n->right = skew(n->right);
		if (n->right->right)
			n->right->right = skew(n->right->right);
	}
	n = split(n);
	if (n->right)
		n->right = split(n->right);
	return n;
}

static struct uvfio_tree_node *take_first(struct uvfio_tree_node *root,
					  struct uvfio_tree_node **first)
{
	if (!root->left) {
		*first = root;
		return root->right;
	}
	root->left = take_first(root->left, first);
	return rebalance(root);
}

/* The next node takes the place of one that has two children. */
static struct uvfio_tree_node *replace(struct uvfio_tree_node *n)
{
	struct uvfio_tree_node *next, *right;

	if (!n->right)
		return n->left;
	right = take_first(n->right, &next);
	next->left = n->left;
	next->right = right;
	next->level = n->level;
	return rebalance(next);
}

static struct uvfio_tree_node *take(struct uvfio_tree_node *root, uint64_t key)
{
	if (key == root->key)
		return replace(root);
	if (key < root->key)
		root->left = take(root->left, key);
	else
		root->right = take(root->right, key);
	return rebalance(root);
}

void uvfio_tree_remove(struct uvfio_tree *tree, struct uvfio_tree_node *n)
{
	tree->root = take(tree->root, n->key);
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
