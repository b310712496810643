// SPDX-License-Identifier: GPL-2.0-only OR LGPL-2.1-or-later
/*
 * sPAPR's calls: who may make them and when, and memory registration. The
 * expected answers are those of the real driver on pseries and powernv.
 */
#include "spapr_host.h"

static const unsigned int v1_only[] = { VFIO_IOMMU_ENABLE, VFIO_IOMMU_DISABLE };
static const unsigned int v2_only[] = {
	VFIO_IOMMU_SPAPR_REGISTER_MEMORY, VFIO_IOMMU_SPAPR_UNREGISTER_MEMORY,
	VFIO_IOMMU_SPAPR_TCE_CREATE, VFIO_IOMMU_SPAPR_TCE_REMOVE,
};

/* Each version knows its own calls, and neither type1's other ones. */
static void test_versions(void **state)
{
	struct spapr_host h;
	size_t i;

	(void)state;
	spapr_host_init(&h, SPAPR_PSERIES, false, 0);
	for (i = 0; i < ARRAY_SIZE(v2_only); i++)
		assert_int_equal(spapr_host_ioctl(&h, v2_only[i], NULL), -ENOTTY);
	assert_int_equal(spapr_host_ioctl(&h, VFIO_IOMMU_DIRTY_PAGES, NULL), -ENOTTY);
	spapr_host_done(&h);

	spapr_host_init(&h, SPAPR_PSERIES, true, 0);
	for (i = 0; i < ARRAY_SIZE(v1_only); i++)
		assert_int_equal(spapr_host_ioctl(&h, v1_only[i], NULL), -ENOTTY);
	for (i = 0; i < ARRAY_SIZE(v2_only); i++)
		assert_int_not_equal(spapr_host_ioctl(&h, v2_only[i], NULL), -ENOTTY);
	spapr_host_done(&h);
}

static void test_extensions(void **state)
{
	const struct spapr_config config = {
		.types = 1u << VFIO_SPAPR_TCE_v2_IOMMU | 1u << VFIO_EEH,
	};
	struct spapr s;

	(void)state;
	assert_int_equal(spapr_check_extension(&config, VFIO_SPAPR_TCE_v2_IOMMU), 1);
	assert_int_equal(spapr_check_extension(&config, VFIO_SPAPR_TCE_IOMMU), 0);
	assert_int_equal(spapr_check_extension(&config, VFIO_EEH), 1);
	assert_int_equal(spapr_check_extension(&config, VFIO_TYPE1v2_IOMMU), 0);
	assert_int_equal(spapr_check_extension(&config, VFIO_UNMAP_ALL), 0);
	assert_int_equal(spapr_check_extension(&config, VFIO_DMA_CC_IOMMU), 0);
	/* An extension, but no type of IOMMU. */
	assert_int_equal(spapr_init(&s, &config, VFIO_EEH, NULL, NULL), -EINVAL);
}

/* The window's size and, of version 2 and with room for it, what windows can be. */
static void test_info(void **state)
{
	static const struct {
		enum spapr_platform platform;
		u32 window, levels;
		u64 pgsizes;
	} rows[] = {
		{ SPAPR_PSERIES, GIB, 1, 0x1211000 },
		{ SPAPR_POWERNV, 2 * GIB, 5, 0x40211000 },
	};
	struct spapr_host h;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		struct vfio_iommu_spapr_tce_info info = { .argsz = 12 };

		spapr_host_init(&h, rows[i].platform, true, 0);
		assert_int_equal(spapr_host_ioctl(&h, VFIO_IOMMU_SPAPR_TCE_GET_INFO, &info),
				 -EINVAL);
		info = (struct vfio_iommu_spapr_tce_info){ .argsz = 16, .ddw.levels = 77 };
		assert_int_equal(spapr_host_ioctl(&h, VFIO_IOMMU_SPAPR_TCE_GET_INFO, &info), 0);
		assert_int_equal(info.dma32_window_start, 0);
		assert_int_equal(info.dma32_window_size, rows[i].window);
		assert_int_equal(info.ddw.levels, 77);
		info.argsz = sizeof(info);
		/* The same number as type1's. */
		assert_int_equal(spapr_host_ioctl(&h, VFIO_IOMMU_GET_INFO, &info), 0);
		assert_int_equal(info.flags, VFIO_IOMMU_SPAPR_INFO_DDW);
		assert_int_equal(info.ddw.pgsizes, rows[i].pgsizes);
		assert_int_equal(info.ddw.max_dynamic_windows_supported, 2);
		assert_int_equal(info.ddw.levels, rows[i].levels);
		assert_int_equal(spapr_host_ioctl(&h, VFIO_IOMMU_GET_INFO, NULL), -EFAULT);
		spapr_host_done(&h);

		spapr_host_init(&h, rows[i].platform, false, 0);
		assert_int_equal(spapr_host_ioctl(&h, VFIO_IOMMU_SPAPR_TCE_GET_INFO, &info), 0);
		assert_int_equal(info.dma32_window_size, rows[i].window);
		assert_int_equal(info.flags, 0);
		assert_int_equal(info.ddw.pgsizes, 0);
		spapr_host_done(&h);
	}
}

/* Version 1 maps between ENABLE and DISABLE only, and locks its whole window. */
static void test_enable(void **state)
{
	struct spapr_host h;

	(void)state;
	spapr_host_init(&h, SPAPR_PSERIES, false, 0);
	assert_int_equal(spapr_host_map(&h, 0, MEMORY, PAGE), -EPERM);
	assert_int_equal(spapr_host_unmap(&h, 0, PAGE), -EPERM);
	assert_int_equal(spapr_host_ioctl(&h, VFIO_IOMMU_DISABLE, NULL), 0);
	h.limit = GIB - 1;
	assert_int_equal(spapr_host_ioctl(&h, VFIO_IOMMU_ENABLE, NULL), -ENOMEM);
	h.limit = ~0ull;
	assert_int_equal(spapr_host_ioctl(&h, VFIO_IOMMU_ENABLE, NULL), 0);
	assert_int_equal(h.charged, GIB);
	assert_int_equal(spapr_host_ioctl(&h, VFIO_IOMMU_ENABLE, NULL), -EBUSY);
	assert_int_equal(spapr_host_map(&h, 0, MEMORY, PAGE), 0);
	assert_int_equal(spapr_host_ioctl(&h, VFIO_IOMMU_DISABLE, NULL), 0);
	assert_int_equal(spapr_host_map(&h, 0, MEMORY, PAGE), -EPERM);
	assert_int_equal(spapr_host_unmap(&h, 0, PAGE), -EPERM);
	assert_int_equal(h.pages, 1);
	spapr_host_done(&h);
}

/* A program that failed to enable has the container all the same. */
static void test_programs(void **state)
{
	struct vfio_iommu_spapr_tce_info info = { .argsz = sizeof(info) };
	struct spapr_host h;

	(void)state;
	spapr_host_init(&h, SPAPR_PSERIES, false, 0);
	h.limit = 0;
	assert_int_equal(spapr_host_ioctl(&h, VFIO_IOMMU_ENABLE, NULL), -ENOMEM);
	h.limit = ~0ull;
	h.program = 1;
	assert_int_equal(spapr_host_ioctl(&h, VFIO_IOMMU_ENABLE, NULL), -EPERM);
	assert_int_equal(spapr_host_ioctl(&h, VFIO_IOMMU_SPAPR_TCE_GET_INFO, &info), -EPERM);
	h.program = 0;
	assert_int_equal(spapr_host_ioctl(&h, VFIO_IOMMU_ENABLE, NULL), 0);
	spapr_host_done(&h);

	spapr_host_init(&h, SPAPR_PSERIES, true, 0);
	assert_int_equal(spapr_host_ioctl(&h, VFIO_IOMMU_SPAPR_TCE_GET_INFO, &info), 0);
	assert_int_equal(spapr_host_remove(&h, 0), 0);
	h.program = 1;
	assert_int_equal(spapr_host_register(&h, MEMORY, PAGE), -EPERM);
	spapr_host_done(&h);
}

/* The form of the argument, before anything else. */
static void test_register_arguments(void **state)
{
	static const struct {
		u32 argsz, flags;
		u64 vaddr, size;
		int ret;
	} rows[] = {
		{ 24, 0, MEMORY, PAGE, 0 },
		{ 23, 0, MEMORY, PAGE, -EINVAL },
		{ 24, 1, MEMORY, PAGE, -EINVAL },
		{ 24, 0, MEMORY + 1, PAGE, -EINVAL },
		{ 24, 0, MEMORY, PAGE + 1, -EINVAL },
		{ 24, 0, LAST_PAGE, 2 * PAGE, -EINVAL },
		{ 24, 0, MEMORY, 0, -ENOMEM },
	};
	struct spapr_host h;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		struct vfio_iommu_spapr_register_memory arg = {
			.argsz = rows[i].argsz, .flags = rows[i].flags,
			.vaddr = rows[i].vaddr, .size = rows[i].size,
		};

		spapr_host_init(&h, SPAPR_PSERIES, true, 0);
		assert_int_equal(spapr_host_ioctl(&h, VFIO_IOMMU_SPAPR_REGISTER_MEMORY, &arg),
				 rows[i].ret);
		assert_int_equal(h.held, !rows[i].ret);
		assert_int_equal(h.charged, rows[i].ret ? 0 : PAGE);
		assert_int_equal(spapr_host_ioctl(&h, VFIO_IOMMU_SPAPR_REGISTER_MEMORY, NULL),
				 -EFAULT);
		spapr_host_done(&h);
	}
}

/* Twice is EBUSY, a part or more is EINVAL; only what was registered goes. */
static void test_register(void **state)
{
	struct spapr_host h;

	(void)state;
	spapr_host_init(&h, SPAPR_PSERIES, true, 0);
	assert_int_equal(spapr_host_map(&h, 0, MEMORY, PAGE), -EPERM);
	assert_int_equal(spapr_host_unregister(&h, MEMORY, PAGE), -EPERM);
	h.bad_vaddr = MEMORY + PAGE;
	assert_int_equal(spapr_host_register(&h, MEMORY, 4 * PAGE), -EFAULT);
	assert_int_equal(spapr_host_map(&h, 0, MEMORY, PAGE), -EPERM);
	h.bad_vaddr = ~0ull;
	h.limit = PAGE;
	assert_int_equal(spapr_host_register(&h, MEMORY, 4 * PAGE), -ENOMEM);
	h.limit = ~0ull;
	fail_alloc(1);
	assert_int_equal(spapr_host_register(&h, MEMORY, 4 * PAGE), -ENOMEM);
	assert_int_equal(h.charged, 0);

	assert_int_equal(spapr_host_register(&h, MEMORY, 4 * PAGE), 0);
	assert_int_equal(spapr_host_register(&h, MEMORY, 4 * PAGE), -EBUSY);
	assert_int_equal(spapr_host_register(&h, MEMORY, 2 * PAGE), -EINVAL);
	assert_int_equal(spapr_host_register(&h, MEMORY + PAGE, PAGE), -EINVAL);
	assert_int_equal(spapr_host_register(&h, MEMORY - PAGE, 2 * PAGE), -EINVAL);
	assert_int_equal(spapr_host_register(&h, MEMORY + 4 * PAGE, PAGE), 0);
	assert_int_equal(spapr_host_register(&h, MEMORY - PAGE, PAGE), 0);
	assert_int_equal(h.held, 3);
	assert_int_equal(spapr_host_unregister(&h, MEMORY, PAGE), -ENOENT);
	assert_int_equal(spapr_host_unregister(&h, MEMORY + PAGE, 3 * PAGE), -ENOENT);
	assert_int_equal(spapr_host_unregister(&h, MEMORY + 1, PAGE), -EINVAL);
	assert_int_equal(spapr_host_unregister(&h, MEMORY, 0), -ENOENT);
	assert_int_equal(spapr_host_unregister(&h, LAST_PAGE, 2 * PAGE), -ENOENT);
	assert_int_equal(spapr_host_unregister(&h, MEMORY, 4 * PAGE), 0);
	assert_int_equal(spapr_host_unregister(&h, MEMORY, 4 * PAGE), -ENOENT);
	assert_int_equal(h.held, 2);
	/* Once registered, mapping stays allowed; there is just nothing to map. */
	assert_int_equal(spapr_host_map(&h, 0, MEMORY, PAGE), -EINVAL);
	spapr_host_done(&h);
}

/* What is mapped stays held when it is unregistered, and can come back. */
static void test_unregister_mapped(void **state)
{
	struct spapr_host h;

	(void)state;
	spapr_host_ready(&h, SPAPR_PSERIES, true, 0);
	assert_int_equal(spapr_host_map(&h, 0, MEMORY, PAGE), 0);
	assert_int_equal(spapr_host_unregister(&h, MEMORY, 16 * MIB), 0);
	assert_int_equal(spapr_host_unregister(&h, MEMORY, 16 * MIB), -ENOENT);
	assert_int_equal(h.held, 1);
	assert_int_equal(spapr_host_at(&h, 0), MEMORY);
	assert_int_equal(spapr_host_register(&h, MEMORY, 16 * MIB), 0);
	assert_int_equal(spapr_host_register(&h, MEMORY, 16 * MIB), -EBUSY);
	assert_int_equal(spapr_host_unregister(&h, MEMORY, 16 * MIB), 0);
	assert_int_equal(spapr_host_unmap(&h, 0, PAGE), 0);
	assert_int_equal(spapr_host_unregister(&h, MEMORY, 16 * MIB), -ENOENT);
	assert_int_equal(spapr_host_register(&h, MEMORY, 16 * MIB), 0);
	assert_int_equal(spapr_host_unregister(&h, MEMORY, 16 * MIB), 0);
	assert_int_equal(h.held, 0);
	spapr_host_done(&h);

	spapr_host_ready(&h, SPAPR_PSERIES, true, SPAPR_QUIRK(UNREGISTER_EBUSY));
	assert_int_equal(spapr_host_map(&h, 0, MEMORY, PAGE), 0);
	assert_int_equal(spapr_host_unregister(&h, MEMORY, 16 * MIB), -EBUSY);
	assert_int_equal(spapr_host_unmap(&h, 0, PAGE), 0);
	assert_int_equal(spapr_host_unregister(&h, MEMORY, 16 * MIB), 0);
	spapr_host_done(&h);
}

/* Who may share a container, on which machine. */
static void test_groups(void **state)
{
	const struct spapr_config no_ddw = { .no_ddw = true };
	struct spapr_host h;
	struct spapr s;
	u64 start;

	(void)state;
	spapr_host_ready(&h, SPAPR_POWERNV, false, 0);
	assert_int_equal(spapr_attach(&h.s, &h.groups[1]), -EBUSY);
	spapr_host_done(&h);

	spapr_host_ready(&h, SPAPR_POWERNV, true, 0);
	assert_int_equal(spapr_attach(&h.s, &h.groups[1]), 0);
	assert_int_equal(spapr_host_map(&h, 0, MEMORY, PAGE), 0);
	assert_int_equal(spapr_host_create(&h, 12, GIB, 1, &start), 0);
	/* The mappings go with whoever leaves. */
	spapr_detach(&h.s, &h.groups[0]);
	assert_int_equal(spapr_host_at(&h, 0), 0);
	assert_int_equal(spapr_host_map(&h, 0, MEMORY, PAGE), 0);
	spapr_host_done(&h);

	/* Partitions find out when the first window is made. */
	spapr_host_ready(&h, SPAPR_PSERIES, true, 0);
	assert_int_equal(spapr_attach(&h.s, &h.groups[1]), 0);
	assert_int_equal(spapr_host_map(&h, 0, MEMORY, PAGE), -EPERM);
	assert_int_equal(spapr_host_create(&h, 12, GIB, 1, &start), -EPERM);
	spapr_detach(&h.s, &h.groups[1]);
	assert_int_equal(spapr_host_map(&h, 0, MEMORY, PAGE), 0);
	assert_int_equal(spapr_attach(&h.s, &h.groups[1]), -EPERM);
	spapr_host_done(&h);

	/* Version 2 without dynamic windows is offered, and fails when set. */
	assert_int_equal(spapr_init(&s, &no_ddw, VFIO_SPAPR_TCE_v2_IOMMU, NULL, NULL), 0);
	assert_int_equal(spapr_attach(&s, &h.groups[0]), -EINVAL);
	assert_int_equal(spapr_init(&s, &no_ddw, VFIO_SPAPR_TCE_IOMMU, NULL, NULL), 0);
	assert_int_equal(spapr_attach(&s, &h.groups[0]), 0);
}

/* Each row has a name that selects its bit; a release selects what it had. */
static void test_quirks(void **state)
{
	u64 quirks, v6_12 = 0, v4_17 = 0, v7_2 = 0;
	int i;

	(void)state;
	for (i = 0; i < NR_SPAPR_QUIRKS; i++) {
		quirks = 0;
		assert_int_equal(spapr_quirks_of_word(spapr_quirks[i].name, &quirks), 0);
		assert_int_equal(quirks, 1ull << i);
		assert_in_range(strlen(spapr_quirks[i].doc), 10, 80);
	}
	assert_int_equal(spapr_quirks_of_word("kernel=7.2", &v7_2), 0);
	assert_int_equal(v7_2, 0);
	assert_int_equal(spapr_quirks_of_word("kernel=6.12", &v6_12), 0);
	assert_int_equal(v6_12, SPAPR_QUIRK(UNMAP_PAST_END));
	assert_int_equal(spapr_quirks_of_word("kernel=4.17", &v4_17), 0);
	assert_int_equal(v4_17, SPAPR_QUIRK(UNMAP_PAST_END) | SPAPR_QUIRK(WRONG_PGSIZES));
	assert_int_equal(spapr_quirks_of_word("overlap_ebusy", &quirks), -EINVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_versions),
		cmocka_unit_test(test_extensions),
		cmocka_unit_test(test_info),
		cmocka_unit_test(test_enable),
		cmocka_unit_test(test_programs),
		cmocka_unit_test(test_register_arguments),
		cmocka_unit_test(test_register),
		cmocka_unit_test(test_unregister_mapped),
		cmocka_unit_test(test_groups),
		cmocka_unit_test(test_quirks),
	};

	return cmocka_run_group_tests_name("model_spapr", tests, NULL, NULL);
}
