// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Sections and windows in a linked list.
 */
#include <stddef.h>
#include <stdlib.h>

#include "list_listener.h"

void list_push(struct range **list, uint64_t first, uint64_t last)
{
	struct range *range = malloc(sizeof(*range));

	range->first = first;
	range->last = last;
	range->next = *list;
	*list = range;
}

bool list_add(struct range **list, uint64_t first, uint64_t last)
{
	const struct range *range;

	for (range = *list; range; range = range->next)
		if (first <= range->last && last >= range->first)
			return false;
	list_push(list, first, last);
	return true;
}

const struct range *list_find(const struct range *list, uint64_t first, uint64_t last)
{
	for (; list; list = list->next)
		if (first >= list->first && last <= list->last)
			return list;
	return NULL;
}

bool list_del(struct range **list, uint64_t first)
{
	struct range *range;

	for (; *list; list = &(*list)->next) {
		range = *list;
		if (range->first == first) {
			*list = range->next;
			free(range);
			return true;
		}
	}
	return false;
}

void list_free(struct range **list)
{
	while (*list)
		list_del(list, (*list)->first);
}
