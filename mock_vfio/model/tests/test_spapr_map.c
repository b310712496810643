// SPDX-License-Identifier: GPL-2.0-only OR LGPL-2.1-or-later
/*
 * sPAPR's windows, MAP and UNMAP. The expected answers are those of the real
 * driver on pseries and powernv.
 */
#include "spapr_host.h"

/* Which argument is wrong decides the answer; odd as some are, all were measured. */
static void test_map_arguments(void **state)
{
	static const struct {
		u32 argsz, flags;
		u64 iova, vaddr, size;
		int ret;
	} rows[] = {
		{ 32, RW, PAGE, MEMORY, PAGE, 0 },
		{ 32, VFIO_DMA_MAP_FLAG_READ, PAGE, MEMORY, PAGE, 0 },
		{ 32, VFIO_DMA_MAP_FLAG_WRITE, PAGE, MEMORY, PAGE, 0 },
		{ 32, RW, PAGE, MEMORY, 0, 0 },
		{ 31, RW, PAGE, MEMORY, PAGE, -EINVAL },
		{ 32, 0, PAGE, MEMORY, PAGE, -EINVAL },
		{ 32, RW | VFIO_DMA_MAP_FLAG_VADDR, PAGE, MEMORY, PAGE, -EINVAL },
		{ 32, RW, PAGE, MEMORY + 1, PAGE, -EINVAL },
		{ 32, RW, PAGE, MEMORY, PAGE + 1, -EINVAL },
		{ 32, RW, PAGE + 1, MEMORY, PAGE, 1 },
		{ 32, RW, GIB, MEMORY, PAGE, -ENXIO },
		{ 32, RW, LAST_PAGE, MEMORY, PAGE, -ENXIO },
		{ 32, RW, GIB - PAGE, MEMORY, PAGE, 0 },
		{ 32, RW, GIB - PAGE, MEMORY, 2 * PAGE, -4 },
	};
	struct spapr_host h;
	size_t i;
	int v2;

	(void)state;
	for (i = 0; i < 2 * ARRAY_SIZE(rows); i++) {
		size_t row = i / 2;
		struct vfio_iommu_type1_dma_map arg = {
			.argsz = rows[row].argsz, .flags = rows[row].flags,
			.iova = rows[row].iova, .vaddr = rows[row].vaddr, .size = rows[row].size,
		};

		v2 = i % 2;
		spapr_host_ready(&h, SPAPR_PSERIES, v2, 0);
		assert_int_equal(spapr_host_ioctl(&h, VFIO_IOMMU_MAP_DMA, &arg), rows[row].ret);
		assert_int_equal(h.pages, !v2 && !rows[row].ret && rows[row].size);
		assert_int_equal(spapr_host_ioctl(&h, VFIO_IOMMU_MAP_DMA, NULL), -EFAULT);
		spapr_host_done(&h);
	}
}

static void test_unmap_arguments(void **state)
{
	static const struct {
		u32 argsz, flags;
		u64 iova, size;
		int ret;
	} rows[] = {
		{ 24, 0, PAGE, PAGE, 0 },
		{ 24, 0, PAGE, 0, 0 },
		{ 23, 0, PAGE, PAGE, -EINVAL },
		{ 24, VFIO_DMA_UNMAP_FLAG_ALL, 0, 0, -EINVAL },
		{ 24, 0, PAGE, PAGE - 1, -EINVAL },
		{ 24, 0, PAGE - 1, PAGE, 1 },
		{ 24, 0, GIB, PAGE, -ENXIO },
		{ 24, 0, 0, GIB, 0 },
		{ 24, 0, PAGE, GIB, 1 },
		{ 24, 0, 0, LAST_PAGE, 1 },
	};
	struct spapr_host h;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		struct vfio_iommu_type1_dma_unmap arg = {
			.argsz = rows[i].argsz, .flags = rows[i].flags,
			.iova = rows[i].iova, .size = rows[i].size,
		};

		spapr_host_ready(&h, SPAPR_PSERIES, i % 2, 0);
		assert_int_equal(spapr_host_ioctl(&h, VFIO_IOMMU_UNMAP_DMA, &arg), rows[i].ret);
		assert_int_equal(spapr_host_ioctl(&h, VFIO_IOMMU_UNMAP_DMA, NULL), -EFAULT);
		spapr_host_done(&h);
	}

	/* Up to 6.12 only the start had to be inside; the rest is unmapped. */
	spapr_host_ready(&h, SPAPR_PSERIES, true, SPAPR_QUIRK(UNMAP_PAST_END));
	assert_int_equal(spapr_host_map(&h, GIB - PAGE, MEMORY, PAGE), 0);
	assert_int_equal(spapr_host_unmap(&h, PAGE, GIB), 0);
	assert_int_equal(spapr_host_at(&h, GIB - PAGE), 0);
	spapr_host_done(&h);
}

/* Pages are mapped over others, and unmapped in any pieces. */
static void test_pages(void **state)
{
	struct spapr_host h;
	int v2;

	(void)state;
	for (v2 = 0; v2 < 2; v2++) {
		spapr_host_ready(&h, SPAPR_POWERNV, v2, 0);
		assert_int_equal(spapr_host_map(&h, 0, MEMORY, 300 * PAGE), 0);
		assert_int_equal(spapr_host_at(&h, 5), MEMORY + 5);
		assert_int_equal(spapr_host_at(&h, 299 * PAGE), MEMORY + 299 * PAGE);
		assert_int_equal(spapr_host_at(&h, 300 * PAGE), 0);
		assert_int_equal(spapr_host_map(&h, 127 * PAGE, MEMORY, 2 * PAGE), 0);
		assert_int_equal(spapr_host_at(&h, 126 * PAGE), MEMORY + 126 * PAGE);
		assert_int_equal(spapr_host_at(&h, 127 * PAGE), MEMORY);
		assert_int_equal(spapr_host_at(&h, 128 * PAGE), MEMORY + PAGE);
		assert_int_equal(spapr_host_at(&h, 129 * PAGE), MEMORY + 129 * PAGE);
		assert_int_equal(h.pages, v2 ? 0 : 300);
		assert_int_equal(spapr_host_unmap(&h, PAGE, 298 * PAGE), 0);
		assert_int_equal(h.pages, v2 ? 0 : 2);
		assert_int_equal(spapr_host_at(&h, 0), MEMORY);
		assert_int_equal(spapr_host_at(&h, 298 * PAGE), 0);
		assert_int_equal(spapr_host_at(&h, 299 * PAGE), MEMORY + 299 * PAGE);
		assert_int_equal(spapr_host_unmap(&h, 0, 2 * GIB), 0);
		assert_int_equal(h.pages, 0);
		spapr_host_done(&h);
	}

	spapr_host_ready(&h, SPAPR_POWERNV, true, SPAPR_QUIRK(MAP_EBUSY));
	assert_int_equal(spapr_host_map(&h, PAGE, MEMORY, PAGE), 0);
	assert_int_equal(spapr_host_map(&h, 0, MEMORY, 3 * PAGE), -EBUSY);
	assert_int_equal(spapr_host_at(&h, 0), 0);
	assert_int_equal(spapr_host_at(&h, PAGE), MEMORY);
	spapr_host_done(&h);
}

/* A map that fails half way takes back what it did, not what it replaced. */
static void test_map_fails(void **state)
{
	struct spapr_host h;

	(void)state;
	spapr_host_ready(&h, SPAPR_PSERIES, false, 0);
	assert_int_equal(spapr_host_map(&h, 0, MEMORY, 4 * PAGE), 0);
	h.bad_vaddr = MEMORY + 2 * PAGE;
	assert_int_equal(spapr_host_map(&h, 0, MEMORY, 4 * PAGE), -EFAULT);
	assert_int_equal(spapr_host_at(&h, PAGE), 0);
	assert_int_equal(spapr_host_at(&h, 2 * PAGE), MEMORY + 2 * PAGE);
	assert_int_equal(h.pages, 2);
	fail_alloc(1);
	assert_int_equal(spapr_host_map(&h, 128 * PAGE, MEMORY, PAGE), -ENOMEM);
	assert_int_equal(h.pages, 2);
	assert_int_equal(spapr_host_map(&h, GIB - PAGE, MEMORY, 2 * PAGE), -4);
	assert_int_equal(h.pages, 2);
	spapr_host_done(&h);

	/* Version 2 maps only what is registered, all of the page. */
	spapr_host_ready(&h, SPAPR_PSERIES, true, 0);
	assert_int_equal(spapr_host_map(&h, 0, MEMORY - PAGE, PAGE), -EINVAL);
	assert_int_equal(spapr_host_map(&h, 0, MEMORY + 16 * MIB - PAGE, 2 * PAGE), -EINVAL);
	assert_int_equal(spapr_host_at(&h, 0), 0);
	spapr_host_done(&h);
}

static void test_access(void **state)
{
	struct vfio_iommu_type1_dma_map arg = {
		.argsz = sizeof(arg), .flags = VFIO_DMA_MAP_FLAG_READ,
		.iova = PAGE, .vaddr = MEMORY, .size = PAGE,
	};
	struct spapr_host h;
	u64 vaddr, size = 64;

	(void)state;
	spapr_host_ready(&h, SPAPR_PSERIES, true, 0);
	assert_int_equal(spapr_host_ioctl(&h, VFIO_IOMMU_MAP_DMA, &arg), 0);
	assert_int_equal(spapr_access(&h.s, 2 * PAGE - 16, false, &vaddr, &size), 0);
	assert_int_equal(vaddr, MEMORY + PAGE - 16);
	assert_int_equal(size, 16);
	assert_int_equal(spapr_access(&h.s, PAGE, true, &vaddr, &size), -EPERM);
	assert_int_equal(spapr_access(&h.s, 0, false, &vaddr, &size), -EINVAL);
	assert_int_equal(spapr_access(&h.s, GIB, false, &vaddr, &size), -EINVAL);
	spapr_host_done(&h);
}

/* A window can be of these sizes, pages and levels. */
static void test_create_arguments(void **state)
{
	static const struct {
		u32 shift;
		u64 size;
		u32 levels;
		int pseries, powernv;
	} rows[] = {
		{ 12, GIB, 1, 0, 0 },
		{ 16, GIB, 1, 0, 0 },
		{ 21, GIB, 1, 0, 0 },
		{ 24, GIB, 1, 0, -EINVAL },
		{ 30, GIB, 1, -EINVAL, 0 },
		{ 0, GIB, 1, -EINVAL, -EINVAL },
		{ 13, GIB, 1, -EINVAL, -EINVAL },
		{ 64 + 12, GIB, 1, -EINVAL, -EINVAL },
		{ 16, 0, 1, -EINVAL, -EINVAL },
		{ 16, 3 * GIB, 1, -EINVAL, -EINVAL },
		{ 16, 0x8000, 1, -EINVAL, -EINVAL },
		{ 16, 1ull << 63, 1, -EINVAL, -EINVAL },
		{ 16, GIB, 0, 0, -EINVAL },
		{ 16, GIB, 2, -EINVAL, 0 },
		{ 16, GIB, 5, -EINVAL, 0 },
		{ 16, GIB, 9, -EINVAL, -EINVAL },
	};
	struct vfio_iommu_spapr_tce_create arg = {
		.argsz = sizeof(arg), .page_shift = 12, .window_size = GIB, .levels = 1,
	};
	struct spapr_host h;
	size_t i;
	u64 start;
	int p;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		for (p = SPAPR_PSERIES; p <= SPAPR_POWERNV; p++) {
			spapr_host_init(&h, p, true, 0);
			assert_int_equal(spapr_host_create(&h, rows[i].shift, rows[i].size,
							   rows[i].levels, &start),
					 p == SPAPR_PSERIES ? rows[i].pseries : rows[i].powernv);
			spapr_host_done(&h);
		}
	}
	spapr_host_init(&h, SPAPR_PSERIES, true, 0);
	arg.argsz--;
	assert_int_equal(spapr_host_ioctl(&h, VFIO_IOMMU_SPAPR_TCE_CREATE, &arg), -EINVAL);
	arg.argsz++;
	arg.flags = 1;
	assert_int_equal(spapr_host_ioctl(&h, VFIO_IOMMU_SPAPR_TCE_CREATE, &arg), -EINVAL);
	assert_int_equal(spapr_host_ioctl(&h, VFIO_IOMMU_SPAPR_TCE_CREATE, NULL), -EFAULT);
	assert_int_equal(spapr_host_ioctl(&h, VFIO_IOMMU_SPAPR_TCE_REMOVE, NULL), -EFAULT);
	spapr_host_done(&h);
}

/* Two places; the kernel decides which, and nobody gets a third window. */
static void test_places(void **state)
{
	struct spapr_host h;
	u64 start;

	(void)state;
	spapr_host_ready(&h, SPAPR_PSERIES, true, 0);
	assert_int_equal(spapr_host_create(&h, 16, GIB, 1, &start), 0);
	assert_int_equal(start, SECOND);
	assert_int_equal(spapr_host_create(&h, 16, GIB, 1, &start), -ENOSPC);
	/* Any address inside removes a window, mapped or not. */
	h.page_shift = 16;
	assert_int_equal(spapr_host_register(&h, MEMORY + GIB, MIB), 0);
	assert_int_equal(spapr_host_map(&h, SECOND, MEMORY, 0x10000), -EINVAL);
	assert_int_equal(spapr_host_map(&h, SECOND, MEMORY + GIB, PAGE), -EINVAL);
	assert_int_equal(spapr_host_map(&h, SECOND, MEMORY + GIB, 0x10000), 0);
	assert_int_equal(spapr_host_remove(&h, SECOND + GIB), -EINVAL);
	assert_int_equal(spapr_host_remove(&h, SECOND + GIB - 1), 0);
	assert_int_equal(spapr_host_map(&h, SECOND, MEMORY + GIB, 0x10000), -ENXIO);
	assert_int_equal(spapr_host_unregister(&h, MEMORY + GIB, MIB), 0);
	assert_int_equal(h.held, 1);
	/* Without the default window its place is the next one's. */
	assert_int_equal(spapr_host_remove(&h, 0), 0);
	assert_int_equal(spapr_host_remove(&h, 0), -EINVAL);
	assert_int_equal(spapr_host_create(&h, 12, 2 * GIB, 1, &start), 0);
	assert_int_equal(start, 0);
	assert_int_equal(spapr_host_map(&h, 2 * GIB - PAGE, MEMORY, PAGE), 0);
	spapr_host_done(&h);

	/* The default window is only made when it is needed: this one never is. */
	spapr_host_init(&h, SPAPR_PSERIES, true, 0);
	assert_int_equal(spapr_host_remove(&h, 0), 0);
	assert_int_equal(h.charged, 0);
	assert_int_equal(spapr_host_create(&h, 12, GIB, 1, &start), 0);
	assert_int_equal(start, 0);
	assert_int_equal(h.charged, GIB / PAGE * 8);
	assert_int_equal(spapr_host_create(&h, 12, GIB, 1, &start), 0);
	assert_int_equal(start, SECOND);
	/* A partition's window at 0 must be there first. */
	assert_int_equal(spapr_host_remove(&h, 0), 0);
	assert_int_equal(spapr_host_create(&h, 12, GIB, 1, &start), -EPERM);
	spapr_host_done(&h);

	spapr_host_init(&h, SPAPR_POWERNV, true, 0);
	assert_int_equal(spapr_host_create(&h, 12, GIB, 1, &start), 0);
	assert_int_equal(spapr_host_remove(&h, 0), 0);
	assert_int_equal(spapr_host_create(&h, 12, GIB, 1, &start), 0);
	assert_int_equal(start, 0);
	spapr_host_done(&h);
}

/* Locked memory, and tables too large for so few levels. */
static void test_table_size(void **state)
{
	const struct spapr_config config = {
		.platform = SPAPR_POWERNV, .level_bytes = 0x10000,
	};
	struct spapr_host h;
	u64 start;

	(void)state;
	spapr_host_init_config(&h, &config, true);
	assert_int_equal(spapr_host_remove(&h, 0), 0);
	/* 2^26 entries: 2^26, 2^13 and 2^9 in each level's tables. */
	assert_int_equal(spapr_host_create(&h, 16, 1ull << 42, 1, &start), -ENOMEM);
	assert_int_equal(spapr_host_create(&h, 16, 1ull << 42, 2, &start), 0);
	assert_int_equal(spapr_host_remove(&h, 0), 0);
	h.limit = (1ull << 26) * 8 - 1;
	assert_int_equal(spapr_host_create(&h, 16, 1ull << 42, 2, &start), -ENOMEM);
	assert_int_equal(h.charged, 0);
	h.limit++;
	assert_int_equal(spapr_host_create(&h, 16, 1ull << 42, 2, &start), 0);
	spapr_host_done(&h);

	/* Neither is the default window for nothing. */
	spapr_host_ready(&h, SPAPR_PSERIES, false, 0);
	h.limit = h.charged;
	assert_int_equal(spapr_host_map(&h, 0, MEMORY, PAGE), -ENOMEM);
	assert_int_equal(spapr_host_unmap(&h, 0, PAGE), -ENOMEM);
	h.limit += GIB / PAGE * 8;
	assert_int_equal(spapr_host_map(&h, 0, MEMORY, PAGE), 0);
	spapr_host_done(&h);
}

/* Kernels that name page sizes which they then refuse. */
static void test_wrong_pgsizes(void **state)
{
	struct vfio_iommu_spapr_tce_info info = { .argsz = sizeof(info) };
	struct spapr_host h;
	u64 start;

	(void)state;
	spapr_host_init(&h, SPAPR_PSERIES, true, SPAPR_QUIRK(WRONG_PGSIZES));
	assert_int_equal(spapr_host_ioctl(&h, VFIO_IOMMU_SPAPR_TCE_GET_INFO, &info), 0);
	assert_true(info.ddw.pgsizes & 1ull << 24);
	assert_int_equal(spapr_host_create(&h, 24, GIB, 1, &start), -EINVAL);
	assert_int_equal(spapr_host_create(&h, 21, GIB, 1, &start), 0);
	spapr_host_done(&h);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_map_arguments),
		cmocka_unit_test(test_unmap_arguments),
		cmocka_unit_test(test_pages),
		cmocka_unit_test(test_map_fails),
		cmocka_unit_test(test_access),
		cmocka_unit_test(test_create_arguments),
		cmocka_unit_test(test_places),
		cmocka_unit_test(test_table_size),
		cmocka_unit_test(test_wrong_pgsizes),
	};

	return cmocka_run_group_tests_name("model_spapr_map", tests, NULL, NULL);
}
