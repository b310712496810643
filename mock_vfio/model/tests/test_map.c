// SPDX-License-Identifier: GPL-2.0-only OR LGPL-2.1-or-later
/* MAP and UNMAP: arguments, limits, both versions, the end of the address space. */
#include "host.h"

/* Which argument is wrong decides the errno; nothing is mapped. */
static void test_map_arguments(void **state)
{
	static const struct {
		u64 iova, vaddr, size;
		u32 flags;
		int ret, ret_6_1;
	} rows[] = {
		{ PAGE, PAGE, PAGE, RW, 0, 0 },
		{ PAGE, PAGE, PAGE, VFIO_DMA_MAP_FLAG_READ, 0, 0 },
		{ PAGE, PAGE, PAGE, VFIO_DMA_MAP_FLAG_WRITE, 0, 0 },
		{ PAGE, PAGE, PAGE, 0, -EINVAL, -EINVAL },
		{ PAGE, PAGE, PAGE, 1u << 5 | RW, -EINVAL, -EINVAL },
		{ PAGE, PAGE, PAGE, VFIO_DMA_MAP_FLAG_VADDR | RW, -EINVAL, -EINVAL },
		{ PAGE, PAGE, PAGE, VFIO_DMA_MAP_FLAG_VADDR, -ENOENT, -ENOENT },
		{ PAGE, PAGE, 0, RW, -EINVAL, -EINVAL },
		{ PAGE + 1, PAGE, PAGE, RW, -EINVAL, -EINVAL },
		{ PAGE, PAGE + 1, PAGE, RW, -EINVAL, -EINVAL },
		{ PAGE, PAGE, PAGE - 1, RW, -EINVAL, -EINVAL },
		{ LAST_PAGE, PAGE, PAGE, RW, 0, 0 },
		{ LAST_PAGE, PAGE, 2 * PAGE, RW, -EOVERFLOW, -EINVAL },
		{ PAGE, LAST_PAGE, 2 * PAGE, RW, -EOVERFLOW, -EINVAL },
		{ LAST_PAGE, PAGE, 2 * PAGE, 0, -EOVERFLOW, -EINVAL },
	};
	u64 v6_1 = 0;
	struct host h;
	size_t i;

	(void)state;
	type1_quirks_of_word("kernel=6.1", &v6_1);
	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		host_init_default(&h, TYPE1_EMULATED, true, 0);
		assert_int_equal(host_map_at(&h, rows[i].iova, rows[i].vaddr, rows[i].size,
					     rows[i].flags), rows[i].ret);
		assert_int_equal(h.mappings, !rows[i].ret);
		host_done(&h);

		host_init_default(&h, TYPE1_EMULATED, true, v6_1);
		assert_int_equal(host_map_at(&h, rows[i].iova, rows[i].vaddr, rows[i].size,
					     rows[i].flags), rows[i].ret_6_1);
		host_done(&h);
	}
}

/* Any byte in common with a mapping is EEXIST, or EBUSY as old kernels had it. */
static void test_overlap(void **state)
{
	static const struct {
		u64 iova, size;
		bool overlaps;
	} rows[] = {
		{ 7 * PAGE, PAGE, false }, { 7 * PAGE, 2 * PAGE, true },
		{ 8 * PAGE, 4 * PAGE, true }, { 8 * PAGE, PAGE, true },
		{ 9 * PAGE, PAGE, true }, { 11 * PAGE, PAGE, true },
		{ 11 * PAGE, 9 * PAGE, true }, { 0, 100 * PAGE, true },
		{ 12 * PAGE, PAGE, false },
	};
	struct host h;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		host_init_default(&h, TYPE1_EMULATED, true, 0);
		assert_int_equal(host_map(&h, 8 * PAGE, 4 * PAGE), 0);
		assert_int_equal(host_map(&h, rows[i].iova, rows[i].size),
				 rows[i].overlaps ? -EEXIST : 0);
		host_done(&h);

		host_init_default(&h, TYPE1_EMULATED, true, TYPE1_QUIRK(OVERLAP_EBUSY));
		assert_int_equal(host_map(&h, 8 * PAGE, 4 * PAGE), 0);
		assert_int_equal(host_map(&h, rows[i].iova, rows[i].size),
				 rows[i].overlaps ? -EBUSY : 0);
		host_done(&h);
	}
}

/* The limit counts down, is ENOSPC when reached, and an unmap gives one back. */
static void test_limit(void **state)
{
	struct type1_config config = default_config(TYPE1_EMULATED);
	struct host h;
	int i;

	(void)state;
	config.dma_avail = 3;
	host_init(&h, &config, true);
	for (i = 0; i < 3; i++)
		assert_int_equal(host_map(&h, i * PAGE, PAGE), 0);
	assert_int_equal(host_map(&h, 3 * PAGE, PAGE), -ENOSPC);
	assert_int_equal(host_map(&h, 2 * PAGE, PAGE), -EEXIST);
	assert_int_equal(host_unmapped(&h, PAGE, PAGE), PAGE);
	assert_int_equal(host_map(&h, 3 * PAGE, PAGE), 0);
	host_done(&h);

	config.quirks = TYPE1_QUIRK(NO_ENTRY_LIMIT);
	host_init(&h, &config, true);
	for (i = 0; i < 10; i++)
		assert_int_equal(host_map(&h, i * PAGE, PAGE), 0);
	host_done(&h);
}

/* Outside of the ranges nothing can be mapped, nor across a hole. */
static void test_ranges(void **state)
{
	struct host h;

	(void)state;
	host_init_default(&h, TYPE1_IOMMU, true, 0);
	assert_int_equal(host_map(&h, 0xfee00000, PAGE), -EINVAL);
	assert_int_equal(host_map(&h, 0xfedff000, PAGE), 0);
	assert_int_equal(host_map(&h, 0xfedfe000, 3 * PAGE), -EEXIST);
	assert_int_equal(host_unmapped(&h, 0xfedff000, PAGE), PAGE);
	assert_int_equal(host_map(&h, 0xfedfe000, 3 * PAGE), -EINVAL);
	assert_int_equal(host_map(&h, 0xfef00000, PAGE), 0);
	assert_int_equal(host_map(&h, 0x1000000000000, PAGE), -EINVAL);
	host_done(&h);

	host_init_default(&h, TYPE1_IOMMU, true, TYPE1_QUIRK(NO_IOVA_RANGES));
	assert_int_equal(host_map(&h, 0xfee00000, PAGE), 0);
	host_done(&h);
}

/* A larger smallest page is what everything must be aligned to. */
static void test_alignment(void **state)
{
	struct type1_config config = default_config(TYPE1_EMULATED);
	struct host h;
	u64 size;

	(void)state;
	config.pgsizes = 0x10000;
	host_init(&h, &config, true);
	assert_int_equal(host_map(&h, 0x8000, 0x10000), -EINVAL);
	assert_int_equal(host_map(&h, 0x10000, 0x8000), -EINVAL);
	assert_int_equal(host_map_at(&h, 0x10000, 0x8000, 0x10000, RW), -EINVAL);
	assert_int_equal(host_map(&h, 0x10000, 0x10000), 0);
	assert_int_equal(host_unmap(&h, 0x8000, 0x10000, &size), -EINVAL);
	assert_int_equal(host_unmap(&h, 0x10000, 0x8000, &size), -EINVAL);
	host_done(&h);

	/* Smaller than the CPU's page counts as that. */
	config.pgsizes = 0x200;
	host_init(&h, &config, true);
	assert_int_equal(host_map(&h, 0x200, 0x200), -EINVAL);
	assert_int_equal(host_map(&h, PAGE, PAGE), 0);
	host_done(&h);
}

/* The host's refusal and lack of memory leave nothing behind. */
static void test_map_fails_late(void **state)
{
	/* The mapping and its bitmap; from then on the mapping's memory is there. */
	static const int failing[] = { 1, 2, 1 };
	struct host h;
	size_t i;

	(void)state;
	host_init_default(&h, TYPE1_IOMMU, true, 0);
	assert_int_equal(host_dirty(&h, VFIO_IOMMU_DIRTY_PAGES_FLAG_START), 0);
	for (i = 0; i < ARRAY_SIZE(failing); i++) {
		fail_alloc(failing[i]);
		assert_int_equal(host_map(&h, 0, PAGE), -ENOMEM);
		assert_int_equal(h.mappings, 0);
		assert_int_equal(h.t.avail, TYPE1_DMA_AVAIL_DEFAULT);
	}
	h.map_error = -EFAULT;
	assert_int_equal(host_map(&h, 0, PAGE), -EFAULT);
	assert_int_equal(h.t.avail, TYPE1_DMA_AVAIL_DEFAULT);
	fail_alloc(2);
	assert_int_equal(host_map(&h, 0, PAGE), 0);
	fail_alloc(0);
	host_done(&h);
}

/* A mapping that is gone leaves its memory to the next one, and none of its state. */
static void test_spare(void **state)
{
	struct host h;
	u64 size;

	(void)state;
	host_init_default(&h, TYPE1_IOMMU, true, 0);
	assert_int_equal(host_map(&h, 0, PAGE), 0);
	assert_int_equal(host_map(&h, PAGE, PAGE), 0);
	assert_int_equal(host_dirty(&h, VFIO_IOMMU_DIRTY_PAGES_FLAG_START), 0);
	assert_int_equal(host_unmap_flags(&h, 0, PAGE, VFIO_DMA_UNMAP_FLAG_VADDR, &size), 0);
	assert_int_equal(host_unmap(&h, 0, PAGE, &size), 0);
	assert_int_equal(host_unmap(&h, PAGE, PAGE, &size), 0);
	assert_int_equal(host_dirty(&h, VFIO_IOMMU_DIRTY_PAGES_FLAG_STOP), 0);

	fail_alloc(1);
	assert_int_equal(host_map(&h, 0, PAGE), 0);
	assert_int_equal(host_map(&h, PAGE, PAGE), -ENOMEM);
	fail_alloc(0);
	assert_int_equal(host_unmap_flags(&h, 0, PAGE, VFIO_DMA_UNMAP_FLAG_VADDR, &size), 0);
	host_done(&h);
}

/* Version 2 refuses to bisect, and says the sum of the mappings it unmapped. */
static void test_unmap_v2(void **state)
{
	struct host h;
	u64 size;

	(void)state;
	host_init_default(&h, TYPE1_EMULATED, true, 0);
	assert_int_equal(host_map(&h, 4 * PAGE, 4 * PAGE), 0);
	assert_int_equal(host_map(&h, 10 * PAGE, 2 * PAGE), 0);
	assert_int_equal(host_unmap(&h, 5 * PAGE, 3 * PAGE, &size), -EINVAL);
	assert_int_equal(host_unmap(&h, 4 * PAGE, 3 * PAGE, &size), -EINVAL);
	assert_int_equal(host_unmap(&h, 5 * PAGE, PAGE, &size), -EINVAL);
	assert_int_equal(host_unmap(&h, 0, 11 * PAGE, &size), -EINVAL);
	assert_int_equal(size, 11 * PAGE);
	assert_int_equal(h.mappings, 2);
	assert_int_equal(host_unmapped(&h, 8 * PAGE, 2 * PAGE), 0);
	assert_int_equal(host_unmapped(&h, 0, 100 * PAGE), 6 * PAGE);
	assert_int_equal(host_unmapped(&h, 0, 100 * PAGE), 0);
	host_done(&h);
}

/* Version 1 unmaps a mapping by its first byte, and stops at one it begins in. */
static void test_unmap_v1(void **state)
{
	struct host h;

	(void)state;
	host_init_default(&h, TYPE1_EMULATED, false, 0);
	assert_int_equal(host_map(&h, 4 * PAGE, 4 * PAGE), 0);
	assert_int_equal(host_map(&h, 8 * PAGE, 4 * PAGE), 0);
	assert_int_equal(host_unmapped(&h, 5 * PAGE, 100 * PAGE), 0);
	assert_int_equal(h.mappings, 2);
	assert_int_equal(host_unmapped(&h, 3 * PAGE, 2 * PAGE), 4 * PAGE);
	assert_int_equal(host_unmapped(&h, 8 * PAGE, PAGE), 4 * PAGE);
	host_done(&h);
}

/* FLAG_ALL takes no range, bisects nothing, and reaches the last page. */
static void test_unmap_all(void **state)
{
	struct host h;
	u64 size;

	(void)state;
	host_init_default(&h, TYPE1_EMULATED, true, 0);
	assert_int_equal(host_map(&h, 0, PAGE), 0);
	assert_int_equal(host_map(&h, LAST_PAGE, PAGE), 0);
	assert_int_equal(host_unmap_flags(&h, PAGE, 0, VFIO_DMA_UNMAP_FLAG_ALL, &size), -EINVAL);
	assert_int_equal(host_unmap_flags(&h, 0, PAGE, VFIO_DMA_UNMAP_FLAG_ALL, &size), -EINVAL);
	assert_int_equal(host_unmap_flags(&h, 0, 0, VFIO_DMA_UNMAP_FLAG_ALL, &size), 0);
	assert_int_equal(size, 2 * PAGE);
	assert_int_equal(host_unmap_flags(&h, 0, 0, VFIO_DMA_UNMAP_FLAG_ALL, &size), 0);
	assert_int_equal(size, 0);
	host_done(&h);

	host_init_default(&h, TYPE1_EMULATED, true, TYPE1_QUIRK(NO_UNMAP_ALL));
	assert_int_equal(host_unmap_flags(&h, 0, 0, VFIO_DMA_UNMAP_FLAG_ALL, &size), -EINVAL);
	host_done(&h);
}

/*
 * A range that ends at 2^64: works now, was EINVAL in 4.15 to 4.20 (the case
 * that QEMU retries with a page less), and unmapped nothing up to 6.17.
 */
static void test_end_of_space(void **state)
{
	const u64 half = 1ull << 63;
	struct host h;
	u64 size;

	(void)state;
	host_init_default(&h, TYPE1_EMULATED, true, 0);
	assert_int_equal(host_map(&h, LAST_PAGE, PAGE), 0);
	assert_int_equal(host_map(&h, LAST_PAGE, PAGE), -EEXIST);
	assert_int_equal(host_unmapped(&h, half, half), PAGE);
	assert_int_equal(host_unmap(&h, LAST_PAGE, 2 * PAGE, &size), -EOVERFLOW);
	host_done(&h);

	host_init_default(&h, TYPE1_EMULATED, true, TYPE1_QUIRK(UNMAP_OVERFLOW_4_15));
	assert_int_equal(host_map(&h, half, PAGE), 0);
	assert_int_equal(host_unmap(&h, half, half, &size), -EINVAL);
	assert_int_equal(host_unmapped(&h, half, half - PAGE), PAGE);
	assert_int_equal(host_unmap(&h, 0xfef00000, 0xffffffff01100000, &size), -EINVAL);
	assert_int_equal(host_unmapped(&h, 0xfef00000, 0xffffffff01100000 - PAGE), 0);
	host_done(&h);

	/* The range is lost: the mapping is still found by everything that holds it. */
	host_init_default(&h, TYPE1_EMULATED, true, TYPE1_QUIRK(UNMAP_WRAP_SILENT));
	assert_int_equal(host_map(&h, 2 * LAST_PAGE, 2 * PAGE), 0);
	assert_int_equal(host_unmapped(&h, 2 * LAST_PAGE, 2 * PAGE), 0);
	assert_int_equal(host_map(&h, 2 * LAST_PAGE, PAGE), -EEXIST);
	assert_int_equal(host_unmap_flags(&h, 0, 0, VFIO_DMA_UNMAP_FLAG_ALL, &size), 0);
	assert_int_equal(size, 2 * PAGE);
	host_done(&h);

	/* The mapping is lost, and hides what is left of it in the tree. */
	host_init_default(&h, TYPE1_EMULATED, true, TYPE1_QUIRK(MAP_LAST_PAGE_POISONS));
	assert_int_equal(host_map(&h, LAST_PAGE, PAGE), 0);
	assert_int_equal(host_map(&h, 0, PAGE), 0);
	assert_int_equal(host_unmapped(&h, 0, PAGE), 0);
	assert_int_equal(host_unmapped(&h, 1ull << 63, 1ull << 63), 0);
	host_done(&h);

	/* Both, as kernels up to 6.17 have them. */
	host_init_default(&h, TYPE1_EMULATED, true, TYPE1_QUIRK(UNMAP_WRAP_SILENT) |
			  TYPE1_QUIRK(MAP_LAST_PAGE_POISONS));
	assert_int_equal(host_map(&h, LAST_PAGE, PAGE), 0);
	assert_int_equal(host_unmapped(&h, LAST_PAGE, PAGE), 0);
	assert_int_equal(host_unmap_flags(&h, 0, 0, VFIO_DMA_UNMAP_FLAG_ALL, &size), 0);
	assert_int_equal(size, 0);
	assert_int_equal(host_map(&h, LAST_PAGE, PAGE), 0);
	assert_int_equal(h.mappings, 2);
	host_done(&h);
}

/* iommufd's answer to an unmap of nothing. */
static void test_unmap_nothing(void **state)
{
	struct host h;
	u64 size;

	(void)state;
	host_init_default(&h, TYPE1_EMULATED, true, TYPE1_QUIRK(UNMAP_EMPTY_ENOENT));
	assert_int_equal(host_unmap(&h, 0, PAGE, &size), -ENOENT);
	assert_int_equal(host_unmap_flags(&h, 0, 0, VFIO_DMA_UNMAP_FLAG_ALL, &size), 0);
	assert_int_equal(size, 0);
	assert_int_equal(host_map(&h, 0, PAGE), 0);
	assert_int_equal(host_unmapped(&h, 0, PAGE), PAGE);
	host_done(&h);
}

static u64 short_unmap(struct host *h, u64 size, u64 limit)
{
	struct vfio_iommu_type1_dma_unmap arg = { .argsz = sizeof(arg), .size = size };
	struct type1_request r;
	int ret;

	ret = type1_request_read(&h->t, &r, VFIO_IOMMU_UNMAP_DMA, (uintptr_t)&arg);
	assert_int_equal(ret, 0);
	r.unmap_limit = limit;
	ret = type1_request_run(&h->t, &r);
	assert_int_equal(type1_request_end(&r, ret), 0);
	return arg.size;
}

/* A limited unmap takes the mappings that end within the limit, and is honest. */
static void test_unmap_limit(void **state)
{
	struct host h;

	(void)state;
	host_init_default(&h, TYPE1_EMULATED, true, 0);
	assert_int_equal(host_map(&h, 0, 2 * PAGE), 0);
	assert_int_equal(host_map(&h, 2 * PAGE, 2 * PAGE), 0);
	assert_int_equal(short_unmap(&h, 4 * PAGE, 0), 0);
	assert_int_equal(short_unmap(&h, 4 * PAGE, 2 * PAGE - 1), 0);
	assert_int_equal(h.mappings, 2);
	assert_int_equal(short_unmap(&h, 4 * PAGE, 3 * PAGE), 2 * PAGE);
	assert_int_equal(h.mappings, 1);
	assert_int_equal(short_unmap(&h, 4 * PAGE, 4 * PAGE), 2 * PAGE);
	host_done(&h);
}

/* Addresses taken away and given back: all of a range or none, exact ranges only. */
static void test_vaddr_update(void **state)
{
	const u32 take = VFIO_DMA_UNMAP_FLAG_VADDR, give = VFIO_DMA_MAP_FLAG_VADDR;
	struct host h;
	u64 size, offset;
	struct type1_mapping *m;

	(void)state;
	host_init_default(&h, TYPE1_EMULATED, true, 0);
	assert_int_equal(host_unmap_flags(&h, 0, PAGE, take, &size), -EBUSY);
	host_done(&h);

	host_init_default(&h, TYPE1_IOMMU, true, 0);
	assert_int_equal(host_map(&h, 0, PAGE), 0);
	assert_int_equal(host_map(&h, 2 * PAGE, 2 * PAGE), 0);
	assert_int_equal(host_map_at(&h, 0, PAGE, PAGE, give), -EINVAL);
	assert_int_equal(host_unmap_flags(&h, 2 * PAGE, 2 * PAGE, take, &size), 0);
	assert_int_equal(size, 2 * PAGE);
	assert_int_equal(host_unmap_flags(&h, 0, 4 * PAGE, take, &size), -EINVAL);
	assert_int_equal(h.t.vaddr_invalid, 1);
	size = 1;
	assert_int_equal(type1_access(&h.t, 0, false, &m, &offset, &size), -EBUSY);
	assert_int_equal(host_map_at(&h, 2 * PAGE, PAGE, PAGE, give), -EINVAL);
	h.map_error = -ENOMEM;
	assert_int_equal(host_map_at(&h, 2 * PAGE, 5 * PAGE, 2 * PAGE, give), -ENOMEM);
	h.map_error = 0;
	assert_int_equal(host_map_at(&h, 2 * PAGE, 5 * PAGE, 2 * PAGE, give), 0);
	assert_int_equal(h.t.vaddr_invalid, 0);
	assert_int_equal(type1_access(&h.t, 3 * PAGE, false, &m, &offset, &size), 0);
	assert_int_equal(m->vaddr + offset, 6 * PAGE);

	/* Unmapping gives the address up for good. */
	assert_int_equal(host_unmap_flags(&h, 0, 0, take | VFIO_DMA_UNMAP_FLAG_ALL, &size), 0);
	assert_int_equal(size, 3 * PAGE);
	assert_int_equal(host_unmapped(&h, 0, 4 * PAGE), 3 * PAGE);
	assert_int_equal(h.t.vaddr_invalid, 0);
	host_done(&h);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_map_arguments),
		cmocka_unit_test(test_overlap),
		cmocka_unit_test(test_limit),
		cmocka_unit_test(test_ranges),
		cmocka_unit_test(test_alignment),
		cmocka_unit_test(test_map_fails_late),
		cmocka_unit_test(test_spare),
		cmocka_unit_test(test_unmap_v2),
		cmocka_unit_test(test_unmap_v1),
		cmocka_unit_test(test_unmap_all),
		cmocka_unit_test(test_end_of_space),
		cmocka_unit_test(test_unmap_nothing),
		cmocka_unit_test(test_unmap_limit),
		cmocka_unit_test(test_vaddr_update),
	};

	return cmocka_run_group_tests_name("model_map", tests, NULL, NULL);
}
