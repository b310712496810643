// SPDX-License-Identifier: GPL-2.0-only
/*
 * The mock's configuration space beyond what every device has: capabilities, and
 * what writing to them does to memory and DMA.
 */
#include <fcntl.h>
#include <linux/pci_regs.h>
#include <sys/mman.h>
#include <sys/wait.h>

#include <mock_vfio.h>

#include "selftest.h"

#define VECTORS		40	/* more than a byte of pending bits */
#define TABLE		0x4000
#define PBA		0xc000

FIXTURE(pci_config) {
	struct target target;
	struct uvfio_region *config;
	struct uvfio_region *bar0;
};

static int shape(struct mockvfio_profile *profile, struct mockvfio_error *err)
{
	int ret;

	ret = mockvfio_set(profile, "pci_caps", "pm pcie vendor", err);
	if (!ret)
		ret = mockvfio_add_irq(profile, "msi", VFIO_PCI_MSI_IRQ_INDEX, 4,
				       "eventfd noresize", err);
	return ret ? ret : mockvfio_add_irq(profile, "msix", VFIO_PCI_MSIX_IRQ_INDEX, VECTORS,
					    "eventfd", err);
}

FIXTURE_SETUP(pci_config)
{
	static const struct target_options options = { .shape = shape };

	TARGET_OPEN(&self->target, TARGET_MOCK_TYPE1, &options);
	ASSERT_EQ(0, uvfio_region_setup(self->target.dev, VFIO_PCI_CONFIG_REGION_INDEX, "config",
					&self->config, NULL));
	ASSERT_EQ(0, uvfio_region_setup(self->target.dev, VFIO_PCI_BAR0_REGION_INDEX, "BAR 0",
					&self->bar0, NULL));
}

FIXTURE_TEARDOWN(pci_config)
{
	uvfio_region_finalize(self->bar0);
	uvfio_region_finalize(self->config);
	TARGET_CLOSE(&self->target);
}

static uint32_t get(struct uvfio_region *region, uint64_t offset, unsigned int size)
{
	uint64_t value = 0;

	if (uvfio_region_read(region, offset, size, &value, NULL))
		return UINT32_MAX;
	return value;
}

static void put(struct uvfio_region *region, uint64_t offset, unsigned int size, uint32_t value)
{
	uvfio_region_write(region, offset, size, value, NULL);
}

/* Where the capability is, or 0; the list has to end by itself. */
static uint32_t find_cap(struct uvfio_region *config, uint32_t id)
{
	uint32_t at = get(config, PCI_CAPABILITY_LIST, 1);
	int left = 48;

	while (at && left--) {
		if (get(config, at, 1) == id)
			return at;
		at = get(config, at + PCI_CAP_LIST_NEXT, 1);
	}
	return 0;
}

/* Likewise in extended space. */
static uint32_t find_extended(struct uvfio_region *config, uint32_t id)
{
	uint32_t at = PCI_CFG_SPACE_SIZE, header;

	while (at) {
		header = get(config, at, 4);
		if (PCI_EXT_CAP_ID(header) == id)
			return at;
		if (PCI_EXT_CAP_NEXT(header) <= at)
			break;
		at = PCI_EXT_CAP_NEXT(header);
	}
	return 0;
}

/*
 * Every capability that the profile asks for is in the list, PCI Express makes
 * configuration space 4096 bytes and brings the extended ones and the error
 * interrupt's description, and what the specification wants to be read-only is.
 */
TEST_F(pci_config, capabilities)
{
	uint32_t vendor;

	EXPECT_EQ(PCI_CFG_SPACE_EXP_SIZE, uvfio_region_size(self->config));
	EXPECT_NE(0, find_cap(self->config, PCI_CAP_ID_PM));
	EXPECT_NE(0, find_cap(self->config, PCI_CAP_ID_MSI));
	EXPECT_NE(0, find_cap(self->config, PCI_CAP_ID_MSIX));
	EXPECT_NE(0, find_cap(self->config, PCI_CAP_ID_EXP));
	EXPECT_EQ(0, find_cap(self->config, PCI_CAP_ID_VPD));
	EXPECT_NE(0, find_extended(self->config, PCI_EXT_CAP_ID_ERR));
	EXPECT_NE(0, find_extended(self->config, PCI_EXT_CAP_ID_VNDR));
	EXPECT_EQ(0, find_extended(self->config, PCI_EXT_CAP_ID_DSN));

	vendor = find_cap(self->config, PCI_CAP_ID_VNDR);
	ASSERT_NE(0, vendor);
	EXPECT_EQ(16, get(self->config, vendor + PCI_CAP_FLAGS, 1));
	put(self->config, vendor + 4, 4, 0);
	EXPECT_EQ(0x6b636f6d, get(self->config, vendor + 4, 4));
	put(self->config, vendor + 12, 4, 0x12345678);
	EXPECT_EQ(0x12345678, get(self->config, vendor + 12, 4));
}

/*
 * The MSI-X capability says how many vectors there are and where; it cannot be
 * written, and its enable bit shows what VFIO_DEVICE_SET_IRQS did, as with
 * vfio-pci.
 */
TEST_F(pci_config, msix)
{
	uint32_t msix = find_cap(self->config, PCI_CAP_ID_MSIX);
	int fd = eventfd_new();

	ASSERT_NE(0, msix);
	EXPECT_EQ(VECTORS - 1, get(self->config, msix + PCI_MSIX_FLAGS, 2));
	EXPECT_EQ(TABLE, get(self->config, msix + PCI_MSIX_TABLE, 4));
	EXPECT_EQ(PBA, get(self->config, msix + PCI_MSIX_PBA, 4));
	put(self->config, msix + PCI_MSIX_FLAGS, 2, PCI_MSIX_FLAGS_ENABLE);
	EXPECT_EQ(VECTORS - 1, get(self->config, msix + PCI_MSIX_FLAGS, 2));
	ASSERT_EQ(0, uvfio_set_irq_signaling(self->target.dev, VFIO_PCI_MSIX_IRQ_INDEX, 0,
					     VFIO_IRQ_SET_ACTION_TRIGGER, fd, NULL));
	EXPECT_EQ(PCI_MSIX_FLAGS_ENABLE | (VECTORS - 1),
		  get(self->config, msix + PCI_MSIX_FLAGS, 2));
	close(fd);
}

/*
 * The MSI-X table reads as ones and ignores writes, as vfio-pci makes it for
 * everybody; the bytes around it are memory or registers of the BAR; and the
 * pending bits are those of the vectors that wait for an eventfd.
 */
TEST_F(pci_config, msix_table_and_pba)
{
	uint64_t buf[2], offset = uvfio_region_fd_offset(self->bar0);
	int dev = uvfio_device_fd(self->target.dev), fd = eventfd_new();

	put(self->bar0, TABLE, 4, 0);
	EXPECT_EQ(UINT32_MAX, get(self->bar0, TABLE, 4));
	EXPECT_EQ(UINT32_MAX, get(self->bar0, TABLE + VECTORS * PCI_MSIX_ENTRY_SIZE - 4, 4));
	EXPECT_EQ(0, get(self->bar0, TABLE + VECTORS * PCI_MSIX_ENTRY_SIZE, 4));
	/* One access across the end of the table sees both. */
	ASSERT_EQ(16, pread(dev, buf, 16,
			    offset + TABLE + VECTORS * PCI_MSIX_ENTRY_SIZE - 8));
	EXPECT_EQ(UINT64_MAX, buf[0]);
	EXPECT_EQ(0, buf[1]);

	ASSERT_EQ(0, uvfio_set_irq_signaling(self->target.dev, VFIO_PCI_MSIX_IRQ_INDEX, 0,
					     VFIO_IRQ_SET_ACTION_TRIGGER, fd, NULL));
	EXPECT_EQ(0, get(self->bar0, PBA, 4));
	put(self->bar0, MOCK_VFIO_REG_IRQ_RAISE, 4, 3);
	put(self->bar0, MOCK_VFIO_REG_IRQ_RAISE, 4, VECTORS - 1);
	EXPECT_EQ(1 << 3, get(self->bar0, PBA, 4));
	EXPECT_EQ(1 << (VECTORS - 1 - 32), get(self->bar0, PBA + 4, 4));
	close(fd);
}

/*
 * In D3 the device's memory answers no more than with the command register's bit
 * off, also through pages that were mapped before; back in D0 nothing is lost.
 */
TEST_F(pci_config, power_state)
{
	uint32_t pm = find_cap(self->config, PCI_CAP_ID_PM);
	volatile uint32_t *mapped;
	uint64_t value;

	ASSERT_NE(0, pm);
	ASSERT_EQ(0, uvfio_region_mmap(self->bar0, NULL));
	mapped = uvfio_region_ptr(self->bar0, MOCK_VFIO_BUF_OFFSET, 4);
	ASSERT_NE(NULL, mapped);
	*mapped = 0x1234;
	put(self->config, pm + PCI_PM_CTRL, 2, 3);
	EXPECT_TRUE(sigbus_on_read(mapped));
	EXPECT_EQ(-EIO, uvfio_region_read(self->bar0, MOCK_VFIO_REG_ID, 4, &value, NULL));
	put(self->config, pm + PCI_PM_CTRL, 2, 0);
	EXPECT_FALSE(sigbus_on_read(mapped));
	EXPECT_EQ(0x1234, *mapped);
	EXPECT_EQ(MOCK_VFIO_ID, get(self->bar0, MOCK_VFIO_REG_ID, 4));
}

/*
 * A mapping that a child inherited is taken away from the child as well: a list
 * of mappings that is only kept at mmap() would miss it, and the child keep an
 * access that the kernel believes nobody has (CVE-2020-12888 in the forked case).
 */
TEST_F(pci_config, revoked_in_child)
{
	volatile uint32_t *mapped;
	int ready[2], go[2], status;
	char byte = 0;
	pid_t child;

	ASSERT_EQ(0, pipe(ready));
	ASSERT_EQ(0, pipe(go));
	ASSERT_EQ(0, uvfio_region_mmap(self->bar0, NULL));
	mapped = uvfio_region_ptr(self->bar0, MOCK_VFIO_BUF_OFFSET, 4);
	*mapped = 1;
	child = fork();
	ASSERT_LE(0, child);
	if (!child) {
		bool before = sigbus_on_read(mapped);

		if (write(ready[1], &byte, 1) != 1 || read(go[0], &byte, 1) != 1)
			_exit(3);
		_exit(before ? 2 : !sigbus_on_read(mapped));
	}
	ASSERT_EQ(1, read(ready[0], &byte, 1));
	put(self->config, PCI_COMMAND, 2, 0);
	ASSERT_EQ(1, write(go[1], &byte, 1));
	ASSERT_EQ(child, waitpid(child, &status, 0));
	/* 0: gone as it should be; 2: it was before it should; 1: it was not. */
	EXPECT_EQ(0, WIFEXITED(status) ? WEXITSTATUS(status) : -1);
	close(ready[0]);
	close(ready[1]);
	close(go[0]);
	close(go[1]);
}

/*
 * A reset takes mapped pages away: the next touch faults them in anew, and the
 * memory is what it was. The function level reset of PCI Express does the same as
 * the ioctl and is counted as one.
 */
TEST_F(pci_config, function_level_reset)
{
	uint32_t pcie = find_cap(self->config, PCI_CAP_ID_EXP);
	struct mockvfio_profile *profile = self->target.mock.profile;
	volatile uint32_t *mapped;

	ASSERT_NE(0, pcie);
	EXPECT_NE(0, get(self->config, pcie + PCI_EXP_DEVCAP, 4) & PCI_EXP_DEVCAP_FLR);
	ASSERT_EQ(0, uvfio_region_mmap(self->bar0, NULL));
	mapped = uvfio_region_ptr(self->bar0, MOCK_VFIO_BUF_OFFSET, 4);
	*mapped = 5;
	put(self->bar0, MOCK_VFIO_REG_SCRATCH, 4, 6);
	CLEAR_EVENTS(profile);
	EXPECT_EQ(5, *mapped);
	EXPECT_EQ(0, events_count(profile, "region.fault"));

	put(self->config, pcie + PCI_EXP_DEVCTL, 2, PCI_EXP_DEVCTL_BCR_FLR);
	EXPECT_EQ(0, get(self->config, pcie + PCI_EXP_DEVCTL, 2) & PCI_EXP_DEVCTL_BCR_FLR);
	EXPECT_EQ(1, get(self->bar0, MOCK_VFIO_REG_RESETS, 4));
	EXPECT_EQ(0, get(self->bar0, MOCK_VFIO_REG_SCRATCH, 4));
	EXPECT_EQ(5, *mapped);
	EXPECT_EQ(1, events_count(profile, "region.fault"));
}

/*
 * Without bus mastering the device does no DMA, and its error register says why;
 * a driver that forgets the bit finds out here and not on hardware.
 */
TEST_F(pci_config, bus_mastering)
{
	put(self->config, PCI_COMMAND, 2, PCI_COMMAND_MEMORY);
	put(self->bar0, MOCK_VFIO_REG_LEN, 4, 16);
	put(self->bar0, MOCK_VFIO_REG_COMMAND, 4, MOCK_VFIO_CMD_SUM);
	EXPECT_EQ(MOCK_VFIO_STATUS_ERROR, get(self->bar0, MOCK_VFIO_REG_STATUS, 4));
	EXPECT_EQ(EACCES, get(self->bar0, MOCK_VFIO_REG_ERROR, 4));
	put(self->config, PCI_COMMAND, 2, PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER);
	put(self->bar0, MOCK_VFIO_REG_COMMAND, 4, MOCK_VFIO_CMD_SUM);
	/* Nothing is mapped at 0. */
	EXPECT_EQ(EINVAL, get(self->bar0, MOCK_VFIO_REG_ERROR, 4));
}

/* A device without capabilities, as conventional PCI allows. */
FIXTURE(plain) {
	struct target target;
	struct uvfio_region *config;
};

static int shape_plain(struct mockvfio_profile *profile, struct mockvfio_error *err)
{
	return mockvfio_add_irq(profile, "intx", VFIO_PCI_INTX_IRQ_INDEX, 1,
				"eventfd maskable automasked", err);
}

FIXTURE_SETUP(plain)
{
	static const struct target_options options = { .shape = shape_plain };

	TARGET_OPEN(&self->target, TARGET_MOCK_TYPE1, &options);
	ASSERT_EQ(0, uvfio_region_setup(self->target.dev, VFIO_PCI_CONFIG_REGION_INDEX, "config",
					&self->config, NULL));
}

FIXTURE_TEARDOWN(plain)
{
	uvfio_region_finalize(self->config);
	TARGET_CLOSE(&self->target);
}

/*
 * With no capability at all the status register says that there is no list, the
 * pointer is 0 and configuration space has 256 bytes.
 */
TEST_F(plain, no_list)
{
	EXPECT_EQ(PCI_CFG_SPACE_SIZE, uvfio_region_size(self->config));
	EXPECT_EQ(0, get(self->config, PCI_STATUS, 2) & PCI_STATUS_CAP_LIST);
	EXPECT_EQ(0, get(self->config, PCI_CAPABILITY_LIST, 1));
	EXPECT_EQ(1, get(self->config, PCI_INTERRUPT_PIN, 1));
}

TEST_HARNESS_MAIN
