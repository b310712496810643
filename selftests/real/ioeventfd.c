// SPDX-License-Identifier: GPL-2.0-only
/*
 * VFIO_DEVICE_IOEVENTFD: a write to a device's register that an eventfd makes,
 * so that a VMM's guest can ring a doorbell without leaving the kernel. edu
 * shows the effect; the mock has no such thing.
 */
#include "selftest.h"

#define EDU_LIVENESS	0x04	/* 32: reads as the complement of what was written */
#define BAR0_SIZE	0x100000

FIXTURE(ioeventfd) {
	struct target target;
	struct uvfio_region *bar0;
	int device;
	int fd;
};

FIXTURE_VARIANT(ioeventfd) {
	enum target_kind kind;
};

TARGET_VARIANT(ioeventfd, edu, TARGET_EDU);

FIXTURE_SETUP(ioeventfd)
{
	TARGET_OPEN(&self->target, variant->kind, NULL);
	self->device = uvfio_device_fd(self->target.dev);
	self->fd = eventfd_new();
	ASSERT_EQ(0, target_enable_bus_master(&self->target));
	ASSERT_EQ(0, uvfio_region_setup(self->target.dev, VFIO_PCI_BAR0_REGION_INDEX, NULL,
					&self->bar0, NULL));
}

FIXTURE_TEARDOWN(ioeventfd)
{
	uvfio_region_finalize(self->bar0);
	TARGET_CLOSE(&self->target);
	close(self->fd);
}

/* @offset is of the device's file: region info's offset of a BAR, plus where in it. */
static int assign(int device, uint32_t size, uint64_t offset, uint64_t data, int fd)
{
	const struct vfio_device_ioeventfd arg = {
		.argsz = sizeof(arg), .flags = size, .offset = offset, .data = data, .fd = fd,
	};

	return raw_ioctl(device, VFIO_DEVICE_IOEVENTFD, &arg);
}

/*
 * Signalling the eventfd writes the value to the register, as often as it is
 * signalled, and no more once it was taken away with fd -1; then the same can
 * be assigned again.
 */
TEST_F(ioeventfd, writes)
{
	const uint32_t values[] = { 0x12345678, 0xdeadbeef };
	uint64_t read_back;
	unsigned int i, round;

	for (round = 0; round < 2; round++) {
		for (i = 0; i < 2; i++) {
			ASSERT_EQ(0, assign(self->device, VFIO_DEVICE_IOEVENTFD_32, EDU_LIVENESS,
					    values[i], self->fd));
			eventfd_signal(self->fd);
			ASSERT_EQ(0, uvfio_region_read(self->bar0, EDU_LIVENESS, 4, &read_back,
						       NULL));
			EXPECT_EQ(~values[i], (uint32_t)read_back);
			ASSERT_EQ(0, assign(self->device, VFIO_DEVICE_IOEVENTFD_32, EDU_LIVENESS,
					    values[i], -1));
		}
	}
	ASSERT_EQ(0, uvfio_region_write(self->bar0, EDU_LIVENESS, 4, 0, NULL));
	eventfd_signal(self->fd);
	ASSERT_EQ(0, uvfio_region_read(self->bar0, EDU_LIVENESS, 4, &read_back, NULL));
	EXPECT_EQ(UINT32_MAX, (uint32_t)read_back);
}

/*
 * Each size of a write can be assigned and taken away; 8 bytes depend on
 * whether the kernel's architecture can write them at once, and are EINVAL
 * where it cannot.
 */
TEST_F(ioeventfd, sizes)
{
	static const uint32_t always[] = {
		VFIO_DEVICE_IOEVENTFD_8, VFIO_DEVICE_IOEVENTFD_16, VFIO_DEVICE_IOEVENTFD_32,
	};
	unsigned int i;
	int ret;

	for (i = 0; i < 3; i++) {
		EXPECT_EQ(0, assign(self->device, always[i], 0x80, 1, self->fd));
		EXPECT_EQ(0, assign(self->device, always[i], 0x80, 1, -1));
	}
	ret = assign(self->device, VFIO_DEVICE_IOEVENTFD_64, 0x80, 1, self->fd);
	EXPECT_TRUE(!ret || ret == -EINVAL);
	EXPECT_EQ(ret ? -EINVAL : 0,
		  assign(self->device, VFIO_DEVICE_IOEVENTFD_64, 0x80, 1, -1));
}

/*
 * What is refused: a second eventfd for the same write (EEXIST), one to take
 * away that is not there (ENODEV), no size or two, a descriptor that is none,
 * and what is not inside a BAR.
 */
TEST_F(ioeventfd, refused)
{
	const uint64_t config = (uint64_t)VFIO_PCI_CONFIG_REGION_INDEX << 40;
	const uint32_t size = VFIO_DEVICE_IOEVENTFD_32;

	ASSERT_EQ(0, assign(self->device, size, 0x20, 1, self->fd));
	EXPECT_EQ(-EEXIST, assign(self->device, size, 0x20, 1, self->fd));
	EXPECT_EQ(-ENODEV, assign(self->device, size, 0x20, 2, -1));
	EXPECT_EQ(0, assign(self->device, size, 0x20, 1, -1));
	EXPECT_EQ(-EINVAL, assign(self->device, 0, 0x20, 1, self->fd));
	EXPECT_EQ(-EINVAL, assign(self->device, size | VFIO_DEVICE_IOEVENTFD_8, 0x20, 1,
				  self->fd));
	EXPECT_EQ(-EINVAL, assign(self->device, size | 1u << 4, 0x20, 1, self->fd));
	EXPECT_EQ(-EINVAL, assign(self->device, size, 0x20, 1, -2));
	EXPECT_EQ(-EINVAL, assign(self->device, size, config, 1, self->fd));
	EXPECT_EQ(-EINVAL, assign(self->device, size, BAR0_SIZE - 2, 1, self->fd));
	EXPECT_EQ(-EINVAL, assign(self->device, size, 0x20, 1, self->device));
}

TEST_HARNESS_MAIN
