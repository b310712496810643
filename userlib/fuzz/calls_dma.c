// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Calls about DMA: mapping and unmapping by hand, host windows, dirty pages.
 */
#include <errno.h>

#include "program.h"

#define VADDR		0x50000000ull
#define BITMAP_WORDS	4

/* The end of the address space is lost to this bug, see model_kernel.c. */
static bool cannot_map(const struct program *p, uint64_t last)
{
	return last == UINT64_MAX && p->now.shape.quirks & TYPE1_QUIRK(UNMAP_WRAP_SILENT);
}

static void map(struct program *p)
{
	struct container *c = take_container(p);
	unsigned char flags = fuzz_byte(&p->in);
	uint64_t first, last, vaddr = VADDR + fuzz_below(&p->in, 16) * PAGE;

	take_range(p, &first, &last);
	if (!c || cannot_map(p, last) || last - first > UINT32_MAX)
		return;
	if ((flags & 0xe) == 2)
		vaddr += 0x10;
	if ((flags & 0xe) == 4)
		first += 0x10;
	p->ret = uvfio_dma_map(c->handle, first, last - first + 1, (void *)(uintptr_t)vaddr,
			       flags & 1, &p->err);
	if (p->now.shape.spapr)
		oracle_accept(p, AS_BEFORE);
	else
		oracle_judge(p, model_map(&p->now, c, first, last, vaddr, flags & 1), AS_BEFORE);
}

static void unmap(struct program *p)
{
	struct container *c = take_container(p);
	uint64_t first, last;

	take_range(p, &first, &last);
	if (!c || last - first == UINT64_MAX)
		return;
	p->ret = uvfio_dma_unmap(c->handle, first, last - first + 1, &p->err);
	if (p->now.shape.spapr)
		oracle_accept(p, AS_AFTER);
	else
		oracle_judge(p, model_unmap(&p->now, c, first, last), AS_AFTER);
}

static void unmap_range(struct program *p)
{
	struct container *c = take_container(p);
	uint64_t first, last, got = 1, want;

	take_range(p, &first, &last);
	if (!c || last - first == UINT64_MAX)
		return;
	p->ret = uvfio_dma_unmap_range(c->handle, first, last - first + 1, &got, &p->err);
	if (p->now.shape.spapr) {
		oracle_accept(p, AS_AFTER);
		return;
	}
	oracle_judge(p, model_unmap_range(&p->now, c, first, last, &want), AS_AFTER);
	check(oracle_faulted(p) || got == (p->ret ? 0 : want));
}

static void unmap_all(struct program *p)
{
	struct container *c = take_container(p);
	uint64_t got = 1, want;

	if (!c)
		return;
	p->ret = uvfio_dma_unmap_all(c->handle, &got, &p->err);
	if (p->now.shape.spapr) {
		check(p->ret == -EOPNOTSUPP && !got);
		return;
	}
	oracle_judge(p, model_unmap_all(&p->now, c, &want), AS_AFTER);
	check(oracle_faulted(p) || got == (p->ret ? 0 : want));
}

static void add_window(struct program *p)
{
	struct container *c = take_container(p);
	uint64_t first, last;

	take_range(p, &first, &last);
	if (!c || p->now.shape.spapr || c->nr_windows == MAX_WINDOWS)
		return;
	p->ret = uvfio_host_win_add(c->handle, first, last, PAGE, &p->err);
	oracle_judge(p, model_window_add(c, first, last), AS_BEFORE);
}

static void del_window(struct program *p)
{
	struct container *c = take_container(p);
	unsigned int i = fuzz_below(&p->in, MAX_WINDOWS);
	uint64_t first, last;

	take_range(p, &first, &last);
	if (!c || p->now.shape.spapr)
		return;
	if (i < c->nr_windows) {
		first = c->windows[i].min_iova;
		last = c->windows[i].max_iova;
	}
	p->ret = uvfio_host_win_del(c->handle, first, last, &p->err);
	oracle_judge(p, model_window_del(c, first, last), AS_BEFORE);
}

static void find_window(struct program *p)
{
	struct container *c = take_container(p);
	uint64_t first, last;

	take_range(p, &first, &last);
	if (!c || p->now.shape.spapr)
		return;
	p->ret = uvfio_host_win_lookup(c->handle, first, last, NULL, &p->err);
	oracle_judge(p, model_in_window(c, first, last) ? 0 : -ENXIO, AS_BEFORE);
}

static void ask_container(struct program *p)
{
	struct container *c = take_container(p);
	uint32_t avail;

	if (!c || p->now.shape.spapr)
		return;
	p->ret = uvfio_container_dma_avail(c->handle, &avail, &p->err);
	check(p->ret || avail == p->now.shape.dma_avail - c->mappings.nr);
	oracle_judge(p, 0, AS_BEFORE);
}

static void track(struct program *p)
{
	struct container *c = take_container(p);
	unsigned char flags = fuzz_byte(&p->in);

	if (!c)
		return;
	p->ret = flags & 3 ? uvfio_dirty_start(c->handle, &p->err) :
			     uvfio_dirty_stop(c->handle, &p->err);
	oracle_accept(p, AS_BEFORE);
}

/* No device writes here, and the bitmap's end is the sanitizer's to watch. */
static void get_dirty(struct program *p)
{
	struct container *c = take_container(p);
	unsigned char flags = fuzz_byte(&p->in);
	const struct uvfio_dirty_bitmap bitmap = {
		.pgsize = PAGE,
		.bits = calloc(BITMAP_WORDS, sizeof(uint64_t)),
		.size = BITMAP_WORDS * sizeof(uint64_t),
	};
	uint64_t first, last;
	unsigned int i;

	take_range(p, &first, &last);
	if (c && last - first < UINT64_MAX) {
		p->ret = flags & 1 ?
			uvfio_dma_unmap_dirty(c->handle, first, last - first + 1, &bitmap,
					      &p->err) :
			uvfio_dirty_get(c->handle, first, last - first + 1, &bitmap, &p->err);
		for (i = 0; i < BITMAP_WORDS; i++)
			check(!bitmap.bits[i]);
		oracle_accept(p, flags & 1 ? AS_AFTER : AS_BEFORE);
	}
	free(bitmap.bits);
}

static const call_fn table[] = {
	map, map, map, unmap, unmap_range, unmap_all, add_window, del_window, find_window,
	ask_container, track, get_dirty,
};

CALLS(dma_calls, table);
