// SPDX-License-Identifier: GPL-2.0-only
/*
 * Hot reset: of all devices on a bus at once, by whoever has all their groups.
 * nvme is alone below a root port; edu sits on the root bus, which nobody can
 * reset.
 */
#include "selftest.h"

FIXTURE(hot_reset) {
	struct target target;
	int device;
	int group;
};

FIXTURE_VARIANT(hot_reset) {
	enum target_kind kind;
};

TARGET_VARIANT(hot_reset, nvme, TARGET_NVME);

FIXTURE_SETUP(hot_reset)
{
	TARGET_OPEN(&self->target, variant->kind, NULL);
	self->device = uvfio_device_fd(self->target.dev);
	self->group = uvfio_group_fd(self->target.group);
}

FIXTURE_TEARDOWN(hot_reset)
{
	TARGET_CLOSE(&self->target);
}

struct info {
	struct vfio_pci_hot_reset_info head;
	struct vfio_pci_dependent_device devices[4];
};

static int get_info(int device, size_t argsz, struct info *info)
{
	*info = (struct info){ .head = { .argsz = argsz } };
	return raw_ioctl(device, VFIO_DEVICE_GET_PCI_HOT_RESET_INFO, info);
}

static int hot_reset(int device, uint32_t flags, uint32_t count, int group)
{
	const struct {
		struct vfio_pci_hot_reset head;
		int32_t groups[2];
	} arg = {
		.head = { .argsz = sizeof(arg), .flags = flags, .count = count },
		.groups = { group, group },
	};

	return raw_ioctl(device, VFIO_DEVICE_PCI_HOT_RESET, &arg);
}

/*
 * The info names each device that a reset affects, with its group. An argsz
 * without room for them is ENOSPC, and says how many there are: programs ask
 * twice.
 */
TEST_F(hot_reset, info)
{
	struct info info;
	unsigned int bus, slot, function;
	int found;

	EXPECT_EQ(-ENOSPC, get_info(self->device, sizeof(info.head), &info));
	EXPECT_EQ(1, info.head.count);
	EXPECT_EQ(-EINVAL, get_info(self->device, sizeof(info.head) - 1, &info));
	ASSERT_EQ(0, get_info(self->device, sizeof(info), &info));
	ASSERT_EQ(1, info.head.count);
	EXPECT_EQ(self->target.group_id, (int)info.devices[0].group_id);
	found = sscanf(self->target.pci_name, "%*x:%x:%x.%x", &bus, &slot, &function);
	ASSERT_EQ(3, found);
	EXPECT_EQ(bus, info.devices[0].bus);
	EXPECT_EQ(slot << 3 | function, info.devices[0].devfn);
}

/*
 * With the group of each affected device the bus is reset: the controller is
 * disabled, configuration space is restored and mappings stay, so that the
 * device can be started again at once.
 */
TEST_F(hot_reset, resets)
{
	struct nvme nvme;

	ASSERT_EQ(0, nvme_start(&nvme, &self->target));
	ASSERT_EQ(1, nvme_ready(&nvme));
	ASSERT_EQ(0, hot_reset(self->device, 0, 1, self->group));
	ASSERT_EQ(0, target_enable_bus_master(&self->target));
	EXPECT_EQ(0, nvme_ready(&nvme));
	EXPECT_EQ(0, uvfio_dma_unmap(self->target.container, NVME_SQ_IOVA, 2 * PAGE, NULL));
	nvme_stop(&nvme);
	EXPECT_EQ(0, nvme_start(&nvme, &self->target));
	nvme_stop(&nvme);
}

/*
 * Without proof of owning all of the bus nothing is reset: no group, more than
 * there can be, what is no group, a descriptor that is none, unknown flags.
 */
TEST_F(hot_reset, refused)
{
	EXPECT_EQ(-EINVAL, hot_reset(self->device, 0, 0, self->group));
	EXPECT_EQ(-EINVAL, hot_reset(self->device, 0, 2, self->group));
	EXPECT_EQ(-EINVAL, hot_reset(self->device, 0, 1, self->device));
	EXPECT_EQ(-EBADF, hot_reset(self->device, 0, 1, -1));
	EXPECT_EQ(-EINVAL, hot_reset(self->device, 1, 1, self->group));
}

FIXTURE(root_bus) {
	struct target target;
	int device;
};

FIXTURE_VARIANT(root_bus) {
	enum target_kind kind;
};

TARGET_VARIANT(root_bus, edu, TARGET_EDU);

FIXTURE_SETUP(root_bus)
{
	TARGET_OPEN(&self->target, variant->kind, NULL);
	self->device = uvfio_device_fd(self->target.dev);
}

FIXTURE_TEARDOWN(root_bus)
{
	TARGET_CLOSE(&self->target);
}

/*
 * A device on a root bus has no bridge above it that could reset the bus: both
 * calls are ENODEV, which is how a VMM learns that it must do without.
 */
TEST_F(root_bus, no_hot_reset)
{
	struct info info;

	EXPECT_EQ(-ENODEV, get_info(self->device, sizeof(info), &info));
	EXPECT_EQ(-ENODEV, hot_reset(self->device, 0, 1, uvfio_group_fd(self->target.group)));
}

TEST_HARNESS_MAIN
