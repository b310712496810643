// SPDX-License-Identifier: GPL-2.0-only
/*
 * Regions of 4 GiB and more: QEMU 29c6e6df49 and 07ceaf9880 and
 * DPDK 8108393d98 cut offsets to 32 bits.
 */
#include "selftest.h"

#define BAR	2
#define GIB	(1024ULL * 1024 * 1024)

FIXTURE(big_region) {
	struct target target;
	struct uvfio_region *region;
};

static int shape(struct mockvfio_profile *profile, struct mockvfio_error *err)
{
	int ret;

	ret = mockvfio_add_region(profile, "big", BAR, 8 * GIB, "rwm", err);
	return ret ? ret : mockvfio_add_area(profile, "big", "high", 6 * GIB, 2 * PAGE, err);
}

FIXTURE_SETUP(big_region)
{
	static const struct target_options options = { .shape = shape };

	TARGET_OPEN(&self->target, TARGET_MOCK_TYPE1, &options);
	ASSERT_EQ(0, uvfio_region_setup(self->target.dev, BAR, NULL, &self->region, NULL));
}

FIXTURE_TEARDOWN(big_region)
{
	uvfio_region_finalize(self->region);
	TARGET_CLOSE(&self->target);
}

/*
 * Offsets that differ by 4 GiB only are different places, by read() and
 * write() and through a mapping above 4 GiB, and the region's size is told in
 * full.
 */
TEST_F(big_region, offsets_above_4_gib)
{
	static const uint64_t offsets[] = { 2 * GIB, 6 * GIB, 8 * GIB - 8 };
	volatile uint64_t *mapped;
	uint64_t value;
	size_t i;

	EXPECT_EQ(8 * GIB, uvfio_region_size(self->region));
	for (i = 0; i < ARRAY_SIZE(offsets); i++)
		ASSERT_EQ(0, uvfio_region_write(self->region, offsets[i], 8, i + 1, NULL));
	for (i = 0; i < ARRAY_SIZE(offsets); i++) {
		ASSERT_EQ(0, uvfio_region_read(self->region, offsets[i], 8, &value, NULL));
		EXPECT_EQ(i + 1, value);
	}
	ASSERT_EQ(0, uvfio_region_mmap(self->region, NULL));
	mapped = uvfio_region_ptr(self->region, 6 * GIB, 8);
	ASSERT_NE(NULL, mapped);
	EXPECT_EQ(2, *mapped);
	*mapped = 5;
	ASSERT_EQ(0, uvfio_region_read(self->region, 6 * GIB, 8, &value, NULL));
	EXPECT_EQ(5, value);
	ASSERT_EQ(0, uvfio_region_read(self->region, 2 * GIB, 8, &value, NULL));
	EXPECT_EQ(1, value);
	EXPECT_EQ(-EINVAL, uvfio_region_read(self->region, 8 * GIB, 1, &value, NULL));
}

TEST_HARNESS_MAIN
