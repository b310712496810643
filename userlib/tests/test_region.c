// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Regions: what can be mapped, mapping, switching, and access in all sizes.
 */
#include <pthread.h>
#include <stdatomic.h>
#include <sys/mman.h>

#include "env.h"

#define BAR0_SIZE	0x20000
#define MAX_AREAS	8

/* A SPARSE_MMAP capability, built as a driver would. */
struct sparse {
	struct vfio_region_info_cap_sparse_mmap head;
	struct vfio_region_sparse_mmap_area areas[MAX_AREAS];
};

static void set_sparse(struct fake_region *region, struct sparse *sparse,
		       uint32_t nr)
{
	sparse->head.header.id = VFIO_REGION_INFO_CAP_SPARSE_MMAP;
	sparse->head.header.version = 1;
	sparse->head.nr_areas = nr;
	region->caps = sparse;
	region->caps_size = sizeof(sparse->head) + nr * sizeof(sparse->areas[0]);
}

static struct fake_region *bar0(struct env *env)
{
	return &env->fake->devices[0].regions[0];
}

static struct uvfio_region *set_up(struct env *env, uint32_t index)
{
	struct uvfio_region *region;

	assert_int_equal(uvfio_region_setup(env->dev, index, "BAR", &region,
					    &env->err), 0);
	return region;
}

static void whole_region(void **state)
{
	struct env *env = *state;
	struct uvfio_region *region = set_up(env, 0);
	const struct uvfio_mmap *mmaps;
	size_t nr;

	assert_int_equal(uvfio_region_index(region), 0);
	assert_string_equal(uvfio_region_name(region), "BAR");
	assert_int_equal(uvfio_region_size(region), BAR0_SIZE);
	assert_int_equal(uvfio_region_fd_offset(region), 0);
	assert_true(uvfio_region_flags(region) & VFIO_REGION_INFO_FLAG_MMAP);
	mmaps = uvfio_region_mmaps(region, &nr);
	assert_int_equal(nr, 1);
	assert_true(mmaps[0].offset == 0 && mmaps[0].size == BAR0_SIZE);
	assert_null(mmaps[0].addr);
	assert_null(uvfio_region_ptr(region, 0, 1));

	assert_int_equal(uvfio_region_mmap(region, &env->err), 0);
	assert_ptr_equal(mmaps[0].addr, bar0(env)->memory);
	assert_int_equal(env->fake->mmaps[0].prot, PROT_READ | PROT_WRITE);
	assert_ptr_equal(uvfio_region_ptr(region, 0x1fff8, 8),
			 bar0(env)->memory + 0x1fff8);
	assert_null(uvfio_region_ptr(region, 0x1fff9, 8));
	assert_null(uvfio_region_ptr(region, 0, 0));
	assert_null(uvfio_region_ptr(region, 0, UINT64_MAX));
	assert_null(uvfio_region_ptr(region, UINT64_MAX, 1));
	/* Once is enough. */
	assert_int_equal(uvfio_region_mmap(region, &env->err), 0);
	assert_int_equal(fake_held_mmaps(env->fake), 1);
	uvfio_region_finalize(region);
	assert_int_equal(fake_held_mmaps(env->fake), 0);
	uvfio_region_finalize(NULL);
}

static void protection_follows_the_flags(void **state)
{
	static const struct {
		uint32_t flags;
		int prot;
	} cases[] = {
		{ VFIO_REGION_INFO_FLAG_READ, PROT_READ },
		{ VFIO_REGION_INFO_FLAG_WRITE, PROT_WRITE },
		{ 0, PROT_NONE },
	};
	struct env *env = *state;
	struct uvfio_region *region;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		bar0(env)->flags = VFIO_REGION_INFO_FLAG_MMAP | cases[i].flags;
		region = set_up(env, 0);
		assert_int_equal(uvfio_region_mmap(region, &env->err), 0);
		assert_int_equal(env->fake->mmaps[0].prot, cases[i].prot);
		uvfio_region_finalize(region);
	}
}

static void nothing_to_map(void **state)
{
	const struct uvfio_device_options no_mmap = {
		.size = sizeof(no_mmap), .no_mmap = true,
	};
	struct env *env = *state;
	struct uvfio_device *dev2;
	struct uvfio_region *region;
	size_t nr;

	/* No flag; size 0; no_mmap. */
	region = set_up(env, VFIO_PCI_CONFIG_REGION_INDEX);
	uvfio_region_mmaps(region, &nr);
	assert_int_equal(nr, 0);
	assert_int_equal(uvfio_region_mmap(region, &env->err), 0);
	uvfio_region_mmaps_set_enabled(region, true);
	assert_null(uvfio_region_ptr(region, 0, 1));
	uvfio_region_finalize(region);

	env->fake->devices[0].regions[1].flags = VFIO_REGION_INFO_FLAG_MMAP;
	region = set_up(env, 1);
	assert_int_equal(uvfio_region_size(region), 0);
	uvfio_region_mmaps(region, &nr);
	assert_int_equal(nr, 0);
	uvfio_region_finalize(region);

	assert_int_equal(uvfio_get_device(env->group, "dev2", &no_mmap, &dev2,
					  &env->err), 0);
	assert_int_equal(uvfio_region_setup(dev2, 0, NULL, &region, NULL), 0);
	assert_string_equal(uvfio_region_name(region), "region 0");
	uvfio_region_mmaps(region, &nr);
	assert_int_equal(nr, 0);
	uvfio_region_finalize(region);
	uvfio_put_base_device(dev2, NULL);
}

/* QEMU 24acf72b9a: empty areas are dropped. */
static void sparse_areas(void **state)
{
	struct sparse sparse = { .areas = {
		{ 0x0, 0 }, { 0x10000, 0x8000 }, { 0x18000, 0 },
		{ 0x1c000, 0x4000 },
	} };
	struct env *env = *state;
	const struct uvfio_mmap *mmaps;
	struct uvfio_region *region;
	size_t nr;

	set_sparse(bar0(env), &sparse, 4);
	region = set_up(env, 0);
	mmaps = uvfio_region_mmaps(region, &nr);
	assert_int_equal(nr, 2);
	assert_true(mmaps[0].offset == 0x10000 && mmaps[0].size == 0x8000);
	assert_true(mmaps[1].offset == 0x1c000 && mmaps[1].size == 0x4000);
	assert_int_equal(uvfio_region_mmap(region, &env->err), 0);
	assert_int_equal(fake_held_mmaps(env->fake), 2);
	assert_ptr_equal(uvfio_region_ptr(region, 0x10000, 0x8000),
			 bar0(env)->memory + 0x10000);
	assert_ptr_equal(uvfio_region_ptr(region, 0x1ffff, 1), bar0(env)->memory + 0x1ffff);
	/* The hole, and across its edges (cloud-hypervisor b1c796ff4). */
	assert_null(uvfio_region_ptr(region, 0, 4));
	assert_null(uvfio_region_ptr(region, 0x17fff, 2));
	assert_null(uvfio_region_ptr(region, 0x18000, 1));
	assert_null(uvfio_region_ptr(region, 0x1bfff, 2));
	assert_null(uvfio_region_ptr(region, 0x10000, 0x10000));
	uvfio_region_finalize(region);
	assert_int_equal(fake_count_calls(env->fake, FAKE_MUNMAP, 0), 2);
}

static void events_of_a_life(void **state)
{
	struct sparse sparse = { .areas = { { 0, 0 }, { 0x2000, 0x1000 } } };
	struct env *env = *state;
	struct uvfio_region *region;

	set_sparse(bar0(env), &sparse, 2);
	env->trace[0] = '\0';
	region = set_up(env, 0);
	assert_int_equal(uvfio_region_mmap(region, &env->err), 0);
	uvfio_region_finalize(region);
	assert_string_equal(env->trace,
			    "vfio_region_sparse_mmap_header Device dev region 0: 2 sparse mmap entries\n"
			    "vfio_region_sparse_mmap_entry sparse entry 1 [0x2000 - 0x2fff]\n"
			    "vfio_region_setup Device dev, region 0 \"BAR\", flags: 0xf, offset: 0x0, size: 0x20000\n"
			    "vfio_region_mmap Region BAR mmaps [0x2000 - 0x2fff]\n"
			    "vfio_region_finalize Device dev, region 0\n");
}

/* All empty, or none: nothing is mapped, and not the whole region instead. */
static void sparse_without_areas(void **state)
{
	struct sparse sparse = { .areas = { { 0x1000, 0 }, { 0x20000, 0 } } };
	struct env *env = *state;
	struct uvfio_region *region;
	uint32_t areas;
	size_t nr;

	for (areas = 0; areas <= 2; areas++) {
		set_sparse(bar0(env), &sparse, areas);
		region = set_up(env, 0);
		uvfio_region_mmaps(region, &nr);
		assert_int_equal(nr, 0);
		uvfio_region_finalize(region);
	}
}

static void sparse_behind_other_capabilities(void **state)
{
	struct {
		struct vfio_region_info_cap_type type;
		struct vfio_info_cap_header msix;
		struct sparse sparse;
	} caps = {
		.type.header = { VFIO_REGION_INFO_CAP_TYPE, 1, 32 + 16 },
		.msix = { VFIO_REGION_INFO_CAP_MSIX_MAPPABLE, 1, 32 + 24 },
		.sparse.areas = { { 0x1000, 0x1000 } },
	};
	struct env *env = *state;
	struct uvfio_region *region;
	size_t nr;

	set_sparse(bar0(env), &caps.sparse, 1);
	bar0(env)->caps = &caps;
	bar0(env)->caps_size = sizeof(caps);
	region = set_up(env, 0);
	assert_int_equal(uvfio_region_mmaps(region, &nr)[0].offset, 0x1000);
	assert_int_equal(nr, 1);
	uvfio_region_finalize(region);
}

static void hostile_sparse_areas(void **state)
{
	static const struct {
		uint32_t claimed;	/* areas */
		uint32_t cut;		/* bytes missing at the end */
		struct vfio_region_sparse_mmap_area areas[2];
	} cases[] = {
		{ 3, 0, { { 0, 0x1000 }, { 0x1000, 0x1000 } } },
		{ UINT32_MAX, 0, { { 0, 0x1000 }, { 0x1000, 0x1000 } } },
		{ 0x10000001, 0, { { 0, 0x1000 }, { 0x1000, 0x1000 } } },
		{ 2, 1, { { 0, 0x1000 }, { 0x1000, 0x1000 } } },
		{ 2, 36, { { 0, 0x1000 }, { 0x1000, 0x1000 } } },
		{ 2, 0, { { 0, 0x1000 }, { 0x20000, 0x1000 } } },
		{ 2, 0, { { 0, 0x1000 }, { 0x1f001, 0x1000 } } },
		{ 2, 0, { { 0, 0x1000 }, { 0x21000, 0 } } },
		{ 2, 0, { { 0, UINT64_MAX }, { 0, 0 } } },
		{ 2, 0, { { UINT64_MAX - 0xfff, 0x1000 }, { 0, 0 } } },
		{ 2, 0, { { UINT64_MAX, 2 }, { 0, 0 } } },
		{ 2, 0, { { 0, 0x20000 }, { 0, 0x1000 } } },
	};
	struct sparse sparse = { .areas = { { 0, 0 } } };
	struct env *env = *state;
	struct uvfio_region *region;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		memcpy(sparse.areas, cases[i].areas, sizeof(cases[i].areas));
		set_sparse(bar0(env), &sparse, 2);
		sparse.head.nr_areas = cases[i].claimed;
		bar0(env)->caps_size -= cases[i].cut;
		assert_failed(env, uvfio_region_setup(env->dev, 0, NULL, &region,
						      &env->err), -EPROTO);
		assert_contains(env->err.message, "malformed region info: sparse mmap ");
	}
	set_sparse(bar0(env), &sparse, 2);
	sparse.head.header.id = 9;
	sparse.head.header.next = 32;
	assert_failed(env, uvfio_region_setup(env->dev, 0, NULL, &region,
					      &env->err), -EPROTO);
}

static void offsets_that_overflow(void **state)
{
	static const struct {
		uint64_t offset, size;
	} cases[] = {
		{ 1ull << 63, 0x1000 }, { INT64_MAX, 1 }, { 0, 1ull << 63 },
		{ UINT64_MAX, 0 }, { INT64_MAX - 0xfff, 0x1001 },
	};
	struct env *env = *state;
	struct fake_region *region3 = &env->fake->devices[0].regions[3];
	struct uvfio_region *region;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		region3->offset = cases[i].offset;
		region3->size = cases[i].size;
		assert_failed(env, uvfio_region_setup(env->dev, 3, NULL, &region,
						      &env->err), -EPROTO);
	}
	/* 8 GiB at 3 << 40 is nothing special (29c6e6df49). */
	region3->offset = 3ull << 40;
	region3->size = 8ull << 30;
	region = set_up(env, 3);
	assert_true(uvfio_region_size(region) == 8ull << 30);
	uvfio_region_finalize(region);
}

/* Area n fails: 0 .. n-1 are unmapped again, trapped access still works. */
static void mmap_is_all_or_nothing(void **state)
{
	struct sparse sparse = { .areas = {
		{ 0x0000, 0x1000 }, { 0x2000, 0x1000 }, { 0x4000, 0x1000 },
	} };
	struct env *env = *state;
	struct uvfio_region *region;
	unsigned int n;
	uint64_t value;

	set_sparse(bar0(env), &sparse, 3);
	for (n = 0; n < 3; n++) {
		fake_forget_calls(env->fake);
		env->fake->nr_rules = 0;
		fake_fail(env->fake, FAKE_MMAP, 0, n, 1, -EAGAIN);
		region = set_up(env, 0);
		assert_failed(env, uvfio_region_mmap(region, &env->err), -EAGAIN);
		assert_int_equal(fake_held_mmaps(env->fake), 0);
		assert_int_equal(fake_count_calls(env->fake, FAKE_MUNMAP, 0), n);
		assert_contains(env->trace, "vfio_region_mmap_fault Region BAR mmaps[");
		assert_null(uvfio_region_ptr(region, 0, 1));
		assert_int_equal(uvfio_region_read(region, 0, 4, &value, NULL), 0);
		/* And once more, now that nothing fails. */
		assert_int_equal(uvfio_region_mmap(region, &env->err), 0);
		assert_int_equal(fake_held_mmaps(env->fake), 3);
		uvfio_region_finalize(region);
		assert_int_equal(fake_held_mmaps(env->fake), 0);
	}
	/* What is unmapped already, finalizing leaves alone. */
	fake_forget_calls(env->fake);
	env->fake->nr_rules = 0;
	fake_fail(env->fake, FAKE_MMAP, 0, 2, 1, -EAGAIN);
	region = set_up(env, 0);
	assert_failed(env, uvfio_region_mmap(region, &env->err), -EAGAIN);
	uvfio_region_finalize(region);
	assert_int_equal(fake_count_calls(env->fake, FAKE_MUNMAP, 0), 2);
}

static void toggling(void **state)
{
	struct env *env = *state;
	struct uvfio_region *region = set_up(env, 0);

	uvfio_region_mmaps_set_enabled(region, true);	/* not mapped: no effect */
	assert_null(uvfio_region_ptr(region, 0x10, 1));
	assert_int_equal(uvfio_region_mmap(region, NULL), 0);
	uvfio_region_mmaps_set_enabled(region, false);
	assert_null(uvfio_region_ptr(region, 0, 1));
	assert_contains(env->trace, "vfio_region_mmaps_set_enabled Region BAR mmaps enabled: 0\n");
	assert_int_equal(fake_held_mmaps(env->fake), 1);
	uvfio_region_mmaps_set_enabled(region, true);
	assert_non_null(uvfio_region_ptr(region, 0, 1));
	uvfio_region_exit(region);
	assert_null(uvfio_region_ptr(region, 0, 1));
	uvfio_region_mmaps_set_enabled(region, true);
	assert_null(uvfio_region_ptr(region, 0, 1));
	assert_int_equal(uvfio_region_mmap(region, NULL), 0);
	assert_null(uvfio_region_ptr(region, 0, 1));
	assert_contains(env->trace, "vfio_region_exit Device dev, region 0\n");
	env->trace[0] = '\0';
	uvfio_region_exit(region);	/* it is out already */
	assert_string_equal(env->trace, "");
	assert_int_equal(fake_held_mmaps(env->fake), 1);
	uvfio_region_finalize(region);
	assert_int_equal(fake_count_calls(env->fake, FAKE_MUNMAP, 0), 1);
}

static void not_mapped_once_it_is_out(void **state)
{
	struct env *env = *state;
	struct uvfio_region *region = set_up(env, 0);

	uvfio_region_exit(region);
	assert_int_equal(uvfio_region_mmap(region, &env->err), 0);
	assert_int_equal(fake_held_mmaps(env->fake), 0);
	assert_null(uvfio_region_ptr(region, 0, 1));
	uvfio_region_finalize(region);
}

struct reader {
	struct uvfio_region *region;
	atomic_bool stop;
	int failures;
};

static void *read_for_ever(void *opaque)
{
	struct reader *reader = opaque;
	uint64_t value;

	while (!reader->stop) {
		if (uvfio_region_load(reader->region, 0x100, 4, &value, NULL) ||
		    value != 0x04030201)
			reader->failures++;
	}
	return NULL;
}

/* Readers see the same bytes whichever way their access goes. */
static void toggling_while_others_read(void **state)
{
	static const unsigned char bytes[] = { 1, 2, 3, 4 };
	struct env *env = *state;
	struct reader reader = { .region = set_up(env, 0) };
	pthread_t thread;
	int i;

	memcpy(bar0(env)->memory + 0x100, bytes, sizeof(bytes));
	uvfio_set_trace(env->ctx, NULL, NULL);
	assert_int_equal(uvfio_region_mmap(reader.region, NULL), 0);
	assert_int_equal(pthread_create(&thread, NULL, read_for_ever, &reader), 0);
	for (i = 0; i < 20000; i++)
		uvfio_region_mmaps_set_enabled(reader.region, i & 1);
	reader.stop = true;
	pthread_join(thread, NULL);
	assert_int_equal(reader.failures, 0);
	uvfio_region_finalize(reader.region);
}

/* --- access ---------------------------------------------------------------- */

static const unsigned char pattern[8] = { 8, 7, 6, 5, 4, 3, 2, 1 };

/* One of each size; where a host has no loads of 8 bytes, those are trapped too. */
#define TRAPPED	(4 + (sizeof(void *) < 8))

static void read_in_all_sizes(void **state)
{
	static const uint64_t values[] = {
		[1] = 0x08, [2] = 0x0708, [4] = 0x05060708,
		[8] = 0x0102030405060708,
	};
	struct env *env = *state;
	struct uvfio_region *region = set_up(env, 0);
	unsigned int size;
	uint64_t value;

	memcpy(bar0(env)->memory + 3, pattern, 8);
	memcpy(bar0(env)->memory + 0x100, pattern, 8);
	for (size = 1; size <= 8; size *= 2) {
		/* Trapped, not even aligned; and through the mapping. */
		assert_int_equal(uvfio_region_read(region, 3, size, &value, NULL), 0);
		assert_true(value == values[size]);
		assert_int_equal(uvfio_region_mmap(region, NULL), 0);
		assert_int_equal(uvfio_region_load(region, 0x100, size, &value,
						   NULL), 0);
		assert_true(value == values[size]);
	}
	assert_int_equal(fake_count_calls(env->fake, FAKE_PREAD, 0), TRAPPED);
	assert_int_equal(env->eois, TRAPPED);
	uvfio_region_finalize(region);
}

static void write_in_all_sizes(void **state)
{
	const uint64_t value = 0x0102030405060708;
	struct env *env = *state;
	struct uvfio_region *region = set_up(env, 0);
	unsigned char *memory = bar0(env)->memory;
	unsigned int size;

	assert_int_equal(uvfio_region_mmap(region, NULL), 0);
	for (size = 1; size <= 8; size *= 2) {
		memset(memory, 0xee, 0x200);
		assert_int_equal(uvfio_region_write(region, 3, size, value, NULL), 0);
		assert_memory_equal(memory + 3, pattern, size);
		assert_int_equal(memory[3 + size], 0xee);
		assert_int_equal(uvfio_region_store(region, 0x100, size, value,
						    NULL), 0);
		assert_memory_equal(memory + 0x100, pattern, size);
		assert_int_equal(memory[0x100 + size], 0xee);
	}
	assert_int_equal(fake_count_calls(env->fake, FAKE_PWRITE, 0), TRAPPED);
	assert_int_equal(env->eois, TRAPPED);
	uvfio_region_finalize(region);
}

/* One function for each size, named in full: each is a symbol of its own. */
static void accesses_by_address(void **state)
{
	struct env *env = *state;
	struct uvfio_region *region = set_up(env, 0);
	unsigned char *memory;

	assert_int_equal(uvfio_region_mmap(region, NULL), 0);
	fake_forget_calls(env->fake);
	memory = uvfio_region_ptr(region, 0x100, 0x100);
	memset(memory, 0xee, 0x100);
	memcpy(memory, pattern, 8);
	assert_int_equal(uvfio_mmio_read8(memory + 1), 0x07);
	assert_int_equal(uvfio_mmio_read16(memory + 2), 0x0506);
	assert_int_equal(uvfio_mmio_read32(memory + 4), 0x01020304);
	assert_true(uvfio_mmio_read64(memory) == 0x0102030405060708);

	uvfio_mmio_write8(memory + 0x11, 0x07);
	assert_memory_equal(memory + 0x10, "\xee\x07\xee", 3);
	uvfio_mmio_write16(memory + 0x22, 0x0506);
	assert_memory_equal(memory + 0x20, "\xee\xee\x06\x05\xee", 5);
	uvfio_mmio_write32(memory + 0x34, 0x01020304);
	assert_memory_equal(memory + 0x30, "\xee\xee\xee\xee\x04\x03\x02\x01\xee", 9);
	uvfio_mmio_write64(memory + 0x40, 0x0102030405060708);
	assert_memory_equal(memory + 0x40, pattern, 8);
	assert_int_equal(memory[0x48], 0xee);

	/* The kernel was not asked, and what is switched off is mapped as before. */
	uvfio_region_mmaps_set_enabled(region, false);
	assert_int_equal(uvfio_mmio_read8(memory), 0x08);
	assert_int_equal(env->fake->nr_calls, 0);
	assert_int_equal(env->eois, 0);
	uvfio_region_finalize(region);
}

/* A later region: the address is the region's offset plus the address. */
static void access_is_at_the_right_offset(void **state)
{
	struct env *env = *state;
	struct uvfio_region *region = set_up(env, VFIO_PCI_CONFIG_REGION_INDEX);
	uint64_t value;

	assert_int_equal(uvfio_region_index(region), VFIO_PCI_CONFIG_REGION_INDEX);
	assert_true(uvfio_region_fd_offset(region) ==
		    (uint64_t)VFIO_PCI_CONFIG_REGION_INDEX << 40);
	assert_int_equal(uvfio_region_read(region, 0x3d, 1, &value, NULL), 0);
	assert_true(fake_nth_call(env->fake, FAKE_PREAD, 0, 0)->a ==
		    ((uint64_t)VFIO_PCI_CONFIG_REGION_INDEX << 40) + 0x3d);
	assert_contains(env->trace, "vfio_region_read (dev:region7+0x3d, 1) = 0x0\n");
	assert_int_equal(uvfio_region_write(region, 0x3c, 1, 0x0b, NULL), 0);
	assert_true(fake_nth_call(env->fake, FAKE_PWRITE, 0, 0)->a ==
		    ((uint64_t)VFIO_PCI_CONFIG_REGION_INDEX << 40) + 0x3c);
	assert_contains(env->trace, "vfio_region_write (dev:region7+0x3c, 0xb, 1)\n");
	uvfio_region_finalize(region);
}

/* The largest area is looked at first, and the others are as good. */
static void loads_and_stores_in_every_area(void **state)
{
	struct sparse sparse = { .areas = {
		{ 0x1000, 0x1000 }, { 0x4000, 0x3000 }, { 0x10000, 0x2000 },
	} };
	static const struct {
		uint64_t addr;
		unsigned int trapped;
	} cases[] = {
		{ 0x1ff8, 0 }, { 0x2000, 1 }, { 0x3ff8, 1 }, { 0x4000, 0 }, { 0x6ff8, 0 },
		{ 0x7000, 1 }, { 0x10000, 0 }, { 0x11ff8, 0 }, { 0x12000, 1 },
	};
	struct uvfio_region *region;
	struct env *env = *state;
	uint64_t value;
	size_t i;

	set_sparse(bar0(env), &sparse, 3);
	region = set_up(env, 0);
	assert_int_equal(uvfio_region_mmap(region, NULL), 0);
	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		fake_forget_calls(env->fake);
		assert_int_equal(uvfio_region_store(region, cases[i].addr, 4, 0x1234 + i, NULL),
				 0);
		assert_int_equal(uvfio_region_load(region, cases[i].addr, 4, &value, NULL), 0);
		assert_int_equal(value, 0x1234 + i);
		assert_int_equal(bar0(env)->memory[cases[i].addr], (0x1234 + i) & 0xff);
		assert_int_equal(env->fake->nr_calls, 2 * cases[i].trapped);
	}
	uvfio_region_finalize(region);
}

static void loads_and_stores_that_must_be_trapped(void **state)
{
	struct sparse sparse = { .areas = { { 0x1000, 0x1002 } } };
	struct env *env = *state;
	struct uvfio_region *region;
	uint64_t value;

	set_sparse(bar0(env), &sparse, 1);
	region = set_up(env, 0);
	assert_int_equal(uvfio_region_mmap(region, NULL), 0);
	/* Outside, across the edge, both aligned and not, misaligned, switched off. */
	assert_int_equal(uvfio_region_load(region, 0x0, 4, &value, NULL), 0);
	assert_int_equal(uvfio_region_load(region, 0x2000, 4, &value, NULL), 0);
	assert_int_equal(uvfio_region_load(region, 0x1ffe, 4, &value, NULL), 0);
	assert_int_equal(uvfio_region_load(region, 0x1002, 4, &value, NULL), 0);
	uvfio_region_mmaps_set_enabled(region, false);
	assert_int_equal(uvfio_region_load(region, 0x1000, 4, &value, NULL), 0);
	assert_int_equal(uvfio_region_store(region, 0x1000, 4, 1, NULL), 0);
	uvfio_region_mmaps_set_enabled(region, true);
	assert_int_equal(fake_count_calls(env->fake, FAKE_PREAD, 0), 5);
	assert_int_equal(fake_count_calls(env->fake, FAKE_PWRITE, 0), 1);
	assert_failed(env, uvfio_region_load(region, 0x1000, 3, &value, &env->err),
		      -EINVAL);
	assert_failed(env, uvfio_region_store(region, 0x1000, 0, 1, &env->err),
		      -EINVAL);
	assert_failed(env, uvfio_region_store(region, 0x1000, 3, 1, &env->err),
		      -EINVAL);
	uvfio_region_finalize(region);
}

/* A mapping without the right to read it would fault; pread() says why. */
static void loads_of_what_may_not_be_read(void **state)
{
	struct env *env = *state;
	struct uvfio_region *region;
	uint64_t value;

	bar0(env)->flags = VFIO_REGION_INFO_FLAG_MMAP;
	region = set_up(env, 0);
	assert_int_equal(uvfio_region_mmap(region, NULL), 0);
	fake_fail(env->fake, FAKE_PREAD, 0, 0, 1, -EINVAL);
	fake_fail(env->fake, FAKE_PWRITE, 0, 0, 1, -EINVAL);
	assert_failed(env, uvfio_region_load(region, 0, 4, &value, &env->err),
		      -EINVAL);
	assert_failed(env, uvfio_region_store(region, 0, 4, 1, &env->err), -EINVAL);
	uvfio_region_finalize(region);
}

/* QEMU aborts for a size of 3; writes before, reads after the kernel's turn. */
static void other_sizes_are_errors(void **state)
{
	static const unsigned int sizes[] = { 0, 3, 5, 6, 7, 16, UINT32_MAX };
	struct env *env = *state;
	struct uvfio_region *region = set_up(env, 0);
	uint64_t value;
	size_t i;

	fake_forget_calls(env->fake);
	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		value = 1;
		assert_failed(env, uvfio_region_read(region, 0, sizes[i], &value,
						     &env->err), -EINVAL);
		assert_true(value == UINT64_MAX);
		assert_failed(env, uvfio_region_write(region, 0, sizes[i], 0,
						      &env->err), -EINVAL);
	}
	assert_int_equal(env->fake->nr_calls, 0);
	assert_int_equal(env->eois, 0);
	uvfio_region_finalize(region);
}

/* The file goes on with the next region: never let an access get there. */
static void outside_the_region(void **state)
{
	static const uint64_t addresses[] = {
		BAR0_SIZE, BAR0_SIZE - 3, 1ull << 40, UINT64_MAX, UINT64_MAX - 3,
	};
	struct env *env = *state;
	struct uvfio_region *region = set_up(env, 0);
	uint64_t value;
	size_t i;

	fake_forget_calls(env->fake);
	for (i = 0; i < ARRAY_SIZE(addresses); i++) {
		assert_failed(env, uvfio_region_read(region, addresses[i], 4,
						     &value, &env->err), -EINVAL);
		assert_failed(env, uvfio_region_write(region, addresses[i], 4, 0,
						      &env->err), -EINVAL);
	}
	assert_int_equal(env->fake->nr_calls, 0);
	assert_int_equal(uvfio_region_read(region, BAR0_SIZE - 4, 4, &value, NULL),
			 0);
	uvfio_region_finalize(region);
}

/* QEMU 7d489dcdf5: pread()'s result has a sign, and may be short. */
static void transfers_that_fail(void **state)
{
	static const struct {
		int64_t ret;
		int code;
	} cases[] = {
		{ -EIO, -EIO }, { -EINTR, -EINTR }, { -EFAULT, -EFAULT },
		{ 0, -EIO }, { 1, -EIO }, { 3, -EIO }, { 5, -EIO },
	};
	struct env *env = *state;
	struct uvfio_region *region = set_up(env, 0);
	uint64_t value;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		env->fake->nr_rules = 0;
		env->eois = 0;
		fake_fail(env->fake, FAKE_PREAD, 0, 0, 1, cases[i].ret);
		fake_fail(env->fake, FAKE_PWRITE, 0, 0, 1, cases[i].ret);
		value = 0;
		assert_failed(env, uvfio_region_read(region, 0x10, 4, &value,
						     &env->err), cases[i].code);
		assert_true(value == UINT64_MAX);
		assert_int_equal(env->eois, 0);	/* not for a failed read */
		assert_failed(env, uvfio_region_write(region, 0x10, 4, 0,
						      &env->err), cases[i].code);
		assert_int_equal(env->eois, 1);	/* but for a failed write */
	}
	assert_contains(env->err.message, "dev: BAR: write of 4 bytes at 0x10");
	assert_contains(env->err.message, "short transfer");
	assert_string_equal(env->err.path, "dev");
	uvfio_region_finalize(region);
}

static void set_up_that_fails(void **state)
{
	struct env *env = *state;
	struct uvfio_region *region;
	unsigned int n;

	assert_failed(env, uvfio_region_setup(env->dev, 99, NULL, &region,
					      &env->err), -EINVAL);
	for (n = 0; n < 4; n++) {
		env->fake->nr_rules = 0;
		fake_fail(env->fake, FAKE_ALLOC, 0, n, 1, -ENOMEM);
		assert_failed(env, uvfio_region_setup(env->dev, 0, NULL, &region,
						      &env->err), -ENOMEM);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		test_on(env_device, whole_region),
		test_on(env_device, protection_follows_the_flags),
		test_on(env_device, nothing_to_map),
		test_on(env_device, sparse_areas),
		test_on(env_device, events_of_a_life),
		test_on(env_device, sparse_without_areas),
		test_on(env_device, sparse_behind_other_capabilities),
		test_on(env_device, hostile_sparse_areas),
		test_on(env_device, offsets_that_overflow),
		test_on(env_device, mmap_is_all_or_nothing),
		test_on(env_device, toggling),
		test_on(env_device, not_mapped_once_it_is_out),
		test_on(env_device, toggling_while_others_read),
		test_on(env_device, read_in_all_sizes),
		test_on(env_device, write_in_all_sizes),
		test_on(env_device, accesses_by_address),
		test_on(env_device, access_is_at_the_right_offset),
		test_on(env_device, loads_and_stores_that_must_be_trapped),
		test_on(env_device, loads_and_stores_in_every_area),
		test_on(env_device, loads_of_what_may_not_be_read),
		test_on(env_device, other_sizes_are_errors),
		test_on(env_device, outside_the_region),
		test_on(env_device, transfers_that_fail),
		test_on(env_device, set_up_that_fails),
	};

	return cmocka_run_group_tests_name("region", tests, NULL, NULL);
}
