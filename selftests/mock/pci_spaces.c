// SPDX-License-Identifier: GPL-2.0-only
/*
 * What PCI devices have besides memory BARs: BARs in I/O space, an expansion ROM
 * and VGA's legacy windows. Programs see them as vfio-pci would show them.
 */
#include <linux/pci_regs.h>
#include <sys/mman.h>

#include <mock_vfio.h>

#include "selftest.h"

#define BAR_IO		2
#define IO_SIZE		32
#define ROM_SIZE	0x10000
#define VGA_SIZE	0xc0000
#define IMAGE_SIZE	512
#define VENDOR		0x1af4
#define DEVICE		0x10f0
#define CLASS		0x030000	/* vfio-pci has the VGA region for these */

FIXTURE(pci_spaces) {
	struct target target;
	int fd;
};

static const struct {
	const char *path, *value;
} attributes[] = {
	{ "pci_vendor", "0x1af4" },
	{ "pci_device", "0x10f0" },
	{ "pci_class", "0x030000" },
	{ "pci_caps", "pm" },
	{ "regions/io/io", "1" },
	{ "regions/rom/backing", "rom" },
	{ "regions/vga/backing", "vga" },
};

static int shape(struct mockvfio_profile *profile, struct mockvfio_error *err)
{
	size_t i;
	int ret;

	ret = mockvfio_add_region(profile, "io", BAR_IO, IO_SIZE, "rw", err);
	if (!ret)
		ret = mockvfio_add_region(profile, "rom", VFIO_PCI_ROM_REGION_INDEX, ROM_SIZE, "r",
					  err);
	if (!ret)
		ret = mockvfio_add_region(profile, "vga", VFIO_PCI_VGA_REGION_INDEX, VGA_SIZE,
					  "rw", err);
	for (i = 0; i < ARRAY_SIZE(attributes) && !ret; i++)
		ret = mockvfio_set(profile, attributes[i].path, attributes[i].value, err);
	return ret;
}

FIXTURE_SETUP(pci_spaces)
{
	static const struct target_options options = { .shape = shape };

	TARGET_OPEN(&self->target, TARGET_MOCK_TYPE1, &options);
	self->fd = uvfio_device_fd(self->target.dev);
}

FIXTURE_TEARDOWN(pci_spaces)
{
	TARGET_CLOSE(&self->target);
}

/* pread() and pwrite() in a region that return -errno. */
static ssize_t get(int fd, uint32_t index, uint64_t offset, void *buf, size_t count)
{
	struct vfio_region_info info = { .argsz = sizeof(info), .index = index };
	ssize_t ret;

	if (raw_ioctl(fd, VFIO_DEVICE_GET_REGION_INFO, &info))
		return -ENXIO;
	ret = pread(fd, buf, count, info.offset + offset);
	return ret < 0 ? -errno : ret;
}

static ssize_t put(int fd, uint32_t index, uint64_t offset, const void *buf, size_t count)
{
	struct vfio_region_info info = { .argsz = sizeof(info), .index = index };
	ssize_t ret;

	if (raw_ioctl(fd, VFIO_DEVICE_GET_REGION_INFO, &info))
		return -ENXIO;
	ret = pwrite(fd, buf, count, info.offset + offset);
	return ret < 0 ? -errno : ret;
}

static uint32_t config_get(int fd, uint32_t offset)
{
	uint32_t value = 0;

	return get(fd, VFIO_PCI_CONFIG_REGION_INDEX, offset, &value, 4) == 4 ? value : UINT32_MAX;
}

static ssize_t config_put(int fd, uint32_t offset, uint32_t value, size_t size)
{
	return put(fd, VFIO_PCI_CONFIG_REGION_INDEX, offset, &value, size);
}

/*
 * The ROM's BAR can be sized and its enable bit kept, and the region is for
 * reading: it can be neither written nor mapped, and answers whether or not the
 * enable bit is set, because vfio-pci sets the real one for the read. Memory has
 * to be enabled, though.
 */
TEST_F(pci_spaces, rom_bar)
{
	struct vfio_region_info info = {
		.argsz = sizeof(info), .index = VFIO_PCI_ROM_REGION_INDEX,
	};
	uint16_t signature = 0;

	ASSERT_EQ(0, raw_ioctl(self->fd, VFIO_DEVICE_GET_REGION_INFO, &info));
	EXPECT_EQ(ROM_SIZE, info.size);
	EXPECT_EQ(VFIO_REGION_INFO_FLAG_READ, info.flags);
	EXPECT_EQ(0, config_get(self->fd, PCI_ROM_ADDRESS));
	ASSERT_EQ(4, config_put(self->fd, PCI_ROM_ADDRESS, UINT32_MAX, 4));
	EXPECT_EQ(~(ROM_SIZE - 1U) | PCI_ROM_ADDRESS_ENABLE,
		  config_get(self->fd, PCI_ROM_ADDRESS));
	ASSERT_EQ(4, config_put(self->fd, PCI_ROM_ADDRESS, 0xfeb00000, 4));
	EXPECT_EQ(0xfeb00000, config_get(self->fd, PCI_ROM_ADDRESS));

	ASSERT_EQ(2, get(self->fd, VFIO_PCI_ROM_REGION_INDEX, 0, &signature, 2));
	EXPECT_EQ(0xaa55, signature);
	EXPECT_EQ(-EINVAL, put(self->fd, VFIO_PCI_ROM_REGION_INDEX, 0, &signature, 2));
	EXPECT_EQ(MAP_FAILED, mmap(NULL, PAGE, PROT_READ, MAP_SHARED, self->fd, info.offset));
	EXPECT_EQ(EINVAL, errno);
	ASSERT_EQ(2, config_put(self->fd, PCI_COMMAND, 0, 2));
	EXPECT_EQ(-EIO, get(self->fd, VFIO_PCI_ROM_REGION_INDEX, 0, &signature, 2));
}

/*
 * The ROM holds an image that firmware would accept: its signature, the PCI data
 * structure with the device's identity, a sum of zero and an entry that returns.
 * Behind the image there are ones, up to the end of the region.
 */
TEST_F(pci_spaces, rom_contents)
{
	unsigned char rom[IMAGE_SIZE + 16], sum = 0, last[8];
	const unsigned char *data;
	int i;

	ASSERT_EQ(sizeof(rom), get(self->fd, VFIO_PCI_ROM_REGION_INDEX, 0, rom, sizeof(rom)));
	EXPECT_EQ(0xaa55, rom[0] | rom[1] << 8);
	EXPECT_EQ(IMAGE_SIZE / 512, rom[2]);
	EXPECT_EQ(0xcb, rom[3]);
	EXPECT_EQ(0, rom[0x18] % 4);
	data = rom + (rom[0x18] | rom[0x19] << 8);
	ASSERT_LT(data, rom + IMAGE_SIZE - 0x18);
	EXPECT_EQ(0, memcmp(data, "PCIR", 4));
	EXPECT_EQ(VENDOR, data[4] | data[5] << 8);
	EXPECT_EQ(DEVICE, data[6] | data[7] << 8);
	EXPECT_EQ(0x18, data[0xa] | data[0xb] << 8);
	EXPECT_EQ(CLASS, data[0xd] | data[0xe] << 8 | data[0xf] << 16);
	EXPECT_EQ(1, data[0x10] | data[0x11] << 8);
	EXPECT_EQ(0x80, data[0x15]);
	for (i = 0; i < IMAGE_SIZE; i++)
		sum += rom[i];
	EXPECT_EQ(0, sum);

	for (i = IMAGE_SIZE; i < (int)sizeof(rom); i++)
		EXPECT_EQ(0xff, rom[i]);
	ASSERT_EQ(4, get(self->fd, VFIO_PCI_ROM_REGION_INDEX, ROM_SIZE - 4, last, sizeof(last)));
	EXPECT_EQ(0xff, last[3]);
}

/*
 * A BAR in I/O space says so, can be sized, is enabled with the device, takes
 * accesses of 1, 2 and 4 bytes, and cannot be mapped.
 */
TEST_F(pci_spaces, io_bar)
{
	const uint32_t bar = PCI_BASE_ADDRESS_0 + 4 * BAR_IO;
	struct vfio_region_info info = { .argsz = sizeof(info), .index = BAR_IO };
	uint32_t value = 0x44332211;

	ASSERT_EQ(0, raw_ioctl(self->fd, VFIO_DEVICE_GET_REGION_INFO, &info));
	EXPECT_EQ(IO_SIZE, info.size);
	EXPECT_EQ(VFIO_REGION_INFO_FLAG_READ | VFIO_REGION_INFO_FLAG_WRITE, info.flags);
	EXPECT_EQ(PCI_BASE_ADDRESS_SPACE_IO, config_get(self->fd, bar));
	ASSERT_EQ(4, config_put(self->fd, bar, UINT32_MAX, 4));
	EXPECT_EQ(~(IO_SIZE - 1U) | PCI_BASE_ADDRESS_SPACE_IO, config_get(self->fd, bar));
	EXPECT_EQ(PCI_COMMAND_IO | PCI_COMMAND_MEMORY,
		  config_get(self->fd, PCI_COMMAND) & (PCI_COMMAND_IO | PCI_COMMAND_MEMORY));

	EXPECT_EQ(4, put(self->fd, BAR_IO, 4, &value, 4));
	EXPECT_EQ(1, get(self->fd, BAR_IO, 7, &value, 1));
	EXPECT_EQ(0x44, value & 0xff);
	EXPECT_EQ(2, get(self->fd, BAR_IO, 6, &value, 2));
	EXPECT_EQ(0x4433, value & 0xffff);
	EXPECT_EQ(4, get(self->fd, BAR_IO, IO_SIZE - 4, &value, 8));
	EXPECT_EQ(-EINVAL, get(self->fd, BAR_IO, IO_SIZE, &value, 1));
	EXPECT_EQ(MAP_FAILED, mmap(NULL, PAGE, PROT_READ, MAP_SHARED, self->fd, info.offset));
	EXPECT_EQ(EINVAL, errno);
}

/*
 * I/O space has its own bit in the command register. While it is off, or in D3,
 * nobody listens: reads are ones and writes are lost, but neither fails, for
 * vfio-pci looks after memory only. The memory bit does not matter, and memory
 * does not mind the I/O bit.
 */
TEST_F(pci_spaces, io_disabled)
{
	uint32_t value = 0x12345678, pm = config_get(self->fd, PCI_CAPABILITY_LIST) & 0xff, id = 0;

	ASSERT_EQ(PCI_CAP_ID_PM, config_get(self->fd, pm) & 0xff);
	ASSERT_EQ(4, put(self->fd, BAR_IO, 0, &value, 4));
	ASSERT_EQ(2, config_put(self->fd, PCI_COMMAND, PCI_COMMAND_MEMORY, 2));
	value = 0;
	EXPECT_EQ(4, put(self->fd, BAR_IO, 0, &value, 4));
	EXPECT_EQ(4, get(self->fd, BAR_IO, 0, &value, 4));
	EXPECT_EQ(UINT32_MAX, value);
	EXPECT_EQ(4, get(self->fd, 0, MOCK_VFIO_REG_ID, &id, 4));
	EXPECT_EQ(MOCK_VFIO_ID, id);

	ASSERT_EQ(2, config_put(self->fd, PCI_COMMAND, PCI_COMMAND_IO, 2));
	EXPECT_EQ(4, get(self->fd, BAR_IO, 0, &value, 4));
	EXPECT_EQ(0x12345678, value);
	EXPECT_EQ(-EIO, get(self->fd, 0, MOCK_VFIO_REG_ID, &id, 4));

	ASSERT_EQ(2, config_put(self->fd, pm + PCI_PM_CTRL, 3, 2));
	EXPECT_EQ(4, get(self->fd, BAR_IO, 0, &value, 4));
	EXPECT_EQ(UINT32_MAX, value);
	ASSERT_EQ(2, config_put(self->fd, pm + PCI_PM_CTRL, 0, 2));
	EXPECT_EQ(4, get(self->fd, BAR_IO, 0, &value, 4));
	EXPECT_EQ(0x12345678, value);
}

/*
 * VGA's region ends with its memory below 1 MiB, and only its ports and that
 * memory answer; an access ends where its window does. The command register does
 * not matter: vfio-pci lets a user probe VGA whatever it says.
 */
TEST_F(pci_spaces, vga)
{
	static const struct {
		uint64_t offset;
		ssize_t ret;	/* of an access of 8 bytes */
	} want[] = {
		{ 0, -EINVAL }, { 0x3af, -EINVAL },
		{ 0x3b0, 8 }, { 0x3b8, 4 }, { 0x3bb, 1 }, { 0x3bc, -EINVAL },
		{ 0x3bf, -EINVAL }, { 0x3c0, 8 }, { 0x3dc, 4 }, { 0x3e0, -EINVAL },
		{ 0x9ffff, -EINVAL }, { 0xa0000, 8 }, { 0xb8000, 8 }, { 0xbfffc, 4 },
		{ 0xc0000, -EINVAL },
	};
	struct vfio_region_info info = {
		.argsz = sizeof(info), .index = VFIO_PCI_VGA_REGION_INDEX,
	};
	const uint64_t text = 0x0741074207430744;
	uint64_t value;
	size_t i;

	ASSERT_EQ(0, raw_ioctl(self->fd, VFIO_DEVICE_GET_REGION_INFO, &info));
	EXPECT_EQ(VGA_SIZE, info.size);
	EXPECT_EQ(VFIO_REGION_INFO_FLAG_READ | VFIO_REGION_INFO_FLAG_WRITE, info.flags);
	ASSERT_EQ(2, config_put(self->fd, PCI_COMMAND, 0, 2));
	for (i = 0; i < ARRAY_SIZE(want); i++) {
		EXPECT_EQ(want[i].ret, get(self->fd, VFIO_PCI_VGA_REGION_INDEX, want[i].offset,
					   &value, 8))
			TH_LOG("read at 0x%llx", (unsigned long long)want[i].offset);
		value = 0;
		EXPECT_EQ(want[i].ret, put(self->fd, VFIO_PCI_VGA_REGION_INDEX, want[i].offset,
					   &value, 8))
			TH_LOG("write at 0x%llx", (unsigned long long)want[i].offset);
	}

	ASSERT_EQ(8, put(self->fd, VFIO_PCI_VGA_REGION_INDEX, 0xb8000, &text, 8));
	EXPECT_EQ(8, get(self->fd, VFIO_PCI_VGA_REGION_INDEX, 0xb8000, &value, 8));
	EXPECT_EQ(text, value);
	EXPECT_EQ(MAP_FAILED, mmap(NULL, PAGE, PROT_READ, MAP_SHARED, self->fd,
				   info.offset + 0xb8000));
	EXPECT_EQ(EINVAL, errno);
}

/* Shapes that no PCI device has: an attribute to set, and the word that the log says of it. */
static const struct {
	const char *path, *bad, *good, *why;
} contradictions[] = {
	{ "regions/rom/access", "rw", "r", "access must be r" },
	{ "regions/rom/size", "0x100", "0x10000", "too small for a ROM" },
	{ "regions/vga/index", "9", "8", "index 8" },
	{ "regions/vga/size", "0xa0000", "0xc0000", "0xc0000" },
	{ "regions/vga/access", "rwm", "rw", "cannot be mapped" },
	{ "regions/io/index", "9", "2", "no BAR" },
	{ "regions/io/size", "0x20000", "32", "larger than I/O space" },
	{ "regions/io/access", "rwm", "rw", "cannot be mapped" },
	{ "irqs/msix/table_bar", "2", "0", "no MSI-X table" },
};

/* A profile, which needs no device. */
FIXTURE(no_such_space) {
	struct mock mock;
};

static int shape_with_msix(struct mockvfio_profile *profile, struct mockvfio_error *err)
{
	int ret = shape(profile, err);

	return ret ? ret : mockvfio_add_irq(profile, "msix", VFIO_PCI_MSIX_IRQ_INDEX, 1, "eventfd",
					    err);
}

FIXTURE_SETUP(no_such_space)
{
	int ret;

	target_print("mock", "none");
	ret = mock_profile_open(&self->mock, shape_with_msix);
	if (ret > 0)
		SKIP(return, "%s", self->mock.why);
	ASSERT_EQ(0, ret)
		TH_LOG("%s", self->mock.why);
}

FIXTURE_TEARDOWN(no_such_space)
{
	EXPECT_EQ(0, mock_close(&self->mock));
}

/*
 * What no PCI device can have is refused when the profile goes live, and the
 * kernel log says what is wrong; once it is put right the profile works.
 */
TEST_F(no_such_space, refused)
{
	struct mockvfio_profile *profile = self->mock.profile;
	size_t i;
	int log;

	log = kmsg_open();
	ASSERT_LE(0, log);
	for (i = 0; i < ARRAY_SIZE(contradictions); i++) {
		ASSERT_EQ(0, mockvfio_set(profile, contradictions[i].path, contradictions[i].bad,
					  NULL));
		EXPECT_EQ(-EINVAL, mockvfio_profile_set_live(profile, true, NULL))
			TH_LOG("%s=%s", contradictions[i].path, contradictions[i].bad);
		EXPECT_TRUE(kmsg_contains(log, contradictions[i].why))
			TH_LOG("%s", contradictions[i].why);
		ASSERT_EQ(0, mockvfio_set(profile, contradictions[i].path, contradictions[i].good,
					  NULL));
	}
	EXPECT_EQ(0, mockvfio_profile_set_live(profile, true, NULL));
	close(log);
}

TEST_HARNESS_MAIN
