/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Provokers: for each fault site of the mock, a short piece of program that gets
 * there, and what that program sees. A test that compares what is seen with and
 * without a rule knows whether the rule's effect reaches user space.
 */
#ifndef SELFTESTS_PROVOKE_H
#define SELFTESTS_PROVOKE_H

#include <stddef.h>
#include <stdint.h>

#include "engine.h"

#define PROVOKE_DATA_MAX	256
#define PROVOKE_IOVA		0x100000ULL

/**
 * struct stage - what provokers work with; between two of them all is as it was
 * @target: the device, served by our backend
 * @engine: its DMA engine
 * @device: its file descriptor
 * @container: that of its container
 * @memory: two pages, not mapped
 * @stream: how the state of the device begins when it is saved
 * @patience_ms: how long to wait for a signal
 */
struct stage {
	struct target target;
	struct engine engine;
	int device;
	int container;
	unsigned char *memory;
	unsigned char stream[64];
	int patience_ms;
};

/**
 * struct seen - what a program sees of a call; what it has none of is 0
 * @ret: its result, or -errno
 * @size: the size in its answer
 * @flags: the flags in its answer
 * @amount: how much it dealt with
 * @done: how often what it is for has happened
 * @ms: how long all of it took; not the provoker's to fill in
 * @data: what it moved or answered
 * @len: how much of that there is
 */
struct seen {
	long ret;
	uint64_t size;
	uint64_t flags;
	uint64_t amount;
	unsigned int done;
	unsigned int ms;
	unsigned char data[PROVOKE_DATA_MAX];
	size_t len;
};

/**
 * struct provoker - how to get to a site
 * @site: its name
 * @call: gets there, and leaves the stage as it was
 * @error: errno that a program sees when the site fails; 0: the site's own
 * @every_time: a rule that drops has to fire more than once to be seen
 */
struct provoker {
	const char *site;
	void (*call)(struct stage *stage, struct seen *seen);
	int error;
	bool every_time;
};

/* Each ends with an entry without a name. */
extern const struct provoker provoke_device[];
extern const struct provoker provoke_life[];
extern const struct provoker provoke_feature[];
extern const struct provoker provoke_region[];
extern const struct provoker provoke_irq[];
extern const struct provoker provoke_dma[];
extern const struct provoker provoke_iommu[];

/* The shape of a device that has everything there is a site for. */
int provoke_shape(struct mockvfio_profile *profile, struct mockvfio_error *err);

/* Gets the rest ready when @stage->target is open; 0 or -errno. */
int stage_open(struct stage *stage);
void stage_close(struct stage *stage);

/* The provoker of a site, or NULL. */
const struct provoker *provoke_find(const char *site);

/* Helpers of provokers. */
unsigned int provoke_clock_ms(void);
void provoke_keep(struct seen *seen, const void *data, size_t len);
uint64_t provoke_reg(struct stage *stage, uint64_t offset, unsigned int size);
void provoke_set_reg(struct stage *stage, uint64_t offset, unsigned int size, uint64_t value);
/* Resets the device, and lets it do DMA again. */
long provoke_reset(struct stage *stage);
/* Maps one page of the stage's memory for the engine, or takes it away. */
void provoke_map(struct stage *stage);
void provoke_unmap(struct stage *stage);
/* Sets feature @feature; 0 or -errno. */
long provoke_set_feature(struct stage *stage, uint32_t feature, const void *data, size_t size);

#endif /* SELFTESTS_PROVOKE_H */
