/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The backend's side of the model: the user's memory behind a mapping. The
 * model's operations, for a struct mock_container as their host, and the copy
 * that dma_rw is made of.
 */
#ifndef MOCK_VFIO_BACKEND_MEMORY_H
#define MOCK_VFIO_BACKEND_MEMORY_H

#include <linux/list.h>
#include <linux/types.h>

struct cred;
struct mm_struct;
struct page;
struct task_struct;
struct type1_mapping;

/**
 * struct mock_program - who maps memory, and with what rights
 * @users: mappings that are his
 * @mm: the address space
 * @task: leader of the thread group, for its RLIMIT_MEMLOCK
 * @cred: its credentials
 * @lock_cap: which have CAP_IPC_LOCK
 */
struct mock_program {
	unsigned long users;
	struct mm_struct *mm;
	struct task_struct *task;
	const struct cred *cred;
	bool lock_cap;
};

/**
 * struct mock_memory - the host's part of a mapping: what it holds
 * @program: that mapped it
 * @chunks: pages pinned at MAP
 * @pinned: how many these are
 * @accounted: how many of them count as locked
 */
struct mock_memory {
	struct mock_program *program;
	struct list_head chunks;
	unsigned long pinned;
	unsigned long accounted;
};

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
int mock_memory_copy(struct type1_mapping *m, u64 offset, void *data, size_t size, bool write);

#endif /* MOCK_VFIO_BACKEND_MEMORY_H */
