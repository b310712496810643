// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * A guest's IOMMU: what a container makes of its translations.
 *
 * Where it matters, the group is in an address space of its own that has nothing
 * but the IOMMU in it, and system memory has 64 KiB of RAM at 1 MiB.
 */
#include <stdio.h>

#include "space.h"

#define RAM_AT	0x100000
#define RAM_IS	0x7000000
#define ROM_AT	0x1000
#define FLASH_AT 0x2000

/* The program's side of the IOMMU. */
struct iommu {
	struct uvfio_memory *memory;
	struct uvfio_iommu_entry entries[4];	/* what is translated now */
	unsigned int nr;
	unsigned int events;			/* as asked for last */
	unsigned int changes;
	int refuse;				/* what events_changed says */
	bool silent;				/* replay fails without words */
	uint64_t first, last;			/* of the notifier replayed last */
};

static struct iommu iommu;

/* The context's address spaces: the group's is env->as. */
static struct uvfio_address_space *system_as;
static int bus;

static int on_replay(void *opaque, struct uvfio_iommu_notifier *notifier,
		     struct uvfio_error *err)
{
	struct iommu *mmu = opaque;
	unsigned int i;
	int ret;

	uvfio_iommu_notifier_range(notifier, &mmu->first, &mmu->last);
	if (mmu->silent)
		return -EDOM;
	for (i = 0; i < mmu->nr; i++) {
		ret = uvfio_iommu_replay_entry(notifier, &mmu->entries[i], err);
		if (ret)
			return ret;
	}
	return 0;
}

static int on_events(void *opaque, unsigned int before, unsigned int after)
{
	struct iommu *mmu = opaque;

	assert_int_equal(before, mmu->events);
	mmu->changes++;
	if (mmu->refuse)
		return mmu->refuse;
	mmu->events = after;
	return 0;
}

static const struct uvfio_iommu_ops ops = {
	.size = sizeof(ops), .replay = on_replay, .events_changed = on_events,
};

static void new_iommu(struct env *env, struct uvfio_size128 bytes)
{
	const struct uvfio_memory_options opts = {
		.size = sizeof(opts), .type = UVFIO_MEMORY_IOMMU, .name = "vtd",
		.bytes = bytes, .iommu = &ops, .opaque = &iommu,
	};

	iommu = (struct iommu){ .nr = 0 };
	assert_int_equal(uvfio_memory_new(env->ctx, &opts, &iommu.memory, NULL), 0);
}

static void open_spaces(struct env *env)
{
	space_open(env);
	system_as = env->as;
	assert_int_equal(space_add_ram(env, RAM_AT, 0x10000, RAM_IS), 0);
	assert_int_equal(uvfio_get_address_space(env->ctx, &bus, &env->as, NULL), 0);
	new_iommu(env, (struct uvfio_size128){ .hi = 1 });
}

static int env_iommu(void **state)
{
	env_context(state);
	open_spaces(*state);
	assert_int_equal(space_connect(*state), 0);
	fake_forget_calls(((struct env *)*state)->fake);
	return 0;
}

static int iommu_end(void **state)
{
	struct env *env = *state;

	uvfio_memory_put(iommu.memory);
	uvfio_put_address_space(system_as);
	uvfio_put_group(env->group, NULL);
	env->group = NULL;
	assert_int_equal(iommu.events, 0);
	system_as = NULL;
	return env_end(state);
}

/* Part of the IOMMU, from @offset, at @start. */
static int add(struct env *env, uint64_t start, struct uvfio_size128 size,
	       uint64_t offset)
{
	const struct uvfio_section section = {
		.start = start, .size = size, .memory = iommu.memory, .offset = offset,
	};

	return uvfio_section_add(env->as, &section, &env->err);
}

static struct uvfio_iommu_entry entry(uint64_t iova, uint64_t translated, uint64_t size,
				      enum uvfio_iommu_access access)
{
	return (struct uvfio_iommu_entry){
		.iova = iova, .translated = translated, .addr_mask = size - 1,
		.access = access,
	};
}

static int notify(struct env *env, struct uvfio_iommu_entry e)
{
	return uvfio_iommu_notify(iommu.memory, &e, &env->err);
}

static int map(struct env *env, uint64_t iova, uint64_t translated, uint64_t size)
{
	return notify(env, entry(iova, translated, size, UVFIO_IOMMU_READ_WRITE));
}

static int unmap(struct env *env, uint64_t iova, uint64_t size)
{
	return notify(env, entry(iova, 0, size, UVFIO_IOMMU_NONE));
}

static const struct uvfio_size128 all = { .hi = 1 };

static const struct type1_mapping *first_mapping(struct env *env)
{
	struct rb_node *node = rb_first(&env->fake->containers[0].type1.mappings);

	return node ? rb_entry(node, struct type1_mapping, node) : NULL;
}

static void entries_become_mappings(void **state)
{
	struct env *env = *state;

	assert_int_equal(add(env, 0, all, 0), 0);
	assert_contains(env->trace,
			"vfio_listener_region_add_iommu [iommu] 0x0 - 0xffffffffffffffff\n");
	assert_int_equal(map(env, 0x40000, RAM_AT + 0x2000, 0x1000), 0);
	assert_map(env, 0, 0x40000, 0x1000, RAM_IS + 0x2000);
	assert_contains(env->trace,
			"vfio_iommu_map_notify iommu MAP @ 0x40000 - 0x40fff");
	assert_int_equal(unmap(env, 0x40000, 0x1000), 0);
	assert_unmap(env, 0, 0x40000, 0x1000);
	assert_int_equal(space_maps(env), 1);
	assert_int_equal(space_unmaps(env), 1);
	assert_null(first_mapping(env));
}

/* 4.0 to today: a section's place in the address space and in the IOMMU differ. */
static void entries_are_moved_to_their_section(void **state)
{
	struct env *env = *state;

	assert_int_equal(add(env, 0x800000, (struct uvfio_size128){ .lo = 0x10000 },
			     0x30000), 0);
	assert_int_equal(map(env, 0x31000, RAM_AT, 0x1000), 0);
	assert_map(env, 0, 0x801000, 0x1000, RAM_IS);
}

static void permissions(void **state)
{
	static const struct {
		enum uvfio_iommu_access access;
		uint64_t translated;
		uint32_t prot;
	} cases[] = {
		{ UVFIO_IOMMU_READ, RAM_AT, VFIO_DMA_MAP_FLAG_READ },
		{ UVFIO_IOMMU_WRITE, RAM_AT,
		  VFIO_DMA_MAP_FLAG_READ | VFIO_DMA_MAP_FLAG_WRITE },
		{ UVFIO_IOMMU_READ_WRITE, RAM_AT,
		  VFIO_DMA_MAP_FLAG_READ | VFIO_DMA_MAP_FLAG_WRITE },
		{ UVFIO_IOMMU_READ_WRITE, ROM_AT, VFIO_DMA_MAP_FLAG_READ },
		{ UVFIO_IOMMU_READ_WRITE, FLASH_AT, VFIO_DMA_MAP_FLAG_READ },
	};
	const struct uvfio_memory_options flash_is = {
		.size = sizeof(flash_is), .type = UVFIO_MEMORY_RAM,
		.bytes = { .lo = 0x1000 }, .readonly = true,
	};
	struct env *env = *state;
	struct uvfio_section rom = {
		.start = ROM_AT, .size = { .lo = 0x1000 }, .readonly = true,
	};
	struct uvfio_section flash = { .start = FLASH_AT, .size = { .lo = 0x1000 } };
	size_t i;

	assert_int_equal(add(env, 0, all, 0), 0);
	rom.memory = space_memory(env, UVFIO_MEMORY_RAM, 0x5000, 0x1000);
	assert_int_equal(uvfio_section_add(system_as, &rom, NULL), 0);
	uvfio_memory_put(rom.memory);
	assert_int_equal(uvfio_memory_new(env->ctx, &flash_is, &flash.memory, NULL), 0);
	assert_int_equal(uvfio_section_add(system_as, &flash, NULL), 0);
	uvfio_memory_put(flash.memory);
	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		assert_int_equal(notify(env, entry(0x1000, cases[i].translated, 0x1000,
						   cases[i].access)), 0);
		assert_int_equal(first_mapping(env)->prot, cases[i].prot);
		assert_int_equal(unmap(env, 0x1000, 0x1000), 0);
	}
}

/* The section that is translated to begins within its memory object. */
static void translations_into_the_middle(void **state)
{
	struct env *env = *state;
	struct uvfio_section middle = {
		.start = 0x1000, .size = { .lo = 0x2000 }, .offset = 0x4000,
	};

	assert_int_equal(add(env, 0, all, 0), 0);
	middle.memory = space_memory(env, UVFIO_MEMORY_RAM, 0x50000, 0x10000);
	assert_int_equal(uvfio_section_add(system_as, &middle, NULL), 0);
	uvfio_memory_put(middle.memory);
	assert_int_equal(map(env, 0, 0x2000, 0x1000), 0);
	assert_map(env, 0, 0, 0x1000, 0x55000);
}

static void what_is_not_memory(void **state)
{
	struct env *env = *state;
	struct uvfio_section other = { .start = 0x1000, .size = { .lo = 0x1000 } };

	assert_int_equal(add(env, 0, all, 0), 0);
	other.memory = space_memory(env, UVFIO_MEMORY_OTHER, 0, 0x1000);
	assert_int_equal(uvfio_section_add(system_as, &other, NULL), 0);
	uvfio_memory_put(other.memory);
	assert_failed(env, map(env, 0x4000, 0x1000, 0x1000), -EFAULT);
	assert_true(env->err.iova == 0x4000 && env->err.length == 0x1000);
	assert_contains(env->err.message, "translates to what is not memory");
	assert_string_equal(env->err.operation, "uvfio_iommu_notify");
	assert_failed(env, map(env, 0, 0x2000, 0x1000), -EFAULT);	/* nothing */
	assert_int_equal(space_maps(env), 0);
}

static void no_system_memory_at_all(void **state)
{
	struct env *env = *state;

	assert_int_equal(add(env, 0, all, 0), 0);
	uvfio_put_address_space(system_as);
	system_as = NULL;
	assert_failed(env, map(env, 0, RAM_AT, 0x1000), -EFAULT);
	assert_contains(env->err.message, "not memory");
}

/* A BAR is memory too: what peer-to-peer behind an IOMMU maps. */
static void a_bar_is_memory(void **state)
{
	struct env *env = *state;
	struct uvfio_section bar = { .start = 0x1000, .size = { .lo = 0x1000 } };

	assert_int_equal(add(env, 0, all, 0), 0);
	bar.memory = space_memory(env, UVFIO_MEMORY_RAM_DEVICE, 0x5000, 0x1000);
	assert_int_equal(uvfio_section_add(system_as, &bar, NULL), 0);
	uvfio_memory_put(bar.memory);
	assert_int_equal(map(env, 0, 0x1000, 0x1000), 0);
	assert_map(env, 0, 0, 0x1000, 0x5000);
}

static void a_cut_translation(void **state)
{
	struct env *env = *state;

	assert_int_equal(add(env, 0, all, 0), 0);
	assert_failed(env, map(env, 0, RAM_AT, 0x20000), -EFAULT);
	assert_contains(env->err.message, "granularity");
	assert_failed(env, map(env, 0, RAM_AT + 0xf000, 0x2000), -EFAULT);
	assert_int_equal(map(env, 0, RAM_AT + 0xf000, 0x1000), 0);
	assert_int_equal(map(env, 0x10000, RAM_AT, 0x10000), 0);
	assert_int_equal(space_maps(env), 2);
}

static void only_system_memory_is_a_target(void **state)
{
	struct env *env = *state;
	struct uvfio_iommu_entry e = entry(0, RAM_AT, 0x1000, UVFIO_IOMMU_READ_WRITE);

	assert_int_equal(add(env, 0, all, 0), 0);
	e.target = &bus;
	assert_failed(env, notify(env, e), -EXDEV);
	assert_contains(env->err.message, "only system memory");
	e.access = UVFIO_IOMMU_NONE;
	assert_failed(env, notify(env, e), -EXDEV);
	assert_int_equal(env->fake->nr_calls, 0);
}

static void outside_every_window(void **state)
{
	struct env *env = *state;

	env->fake->type1.model = TYPE1_IOMMU;	/* 48 bits, hole at 0xfee00000 */
	env_new_context(env, NULL);
	open_spaces(env);
	assert_int_equal(space_connect(env), 0);
	fake_forget_calls(env->fake);
	/* A hole in the middle does no harm, */
	assert_int_equal(add(env, 0, (struct uvfio_size128){ .lo = 1ull << 50 }, 0), 0);
	/* but what is mapped must not be in it. */
	assert_failed(env, map(env, 0xfee00000, RAM_AT, 0x1000), -ENXIO);
	assert_string_equal(env->err.message,
			    "can't map guest IOVA region 0xfee00000..0xfee00fff");
	assert_int_equal(map(env, 0xfef00000, RAM_AT, 0x1000), 0);
	/* Nothing at all could be mapped here. */
	assert_failed(env, add(env, 1ull << 50, (struct uvfio_size128){ .lo = 1ull << 50 },
			       0), -ENXIO);
	assert_contains(env->err.message, "0x4000000000000..0x7ffffffffffff");
}

/* QEMU dfbd90e5b9. */
static void unmapping_needs_no_translation(void **state)
{
	struct env *env = *state;

	assert_int_equal(add(env, 0, all, 0), 0);
	assert_int_equal(map(env, 0x1000, RAM_AT, 0x1000), 0);
	uvfio_put_address_space(system_as);
	system_as = NULL;
	assert_int_equal(unmap(env, 0x1000, 0x1000), 0);
	assert_null(first_mapping(env));
}

static void a_huge_unmap(void **state)
{
	struct env *env = *state;

	assert_int_equal(add(env, 0x100000000, (struct uvfio_size128){ .lo = 1ull << 32 },
			     1ull << 32), 0);
	assert_int_equal(map(env, 0x100000000, RAM_AT, 0x1000), 0);
	assert_int_equal(map(env, 0x1fffff000, RAM_AT, 0x1000), 0);
	/* A neighbour that the IOMMU has nothing to do with. */
	assert_int_equal(uvfio_dma_map(env->container, 0x200000000, 0x1000,
				       VADDR(0x1000), false, NULL), 0);
	assert_int_equal(unmap(env, 0, 0), 0);	/* 2^64 bytes */
	assert_int_equal(space_unmaps(env), 1);
	assert_unmap(env, 0, 0x100000000, 1ull << 32);
	assert_true(first_mapping(env)->iova == 0x200000000);
}

static void all_of_2_64_bytes(void **state)
{
	struct env *env = *state;

	assert_int_equal(add(env, 0, all, 0), 0);
	assert_true(iommu.first == 0 && iommu.last == UINT64_MAX);
	assert_int_equal(map(env, 0x1000, RAM_AT, 0x1000), 0);
	assert_int_equal(map(env, -0x2000ull, RAM_AT, 0x1000), 0);
	assert_int_equal(unmap(env, 0, 0), 0);
	assert_int_equal(space_unmaps(env), 2);
	assert_unmap(env, 0, 0, 1ull << 63);
	assert_unmap(env, 1, 1ull << 63, 1ull << 63);
	assert_null(first_mapping(env));

	assert_int_equal(map(env, 0x1000, RAM_AT, 0x1000), 0);
	fake_forget_calls(env->fake);
	assert_int_equal(space_del(env, 0), 0);
	/* Of the upper half a kernel that wraps silently would say the same: nothing. */
	assert_int_equal(space_unmaps(env), 3);
	assert_unmap(env, 2, 1ull << 63, (1ull << 63) - 0x1000);
	assert_null(first_mapping(env));
}

static void the_notifier_goes_before_one_big_unmap(void **state)
{
	struct env *env = *state;

	assert_int_equal(add(env, 0x100000, (struct uvfio_size128){ .lo = 0x100000 }, 0), 0);
	assert_int_equal(map(env, 0, RAM_AT, 0x1000), 0);
	assert_int_equal(map(env, 0x80000, RAM_AT, 0x1000), 0);
	assert_int_equal(iommu.events, UVFIO_IOMMU_MAP | UVFIO_IOMMU_UNMAP);
	assert_int_equal(space_del(env, 0x100000), 0);
	assert_int_equal(iommu.events, 0);
	assert_int_equal(space_unmaps(env), 1);
	assert_unmap(env, 0, 0x100000, 0x100000);
	assert_int_equal(map(env, 0, RAM_AT, 0x1000), 0);
	assert_int_equal(space_maps(env), 2);
}

/* What is left of pages at the section's ends would outlive the one big unmap. */
static void parts_of_target_pages_are_not_mapped(void **state)
{
	struct env *env = *state;
	struct uvfio_options opts = fake_options(env->fake);

	opts.target_page_size = 0x10000;
	assert_int_equal(uvfio_new(&opts, &env->ctx, NULL), 0);
	open_spaces(env);
	assert_int_equal(space_connect(env), 0);
	fake_forget_calls(env->fake);
	assert_int_equal(add(env, 0x108000, (struct uvfio_size128){ .lo = 0x20000 },
			     0x8000), 0);
	assert_true(iommu.first == 0x10000 && iommu.last == 0x1ffff);
	assert_int_equal(map(env, 0x9000, RAM_AT, 0x1000), 0);
	assert_int_equal(map(env, 0x10000, RAM_AT, 0x1000), 0);
	assert_int_equal(map(env, 0x20000, RAM_AT, 0x1000), 0);
	assert_int_equal(space_maps(env), 1);
	assert_map(env, 0, 0x110000, 0x1000, RAM_IS);
	assert_int_equal(space_del(env, 0x108000), 0);
	assert_unmap(env, 0, 0x110000, 0x10000);
	assert_null(first_mapping(env));
}

/* QEMU d78c19b5cf: the part that is seen, not the whole. */
static void translations_are_replayed(void **state)
{
	struct env *env = *state;

	iommu.entries[iommu.nr++] = entry(0x1000, RAM_AT, 0x1000, UVFIO_IOMMU_READ);
	iommu.entries[iommu.nr++] = entry(0x10000, RAM_AT + 0x1000, 0x1000,
					  UVFIO_IOMMU_READ_WRITE);
	iommu.entries[iommu.nr++] = entry(0x1f000, RAM_AT + 0x4000, 0x2000,
					  UVFIO_IOMMU_READ_WRITE);
	assert_int_equal(add(env, 0x800000, (struct uvfio_size128){ .lo = 0x10000 },
			     0x10000), 0);
	assert_true(iommu.first == 0x10000 && iommu.last == 0x1ffff);
	assert_int_equal(space_maps(env), 2);
	assert_map(env, 0, 0x800000, 0x1000, RAM_IS + 0x1000);
	assert_map(env, 1, 0x80f000, 0x1000, RAM_IS + 0x4000);
}

/* The same when the section is there before the container. */
static void a_new_container_gets_a_replay(void **state)
{
	struct env *env = *state;

	open_spaces(env);
	iommu.entries[iommu.nr++] = entry(0x1000, RAM_AT, 0x1000, UVFIO_IOMMU_READ);
	assert_int_equal(add(env, 0, all, 0), 0);
	assert_int_equal(iommu.events, 0);
	assert_int_equal(space_connect(env), 0);
	assert_map(env, 0, 0x1000, 0x1000, RAM_IS);
	assert_int_equal(iommu.events, UVFIO_IOMMU_MAP | UVFIO_IOMMU_UNMAP);
}

static void a_replay_that_fails_is_undone(void **state)
{
	struct env *env = *state;
	struct uvfio_section section;

	iommu.entries[iommu.nr++] = entry(0x1000, RAM_AT, 0x1000, UVFIO_IOMMU_READ);
	iommu.entries[iommu.nr++] = entry(0x2000, RAM_AT, 0x1000, UVFIO_IOMMU_READ);
	fake_fail(env->fake, FAKE_IOCTL, VFIO_IOMMU_MAP_DMA, 1, 1, -ENOSPC);
	assert_failed(env, add(env, 0, all, 0), -ENOSPC);
	assert_string_equal(env->err.operation, "uvfio_section_add");
	assert_contains(env->err.message, "iova 0x2000");
	assert_null(first_mapping(env));
	assert_int_equal(iommu.events, 0);
	assert_int_equal(uvfio_section_find(env->as, 0, &section), -ENOENT);
	iommu.silent = true;
	assert_failed(env, add(env, 0, all, 0), -EDOM);
	assert_string_equal(env->err.message, "vtd: replay failed");
	iommu.silent = false;
	assert_int_equal(add(env, 0, all, 0), 0);
}

/* QEMU 549d400587: intel-iommu without caching mode. */
static void events_that_cannot_be_had(void **state)
{
	struct env *env = *state;

	open_spaces(env);
	assert_int_equal(add(env, 0, all, 0), 0);
	iommu.refuse = -ENOTSUP;
	assert_failed(env, space_connect(env), -ENOTSUP);
	assert_string_equal(env->err.message, "vtd cannot give the events wanted");
	assert_string_equal(env->err.path, "vtd");
	assert_int_equal(iommu.changes, 1);
	assert_int_equal(fake_held_files(env->fake), 0);
	assert_int_equal(uvfio_balloon_inhibitors(env->ctx), 0);
	iommu.refuse = 0;
	assert_int_equal(space_connect(env), 0);
}

/* QEMU f8d8a94400. */
static void nobody_is_told_after_the_end(void **state)
{
	struct env *env = *state;

	assert_int_equal(add(env, 0, all, 0), 0);
	assert_int_equal(map(env, 0x1000, RAM_AT, 0x1000), 0);
	assert_int_equal(uvfio_put_group(env->group, NULL), 0);
	env->group = NULL;
	assert_int_equal(iommu.events, 0);
	fake_forget_calls(env->fake);
	assert_int_equal(map(env, 0x2000, RAM_AT, 0x1000), 0);
	assert_int_equal(unmap(env, 0, 0), 0);
	assert_int_equal(env->fake->nr_calls, 0);
}

static bool is_released;
static struct uvfio_memory *short_lived;

static void on_release(void *opaque)
{
	(void)opaque;
	is_released = true;
}

/* In the middle of MAP_DMA the program lets go of the memory. */
static void let_go(struct fake *fake, unsigned long request, void *arg)
{
	(void)fake;
	(void)arg;
	if (request != VFIO_IOMMU_MAP_DMA || !short_lived)
		return;
	assert_int_equal(uvfio_section_del(system_as, 0x1000, NULL), 0);
	short_lived = NULL;
	assert_false(is_released);
}

static void memory_is_held_while_it_is_mapped(void **state)
{
	const struct uvfio_memory_options opts = {
		.size = sizeof(opts), .type = UVFIO_MEMORY_RAM, .bytes = { .lo = 0x1000 },
		.vaddr = VADDR(0x1000), .release = on_release,
	};
	struct uvfio_section section = { .start = 0x1000, .size = { .lo = 0x1000 } };
	struct env *env = *state;

	is_released = false;
	assert_int_equal(add(env, 0, all, 0), 0);
	assert_int_equal(uvfio_memory_new(env->ctx, &opts, &short_lived, NULL), 0);
	section.memory = short_lived;
	assert_int_equal(uvfio_section_add(system_as, &section, NULL), 0);
	uvfio_memory_put(short_lived);
	env->fake->spoil = let_go;
	assert_int_equal(map(env, 0, 0x1000, 0x1000), 0);
	assert_null(short_lived);
	assert_true(is_released);
}

/* Notifiers of the program's own. */
struct ear {
	unsigned int heard;
	struct uvfio_iommu_entry last;
	int ret;
	int unmap;	/* instead of ret, when something is unmapped */
};

static int on_entry(void *opaque, const struct uvfio_iommu_entry *e,
		    struct uvfio_error *err)
{
	struct ear *ear = opaque;

	(void)err;
	ear->heard++;
	ear->last = *e;
	return ear->unmap && e->access == UVFIO_IOMMU_NONE ? ear->unmap : ear->ret;
}

static struct uvfio_iommu_notifier *listen(struct env *env, struct ear *ear, uint64_t first,
					   uint64_t last, unsigned int events)
{
	const struct uvfio_iommu_notifier_options opts = {
		.size = sizeof(opts), .first = first, .last = last, .events = events,
		.notify = on_entry, .opaque = ear,
	};
	struct uvfio_iommu_notifier *notifier;

	assert_int_equal(uvfio_iommu_notifier_register(iommu.memory, &opts, &notifier,
						       &env->err), 0);
	return notifier;
}

static void only_what_is_wanted(void **state)
{
	struct ear unmaps = { .heard = 0 }, maps = { .heard = 0 };
	struct uvfio_iommu_notifier *a, *b;
	struct env *env = *state;

	a = listen(env, &unmaps, 0, UINT64_MAX, UVFIO_IOMMU_UNMAP);
	assert_int_equal(iommu.events, UVFIO_IOMMU_UNMAP);
	b = listen(env, &maps, 0, UINT64_MAX, UVFIO_IOMMU_MAP);
	assert_int_equal(iommu.events, UVFIO_IOMMU_UNMAP | UVFIO_IOMMU_MAP);
	assert_int_equal(iommu.changes, 2);
	/* What somebody wants already is not asked for again. */
	uvfio_iommu_notifier_unregister(listen(env, &maps, 0, 1, UVFIO_IOMMU_MAP));
	assert_int_equal(iommu.changes, 2);
	assert_int_equal(map(env, 0, RAM_AT, 0x1000), 0);
	assert_int_equal(maps.heard, 1);
	assert_int_equal(unmaps.heard, 0);
	assert_int_equal(unmap(env, 0, 0), 0);
	assert_int_equal(maps.heard, 1);
	assert_int_equal(unmaps.heard, 1);
	iommu.entries[iommu.nr++] = entry(0, RAM_AT, 0x1000, UVFIO_IOMMU_READ);
	assert_int_equal(uvfio_iommu_replay(a, &env->err), 0);
	assert_int_equal(uvfio_iommu_replay(b, &env->err), 0);
	assert_int_equal(maps.heard, 2);
	assert_int_equal(unmaps.heard, 1);
	uvfio_iommu_notifier_unregister(a);
	assert_int_equal(iommu.events, UVFIO_IOMMU_MAP);
	uvfio_iommu_notifier_unregister(b);
	uvfio_iommu_notifier_unregister(NULL);
	assert_int_equal(iommu.events, 0);
}

/* Only the first to want an event and the last make a difference. */
static void events_are_wanted_until_the_last_goes(void **state)
{
	struct uvfio_iommu_notifier *both[3], *unmaps, *refused = NULL;
	struct uvfio_iommu_notifier_options opts = {
		.size = sizeof(opts), .last = UINT64_MAX, .events = UVFIO_IOMMU_MAP,
		.notify = on_entry,
	};
	struct ear ear = { .heard = 0 };
	struct env *env = *state;
	unsigned int i;

	unmaps = listen(env, &ear, 0, UINT64_MAX, UVFIO_IOMMU_UNMAP);
	/* One that is refused does not count. */
	iommu.refuse = -ENOTSUP;
	assert_failed(env, uvfio_iommu_notifier_register(iommu.memory, &opts, &refused,
							 &env->err), -ENOTSUP);
	iommu.refuse = 0;
	for (i = 0; i < 3; i++)
		both[i] = listen(env, &ear, 0, UINT64_MAX,
				 UVFIO_IOMMU_UNMAP | UVFIO_IOMMU_MAP);
	assert_int_equal(iommu.changes, 3);
	for (i = 0; i < 3; i++) {
		assert_int_equal(iommu.events, UVFIO_IOMMU_UNMAP | UVFIO_IOMMU_MAP);
		uvfio_iommu_notifier_unregister(both[i]);
	}
	assert_int_equal(iommu.events, UVFIO_IOMMU_UNMAP);
	uvfio_iommu_notifier_unregister(unmaps);
	assert_int_equal(iommu.events, 0);
	assert_int_equal(iommu.changes, 5);
}

static void a_changed_translation_needs_an_unmap(void **state)
{
	struct env *env = *state;

	assert_int_equal(add(env, 0, all, 0), 0);
	assert_int_equal(map(env, 0x1000, RAM_AT, 0x1000), 0);
	assert_failed(env, map(env, 0x1000, RAM_AT + 0x1000, 0x1000), -EEXIST);
	assert_int_equal(unmap(env, 0x1000, 0x1000), 0);
	assert_int_equal(map(env, 0x1000, RAM_AT + 0x1000, 0x1000), 0);
	assert_true(first_mapping(env)->vaddr == RAM_IS + 0x1000);
}

static void only_what_is_in_range(void **state)
{
	static const struct {
		uint64_t iova, size, first, bytes;	/* told; 0 bytes = not told */
	} cases[] = {
		{ 0x0000, 0x1000, 0, 0 },
		{ 0x2fff, 1, 0, 0 },
		{ 0x5000, 0x1000, 0, 0 },
		{ 0x3000, 0x1000, 0x3000, 0x1000 },
		{ 0x2000, 0x2000, 0x3000, 0x1000 },
		{ 0x4000, 0x4000, 0x4000, 0x1000 },
		{ 0x4fff, 0x1000, 0x4fff, 1 },
		{ 0x2000, 0x1001, 0x3000, 1 },
		{ 0x0000, 0, 0x3000, 0x2000 },		/* 2^64 bytes */
	};
	struct uvfio_iommu_notifier *notifier;
	struct env *env = *state;
	struct ear ear;
	size_t i;

	notifier = listen(env, &ear, 0x3000, 0x4fff, UVFIO_IOMMU_MAP);
	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		ear = (struct ear){ .heard = 0 };
		assert_int_equal(map(env, cases[i].iova, 0x100000, cases[i].size), 0);
		assert_int_equal(ear.heard, !!cases[i].bytes);
		if (!ear.heard)
			continue;
		assert_int_equal(ear.last.iova, cases[i].first);
		assert_int_equal(ear.last.addr_mask, cases[i].bytes - 1);
		assert_int_equal(ear.last.translated,
				 0x100000 + cases[i].first - cases[i].iova);
	}
	/* Nor when it is replayed. */
	ear = (struct ear){ .heard = 0 };
	iommu.entries[0] = entry(0x5000, RAM_AT, 0x1000, UVFIO_IOMMU_READ);
	iommu.entries[1] = entry(0x2000, RAM_AT, 0x1000, UVFIO_IOMMU_READ);
	iommu.nr = 2;
	assert_int_equal(uvfio_iommu_replay(notifier, &env->err), 0);
	assert_int_equal(ear.heard, 0);
	uvfio_iommu_notifier_unregister(notifier);
}

/* Three that fail, or not, and what is heard of one event. */
static void with_three_ears(struct env *env, struct ear ears[3], int ret,
			    enum uvfio_iommu_access access)
{
	struct uvfio_iommu_notifier *notifiers[3];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(notifiers); i++)
		notifiers[i] = listen(env, &ears[i], 0, UINT64_MAX,
				      UVFIO_IOMMU_MAP | UVFIO_IOMMU_UNMAP);
	assert_failed(env, notify(env, entry(0, RAM_AT, 0x1000, access)), ret);
	for (i = 0; i < ARRAY_SIZE(notifiers); i++)
		uvfio_iommu_notifier_unregister(notifiers[i]);
}

static void an_unmap_that_fails_does_not_stop_the_others(void **state)
{
	struct ear ears[] = { { .ret = -EDOM }, { .ret = -ERANGE }, { .ret = 0 } };
	struct env *env = *state;

	with_three_ears(env, ears, -EDOM, UVFIO_IOMMU_NONE);
	assert_string_equal(env->err.message, "vtd: a notifier failed");
	assert_int_equal(ears[1].heard, 1);
	assert_int_equal(ears[2].heard, 1);
	assert_contains(env->log, "warning vtd: a notifier failed");
}

static void a_map_is_for_all_or_none(void **state)
{
	struct ear ears[] = { { .ret = 0 }, { .ret = -EDOM }, { .ret = 0 } };
	struct env *env = *state;

	with_three_ears(env, ears, -EDOM, UVFIO_IOMMU_READ);
	assert_int_equal(ears[0].heard, 2);
	assert_int_equal(ears[0].last.access, UVFIO_IOMMU_NONE);
	assert_int_equal(ears[0].last.addr_mask, 0xfff);
	assert_int_equal(ears[1].heard, 1);
	assert_int_equal(ears[2].heard, 0);
	assert_string_equal(env->log, "");
}

static void taking_a_map_back_may_fail(void **state)
{
	struct ear ears[] = { { .unmap = -ERANGE }, { .ret = -EDOM }, { .ret = 0 } };
	struct env *env = *state;

	with_three_ears(env, ears, -EDOM, UVFIO_IOMMU_READ);
	assert_contains(env->log, "warning taking a translation back: vtd: a notifier");
}

/* --- many notifiers ---------------------------------------------------------- */

#define MANY	300

struct ranged {
	struct uvfio_iommu_notifier *handle;
	uint64_t first, last;
};

static struct ranged many[MANY];
static const struct ranged *told[MANY];
static unsigned int nr_told;

static int note_telling(void *opaque, const struct uvfio_iommu_entry *part,
			struct uvfio_error *err)
{
	const struct ranged *n = opaque;

	(void)err;
	assert_true(part->iova >= n->first && part->iova + part->addr_mask <= n->last);
	told[nr_told++] = n;
	return 0;
}

static void register_ranged(struct ranged *n)
{
	const struct uvfio_iommu_notifier_options opts = {
		.size = sizeof(opts), .first = n->first, .last = n->last,
		.events = UVFIO_IOMMU_UNMAP, .notify = note_telling, .opaque = n,
	};

	assert_int_equal(uvfio_iommu_notifier_register(iommu.memory, &opts, &n->handle, NULL),
			 0);
}

/* Looked for from end to end, as the tree must find them. */
static void assert_told(uint64_t first, uint64_t last)
{
	const struct uvfio_iommu_entry entry = { .iova = first, .addr_mask = last - first };
	unsigned int i, expected = 0;

	nr_told = 0;
	assert_int_equal(uvfio_iommu_notify(iommu.memory, &entry, NULL), 0);
	for (i = 0; i < MANY; i++)
		expected += many[i].handle && many[i].first <= last && many[i].last >= first;
	assert_int_equal(nr_told, expected);
	for (i = 1; i < nr_told; i++)
		assert_true(told[i - 1]->first < told[i]->first ||
			    (told[i - 1]->first == told[i]->first && told[i - 1] < told[i]));
}

/* Short ranges, long ones, and many that begin at the same address. */
static void everyone_in_range_in_order(void **state)
{
	unsigned int i, round, pages, seed = 1;
	uint64_t from;

	(void)state;
	for (i = 0; i < MANY; i++) {
		many[i].first = rand_r(&seed) % 64 * 0x1000;
		pages = 1 + rand_r(&seed) % (i % 7 ? 3 : 64);
		many[i].last = many[i].first + pages * 0x1000 - 1;
		register_ranged(&many[i]);
	}
	assert_told(0, UINT64_MAX);
	for (round = 0; round < MANY; round++) {
		from = rand_r(&seed) % 130 * 0x800;
		assert_told(from, from + (round % 5 ? 0xfff : 0x1ffff));
		i = (round * 7) % MANY;
		uvfio_iommu_notifier_unregister(many[i].handle);
		many[i].handle = NULL;
	}
	assert_told(0, UINT64_MAX);
	assert_int_equal(nr_told, 0);
}

static void bad_notifiers(void **state)
{
	static const struct {
		struct uvfio_iommu_notifier_options opts;
		const char *message;
	} cases[] = {
		{ { .last = 1, .events = 1, .notify = on_entry }, "of this size" },
		{ { .size = sizeof(cases[0].opts), .events = 1 }, "function" },
		{ { .size = sizeof(cases[0].opts), .notify = on_entry }, "events" },
		{ { .size = sizeof(cases[0].opts), .events = 4, .notify = on_entry },
		  "events" },
		{ { .size = sizeof(cases[0].opts), .events = 1, .notify = on_entry,
		    .first = 2, .last = 1 }, "does not have all of" },
		{ { .size = sizeof(cases[0].opts), .events = 1, .notify = on_entry,
		    .first = 2, .last = 0x1000 }, "does not have all of" },
	};
	struct uvfio_iommu_notifier *notifier;
	struct env *env = *state;
	struct uvfio_memory *ram;
	size_t i;

	uvfio_memory_put(iommu.memory);
	new_iommu(env, (struct uvfio_size128){ .lo = 0x1000 });
	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		assert_failed(env, uvfio_iommu_notifier_register(iommu.memory,
								 &cases[i].opts, &notifier,
								 &env->err), -EINVAL);
		assert_contains(env->err.message, cases[i].message);
	}
	ram = space_memory(env, UVFIO_MEMORY_RAM, 0x1000, 0x1000);
	assert_failed(env, uvfio_iommu_notifier_register(ram, &cases[1].opts, &notifier,
							 &env->err), -EINVAL);
	assert_string_equal(env->err.message, "RAM is not an IOMMU");
	uvfio_memory_put(ram);
	assert_int_equal(iommu.changes, 0);
}

static void bad_entries(void **state)
{
	struct env *env = *state;
	struct uvfio_iommu_entry e = entry(0x1000, 0, 0, UVFIO_IOMMU_NONE);
	struct uvfio_memory *ram;

	assert_int_equal(add(env, 0, all, 0), 0);
	assert_failed(env, notify(env, e), -EINVAL);
	assert_contains(env->err.message, "ends beyond 2^64");
	ram = space_memory(env, UVFIO_MEMORY_RAM, 0x1000, 0x1000);
	assert_failed(env, uvfio_iommu_notify(ram, &e, &env->err), -EINVAL);
	assert_string_equal(env->err.message, "RAM is not an IOMMU");
	uvfio_memory_put(ram);
	/* In a replay they are no better. */
	iommu.entries[iommu.nr++] = e;
	assert_int_equal(space_del(env, 0), 0);
	assert_failed(env, add(env, 0, all, 0), -EINVAL);
	assert_contains(env->err.message, "ends beyond 2^64");
}

#define test_iommu(stage, function) \
	cmocka_unit_test_setup_teardown(function, stage, iommu_end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		test_iommu(env_iommu, entries_become_mappings),
		test_iommu(env_iommu, entries_are_moved_to_their_section),
		test_iommu(env_iommu, permissions),
		test_iommu(env_iommu, translations_into_the_middle),
		test_iommu(env_iommu, what_is_not_memory),
		test_iommu(env_iommu, no_system_memory_at_all),
		test_iommu(env_iommu, a_bar_is_memory),
		test_iommu(env_iommu, a_cut_translation),
		test_iommu(env_iommu, only_system_memory_is_a_target),
		test_iommu(env_fake, outside_every_window),
		test_iommu(env_iommu, unmapping_needs_no_translation),
		test_iommu(env_iommu, a_huge_unmap),
		test_iommu(env_iommu, all_of_2_64_bytes),
		test_iommu(env_iommu, the_notifier_goes_before_one_big_unmap),
		test_iommu(env_fake, parts_of_target_pages_are_not_mapped),
		test_iommu(env_iommu, translations_are_replayed),
		test_iommu(env_context, a_new_container_gets_a_replay),
		test_iommu(env_iommu, a_replay_that_fails_is_undone),
		test_iommu(env_context, events_that_cannot_be_had),
		test_iommu(env_iommu, nobody_is_told_after_the_end),
		test_iommu(env_iommu, memory_is_held_while_it_is_mapped),
		test_iommu(env_iommu, only_what_is_wanted),
		test_iommu(env_iommu, events_are_wanted_until_the_last_goes),
		test_iommu(env_iommu, a_changed_translation_needs_an_unmap),
		test_iommu(env_iommu, only_what_is_in_range),
		test_iommu(env_iommu, an_unmap_that_fails_does_not_stop_the_others),
		test_iommu(env_iommu, a_map_is_for_all_or_none),
		test_iommu(env_iommu, taking_a_map_back_may_fail),
		test_iommu(env_iommu, everyone_in_range_in_order),
		test_iommu(env_iommu, bad_notifiers),
		test_iommu(env_iommu, bad_entries),
	};

	return cmocka_run_group_tests_name("viommu", tests, NULL, NULL);
}
