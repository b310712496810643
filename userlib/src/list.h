/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * An intrusive, circular, doubly linked list. A node that is its own neighbour
 * is in no list, so removing twice is harmless.
 */
#ifndef UVFIO_SRC_LIST_H
#define UVFIO_SRC_LIST_H

#include <stdbool.h>
#include <stddef.h>

struct uvfio_list {
	struct uvfio_list *prev, *next;
};

static inline void uvfio_list_init(struct uvfio_list *list)
{
	list->prev = list;
	list->next = list;
}

static inline bool uvfio_list_empty(const struct uvfio_list *list)
{
	return list->next == list;
}

static inline void uvfio_list_append(struct uvfio_list *list,
				     struct uvfio_list *node)
{
	node->prev = list->prev;
	node->next = list;
	list->prev->next = node;
	list->prev = node;
}

static inline void uvfio_list_remove(struct uvfio_list *node)
{
	node->prev->next = node->next;
	node->next->prev = node->prev;
	uvfio_list_init(node);
}

#define uvfio_list_entry(node, type, member) \
	((type *)(void *)((char *)(node) - offsetof(type, member)))

#define uvfio_list_for_each(node, list) \
	for ((node) = (list)->next; (node) != (list); (node) = (node)->next)

#endif /* UVFIO_SRC_LIST_H */
