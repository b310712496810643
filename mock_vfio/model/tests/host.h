/* SPDX-License-Identifier: GPL-2.0-only OR LGPL-2.1-or-later */
/*
 * A host for the model that only counts what it was asked to hold, a device
 * that pins pages, and short ways to make the ioctls. Addresses are numbers
 * here: nothing reads the memory behind them.
 */
#ifndef MODEL_TESTS_HOST_H
#define MODEL_TESTS_HOST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <cmocka.h>

#include "type1.h"

#define PAGE		4096ull
#define LAST_PAGE	(0 - PAGE)
#define RW		(VFIO_DMA_MAP_FLAG_READ | VFIO_DMA_MAP_FLAG_WRITE)

/**
 * struct host - the model and what it holds
 * @t: the model
 * @mappings: maps less unmaps
 * @pages: pages pinned
 * @map_error: what the next map answers, once
 * @pin_error_at: offset in a mapping at which pin_page answers EFAULT
 * @stubborn: the device does not unpin when told to
 * @told: notifications so far
 */
struct host {
	struct type1 t;
	long mappings;
	long pages;
	int map_error;
	u64 pin_error_at;
	bool stubborn;
	int told;
};

/* Makes the n-th allocation from now on fail; 0: none. */
void fail_alloc(int n);

struct type1_config default_config(enum type1_model model);
void host_init(struct host *h, const struct type1_config *config, bool v2);
void host_init_default(struct host *h, enum type1_model model, bool v2, u64 quirks);

/* Asserts that the model gives up all it holds. */
void host_done(struct host *h);

/* Each of these is a whole ioctl. */
int host_ioctl(struct host *h, unsigned int cmd, void *arg);
int host_map(struct host *h, u64 iova, u64 size);
int host_map_at(struct host *h, u64 iova, u64 vaddr, u64 size, u32 flags);
int host_unmap(struct host *h, u64 iova, u64 size, u64 *unmapped);
int host_unmap_flags(struct host *h, u64 iova, u64 size, u32 flags, u64 *unmapped);
int host_dirty(struct host *h, u32 flag);
int host_get_bitmap(struct host *h, u64 iova, u64 size, u64 *bits, u64 bytes);

/* An UNMAP that returned 0, and its size. */
u64 host_unmapped(struct host *h, u64 iova, u64 size);

#endif /* MODEL_TESTS_HOST_H */
