/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The backend's side of the model: the user's memory behind a mapping. The
 * model's operations, for a struct mock_container as their host, and the copy
 * that dma_rw is made of.
 */
#ifndef MOCK_VFIO_BACKEND_MEMORY_H
#define MOCK_VFIO_BACKEND_MEMORY_H

#include <linux/types.h>

struct mm_struct;
struct page;
struct type1_mapping;

int mock_memory_map(void *host, struct type1_mapping *m);
void mock_memory_unmap(void *host, struct type1_mapping *m);
int mock_memory_move(void *host, struct type1_mapping *m, u64 vaddr);
int mock_memory_pin_page(void *host, struct type1_mapping *m, u64 offset, struct page **page);
void mock_memory_unpin_page(void *host, struct type1_mapping *m, struct page *page);

/*
 * Copies to (@write) or from the mapping's memory: only for a thread of the
 * program that mapped it, or a kernel thread. -EPERM when that program is gone,
 * -EFAULT for another program and for memory that is not there.
 */
int mock_memory_copy(const struct type1_mapping *m, u64 offset, void *data, size_t size,
		     bool write);

#endif /* MOCK_VFIO_BACKEND_MEMORY_H */
