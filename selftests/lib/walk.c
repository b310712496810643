// SPDX-License-Identifier: GPL-2.0-only
/* Making up the steps of a walk: see walk.h. */
#include <linux/vfio.h>

#include "memory.h"
#include "walk.h"

#define COUNT(array)	(sizeof(array) / sizeof(*(array)))

/* One more than the largest argument of CHECK_EXTENSION that has a meaning. */
#define MAX_EXTENSION	12

/* More than any of the ioctls' structures. */
#define ENOUGH_ARGSZ	96

/* What a step is made from. */
struct maker {
	uint64_t random;
	const struct walk_shape *shape;
	const unsigned char *memory;
	const struct walk_step *steps;
	size_t nr;		/* steps made so far */
};

static uint32_t below(struct maker *m, uint32_t n)
{
	m->random = m->random * 6364136223846793005ull + 1442695040888963407ull;
	return (m->random >> 33) % n;
}

static bool one_in(struct maker *m, uint32_t n)
{
	return !below(m, n);
}

/* Addresses crowd around the places where something changes. */
static uint64_t random_iova(struct maker *m)
{
	static const uint64_t places[] = {
		0, 0, 0, 0, 0xfedf8000, 0xfeef8000, 0x7fffffff8000, 0xffffffff8000,
		0x7ffffffffffff000, 0xfffffffffff80000,
	};
	uint64_t iova;

	if (m->shape->window)
		return m->shape->base + below(m, m->shape->window / PAGE) * PAGE;
	if (m->shape->top && one_in(m, 3))
		return -PAGE * (1 + below(m, 8));
	iova = places[below(m, COUNT(places))] + below(m, 48) * PAGE;
	return one_in(m, 50) ? iova + below(m, PAGE) : iova;
}

/* Mostly a few pages; at times what reaches an end, or can't be. */
static uint64_t random_size(struct maker *m, uint64_t iova)
{
	const uint64_t odd[] = {
		0, 1, PAGE - 1, PAGE + 1, -iova, -iova + PAGE, -PAGE, UINT64_MAX, 1ull << 63,
		1ull << 45, -iova - PAGE,
	};

	if (!m->shape->window && one_in(m, 12))
		return odd[below(m, COUNT(odd))];
	return (1 + below(m, one_in(m, 4) ? 48 : 6)) * PAGE;
}

static void fit_window(struct walk_step *step, const struct walk_shape *shape)
{
	uint64_t room = shape->base + shape->window - step->iova;

	if (step->size > room)
		step->size = room;
}

/* Half of the ranges were used a little before, so that calls meet. */
static void random_range(struct walk_step *step, struct maker *m)
{
	if (m->nr && one_in(m, 2)) {
		const struct walk_step *before =
			&m->steps[m->nr - 1 - below(m, m->nr < 12 ? m->nr : 12)];

		step->iova = before->iova;
		step->size = before->size;
	} else {
		step->iova = random_iova(m);
		step->size = random_size(m, step->iova);
	}
	if (m->shape->window)
		fit_window(step, m->shape);
	else if (!m->shape->top && step->iova + step->size == 0)
		step->size -= PAGE;
}

static void make_map(struct walk_step *step, struct maker *m)
{
	static const uint32_t odd_flags[] = {
		0, VFIO_DMA_MAP_FLAG_VADDR, VFIO_DMA_MAP_FLAG_VADDR,
		VFIO_DMA_MAP_FLAG_VADDR | VFIO_DMA_MAP_FLAG_READ, 1u << 3, 1u << 31,
	};

	random_range(step, m);
	step->vaddr = (uintptr_t)m->memory + below(m, WALK_PAGES) * PAGE;
	if (one_in(m, 40))
		step->vaddr = one_in(m, 2) ? step->vaddr + 1 : -PAGE;
	step->flags = 1 + below(m, 3);
	if (one_in(m, 8))
		step->flags = odd_flags[below(m, COUNT(odd_flags))];
}

static void make_unmap(struct walk_step *step, struct maker *m)
{
	static const uint32_t odd_flags[] = {
		VFIO_DMA_UNMAP_FLAG_VADDR, VFIO_DMA_UNMAP_FLAG_VADDR, VFIO_DMA_UNMAP_FLAG_VADDR,
		1u << 3, VFIO_DMA_UNMAP_FLAG_ALL,
		VFIO_DMA_UNMAP_FLAG_ALL | VFIO_DMA_UNMAP_FLAG_VADDR,
	};
	/* The last ones are of everything. */
	const uint32_t flags = m->shape->window ? 4 : COUNT(odd_flags);

	random_range(step, m);
	if (!one_in(m, 8))
		return;
	step->flags = odd_flags[below(m, flags)];
	if (step->flags & VFIO_DMA_UNMAP_FLAG_ALL && !one_in(m, 4)) {
		step->iova = 0;
		step->size = 0;
	}
}

static void make_bitmap(struct walk_step *step, struct maker *m, uint32_t flags)
{
	random_range(step, m);
	step->flags = flags;
	/* Never 0, which edge/dirty_bitmap.c is about. */
	step->pgsize = one_in(m, 20) ? (1 + below(m, 2)) * PAGE : PAGE;
	step->bitmap_size = 8 * (1 + below(m, WALK_BITMAP_WORDS));
	if (one_in(m, 20))
		step->bitmap_size = one_in(m, 2) ? 0 : 1ull << 40;
}

static void make_unmap_bitmap(struct walk_step *step, struct maker *m)
{
	make_bitmap(step, m, VFIO_DMA_UNMAP_FLAG_GET_DIRTY_BITMAP);
}

static void make_get_bitmap(struct walk_step *step, struct maker *m)
{
	make_bitmap(step, m, VFIO_IOMMU_DIRTY_PAGES_FLAG_GET_BITMAP);
}

/* Start and stop, and at times more bits than one. */
static void make_dirty(struct walk_step *step, struct maker *m)
{
	step->flags = one_in(m, 6) ? 3 + below(m, 6) * 2 : 1u << below(m, 2);
}

static void make_get_info(struct walk_step *step, struct maker *m)
{
	step->argsz = below(m, WALK_INFO_BYTES);
}

static void make_extension(struct walk_step *step, struct maker *m)
{
	step->flags = below(m, MAX_EXTENSION + 1);
}

/* No limit as often as any. */
static void make_lock_limit(struct walk_step *step, struct maker *m)
{
	step->size = one_in(m, 2) ? UINT64_MAX : below(m, 96) * PAGE;
}

static void make_memory(struct walk_step *step, struct maker *m)
{
	(void)step;
	(void)m;
}

/* Inside of what was used before, not only from its start. */
static void make_access(struct walk_step *step, struct maker *m)
{
	random_range(step, m);
	step->iova += below(m, 2 * PAGE);
	step->size = 1 + below(m, one_in(m, 4) ? 16 * PAGE : 2 * PAGE);
	step->flags = below(m, 2);
	step->value = below(m, 256);
}

/* Each call, how often it is made, and where it makes sense. */
static const struct {
	uint32_t weight;
	void (*make)(struct walk_step *step, struct maker *m);
	bool everywhere;	/* in a window as well */
	bool device;
	bool lock_limit;
} calls[NR_WALK_CALLS] = {
	[WALK_MAP]		= { 44, make_map, .everywhere = true },
	[WALK_UNMAP]		= { 28, make_unmap, .everywhere = true },
	[WALK_GET_INFO]		= { 4, make_get_info },
	[WALK_EXTENSION]	= { 1, make_extension, .everywhere = true },
	[WALK_LOCK_LIMIT]	= { 1, make_lock_limit, .lock_limit = true },
	[WALK_MEMORY]		= { 1, make_memory, .device = true },
	[WALK_DEVICE_READ]	= { 4, make_access, .device = true },
	[WALK_DEVICE_WRITE]	= { 6, make_access, .device = true },
	[WALK_UNMAP_BITMAP]	= { 5, make_unmap_bitmap, .everywhere = true },
	[WALK_DIRTY]		= { 5, make_dirty },
	[WALK_GET_BITMAP]	= { 10, make_get_bitmap, .everywhere = true },
};

bool walk_has(const struct walk_shape *shape, enum walk_call call)
{
	return (calls[call].everywhere || !shape->window) &&
	       (!calls[call].device || shape->device) &&
	       (!calls[call].lock_limit || shape->lock_limit);
}

static enum walk_call random_call(struct maker *m)
{
	uint32_t sum = 0, n;
	enum walk_call call;

	for (call = 0; call < NR_WALK_CALLS; call++)
		sum += walk_has(m->shape, call) ? calls[call].weight : 0;
	n = below(m, sum);
	for (call = 0; ; call++) {
		if (!walk_has(m->shape, call))
			continue;
		if (n < calls[call].weight)
			return call;
		n -= calls[call].weight;
	}
}

void walk_make(struct walk_step *steps, size_t nr, uint64_t seed, const struct walk_shape *shape,
	       const unsigned char *memory)
{
	struct maker m = { .random = seed, .shape = shape, .memory = memory, .steps = steps };

	for (; m.nr < nr; m.nr++) {
		struct walk_step step = { .call = random_call(&m) };

		step.argsz = one_in(&m, 60) ? below(&m, 48) : ENOUGH_ARGSZ;
		calls[step.call].make(&step, &m);
		steps[m.nr] = step;
	}
}
