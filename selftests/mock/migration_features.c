// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a device says of its migration before one begins: how far it can go, and
 * how much there would be to send.
 */
#include "selftest.h"

#define GET	VFIO_DEVICE_FEATURE_GET
#define SET	VFIO_DEVICE_FEATURE_SET

/* Newer than the headers of some systems. */
#define MIG_DATA_SIZE	9

#define REGION_INDEX	2
#define REGION_SIZE	0x100000

FIXTURE(migration_features) {
	struct target target;
	int fd;
};

FIXTURE_VARIANT(migration_features) {
	const char *words;
	uint64_t flags;
};

FIXTURE_VARIANT_ADD(migration_features, stop_copy) {
	.words = "stop_copy", .flags = VFIO_MIGRATION_STOP_COPY,
};

FIXTURE_VARIANT_ADD(migration_features, p2p) {
	.words = "stop_copy p2p", .flags = VFIO_MIGRATION_STOP_COPY | VFIO_MIGRATION_P2P,
};

static const char *words;

static int shape(struct mockvfio_profile *profile, struct mockvfio_error *err)
{
	int ret = mockvfio_set(profile, "migration", words, err);

	return ret ? ret : mockvfio_add_region(profile, "vram", REGION_INDEX, REGION_SIZE, "rwm",
					       err);
}

FIXTURE_SETUP(migration_features)
{
	static const struct target_options options = { .shape = shape };

	words = variant->words;
	TARGET_OPEN(&self->target, TARGET_MOCK_TYPE1, &options);
	self->fd = uvfio_device_fd(self->target.dev);
}

FIXTURE_TEARDOWN(migration_features)
{
	TARGET_CLOSE(&self->target);
}

/* A feature whose data are one number. */
static int feature(int fd, uint32_t flags, uint64_t *data)
{
	return raw_feature(fd, flags, data, sizeof(*data));
}

/*
 * A VMM reads what the device can do and picks the states it goes through: that
 * is what the profile was given, no more and no less, and cannot be set.
 */
TEST_F(migration_features, are_the_profiles)
{
	uint64_t flags;

	ASSERT_EQ(0, feature(self->fd, GET | VFIO_DEVICE_FEATURE_MIGRATION, &flags));
	EXPECT_EQ(variant->flags, flags);
	EXPECT_EQ(-EINVAL, feature(self->fd, SET | VFIO_DEVICE_FEATURE_MIGRATION, &flags));
}

static const struct expect_row data_size[] = {
	{ EXPECT_KERNEL(6, 2), -ENOTTY,
	  "4e016f969529 (\"vfio: Add an option to get migration data size\")" },
	{ 0, 0, NULL },
};

/*
 * The size that is told grows by the page that is written, so that a VMM can say
 * how long the stop will be; kernels before 6.2 do not know of it.
 */
TEST_F(migration_features, data_size)
{
	struct uvfio_region *vram;
	uint64_t before, after;

	ASSERT_EQ(expect_value(data_size), feature(self->fd, GET | MIG_DATA_SIZE, &before));
	if (expect_value(data_size))
		return;
	EXPECT_LT(0, before);
	ASSERT_EQ(0, uvfio_region_setup(self->target.dev, REGION_INDEX, NULL, &vram, NULL));
	ASSERT_EQ(0, uvfio_region_write(vram, 0, 8, 1, NULL));
	ASSERT_EQ(0, feature(self->fd, GET | MIG_DATA_SIZE, &after));
	EXPECT_LE(before + PAGE, after);
	EXPECT_GT(before + 2 * PAGE, after);
	EXPECT_EQ(-EINVAL, feature(self->fd, SET | MIG_DATA_SIZE, &after));
	uvfio_region_finalize(vram);
}

TEST_HARNESS_MAIN
