// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * How the library scales: sections added and removed with a listener, windows
 * added and looked up, events of an IOMMU given to one of many notifiers, in a
 * random order. Ten times as many must take at most
 * fourteen times as long (n log n), and lists must be left far behind. Needs no
 * kernel: runs on the tests' fake one. The limits are for instructions: time also
 * tells how much of a tree a machine's caches hold.
 */
#include <stdio.h>
#include <stdlib.h>

#include "../fake/fake.h"
#include "compare.h"
#include "list_listener.h"

#define ROUNDS		3
#define SECTIONS	100000u
#define WINDOWS		10000u
#define NOTIFIERS	10000u
#define EVENTS		1000u
#define SPACING		0x4000ull
#define SECTION_SIZE	0x1000u
/* What a list is asked for beside those that are there: all would take minutes. */
#define SAMPLE		50u

struct bench {
	struct fake *fake;
	struct uvfio *ctx;
	struct uvfio_address_space *as;
	struct uvfio_memory *ram;
	struct uvfio_listener *listener;
	struct uvfio_group *group;
	struct uvfio_container *container;
	struct range *list;
	struct uvfio_memory *iommu;
	struct uvfio_iommu_notifier *notifiers[NOTIFIERS];
	unsigned int nr_notifiers;
	size_t notified;
	unsigned int *order;	/* a permutation of 0 .. SECTIONS - 1 */
	size_t heard;		/* by the listener */
	size_t allocated;	/* bytes the library has */
};

static void must(bool good, const char *what)
{
	if (!good) {
		fprintf(stderr, "bench_scale: %s failed\n", what);
		exit(2);
	}
}

/* --- memory, counted --------------------------------------------------------- */

struct block {
	_Alignas(16) size_t size;
};

static void *count_alloc(void *opaque, size_t size)
{
	struct bench *b = opaque;
	struct block *block = malloc(sizeof(*block) + size);

	if (!block)
		return NULL;
	block->size = size;
	b->allocated += size;
	return block + 1;
}

static void count_free(void *opaque, void *ptr)
{
	struct bench *b = opaque;
	struct block *block = ptr;

	if (!ptr)
		return;
	block--;
	b->allocated -= block->size;
	free(block);
}

/* --- what is done -------------------------------------------------------------- */

static uint64_t place(const struct bench *b, unsigned int i)
{
	return b->order[i] * SPACING;
}

static int hear(void *opaque, const struct uvfio_section *section,
		struct uvfio_error *err)
{
	struct bench *b = opaque;

	(void)section;
	(void)err;
	b->heard++;
	return 0;
}

static void add_section(struct bench *b, uint64_t start)
{
	const struct uvfio_section section = {
		.start = start, .size = { .lo = SECTION_SIZE }, .memory = b->ram,
	};

	must(!uvfio_section_add(b->as, &section, NULL), "uvfio_section_add");
}

static void del_section(struct bench *b, uint64_t start)
{
	must(!uvfio_section_del(b->as, start, NULL), "uvfio_section_del");
}

static void sections(void *opaque, unsigned int n)
{
	struct bench *b = opaque;
	unsigned int i;

	for (i = 0; i < n; i++)
		add_section(b, place(b, i));
	for (i = 0; i < n; i++)
		del_section(b, place(b, i));
}

/* As many again come and go while SECTIONS are there. */
static void tree_churn(void *opaque, unsigned int n)
{
	struct bench *b = opaque;
	unsigned int i;

	for (i = 0; i < n; i++) {
		add_section(b, place(b, i) + SPACING / 2);
		del_section(b, place(b, i) + SPACING / 2);
	}
}

static void list_churn(void *opaque, unsigned int n)
{
	struct bench *b = opaque;
	uint64_t start;
	unsigned int i;

	for (i = 0; i < n; i++) {
		/* The same listener's work is the same: nothing. */
		start = place(b, i) + SPACING / 2;
		must(list_add(&b->list, start, start + SECTION_SIZE - 1), "list_add");
		must(list_del(&b->list, start), "list_del");
	}
}

/* One that is there goes and comes back: a list has to look for it. */
static void tree_move(void *opaque, unsigned int n)
{
	struct bench *b = opaque;
	unsigned int i;

	for (i = 0; i < n; i++) {
		del_section(b, place(b, i));
		add_section(b, place(b, i));
	}
}

static void list_move(void *opaque, unsigned int n)
{
	struct bench *b = opaque;
	unsigned int i;

	for (i = 0; i < n; i++) {
		must(list_del(&b->list, place(b, i)), "list_del");
		must(list_add(&b->list, place(b, i), place(b, i) + SECTION_SIZE - 1),
		     "list_add");
	}
}

static void add_windows(struct bench *b, unsigned int from, unsigned int to)
{
	uint64_t first;

	for (; from < to; from++) {
		first = from * SPACING;
		must(!uvfio_host_win_add(b->container, first, first + SPACING - 2,
					 SECTION_SIZE, NULL), "uvfio_host_win_add");
	}
}

static void del_windows(struct bench *b, unsigned int from, unsigned int to)
{
	for (; from < to; from++)
		must(!uvfio_host_win_del(b->container, from * SPACING,
					 from * SPACING + SPACING - 2, NULL),
		     "uvfio_host_win_del");
}

/* A permutation of all places, modulo the windows that are there. */
static void lookups(void *opaque, unsigned int n)
{
	struct bench *b = opaque;
	uint64_t first;
	unsigned int i;

	for (i = 0; i < n; i++) {
		first = b->order[i] % n * SPACING;
		must(!uvfio_host_win_lookup(b->container, first, first + 0xfff, NULL,
					    NULL), "uvfio_host_win_lookup");
	}
}

static void list_lookups(void *opaque, unsigned int n)
{
	struct bench *b = opaque;
	uint64_t first;
	unsigned int i;

	for (i = 0; i < n; i++) {
		first = b->order[i] % n * SPACING;
		must(list_find(b->list, first, first + 0xfff), "list_find");
	}
}

/* The IOMMU has no translations when its notifiers come. */
static int replay(void *opaque, struct uvfio_iommu_notifier *notifier,
		  struct uvfio_error *err)
{
	(void)opaque;
	(void)notifier;
	(void)err;
	return 0;
}

static int notify(void *opaque, const struct uvfio_iommu_entry *part,
		  struct uvfio_error *err)
{
	struct bench *b = opaque;

	(void)part;
	(void)err;
	b->notified++;
	return 0;
}

static void add_notifiers(struct bench *b, unsigned int to)
{
	struct uvfio_iommu_notifier_options opts = {
		.size = sizeof(opts), .events = UVFIO_IOMMU_UNMAP, .notify = notify,
		.opaque = b,
	};

	for (; b->nr_notifiers < to; b->nr_notifiers++) {
		opts.first = b->nr_notifiers * SPACING;
		opts.last = opts.first + SPACING - 1;
		must(!uvfio_iommu_notifier_register(b->iommu, &opts,
						    &b->notifiers[b->nr_notifiers], NULL),
		     "uvfio_iommu_notifier_register");
	}
}

/* Each for one notifier, whichever. */
static void events(void *opaque, unsigned int n)
{
	struct uvfio_iommu_entry entry = { .addr_mask = SECTION_SIZE - 1 };
	struct bench *b = opaque;
	size_t before = b->notified;
	unsigned int i;

	for (i = 0; i < n; i++) {
		entry.iova = b->order[i] % b->nr_notifiers * SPACING;
		must(!uvfio_iommu_notify(b->iommu, &entry, NULL), "uvfio_iommu_notify");
	}
	must(b->notified == before + n, "notifying one");
}

/* --- rows ------------------------------------------------------------------------ */

/* Ten times the work, as a ratio of medians. */
static bool growth(struct bench *b, const char *name, bench_fn fn, unsigned int n,
		   void (*prepare)(struct bench *b, unsigned int from, unsigned int to))
{
	uint64_t few[ROUNDS], many[ROUNDS];
	int i;

	for (i = 0; i < ROUNDS; i++) {
		if (prepare)
			prepare(b, 0, n / 10);
		few[i] = bench_time(fn, b, n / 10);
		if (prepare)
			prepare(b, n / 10, n);
		many[i] = bench_time(fn, b, n);
		if (prepare)
			del_windows(b, 0, n);
	}
	return bench_row(name, bench_median(few, ROUNDS) / 1e6,
			 bench_median(many, ROUNDS) / 1e6, 14);
}

/* As many events, with ten times as many notifiers that none is for. */
static bool many_notifiers(struct bench *b)
{
	static const struct uvfio_iommu_ops ops = { .size = sizeof(ops), .replay = replay };
	const struct uvfio_memory_options iommu = {
		.size = sizeof(iommu), .type = UVFIO_MEMORY_IOMMU, .name = "iommu",
		.bytes = { .hi = 1 }, .iommu = &ops,
	};
	uint64_t few[ROUNDS], many[ROUNDS];
	unsigned int i;

	must(!uvfio_memory_new(b->ctx, &iommu, &b->iommu, NULL), "uvfio_memory_new");
	add_notifiers(b, NOTIFIERS / 10);
	for (i = 0; i < ROUNDS; i++)
		few[i] = bench_time(events, b, EVENTS);
	add_notifiers(b, NOTIFIERS);
	for (i = 0; i < ROUNDS; i++)
		many[i] = bench_time(events, b, EVENTS);
	while (b->nr_notifiers)
		uvfio_iommu_notifier_unregister(b->notifiers[--b->nr_notifiers]);
	uvfio_memory_put(b->iommu);
	bench_header("\nan event for one notifier (plain: of 10^3, ours: of 10^4)", "ns");
	return bench_row("uvfio_iommu_notify()", (double)bench_median(few, ROUNDS) / EVENTS,
			 (double)bench_median(many, ROUNDS) / EVENTS, 2);
}

static bool against_lists(struct bench *b)
{
	static const struct comparison rows[] = {
		{ "a section added and removed, 10^5 live", list_churn, tree_churn, SAMPLE, -50 },
		{ "a section removed and added again, 10^5 live", list_move, tree_move, SAMPLE,
		  -50 },
		{ "a lookup among 10^4 windows", list_lookups, lookups, WINDOWS, -50 },
	};
	bool good = true;
	unsigned int i;

	bench_header("\nagainst a linked list", "ns");
	for (i = 0; i < SECTIONS; i++) {
		add_section(b, place(b, i));
		list_push(&b->list, place(b, i), place(b, i) + SECTION_SIZE - 1);
	}
	good &= bench_compare(&rows[0], b);
	good &= bench_compare(&rows[1], b);
	list_free(&b->list);
	for (i = 0; i < SECTIONS; i++)
		del_section(b, place(b, i));

	add_windows(b, 0, WINDOWS);
	for (i = 0; i < WINDOWS; i++)
		list_push(&b->list, i * SPACING, i * SPACING + SPACING - 2);
	good &= bench_compare(&rows[2], b);
	list_free(&b->list);
	del_windows(b, 0, WINDOWS);
	return good;
}

static void memory(struct bench *b)
{
	static _Alignas(SECTION_SIZE) char page[SECTION_SIZE];
	size_t before = b->allocated;
	unsigned int i;

	printf("\nmemory of the library, in bytes\n");
	for (i = 0; i < WINDOWS; i++)
		add_section(b, place(b, i));
	printf("%-52s %10zu\n", "for a section", (b->allocated - before) / WINDOWS);
	for (i = 0; i < WINDOWS; i++)
		del_section(b, place(b, i));
	add_windows(b, 0, WINDOWS);
	printf("%-52s %10zu\n", "for a host window", (b->allocated - before) / WINDOWS);
	del_windows(b, 0, WINDOWS);
	for (i = 0; i < 100; i++)
		must(!uvfio_dma_map(b->container, i * SPACING, SECTION_SIZE, page, false, NULL),
		     "uvfio_dma_map");
	printf("%-52s %10zu\n", "for a mapping made by uvfio_dma_map()",
	       (b->allocated - before) / 100);
	for (i = 0; i < 100; i++)
		must(!uvfio_dma_unmap(b->container, i * SPACING, SECTION_SIZE, NULL),
		     "uvfio_dma_unmap");
}

/* --- set-up ------------------------------------------------------------------------ */

static void shuffle(struct bench *b)
{
	unsigned int i, j, swap;

	b->order = calloc(SECTIONS, sizeof(*b->order));
	for (i = 0; i < SECTIONS; i++)
		b->order[i] = i;
	srand(1);
	for (i = SECTIONS - 1; i; i--) {
		j = rand() % (i + 1);
		swap = b->order[i];
		b->order[i] = b->order[j];
		b->order[j] = swap;
	}
}

/* Sections are for the listener only; the container is in a space of its own. */
static void set_up(struct bench *b)
{
	static const struct uvfio_listener_ops ops = {
		.size = sizeof(ops), .region_add = hear, .region_del = hear,
	};
	static const struct uvfio_allocator allocator = { count_alloc, count_free };
	const struct uvfio_memory_options ram = {
		.size = sizeof(ram), .name = "ram", .bytes = { .lo = SECTION_SIZE }, .vaddr = b,
	};
	struct uvfio_address_space *other;
	struct uvfio_options opts;

	shuffle(b);
	b->fake = fake_new();
	opts = fake_options(b->fake);
	opts.allocator = &allocator;
	opts.allocator_opaque = b;
	must(!uvfio_new(&opts, &b->ctx, NULL), "uvfio_new");
	must(!uvfio_get_address_space(b->ctx, NULL, &b->as, NULL), "uvfio_get_address_space");
	must(!uvfio_memory_new(b->ctx, &ram, &b->ram, NULL), "uvfio_memory_new");
	must(!uvfio_listener_register(b->as, &ops, b, &b->listener, NULL),
	     "uvfio_listener_register");
	must(!uvfio_get_address_space(b->ctx, b, &other, NULL), "uvfio_get_address_space");
	must(!uvfio_get_group(other, 10, &b->group, NULL), "uvfio_get_group");
	uvfio_put_address_space(other);
	b->container = uvfio_group_container(b->group);
}

static void tear_down(struct bench *b)
{
	uvfio_listener_unregister(b->listener, NULL);
	uvfio_memory_put(b->ram);
	uvfio_put_group(b->group, NULL);
	uvfio_put_address_space(b->as);
	must(!uvfio_free(b->ctx) && !b->allocated, "letting go of everything");
	fake_free(b->fake);
	free(b->order);
}

/* The container comes with a window over everything: it is in the way. */
static void remove_default_windows(struct bench *b)
{
	const struct uvfio_iova_range *ranges;
	size_t i, nr;

	ranges = uvfio_container_iova_ranges(b->container, &nr);
	for (i = 0; i < nr; i++)
		must(!uvfio_host_win_del(b->container, ranges[i].first, ranges[i].last, NULL),
		     "uvfio_host_win_del");
}

int main(void)
{
	struct bench b = { 0 };
	bool good = true;

	set_up(&b);
	remove_default_windows(&b);
	bench_header("ten times the work (plain: 1/10 of it, ours: all)", "ms");
	good &= growth(&b, "10^5 sections added and removed", sections, SECTIONS, NULL);
	good &= growth(&b, "10^4 lookups in as many windows", lookups, WINDOWS, add_windows);
	good &= many_notifiers(&b);
	good &= against_lists(&b);
	memory(&b);
	tear_down(&b);
	return !good;
}
