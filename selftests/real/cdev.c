// SPDX-License-Identifier: GPL-2.0-only
/*
 * A device by its own character device, without group and container: it is bound
 * to an iommufd, and attached to an address space there. Debian's kernels have
 * no such devices; the debug kernel does.
 */
#include <fcntl.h>
#include <string.h>

#include <linux/pci_regs.h>
#include <mock_vfio.h>

#include "cdev.h"
#include "selftest.h"

#define IOVA		0x200000ULL
#define UNKNOWN_FLAG	0x80000000u
#define UNKNOWN_ID	0x7fffffff

FIXTURE(cdev) {
	struct cdev cdev;
};

FIXTURE_VARIANT(cdev) {
	enum target_kind kind;
};

TARGET_VARIANT(cdev, mock, TARGET_MOCK_TYPE1);
TARGET_VARIANT(cdev, edu, TARGET_EDU);
TARGET_VARIANT(cdev, nvme, TARGET_NVME);

FIXTURE_SETUP(cdev)
{
	CDEV_OPEN(&self->cdev, variant->kind);
}

FIXTURE_TEARDOWN(cdev)
{
	CDEV_CLOSE(&self->cdev);
}

static int bind(int device, int iommufd, uint32_t *devid)
{
	return cdev_bind(device, CDEV_BIND_ARGSZ, 0, iommufd, devid);
}

static int attach(int device, uint32_t *id)
{
	return cdev_attach(device, CDEV_ATTACH_ARGSZ, 0, id);
}

static int get_info(int device)
{
	struct vfio_device_info info = { .argsz = sizeof(info) };

	return raw_ioctl(device, VFIO_DEVICE_GET_INFO, &info);
}

/*
 * Who may open the file may not yet use the device: until it is bound to an
 * iommufd, which is what isolates it, all else is refused.
 */
TEST_F(cdev, nothing_before_bind)
{
	uint32_t id = self->cdev.ioas;
	char byte;

	EXPECT_EQ(-EINVAL, get_info(self->cdev.device));
	EXPECT_EQ(-EINVAL, attach(self->cdev.device, &id));
	EXPECT_EQ(-1, pread(self->cdev.device, &byte, 1, 0));
	EXPECT_EQ(EINVAL, errno);
	ASSERT_EQ(0, bind(self->cdev.device, self->cdev.iommufd, NULL));
	EXPECT_EQ(0, get_info(self->cdev.device));
}

/*
 * A bind that makes no sense changes nothing: too short, flags nobody knows, what
 * is no descriptor, or not iommufd's. The right one then works, once, and gives
 * the device an id; neither this file nor another can bind until it is closed.
 */
TEST_F(cdev, bind_once)
{
	uint32_t devid = 0;
	int other;

	EXPECT_EQ(-EINVAL, cdev_bind(self->cdev.device, CDEV_BIND_ARGSZ - 1, 0,
				     self->cdev.iommufd, NULL));
	EXPECT_EQ(-EINVAL, cdev_bind(self->cdev.device, CDEV_BIND_ARGSZ, UNKNOWN_FLAG,
				     self->cdev.iommufd, NULL));
	EXPECT_EQ(-EINVAL, bind(self->cdev.device, -1, NULL));
	EXPECT_EQ(-EBADF, bind(self->cdev.device, 1 << 20, NULL));
	EXPECT_EQ(-EBADFD, bind(self->cdev.device, self->cdev.device, NULL));
	ASSERT_EQ(0, bind(self->cdev.device, self->cdev.iommufd, &devid));
	EXPECT_NE(0, devid);
	EXPECT_NE(self->cdev.ioas, devid);
	EXPECT_EQ(-EINVAL, bind(self->cdev.device, self->cdev.iommufd, NULL));
	other = cdev_open_device(&self->cdev.target);
	ASSERT_LE(0, other);
	EXPECT_EQ(-EINVAL, bind(other, self->cdev.iommufd, NULL));
	close(self->cdev.device);
	self->cdev.device = other;
	EXPECT_EQ(0, bind(self->cdev.device, self->cdev.iommufd, NULL));
}

/*
 * The old way and the new one exclude each other: whose group is open cannot be
 * bound, and the group of a bound device cannot be opened.
 */
TEST_F(cdev, group_or_cdev)
{
	char path[32];
	int group;

	snprintf(path, sizeof(path), "/dev/vfio/%d", self->cdev.target.group_id);
	group = open(path, O_RDWR | O_CLOEXEC);
	ASSERT_LE(0, group);
	EXPECT_EQ(-EBUSY, bind(self->cdev.device, self->cdev.iommufd, NULL));
	close(group);
	ASSERT_EQ(0, bind(self->cdev.device, self->cdev.iommufd, NULL));
	EXPECT_EQ(-1, open(path, O_RDWR | O_CLOEXEC));
	EXPECT_EQ(EBUSY, errno);
	close(self->cdev.device);
	group = open(path, O_RDWR | O_CLOEXEC);
	EXPECT_LE(0, group);
	close(group);
	self->cdev.device = cdev_open_device(&self->cdev.target);
}

/*
 * An attached device holds its address space, which then cannot be destroyed.
 * Attached to another it lets go of the first at once; detached, of all. A real
 * device is attached to a page table, whose id comes back.
 */
TEST_F(cdev, address_spaces)
{
	uint32_t id = UNKNOWN_ID, other;

	ASSERT_EQ(0, bind(self->cdev.device, self->cdev.iommufd, NULL));
	ASSERT_EQ(0, cdev_ioas_alloc(self->cdev.iommufd, &other));
	EXPECT_EQ(-ENOENT, attach(self->cdev.device, &id));
	id = self->cdev.ioas;
	EXPECT_EQ(-EINVAL, cdev_attach(self->cdev.device, CDEV_ATTACH_ARGSZ - 1, 0, &id));
	EXPECT_EQ(-EINVAL, cdev_attach(self->cdev.device, CDEV_ATTACH_ARGSZ, UNKNOWN_FLAG, &id));
	ASSERT_EQ(0, attach(self->cdev.device, &id));
	EXPECT_EQ(target_is_mock(&self->cdev.target), id == self->cdev.ioas);
	EXPECT_EQ(-EBUSY, cdev_destroy(self->cdev.iommufd, self->cdev.ioas));
	id = other;
	ASSERT_EQ(0, attach(self->cdev.device, &id));
	EXPECT_EQ(0, cdev_destroy(self->cdev.iommufd, self->cdev.ioas));
	EXPECT_EQ(-EBUSY, cdev_destroy(self->cdev.iommufd, other));
	EXPECT_EQ(-EINVAL, cdev_detach(self->cdev.device, UNKNOWN_FLAG));
	EXPECT_EQ(-EBUSY, cdev_destroy(self->cdev.iommufd, other));
	EXPECT_EQ(0, cdev_detach(self->cdev.device, 0));
	EXPECT_EQ(0, cdev_destroy(self->cdev.iommufd, other));
	EXPECT_EQ(0, cdev_detach(self->cdev.device, 0));
}

FIXTURE(cdev_dma) {
	struct cdev cdev;
	uint64_t *memory;
	off_t bar0;
};

static bool write_value(int device, off_t offset, uint64_t value, size_t size)
{
	return pwrite(device, &value, size, offset) == (ssize_t)size;
}

static off_t region_offset(int device, uint32_t index)
{
	struct vfio_region_info info = { .argsz = sizeof(info), .index = index };

	return raw_ioctl(device, VFIO_DEVICE_GET_REGION_INFO, &info) ? -1 : (off_t)info.offset;
}

FIXTURE_SETUP(cdev_dma)
{
	int device;

	CDEV_OPEN(&self->cdev, TARGET_MOCK_TYPE1);
	self->memory = memory_new(PAGE);
	device = self->cdev.device;
	ASSERT_EQ(0, bind(device, self->cdev.iommufd, NULL));
	self->bar0 = region_offset(device, VFIO_PCI_BAR0_REGION_INDEX);
	ASSERT_LE(0, self->bar0);
	ASSERT_TRUE(write_value(device,
				region_offset(device, VFIO_PCI_CONFIG_REGION_INDEX) + PCI_COMMAND,
				PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER, 2));
}

FIXTURE_TEARDOWN(cdev_dma)
{
	CDEV_CLOSE(&self->cdev);
	memory_free(self->memory, PAGE);
}

/* Has the mock write @pattern to the address; whether it was told to. */
static bool fill(int device, off_t bar0, uint64_t pattern)
{
	return write_value(device, bar0 + MOCK_VFIO_REG_PATTERN, pattern, 8) &&
	       write_value(device, bar0 + MOCK_VFIO_REG_DST, IOVA, 8) &&
	       write_value(device, bar0 + MOCK_VFIO_REG_LEN, sizeof(pattern), 8) &&
	       write_value(device, bar0 + MOCK_VFIO_REG_COMMAND, MOCK_VFIO_CMD_FILL, 4);
}

/*
 * The device reaches what is mapped in the address space that it is attached to,
 * and nothing when it is attached to none.
 */
TEST_F(cdev_dma, needs_an_address_space)
{
	uint32_t id = self->cdev.ioas;
	int device = self->cdev.device;

	ASSERT_EQ(0, cdev_ioas_map(self->cdev.iommufd, self->cdev.ioas, IOVA, self->memory, PAGE));
	EXPECT_TRUE(fill(device, self->bar0, 1));
	EXPECT_EQ(0, self->memory[0]);
	ASSERT_EQ(0, attach(device, &id));
	EXPECT_TRUE(fill(device, self->bar0, 2));
	EXPECT_EQ(2, self->memory[0]);
	ASSERT_EQ(0, cdev_detach(device, 0));
	EXPECT_TRUE(fill(device, self->bar0, 3));
	EXPECT_EQ(2, self->memory[0]);
}

FIXTURE(cdev_hot_reset) {
	struct cdev cdev;
	uint32_t devid;
};

FIXTURE_SETUP(cdev_hot_reset)
{
	CDEV_OPEN(&self->cdev, TARGET_NVME);
	ASSERT_EQ(0, bind(self->cdev.device, self->cdev.iommufd, &self->devid));
}

FIXTURE_TEARDOWN(cdev_hot_reset)
{
	CDEV_CLOSE(&self->cdev);
}

/* Of linux/vfio.h since 6.6: the list has ids; and all on it belong to the caller. */
#define FLAG_DEV_ID		0x1
#define FLAG_DEV_ID_OWNED	0x2

/*
 * Without groups, what a hot reset affects is named by the ids of bound devices,
 * and who owns them all resets without showing anything more; to show groups is
 * an error then.
 */
TEST_F(cdev_hot_reset, by_ownership)
{
	struct {
		struct vfio_pci_hot_reset_info head;
		struct vfio_pci_dependent_device devices[4];
	} info = { .head = { .argsz = sizeof(info) } };
	struct {
		struct vfio_pci_hot_reset head;
		int32_t group;
	} reset = { .head = { .argsz = sizeof(reset), .count = 1 }, .group = self->cdev.device };

	ASSERT_EQ(0, raw_ioctl(self->cdev.device, VFIO_DEVICE_GET_PCI_HOT_RESET_INFO, &info));
	EXPECT_EQ(FLAG_DEV_ID | FLAG_DEV_ID_OWNED, info.head.flags);
	EXPECT_EQ(1, info.head.count);
	EXPECT_EQ(self->devid, info.devices[0].group_id);
	EXPECT_EQ(-EINVAL, raw_ioctl(self->cdev.device, VFIO_DEVICE_PCI_HOT_RESET, &reset));
	reset.head.count = 0;
	EXPECT_EQ(0, raw_ioctl(self->cdev.device, VFIO_DEVICE_PCI_HOT_RESET, &reset));
}

TEST_HARNESS_MAIN
