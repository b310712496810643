// SPDX-License-Identifier: GPL-2.0-only
/*
 * Regions as every VFIO device has them: their description, configuration
 * space, and BAR 0 by read() and write() against mmap().
 */
#include <linux/pci_regs.h>

#include <mock_vfio.h>

#include "selftest.h"

/* Places in BAR 0 that a test can use, and how they behave. */
static const struct probe {
	uint64_t fixed;		/* 4 bytes that read the same every time */
	uint64_t scratch;	/* 4 bytes that can be written */
	bool inverted;		/* and then read as their complement */
} probes[] = {
	[TARGET_MOCK_TYPE1] = { MOCK_VFIO_BUF_AREA0_OFFSET, MOCK_VFIO_BUF_AREA0_OFFSET + 64,
				false },
	[TARGET_MOCK_BACKEND] = { MOCK_VFIO_BUF_AREA0_OFFSET, MOCK_VFIO_BUF_AREA0_OFFSET + 64,
				  false },
	[TARGET_EDU] = { 0x00, 0x04, true },		/* identification, liveness check */
	[TARGET_NVME] = { 0x08, 0x24, false },		/* version, admin queue attributes */
};

/* Written to the scratch place: reserved bits of nvme's register are left 0. */
#define PATTERN	0x00310042u

FIXTURE(regions) {
	struct target target;
	struct uvfio_region *bar0;
	const struct probe *probe;
};

FIXTURE_VARIANT(regions) {
	enum target_kind kind;
};

TARGET_VARIANT(regions, mock_type1, TARGET_MOCK_TYPE1);
TARGET_VARIANT(regions, mock_backend, TARGET_MOCK_BACKEND);
TARGET_VARIANT(regions, edu, TARGET_EDU);
TARGET_VARIANT(regions, nvme, TARGET_NVME);

FIXTURE_SETUP(regions)
{
	TARGET_OPEN(&self->target, variant->kind, NULL);
	ASSERT_EQ(0, uvfio_region_setup(self->target.dev, VFIO_PCI_BAR0_REGION_INDEX, "BAR 0",
					&self->bar0, NULL));
	self->probe = &probes[variant->kind];
}

FIXTURE_TEARDOWN(regions)
{
	uvfio_region_finalize(self->bar0);
	TARGET_CLOSE(&self->target);
}

/*
 * Each region up to num_regions answers for its own index, and no two of them
 * share a byte of the device's file: a library finds them by these offsets.
 */
TEST_F(regions, info_is_consistent)
{
	struct vfio_region_info *info[32];
	uint32_t nr = uvfio_device_num_regions(self->target.dev), i, j;
	struct uvfio_error err;

	ASSERT_LT(VFIO_PCI_CONFIG_REGION_INDEX, nr);
	ASSERT_GE(32, nr);
	for (i = 0; i < nr; i++) {
		info[i] = NULL;
		if (uvfio_get_region_info(self->target.dev, i, &info[i], &err)) {
			/* vfio-pci has no VGA region where there is none. */
			EXPECT_EQ(VFIO_PCI_VGA_REGION_INDEX, i)
				TH_LOG("%s", err.message);
			info[i] = NULL;
			continue;
		}
		EXPECT_EQ(i, info[i]->index);
		EXPECT_LE(sizeof(**info), info[i]->argsz);
		if (!info[i]->size)
			EXPECT_EQ(0, info[i]->flags & VFIO_REGION_INFO_FLAG_MMAP);
		for (j = 0; j < i; j++)
			if (info[j])
				EXPECT_TRUE(info[i]->offset >= info[j]->offset + info[j]->size ||
					    info[j]->offset >= info[i]->offset + info[i]->size);
	}
	for (i = 0; i < nr; i++)
		uvfio_free_region_info(self->target.dev, info[i]);
}

/*
 * An index at or beyond num_regions is EINVAL. QEMU ecbe424a63 and 95cdb02451
 * kept a cache by index and read past its end.
 */
TEST_F(regions, index_out_of_range)
{
	struct vfio_region_info info = { .argsz = sizeof(info) };
	int fd = uvfio_device_fd(self->target.dev);

	info.index = uvfio_device_num_regions(self->target.dev);
	EXPECT_EQ(-EINVAL, raw_ioctl(fd, VFIO_DEVICE_GET_REGION_INFO, &info));
	info.index = UINT32_MAX;
	EXPECT_EQ(-EINVAL, raw_ioctl(fd, VFIO_DEVICE_GET_REGION_INFO, &info));
	info.argsz = sizeof(info) - 1;
	info.index = 0;
	EXPECT_EQ(-EINVAL, raw_ioctl(fd, VFIO_DEVICE_GET_REGION_INFO, &info));
}

/*
 * The device says that it is a PCI device, with the regions and interrupts
 * that go with that.
 */
TEST_F(regions, device_info)
{
	struct uvfio_device *dev = self->target.dev;

	EXPECT_NE(0, uvfio_device_flags(dev) & VFIO_DEVICE_FLAGS_PCI);
	EXPECT_EQ(0, uvfio_device_flags(dev) & VFIO_DEVICE_FLAGS_PLATFORM);
	EXPECT_LE(VFIO_PCI_CONFIG_REGION_INDEX + 1, uvfio_device_num_regions(dev));
	EXPECT_LE(VFIO_PCI_MSI_IRQ_INDEX + 1, uvfio_device_num_irqs(dev));
	EXPECT_STREQ(self->target.name, uvfio_device_name(dev));
}

/*
 * Configuration space shows the device's ids, and the same bytes come back
 * whether they are read by 1, 2, 4 or 8: VFIO's regions are little endian,
 * which QEMU got wrong and right again in c40708176a, 6758008e2c and
 * 75bd0c7253.
 */
TEST_F(regions, config_space)
{
	struct pci_id id = target_pci_id(&self->target);
	uint64_t bytes = 0, words = 0, value;
	struct uvfio_region *config;
	unsigned int i;

	ASSERT_EQ(0, uvfio_region_setup(self->target.dev, VFIO_PCI_CONFIG_REGION_INDEX, "config",
					&config, NULL));
	EXPECT_LE(PCI_CFG_SPACE_SIZE, uvfio_region_size(config));
	ASSERT_EQ(0, uvfio_region_read(config, PCI_VENDOR_ID, 2, &value, NULL));
	EXPECT_EQ(id.vendor, value);
	ASSERT_EQ(0, uvfio_region_read(config, PCI_DEVICE_ID, 2, &value, NULL));
	EXPECT_EQ(id.device, value);

	for (i = 0; i < 8; i++) {
		ASSERT_EQ(0, uvfio_region_read(config, i, 1, &value, NULL));
		bytes |= value << 8 * i;
	}
	for (i = 0; i < 8; i += 4) {
		ASSERT_EQ(0, uvfio_region_read(config, i, 4, &value, NULL));
		words |= value << 8 * i;
	}
	EXPECT_EQ(bytes, words);
	ASSERT_EQ(0, uvfio_region_read(config, 0, 8, &value, NULL));
	EXPECT_EQ(bytes, value);
	uvfio_region_finalize(config);
}

/*
 * read() at or beyond the end of a region is EINVAL, by the kernel and not
 * only by the library's own check.
 */
TEST_F(regions, read_beyond_end)
{
	uint64_t end = uvfio_region_fd_offset(self->bar0) + uvfio_region_size(self->bar0), value;
	int fd = uvfio_device_fd(self->target.dev);

	EXPECT_EQ(-1, pread(fd, &value, 4, end));
	EXPECT_EQ(EINVAL, errno);
	EXPECT_EQ(-1, pwrite(fd, &value, 4, end));
	EXPECT_EQ(EINVAL, errno);
	EXPECT_EQ(-EINVAL, uvfio_region_read(self->bar0, uvfio_region_size(self->bar0), 4, &value,
					     NULL));
	EXPECT_EQ(UINT64_MAX, value);
}

/*
 * BAR 0 shows the same through read() as through mmap(), and a write by one is
 * seen by the other, both ways: trapping accesses for a while, as a VMM does
 * for INTx, must not change what the guest sees.
 */
TEST_F(regions, read_write_and_mmap_agree)
{
	const struct probe *probe = self->probe;
	uint32_t flip = probe->inverted ? UINT32_MAX : 0;
	volatile uint32_t *fixed, *scratch;
	uint64_t value;

	ASSERT_EQ(0, uvfio_region_mmap(self->bar0, NULL));
	fixed = uvfio_region_ptr(self->bar0, probe->fixed, 4);
	scratch = uvfio_region_ptr(self->bar0, probe->scratch, 4);
	ASSERT_NE(NULL, fixed);
	ASSERT_NE(NULL, scratch);

	ASSERT_EQ(0, uvfio_region_read(self->bar0, probe->fixed, 4, &value, NULL));
	EXPECT_EQ(value, *fixed);

	ASSERT_EQ(0, uvfio_region_write(self->bar0, probe->scratch, 4, PATTERN, NULL));
	EXPECT_EQ(PATTERN ^ flip, *scratch);
	*scratch = PATTERN >> 1;
	ASSERT_EQ(0, uvfio_region_read(self->bar0, probe->scratch, 4, &value, NULL));
	EXPECT_EQ((PATTERN >> 1) ^ flip, value);
}

/*
 * While direct access is switched off the library hands out no pointers and
 * the traps show the same contents; switched on, the mappings are back.
 */
TEST_F(regions, mmaps_switched_off_and_on)
{
	uint64_t before, value;

	ASSERT_EQ(0, uvfio_region_mmap(self->bar0, NULL));
	ASSERT_EQ(0, uvfio_region_load(self->bar0, self->probe->fixed, 4, &before, NULL));
	uvfio_region_mmaps_set_enabled(self->bar0, false);
	EXPECT_EQ(NULL, uvfio_region_ptr(self->bar0, self->probe->fixed, 4));
	ASSERT_EQ(0, uvfio_region_load(self->bar0, self->probe->fixed, 4, &value, NULL));
	EXPECT_EQ(before, value);
	uvfio_region_mmaps_set_enabled(self->bar0, true);
	EXPECT_NE(NULL, uvfio_region_ptr(self->bar0, self->probe->fixed, 4));
}

/*
 * mmap() is refused past the end of a region, and for configuration space,
 * which has to be trapped.
 */
TEST_F(regions, mmap_refused)
{
	struct vfio_region_info *info;
	int fd = uvfio_device_fd(self->target.dev);
	void *map;

	map = mmap(NULL, uvfio_region_size(self->bar0) + PAGE, PROT_READ, MAP_SHARED, fd,
		   uvfio_region_fd_offset(self->bar0));
	EXPECT_EQ(MAP_FAILED, map);
	EXPECT_EQ(EINVAL, errno);
	ASSERT_EQ(0, uvfio_get_region_info(self->target.dev, VFIO_PCI_CONFIG_REGION_INDEX, &info,
					   NULL));
	map = mmap(NULL, PAGE, PROT_READ, MAP_SHARED, fd, info->offset);
	EXPECT_EQ(MAP_FAILED, map);
	EXPECT_EQ(EINVAL, errno);
	uvfio_free_region_info(self->target.dev, info);
}

/* Configuration space, and what follows from it. */
FIXTURE(pci) {
	struct target target;
	struct uvfio_region *bar0;
	struct uvfio_region *config;
	const struct probe *probe;
};

FIXTURE_VARIANT(pci) {
	enum target_kind kind;
};

TARGET_VARIANT(pci, mock_type1, TARGET_MOCK_TYPE1);
TARGET_VARIANT(pci, mock_backend, TARGET_MOCK_BACKEND);
TARGET_VARIANT(pci, edu, TARGET_EDU);
TARGET_VARIANT(pci, nvme, TARGET_NVME);

FIXTURE_SETUP(pci)
{
	TARGET_OPEN(&self->target, variant->kind, NULL);
	ASSERT_EQ(0, uvfio_region_setup(self->target.dev, VFIO_PCI_BAR0_REGION_INDEX, "BAR 0",
					&self->bar0, NULL));
	ASSERT_EQ(0, uvfio_region_setup(self->target.dev, VFIO_PCI_CONFIG_REGION_INDEX, "config",
					&self->config, NULL));
	self->probe = &probes[variant->kind];
}

FIXTURE_TEARDOWN(pci)
{
	uvfio_region_finalize(self->config);
	uvfio_region_finalize(self->bar0);
	TARGET_CLOSE(&self->target);
}

/*
 * Sizing a BAR through configuration space, as firmware in a guest does, gives
 * the size that the region's description has.
 */
TEST_F(pci, bar_sizing)
{
	uint64_t before, mask;

	ASSERT_EQ(0, uvfio_region_read(self->config, PCI_BASE_ADDRESS_0, 4, &before, NULL));
	ASSERT_EQ(0, uvfio_region_write(self->config, PCI_BASE_ADDRESS_0, 4, UINT32_MAX, NULL));
	ASSERT_EQ(0, uvfio_region_read(self->config, PCI_BASE_ADDRESS_0, 4, &mask, NULL));
	ASSERT_EQ(0, uvfio_region_write(self->config, PCI_BASE_ADDRESS_0, 4, before, NULL));
	mask &= (uint32_t)PCI_BASE_ADDRESS_MEM_MASK;
	EXPECT_EQ(uvfio_region_size(self->bar0), (uint32_t)(~mask + 1));
}

/*
 * With memory decoding off, an access through a mapping of BAR 0 raises SIGBUS
 * and read() is EIO; with it on again both work. Kernel commit abafbc551fdd
 * (CVE-2020-12888) made this so, because the access could bring a host down;
 * DPDK 54f3fb127d had to learn it.
 */
TEST_F(pci, memory_disabled)
{
	uint64_t command, value, fixed = self->probe->fixed;
	volatile uint32_t *mapped;

	ASSERT_EQ(0, uvfio_region_mmap(self->bar0, NULL));
	mapped = uvfio_region_ptr(self->bar0, fixed, 4);
	ASSERT_NE(NULL, mapped);
	ASSERT_EQ(0, uvfio_region_read(self->config, PCI_COMMAND, 2, &command, NULL));
	command |= PCI_COMMAND_MEMORY;
	ASSERT_EQ(0, uvfio_region_write(self->config, PCI_COMMAND, 2, command, NULL));
	ASSERT_EQ(0, uvfio_region_read(self->bar0, fixed, 4, &value, NULL));
	EXPECT_EQ(value, *mapped);

	ASSERT_EQ(0, uvfio_region_write(self->config, PCI_COMMAND, 2,
					command & ~PCI_COMMAND_MEMORY, NULL));
	EXPECT_EQ(-EIO, uvfio_region_read(self->bar0, fixed, 4, &value, NULL));
	EXPECT_TRUE(sigbus_on_read(mapped));

	ASSERT_EQ(0, uvfio_region_write(self->config, PCI_COMMAND, 2, command, NULL));
	ASSERT_EQ(0, uvfio_region_read(self->bar0, fixed, 4, &value, NULL));
	EXPECT_EQ(value, *mapped);
}

TEST_HARNESS_MAIN
