// SPDX-License-Identifier: GPL-2.0-only
/* Taking the steps of a walk: see walk.h. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include <linux/vfio.h>

#include "memory.h"
#include "walk.h"

#define READ_ONLY_PAGE	(WALK_PAGES - 4)

/*
 * A mapping may be far larger than the memory. It must reach nothing else of the
 * process's, whose contents nobody can foretell: so far from either end of the
 * address space, accesses find nothing or are out of bounds.
 */
#define PLACE	((void *)0x100000000000)

unsigned char *walk_memory_new(void)
{
	unsigned char *memory = mmap(PLACE, WALK_PAGES * PAGE, PROT_READ | PROT_WRITE,
				     MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE |
				     MAP_FIXED_NOREPLACE, -1, 0);

	if (memory == MAP_FAILED) {
		perror("# mmap");
		exit(EXIT_FAILURE);
	}
	walk_memory_reset(memory);
	return memory;
}

void walk_memory_reset(unsigned char *memory)
{
	mprotect(memory + READ_ONLY_PAGE * PAGE, PAGE, PROT_READ | PROT_WRITE);
	memory_fill(memory, WALK_PAGES * PAGE, 1);
	mprotect(memory + READ_ONLY_PAGE * PAGE, PAGE, PROT_READ);
}

void walk_memory_free(unsigned char *memory)
{
	munmap(memory, WALK_PAGES * PAGE);
}

/* Where a byte is matters, not only which bytes there are. */
static uint64_t sum_of(const unsigned char *memory)
{
	const uint64_t *words = (const uint64_t *)memory;
	uint64_t sum = 0;
	size_t i;

	for (i = 0; i < WALK_PAGES * PAGE / sizeof(*words); i++)
		sum = sum * 31 + words[i];
	return sum;
}

static void run_map(const struct walk_party *party, const unsigned char *memory,
		    const struct walk_step *step, struct walk_result *result)
{
	struct vfio_iommu_type1_dma_map arg = {
		.argsz = step->argsz, .flags = step->flags, .vaddr = step->vaddr,
		.iova = step->iova, .size = step->size,
	};

	(void)memory;
	result->ret = party->ioctl(party->opaque, VFIO_IOMMU_MAP_DMA, &arg);
}

static void run_unmap(const struct walk_party *party, const unsigned char *memory,
		      const struct walk_step *step, struct walk_result *result)
{
	struct {
		struct vfio_iommu_type1_dma_unmap head;
		struct vfio_bitmap bitmap;
	} arg = {
		.head = {
			.argsz = step->argsz, .flags = step->flags, .iova = step->iova,
			.size = step->size,
		},
		.bitmap = {
			.pgsize = step->pgsize, .size = step->bitmap_size,
			.data = (void *)result->bitmap,
		},
	};

	(void)memory;
	result->ret = party->ioctl(party->opaque, VFIO_IOMMU_UNMAP_DMA, &arg);
	result->size = arg.head.size;
}

static void run_dirty(const struct walk_party *party, const unsigned char *memory,
		      const struct walk_step *step, struct walk_result *result)
{
	struct {
		struct vfio_iommu_type1_dirty_bitmap head;
		struct vfio_iommu_type1_dirty_bitmap_get range;
	} arg = {
		.head = { .argsz = step->argsz, .flags = step->flags },
		.range = {
			.iova = step->iova, .size = step->size,
			.bitmap = {
				.pgsize = step->pgsize, .size = step->bitmap_size,
				.data = (void *)result->bitmap,
			},
		},
	};

	(void)memory;
	result->ret = party->ioctl(party->opaque, VFIO_IOMMU_DIRTY_PAGES, &arg);
}

static void run_info(const struct walk_party *party, const unsigned char *memory,
		     const struct walk_step *step, struct walk_result *result)
{
	(void)memory;
	memcpy(result->info, &step->argsz, sizeof(step->argsz));
	result->ret = party->ioctl(party->opaque, VFIO_IOMMU_GET_INFO, result->info);
}

static void run_extension(const struct walk_party *party, const unsigned char *memory,
			  const struct walk_step *step, struct walk_result *result)
{
	(void)memory;
	result->ret = party->ioctl(party->opaque, VFIO_CHECK_EXTENSION,
				   (void *)(uintptr_t)step->flags);
}

static void run_lock_limit(const struct walk_party *party, const unsigned char *memory,
			   const struct walk_step *step, struct walk_result *result)
{
	int64_t locked = party->lock_limit(party->opaque, step->size);

	(void)memory;
	result->ret = locked < 0 ? (int)locked : 0;
	result->size = locked;
}

static void run_memory(const struct walk_party *party, const unsigned char *memory,
		       const struct walk_step *step, struct walk_result *result)
{
	(void)party;
	(void)step;
	result->sum = sum_of(memory);
}

static void run_access(const struct walk_party *party, const unsigned char *memory,
		       const struct walk_step *step, struct walk_result *result)
{
	(void)memory;
	result->ret = party->device(party->opaque, step, &result->sum);
}

static void (*const runs[NR_WALK_CALLS])(const struct walk_party *party,
					 const unsigned char *memory,
					 const struct walk_step *step,
					 struct walk_result *result) = {
	[WALK_MAP]		= run_map,
	[WALK_UNMAP]		= run_unmap,
	[WALK_GET_INFO]		= run_info,
	[WALK_EXTENSION]	= run_extension,
	[WALK_LOCK_LIMIT]	= run_lock_limit,
	[WALK_MEMORY]		= run_memory,
	[WALK_DEVICE_READ]	= run_access,
	[WALK_DEVICE_WRITE]	= run_access,
	[WALK_UNMAP_BITMAP]	= run_unmap,
	[WALK_DIRTY]		= run_dirty,
	[WALK_GET_BITMAP]	= run_dirty,
};

void walk_run(const struct walk_party *party, const unsigned char *memory,
	      const struct walk_step *step, struct walk_result *result)
{
	memset(result, 0, sizeof(*result));
	/* Bits that a call leaves alone must be told from those it writes. */
	memset(result->bitmap, 0xa5, sizeof(result->bitmap));
	runs[step->call](party, memory, step, result);
}
