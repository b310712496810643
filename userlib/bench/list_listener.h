/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What the library is compared with: sections and windows in linked lists, gone
 * through from the start for each question, as the reference keeps its own.
 */
#ifndef UVFIO_BENCH_LIST_LISTENER_H
#define UVFIO_BENCH_LIST_LISTENER_H

#include <stdbool.h>
#include <stdint.h>

struct range {
	struct range *next;
	uint64_t first;
	uint64_t last;
};

/* For a range that is known not to overlap another. */
void list_push(struct range **list, uint64_t first, uint64_t last);
/* false when it overlaps another. */
bool list_add(struct range **list, uint64_t first, uint64_t last);
/* The one that contains the whole range, or NULL. */
const struct range *list_find(const struct range *list, uint64_t first, uint64_t last);
bool list_del(struct range **list, uint64_t first);
void list_free(struct range **list);

#endif /* UVFIO_BENCH_LIST_LISTENER_H */
