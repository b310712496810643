/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * An sPAPR machine: 1 MiB of RAM in system memory, and a PCI bus with an address
 * space of its own, which is env->as, where IOMMUs are sections.
 */
#ifndef UVFIO_TESTS_SPAPR_ENV_H
#define UVFIO_TESTS_SPAPR_ENV_H

#include "space.h"

#define RAM_AT		0x100000
#define RAM_SIZE	0x100000
#define RAM_VADDR	0x7000000
#define GIB		0x40000000ull
#define SECOND		0x800000000000000ull	/* where the kernel's second window is */

struct spapr_env {
	struct uvfio_address_space *system;
	uint64_t host_page;		/* 0: 4 KiB */
	uint64_t pgsizes;		/* of IOMMUs */
	int tce_table;			/* behind them; -1: none */
	unsigned int tables_asked_for;
};

extern struct spapr_env spapr;

/* The address spaces on an env_fake(), with the RAM; no group yet. */
void spapr_open(struct env *env);
void spapr_close(void);

/* An env_fake() that is a powernv machine, and then with a group. */
int env_spapr(void **state);
int env_spapr_group(void **state);
int spapr_end(void **state);

/* RAM in system memory. */
int spapr_add_ram(struct env *env, uint64_t start, uint64_t size, uintptr_t vaddr);

/* An IOMMU as a section of the bus. */
int spapr_add_iommu(struct env *env, uint64_t start, uint64_t size,
		    struct uvfio_memory **iommu);

/* A translation of its first page to RAM. */
int spapr_translate(struct env *env, struct uvfio_memory *iommu);

#endif /* UVFIO_TESTS_SPAPR_ENV_H */
