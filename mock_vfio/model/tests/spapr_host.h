/* SPDX-License-Identifier: GPL-2.0-only OR LGPL-2.1-or-later */
/*
 * A host for the sPAPR model that only counts what it was asked to hold, and
 * short ways to make the ioctls.
 */
#ifndef MODEL_TESTS_SPAPR_HOST_H
#define MODEL_TESTS_SPAPR_HOST_H

#include "host.h"
#include "spapr.h"

#define MIB		0x100000ull
#define GIB		0x40000000ull
#define SECOND		0x800000000000000ull	/* where the second window starts */

/**
 * struct spapr_host - the model and what it holds
 * @s: the model
 * @groups: groups that can be attached
 * @program: which program makes the calls
 * @limit: bytes of locked memory that are left
 * @charged: bytes locked
 * @held: registered memory
 * @pages: pages pinned for version 1
 * @bad_vaddr: the page at this address can be neither pinned nor held
 * @page_shift: of the memory that is registered
 */
struct spapr_host {
	struct spapr s;
	struct spapr_group groups[2];
	int program;
	u64 limit;
	u64 charged;
	long held;
	long pages;
	u64 bad_vaddr;
	u32 page_shift;
};

/* Everything the platform offers, with one group attached. */
void spapr_host_init(struct spapr_host *h, enum spapr_platform platform, bool v2, u64 quirks);
void spapr_host_init_config(struct spapr_host *h, const struct spapr_config *config, bool v2);

/* The same with ENABLE done, or 16 MiB registered at MEMORY. */
void spapr_host_ready(struct spapr_host *h, enum spapr_platform platform, bool v2, u64 quirks);
#define MEMORY		0x10000000ull

/* Asserts that the model gives up all it holds. */
void spapr_host_done(struct spapr_host *h);

/* Each of these is a whole ioctl. */
int spapr_host_ioctl(struct spapr_host *h, unsigned int cmd, void *arg);
int spapr_host_map(struct spapr_host *h, u64 iova, u64 vaddr, u64 size);
int spapr_host_unmap(struct spapr_host *h, u64 iova, u64 size);
int spapr_host_register(struct spapr_host *h, u64 vaddr, u64 size);
int spapr_host_unregister(struct spapr_host *h, u64 vaddr, u64 size);
int spapr_host_create(struct spapr_host *h, u32 shift, u64 size, u32 levels, u64 *start);
int spapr_host_remove(struct spapr_host *h, u64 start);
int spapr_host_eeh(struct spapr_host *h, u32 op);

/* What is behind an IOVA; 0: nothing. */
u64 spapr_host_at(struct spapr_host *h, u64 iova);

#endif /* MODEL_TESTS_SPAPR_HOST_H */
