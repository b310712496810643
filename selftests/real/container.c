// SPDX-License-Identifier: GPL-2.0-only
/*
 * The order in which groups, containers and devices are put together, by raw
 * ioctls: what comes too early, twice or with a wrong name is refused, and
 * leaves nothing behind.
 */
#include <fcntl.h>

#include "selftest.h"

FIXTURE(container) {
	struct target target;
	int container;
	int group;
};

FIXTURE_VARIANT(container) {
	enum target_kind kind;
};

TARGET_VARIANT(container, mock_type1, TARGET_MOCK_TYPE1);
TARGET_VARIANT(container, mock_backend, TARGET_MOCK_BACKEND);
TARGET_VARIANT(container, edu, TARGET_EDU);
TARGET_VARIANT(container, nvme, TARGET_NVME);

FIXTURE_SETUP(container)
{
	static const struct target_options options = { .level = TARGET_EXISTS };

	TARGET_OPEN(&self->target, variant->kind, &options);
	ASSERT_EQ(0, raw_open_group(self->target.group_id, &self->container, &self->group));
}

FIXTURE_TEARDOWN(container)
{
	close(self->group);
	close(self->container);
	TARGET_CLOSE(&self->target);
}

/*
 * The container speaks API version 0 and offers type1 v1 and v2; an unknown
 * extension is 0, not an error.
 */
TEST_F(container, api)
{
	int fd = self->container;

	EXPECT_EQ(VFIO_API_VERSION, raw_ioctl_value(fd, VFIO_GET_API_VERSION, 0));
	EXPECT_EQ(1, raw_ioctl_value(fd, VFIO_CHECK_EXTENSION, VFIO_TYPE1v2_IOMMU));
	EXPECT_EQ(1, raw_ioctl_value(fd, VFIO_CHECK_EXTENSION, VFIO_TYPE1_IOMMU));
	EXPECT_EQ(0, raw_ioctl_value(fd, VFIO_CHECK_EXTENSION, 0x7fff));
}

/*
 * The group is viable and knows that it has a container.
 */
TEST_F(container, group_status)
{
	struct vfio_group_status status = { .argsz = sizeof(status) };

	ASSERT_EQ(0, raw_ioctl(self->group, VFIO_GROUP_GET_STATUS, &status));
	EXPECT_EQ(VFIO_GROUP_FLAGS_VIABLE | VFIO_GROUP_FLAGS_CONTAINER_SET, status.flags);
	ASSERT_EQ(0, raw_ioctl_value(self->group, VFIO_GROUP_UNSET_CONTAINER, 0));
	ASSERT_EQ(0, raw_ioctl(self->group, VFIO_GROUP_GET_STATUS, &status));
	EXPECT_EQ(VFIO_GROUP_FLAGS_VIABLE, status.flags);
}

/*
 * A group can be open once only: a second open is EBUSY, and works after a
 * close. libvfn cef9f6d, 10bb164 and d897c0e fixed stale group descriptors on
 * reopening.
 */
TEST_F(container, group_opened_twice)
{
	int container, group, i;

	EXPECT_EQ(-EBUSY, raw_open_group(self->target.group_id, &container, &group));
	for (i = 0; i < 3; i++) {
		close(self->group);
		close(self->container);
		ASSERT_EQ(0, raw_open_group(self->target.group_id, &self->container,
					    &self->group));
		ASSERT_EQ(0, raw_ioctl_value(self->container, VFIO_SET_IOMMU, VFIO_TYPE1v2_IOMMU));
	}
}

/*
 * Mapping before VFIO_SET_IOMMU is EINVAL. spdk#2086 and spdk#1855 did this
 * when no device was attached yet.
 */
TEST_F(container, map_before_set_iommu)
{
	void *memory = memory_new(PAGE);

	EXPECT_EQ(-EINVAL, raw_map(self->container, 0x100000, PAGE, memory,
				   VFIO_DMA_MAP_FLAG_READ | VFIO_DMA_MAP_FLAG_WRITE));
	EXPECT_EQ(-EINVAL, raw_unmap(self->container, 0x100000, PAGE, 0, NULL));
	memory_free(memory, PAGE);
}

/*
 * VFIO_SET_IOMMU works once: a second call is EINVAL, even with the same type.
 * libvfn 4f6fed3 and DPDK 1123f89f6a called it again with a second group.
 */
TEST_F(container, set_iommu_twice)
{
	ASSERT_EQ(0, raw_ioctl_value(self->container, VFIO_SET_IOMMU, VFIO_TYPE1v2_IOMMU));
	EXPECT_EQ(-EINVAL, raw_ioctl_value(self->container, VFIO_SET_IOMMU, VFIO_TYPE1v2_IOMMU));
	EXPECT_EQ(-EINVAL, raw_ioctl_value(self->container, VFIO_SET_IOMMU, VFIO_TYPE1_IOMMU));
}

/*
 * A container without a group cannot have an IOMMU, because no driver knows
 * yet what it is for.
 */
TEST_F(container, set_iommu_without_group)
{
	int fd = open("/dev/vfio/vfio", O_RDWR | O_CLOEXEC);

	ASSERT_LE(0, fd);
	EXPECT_EQ(-EINVAL, raw_ioctl_value(fd, VFIO_SET_IOMMU, VFIO_TYPE1v2_IOMMU));
	close(fd);
}

/*
 * Asking a group for a device by a name it does not have is ENODEV, and leaves
 * no reference behind: kernel commit e324fc82ea45 fixed one that kept the
 * group from ever closing, so the group must still come apart.
 */
TEST_F(container, wrong_device_name)
{
	int i;

	ASSERT_EQ(0, raw_ioctl_value(self->container, VFIO_SET_IOMMU, VFIO_TYPE1v2_IOMMU));
	for (i = 0; i < 10; i++)
		ASSERT_EQ(-ENODEV, raw_ioctl(self->group, VFIO_GROUP_GET_DEVICE_FD,
					     "no-such-device"));
	EXPECT_EQ(0, raw_ioctl_value(self->group, VFIO_GROUP_UNSET_CONTAINER, 0));
}

/*
 * A device can only be had once its container has an IOMMU, for it would be
 * free to do DMA before.
 */
TEST_F(container, device_before_set_iommu)
{
	EXPECT_EQ(-EINVAL,
		  raw_ioctl(self->group, VFIO_GROUP_GET_DEVICE_FD, self->target.name));
}

/*
 * The library says what is wrong with a device's name and leaves nothing open:
 * the group can be opened by it again at once, three times over.
 */
TEST_F(container, library_reopens)
{
	struct uvfio_address_space *as;
	struct uvfio_device *dev;
	struct uvfio_group *group;
	struct uvfio_error err;
	int i;

	close(self->group);
	close(self->container);
	self->group = -1;
	self->container = -1;
	ASSERT_EQ(0, uvfio_get_address_space(self->target.ctx, NULL, &as, NULL));
	for (i = 0; i < 3; i++) {
		ASSERT_EQ(0, uvfio_get_group(as, self->target.group_id, &group, &err))
			TH_LOG("%s", err.message);
		EXPECT_EQ(-ENODEV, uvfio_get_device(group, "no-such-device", NULL, &dev, &err));
		EXPECT_NE(NULL, strstr(err.message, "no-such-device"));
		EXPECT_EQ(0, uvfio_put_group(group, NULL));
	}
	uvfio_put_address_space(as);
}

TEST_HARNESS_MAIN
