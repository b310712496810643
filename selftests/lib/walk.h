/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A random walk through all that a container's type1 can be asked, step by
 * step: ioctls with good and bad arguments, accesses by the device, and looks
 * at what it left. Several parties take the same walk; what a step gives back
 * must be the same for each.
 *
 * walk.c makes up the steps, walk_run.c takes them, walk_print.c writes them down,
 * walk_shrink.c finds the few that matter.
 */
#ifndef SELFTESTS_WALK_H
#define SELFTESTS_WALK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#define WALK_BITMAP_WORDS	4
#define WALK_INFO_BYTES		256

enum walk_call {
	WALK_MAP,
	WALK_UNMAP,
	WALK_GET_INFO,
	WALK_EXTENSION,
	WALK_LOCK_LIMIT,	/* RLIMIT_MEMLOCK is @size now; gives the memory that is locked */
	WALK_MEMORY,		/* the sum of the memory's bytes */
	WALK_DEVICE_READ,	/* the device sums up bytes of memory, by IOVA */
	WALK_DEVICE_WRITE,	/* ... writes bytes of @value to them */
	WALK_UNMAP_BITMAP,
	WALK_DIRTY,
	WALK_GET_BITMAP,
	NR_WALK_CALLS
};

/* One call; the members that it does not use are 0. */
struct walk_step {
	enum walk_call call;
	uint32_t argsz;
	uint32_t flags;		/* CHECK_EXTENSION: which; device: by pinned pages */
	uint64_t iova;
	uint64_t size;
	uint64_t vaddr;
	uint64_t pgsize;
	uint64_t bitmap_size;
	uint64_t value;
};

/* Everything that a call gives back. */
struct walk_result {
	int ret;
	uint64_t size;		/* UNMAP: really unmapped; LOCK_LIMIT: bytes locked */
	uint64_t sum;
	uint64_t bitmap[WALK_BITMAP_WORDS];
	unsigned char info[WALK_INFO_BYTES];
};

/* What the steps are chosen from. */
struct walk_shape {
	/*
	 * Addresses and calls that touch nothing outside of so many bytes at @base,
	 * so that walks of several threads don't meet; 0: everything.
	 */
	uint64_t window;
	uint64_t base;
	/* Mappings that touch the last page of the address space, too. */
	bool top;
	/* Accesses by the device, too. */
	bool device;
	/* Limits on locked memory, too. */
	bool lock_limit;
};

/*
 * Makes up @nr steps; the same ones for the same seed, shape and memory. @memory
 * is what walk_memory_new() returned.
 */
void walk_make(struct walk_step *steps, size_t nr, uint64_t seed, const struct walk_shape *shape,
	       const unsigned char *memory);

/* Whether steps with this call mean anything for this shape. */
bool walk_has(const struct walk_shape *shape, enum walk_call call);

/*
 * One who takes walks: a container of the kernel's or something that stands for
 * one. Results are those of system calls: 0 or more, or -errno.
 */
struct walk_party {
	const char *name;
	void *opaque;
	int (*ioctl)(void *opaque, unsigned long request, void *arg);
	/* Returns -errno of the access; fills in the sum of what was read. */
	int (*device)(void *opaque, const struct walk_step *step, uint64_t *sum);
	/* Sets the limit, in bytes, and returns how much is locked. */
	int64_t (*lock_limit)(void *opaque, uint64_t limit);
};

/* Takes one step. */
void walk_run(const struct walk_party *party, const unsigned char *memory,
	      const struct walk_step *step, struct walk_result *result);

/*
 * The memory that is mapped: pages, all but one of which can be written, with
 * nothing behind them. Their contents are the same after each reset.
 */
#define WALK_PAGES	32
unsigned char *walk_memory_new(void);
void walk_memory_reset(unsigned char *memory);
void walk_memory_free(unsigned char *memory);

/* Prints the step as a line of C. */
void walk_print_step(FILE *file, const struct walk_step *step, const unsigned char *memory);

/* Prints what differs, named by the parties. */
void walk_print_difference(FILE *file, const char *one, const struct walk_result *a,
			   const char *other, const struct walk_result *b);

/*
 * Leaves out steps as long as @differs still says that the parties differ, and
 * returns how many are left.
 */
size_t walk_shrink(struct walk_step *steps, size_t nr,
		   bool (*differs)(void *opaque, const struct walk_step *steps, size_t nr),
		   void *opaque);

#endif /* SELFTESTS_WALK_H */
