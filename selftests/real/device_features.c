// SPDX-License-Identifier: GPL-2.0-only
/*
 * VFIO_DEVICE_FEATURE through the library, on devices behind vfio-pci, which offer
 * low-power states and no migration.
 */
#include "selftest.h"

FIXTURE(device_features) {
	struct target target;
};

FIXTURE_VARIANT(device_features) {
	enum target_kind kind;
};

TARGET_VARIANT(device_features, edu, TARGET_EDU);
TARGET_VARIANT(device_features, nvme, TARGET_NVME);

FIXTURE_SETUP(device_features)
{
	TARGET_OPEN(&self->target, variant->kind, NULL);
}

FIXTURE_TEARDOWN(device_features)
{
	TARGET_CLOSE(&self->target);
}

/*
 * A feature that no kernel has is ENOTTY whatever is asked of it, so that a program
 * can tell "not there" from "used wrongly".
 */
TEST_F(device_features, unknown_feature)
{
	struct uvfio_device *dev = self->target.dev;
	struct uvfio_error err;
	uint64_t data = 0;

	EXPECT_EQ(-ENOTTY, uvfio_device_probe_feature(dev, 0xfff0, VFIO_DEVICE_FEATURE_GET,
						      NULL));
	EXPECT_EQ(-ENOTTY, uvfio_device_get_feature(dev, 0xfff0, &data, sizeof(data), &err));
	EXPECT_STREQ("VFIO_DEVICE_FEATURE", err.ioctl);
	EXPECT_EQ(-ENOTTY, uvfio_device_set_feature(dev, 0xfff0, &data, sizeof(data), NULL));
}

/*
 * Probing changes nothing and tells the ways a feature can be used in: a low-power
 * state can be entered, not read.
 */
TEST_F(device_features, probe)
{
	struct uvfio_device *dev = self->target.dev;
	const uint16_t feature = VFIO_DEVICE_FEATURE_LOW_POWER_ENTRY;

	EXPECT_EQ(0, uvfio_device_probe_feature(dev, feature, VFIO_DEVICE_FEATURE_SET, NULL));
	EXPECT_EQ(-EINVAL, uvfio_device_probe_feature(dev, feature, VFIO_DEVICE_FEATURE_GET,
						      NULL));
}

/*
 * A feature without data is set without data: the device enters the low-power state
 * and leaves it again, and a second entry in between is refused.
 */
TEST_F(device_features, set_without_data)
{
	struct uvfio_device *dev = self->target.dev;
	const uint16_t entry = VFIO_DEVICE_FEATURE_LOW_POWER_ENTRY;

	ASSERT_EQ(0, uvfio_device_set_feature(dev, entry, NULL, 0, NULL));
	EXPECT_EQ(-EINVAL, uvfio_device_set_feature(dev, entry, NULL, 0, NULL));
	EXPECT_EQ(0, uvfio_device_set_feature(dev, VFIO_DEVICE_FEATURE_LOW_POWER_EXIT, NULL, 0,
					      NULL));
}

TEST_HARNESS_MAIN
