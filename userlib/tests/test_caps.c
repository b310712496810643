// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Capability chains: found in any order, and never followed out of the answer
 * or in a circle.
 */
#include "env.h"

#define SIZE	256

/* A region info in a buffer of exactly argsz bytes, for the sanitizer's sake. */
static struct vfio_region_info *new_info(uint32_t argsz, uint32_t cap_offset)
{
	struct vfio_region_info *info = calloc(1, argsz);

	info->argsz = argsz;
	info->flags = VFIO_REGION_INFO_FLAG_CAPS;
	if (argsz >= sizeof(*info))
		info->cap_offset = cap_offset;
	return info;
}

static void put(void *info, uint32_t offset, uint16_t id, uint32_t next)
{
	const struct vfio_info_cap_header header = { id, 1, next };

	memcpy((char *)info + offset, &header, sizeof(header));
}

static void found_in_any_order(void **state)
{
	static const uint16_t ids[] = {
		VFIO_REGION_INFO_CAP_TYPE, VFIO_REGION_INFO_CAP_MSIX_MAPPABLE,
		VFIO_REGION_INFO_CAP_SPARSE_MMAP,
	};
	struct vfio_region_info *info = new_info(SIZE, 32);
	const struct vfio_info_cap_header *cap;
	size_t avail, i, turn;

	(void)state;
	for (turn = 0; turn < 3; turn++) {
		put(info, 32, ids[turn], 64);
		put(info, 64, ids[(turn + 1) % 3], 76);
		put(info, 76, ids[(turn + 2) % 3], 0);
		for (i = 0; i < 3; i++) {
			cap = uvfio_get_region_info_cap(info, ids[i], &avail);
			assert_non_null(cap);
			assert_int_equal(cap->id, ids[i]);
			assert_int_equal(avail, SIZE - ((char *)cap - (char *)info));
			assert_ptr_equal(uvfio_get_region_info_cap(info, ids[i], NULL),
					 cap);
		}
		errno = 0;
		assert_null(uvfio_get_region_info_cap(info, 99, &avail));
		assert_int_equal(errno, ENOENT);
	}
	free(info);
}

static void only_with_the_flag(void **state)
{
	struct vfio_region_info *info = new_info(SIZE, 32);

	(void)state;
	put(info, 32, 7, 0);
	info->flags = 0;
	assert_null(uvfio_get_region_info_cap(info, 7, NULL));
	assert_int_equal(errno, ENOENT);
	/* The flag without an offset: the kernel had no room for them. */
	info->flags = VFIO_REGION_INFO_FLAG_CAPS;
	info->cap_offset = 0;
	assert_null(uvfio_get_region_info_cap(info, 7, NULL));
	assert_int_equal(errno, ENOENT);
	info->argsz = sizeof(*info);
	errno = 0;
	assert_null(uvfio_get_region_info_cap(info, 7, NULL));
	assert_int_equal(errno, ENOENT);
	free(info);
}

/* All of these were followed by some program. */
static void hostile_chains(void **state)
{
	static const struct {
		uint32_t argsz;
		uint32_t first;
		uint32_t next;	/* of the capability at 40, when there is room */
	} cases[] = {
		{ SIZE, 40, 40 },		/* itself */
		{ SIZE, 40, 32 },		/* backwards */
		{ SIZE, 40, 4 },		/* into the fixed structure */
		{ SIZE, 40, 44 },		/* into its own header */
		{ SIZE, 40, 50 },		/* not aligned */
		{ SIZE, 40, 51 },
		{ SIZE, 40, SIZE },		/* behind the end */
		{ SIZE, 40, SIZE - 4 },		/* header cut off */
		{ SIZE, 40, 0x10000 },
		{ SIZE, 40, 0xfffffff8 },
		{ SIZE, 40, 0xffffffff },
		{ SIZE, 4, 0 },			/* same for the first */
		{ SIZE, 28, 0 },
		{ SIZE, 33, 0 },
		{ SIZE, SIZE, 0 },
		{ SIZE, SIZE - 4, 0 },
		{ SIZE, 0xfffffff8, 0 },
		{ 32, 32, 0 },			/* no room at all */
		{ 36, 32, 0 },
		{ 16, 0, 0 },			/* argsz shorter than the structure */
		{ 31, 0, 0 },
	};
	struct vfio_region_info *info;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		info = new_info(cases[i].argsz, cases[i].first);
		if (cases[i].argsz == SIZE)
			put(info, 40, 1, cases[i].next);
		errno = 0;
		assert_null(uvfio_get_region_info_cap(info, 2, NULL));
		assert_int_equal(errno, EPROTO);
		free(info);
	}
}

/* What comes before the damage is still found. */
static void found_before_the_damage(void **state)
{
	struct vfio_region_info *info = new_info(SIZE, 40);

	(void)state;
	put(info, 40, 1, 40);
	assert_non_null(uvfio_get_region_info_cap(info, 1, NULL));
	free(info);
}

static void header_at_the_very_end(void **state)
{
	struct vfio_region_info *info = new_info(48, 40);
	size_t avail;

	(void)state;
	put(info, 40, 1, 0);
	assert_non_null(uvfio_get_region_info_cap(info, 1, &avail));
	assert_int_equal(avail, sizeof(struct vfio_info_cap_header));
	free(info);
}

/* The longest chain there can be ends. */
static void longest_chain(void **state)
{
	const uint32_t argsz = 1 << 20;
	struct vfio_region_info *info = new_info(argsz, 32);
	uint32_t offset;

	(void)state;
	for (offset = 32; offset + 16 <= argsz; offset += 8)
		put(info, offset, 1, offset + 8);
	put(info, offset, 2, 0);
	assert_non_null(uvfio_get_region_info_cap(info, 2, NULL));
	assert_null(uvfio_get_region_info_cap(info, 3, NULL));
	assert_int_equal(errno, ENOENT);
	free(info);
}

static void device_and_iommu_chains(void **state)
{
	struct vfio_device_info *device = calloc(1, 64);
	struct vfio_iommu_type1_info *iommu = calloc(1, 64);

	(void)state;
	device->argsz = 64;
	device->cap_offset = 20;	/* right behind cap_offset */
	put(device, 20, 1, 0);
	assert_null(uvfio_get_device_info_cap(device, 1, NULL));
	assert_int_equal(errno, ENOENT);
	device->flags = VFIO_DEVICE_FLAGS_CAPS;
	assert_non_null(uvfio_get_device_info_cap(device, 1, NULL));
	device->cap_offset = 16;
	assert_null(uvfio_get_device_info_cap(device, 1, NULL));
	assert_int_equal(errno, EPROTO);

	iommu->argsz = 64;
	iommu->cap_offset = 24;
	put(iommu, 24, 1, 0);
	assert_null(uvfio_get_iommu_info_cap(iommu, 1, NULL));
	assert_int_equal(errno, ENOENT);
	iommu->flags = VFIO_IOMMU_INFO_CAPS;
	assert_non_null(uvfio_get_iommu_info_cap(iommu, 1, NULL));
	iommu->argsz = 16;
	assert_null(uvfio_get_iommu_info_cap(iommu, 1, NULL));
	assert_int_equal(errno, EPROTO);
	free(device);
	free(iommu);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(found_in_any_order),
		cmocka_unit_test(only_with_the_flag),
		cmocka_unit_test(hostile_chains),
		cmocka_unit_test(found_before_the_damage),
		cmocka_unit_test(header_at_the_very_end),
		cmocka_unit_test(longest_chain),
		cmocka_unit_test(device_and_iommu_chains),
	};

	return cmocka_run_group_tests_name("caps", tests, NULL, NULL);
}
