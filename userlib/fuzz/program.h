/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A program that makes the calls the input says, on the fake kernel, beside the
 * model of what should come of them.
 */
#ifndef UVFIO_FUZZ_PROGRAM_H
#define UVFIO_FUZZ_PROGRAM_H

#include "../fake/fake.h"
#include "fuzz.h"
#include "model.h"

#define REGIONS_PER_DEVICE	2
#define REGION_BYTES		64	/* of a region, that the program uses */
#define MAX_VMS			2

/* What the program knows of a region it has. */
struct used_region {
	struct uvfio_region *handle;
	bool mapped, enabled, exited;
	unsigned char bytes[REGION_BYTES];
};

struct used_device {
	struct uvfio_device *handle;
	bool no_mmap;
	struct used_region regions[REGIONS_PER_DEVICE];
	int32_t msi[FAKE_VECTORS];
	bool masked;
	bool realized, needs_reset;
	unsigned int hot_resets;	/* since the last of all */
};

struct used_memory {
	struct program *program;
	struct uvfio_memory *handle;
	bool lives;			/* was not released yet */
};

/* The program's listeners keep a list, to be compared with what there is. */
struct used_listener {
	struct uvfio_listener *handle;
	uint64_t refuses;
	uint64_t starts[MAX_SECTIONS];
	unsigned int nr;
};

struct used_notifier {
	struct uvfio_iommu_notifier *handle;
	uint64_t first, last;
	bool refuses;
	unsigned int maps, unmaps;
};

struct program {
	struct fuzz_input in;
	struct fake *fake;
	struct uvfio *ctx;
	struct model now, before;	/* the current call, and before it */
	struct uvfio_error err;
	int ret;			/* of the current call */

	struct uvfio_address_space *spaces[MAX_SPACES];
	struct used_memory memories[MAX_MEMORIES];
	struct uvfio_group *groups[MAX_GROUPS];
	struct used_device devices[MAX_DEVICES];
	struct used_listener listeners[MAX_LISTENERS];
	struct used_notifier notifiers[MAX_NOTIFIERS];
	int vms[MAX_VMS];
	int tce_table;
	bool had_fault;			/* so that KVM or sPAPR may know too much or too little */
	bool reset_registered;
	bool inhibited;
};

/* How a call leaves things when it fails. */
enum failing {
	AS_BEFORE,	/* nothing has happened */
	AS_AFTER,	/* it has happened all the same, if not to the end */
};

/* oracle.c: the verdict on a call. */
void oracle_arm(struct program *p);
/* @want is what the model said; the model is as after the call. */
void oracle_judge(struct program *p, int want, enum failing failing);
/* The same for a call whose result the model does not know. */
void oracle_accept(struct program *p, enum failing failing);
/* Whether a fault was injected into the current call. */
bool oracle_faulted(const struct program *p);

/* invariants.c: what holds after every call. */
void check_invariants(struct program *p);

/* take.c: what calls are made of. */
uint64_t take_address(struct program *p);
void take_range(struct program *p, uint64_t *first, uint64_t *last);
struct container *take_container(struct program *p);
struct used_device *take_device(struct program *p);

/* Calls, by what they are about. Each does nothing when it is not possible now. */
typedef void (*call_fn)(struct program *p);

struct calls {
	const call_fn *fn;
	size_t nr;
};

#define CALLS(name, table) \
	const struct calls name = { table, ARRAY_SIZE(table) }

extern const struct calls space_calls, iommu_calls, group_calls, device_calls, dma_calls;

/* Closes what a part has; true when there was something. */
typedef bool (*release_fn)(struct program *p);
bool release_section(struct program *p);
bool release_listener(struct program *p);
bool release_notifier(struct program *p);
bool release_device(struct program *p);
bool release_group(struct program *p);
bool release_space(struct program *p);
bool release_memory(struct program *p);

#endif /* UVFIO_FUZZ_PROGRAM_H */
