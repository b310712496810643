// SPDX-License-Identifier: GPL-2.0-only
/*
 * VFIO_DEVICE_RESET where there is a reset and where there is none; nvme's is
 * in nvme.c.
 */
#include <mock_vfio.h>

#include "selftest.h"

FIXTURE(reset) {
	struct target target;
};

FIXTURE_VARIANT(reset) {
	enum target_kind kind;
};

TARGET_VARIANT(reset, mock_type1, TARGET_MOCK_TYPE1);
TARGET_VARIANT(reset, mock_backend, TARGET_MOCK_BACKEND);
TARGET_VARIANT(reset, edu, TARGET_EDU);

FIXTURE_SETUP(reset)
{
	TARGET_OPEN(&self->target, variant->kind, NULL);
}

FIXTURE_TEARDOWN(reset)
{
	TARGET_CLOSE(&self->target);
}

/*
 * A reset takes the device's registers back and leaves the container's
 * mappings alone: a VMM resets devices while guest memory stays mapped. Where
 * the device announces no reset the kernel refuses it with EINVAL and the
 * library does not ask.
 */
TEST_F(reset, registers_and_mappings)
{
	void *memory = memory_new(PAGE);
	struct uvfio_region *bar0;
	uint64_t value;

	ASSERT_EQ(0, uvfio_dma_map(self->target.container, 0x100000, PAGE, memory, false, NULL));
	if (uvfio_device_reset_works(self->target.dev)) {
		ASSERT_TRUE(target_is_mock(&self->target));
		ASSERT_EQ(0, uvfio_region_setup(self->target.dev, VFIO_PCI_BAR0_REGION_INDEX, NULL,
						&bar0, NULL));
		ASSERT_EQ(0, uvfio_region_write(bar0, MOCK_VFIO_REG_SCRATCH, 8, 1, NULL));
		ASSERT_EQ(0, uvfio_device_reset(self->target.dev, NULL));
		ASSERT_EQ(0, uvfio_region_read(bar0, MOCK_VFIO_REG_SCRATCH, 8, &value, NULL));
		EXPECT_EQ(0, value);
		uvfio_region_finalize(bar0);
	} else {
		EXPECT_EQ(-ENOTTY, uvfio_device_reset(self->target.dev, NULL));
		EXPECT_EQ(-EINVAL, raw_ioctl_value(uvfio_device_fd(self->target.dev),
						   VFIO_DEVICE_RESET, 0));
	}
	EXPECT_EQ(0, uvfio_dma_unmap(self->target.container, 0x100000, PAGE, NULL));
	memory_free(memory, PAGE);
}

TEST_HARNESS_MAIN
