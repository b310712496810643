// SPDX-License-Identifier: GPL-2.0-only
/* PCI config space. See pci_config.h. */

#include <linux/log2.h>
#include <linux/minmax.h>
#include <linux/string.h>
#include <linux/vfio.h>

#include "config_field.h"
#include "device.h"

/* The MSI capability, the only one, follows the header. */
#define MSI_OFFSET		PCI_STD_HEADER_SIZEOF

/* Up to here a BAR fits in 32 bits; beyond, it takes the next one as well. */
#define BAR_32_MAX		0x80000000ull
#define ROM_MIN			0x800ull

static bool is_64bit(u64 size)
{
	return size > BAR_32_MAX;
}

int mock_pci_config_check(const struct mock_device_config *config, char *why)
{
	unsigned int bar;

	for (bar = 0; bar < PCI_STD_NUM_BARS; bar++) {
		if (!is_64bit(config->regions[bar].size))
			continue;
		if (bar + 1 == PCI_STD_NUM_BARS ||
		    config->regions[bar + 1].size) {
			snprintf(why, MOCK_WHY_MAX,
				 "region %u is above 2 GiB: it needs the next BAR as well",
				 bar);
			return -EINVAL;
		}
	}

	if (is_64bit(config->regions[VFIO_PCI_ROM_REGION_INDEX].size)) {
		strscpy(why, "a ROM has at most 2 GiB", MOCK_WHY_MAX);
		return -EINVAL;
	}

	return 0;
}

/* A register of @size bytes, little endian, and which of its bits can change. */
static void set(struct mock_pci_config *pci, unsigned int offset, size_t size,
		u64 value, u64 writable)
{
	for (; size--; offset++, value >>= 8, writable >>= 8) {
		pci->value[offset] = value;
		pci->writable[offset] = writable;
	}
}

static void set_bars(struct mock_pci_config *pci,
		     const struct mock_device_config *config)
{
	unsigned int bar;
	u64 size;

	for (bar = 0; bar < PCI_STD_NUM_BARS; bar++) {
		unsigned int offset = PCI_BASE_ADDRESS_0 + 4 * bar;

		size = config->regions[bar].size;
		if (!size)
			continue;

		/* A region may be smaller than what a BAR can say. */
		size = max(roundup_pow_of_two(size), 16ull);
		if (is_64bit(size))
			set(pci, offset, 8, PCI_BASE_ADDRESS_MEM_TYPE_64,
			    ~(size - 1));
		else
			set(pci, offset, 4, 0, ~(size - 1));
	}

	size = config->regions[VFIO_PCI_ROM_REGION_INDEX].size;
	if (size) {
		size = max(roundup_pow_of_two(size), ROM_MIN);
		set(pci, PCI_ROM_ADDRESS, 4, 0,
		    ~(size - 1) | PCI_ROM_ADDRESS_ENABLE);
	}
}

static void set_msi(struct mock_pci_config *pci, u32 vectors)
{
	u16 flags = PCI_MSI_FLAGS_64BIT | (order_base_2(vectors) << 1);

	set(pci, PCI_CAPABILITY_LIST, 1, MSI_OFFSET, 0);
	set(pci, PCI_STATUS, 2, PCI_STATUS_CAP_LIST, 0);

	set(pci, MSI_OFFSET + PCI_CAP_LIST_ID, 1, PCI_CAP_ID_MSI, 0);
	set(pci, MSI_OFFSET + PCI_CAP_LIST_NEXT, 1, 0, 0);
	set(pci, MSI_OFFSET + PCI_MSI_FLAGS, 2, flags,
	    PCI_MSI_FLAGS_ENABLE | PCI_MSI_FLAGS_QSIZE);
	set(pci, MSI_OFFSET + PCI_MSI_ADDRESS_LO, 4, 0, 0xfffffffc);
	set(pci, MSI_OFFSET + PCI_MSI_ADDRESS_HI, 4, 0, 0xffffffff);
	set(pci, MSI_OFFSET + PCI_MSI_DATA_64, 2, 0, 0xffff);
}

static void fill(struct mock_pci_config *pci,
		 const struct mock_device_config *config)
{
	memset(pci, 0, sizeof(*pci));

	set(pci, PCI_VENDOR_ID, 2, config->pci_vendor, 0);
	set(pci, PCI_DEVICE_ID, 2, config->pci_device, 0);
	/* vfio-pci enables the device before a user sees it. */
	set(pci, PCI_COMMAND, 2, PCI_COMMAND_MEMORY,
	    PCI_COMMAND_IO | PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER |
	    PCI_COMMAND_PARITY | PCI_COMMAND_SERR | PCI_COMMAND_INTX_DISABLE);
	set(pci, PCI_CLASS_PROG, 3, config->pci_class, 0);
	set(pci, PCI_CACHE_LINE_SIZE, 1, 0, 0xff);
	set(pci, PCI_LATENCY_TIMER, 1, 0, 0xff);
	set(pci, PCI_HEADER_TYPE, 1, PCI_HEADER_TYPE_NORMAL, 0);
	set(pci, PCI_SUBSYSTEM_VENDOR_ID, 2, config->pci_vendor, 0);
	set(pci, PCI_SUBSYSTEM_ID, 2, config->pci_device, 0);
	set(pci, PCI_INTERRUPT_LINE, 1, 0, 0xff);
	set_bars(pci, config);

	if (config->irqs[VFIO_PCI_INTX_IRQ_INDEX].count)
		set(pci, PCI_INTERRUPT_PIN, 1, 1, 0);
	if (config->irqs[VFIO_PCI_MSI_IRQ_INDEX].count)
		set_msi(pci, config->irqs[VFIO_PCI_MSI_IRQ_INDEX].count);
}

static bool intx_disabled(const struct mock_pci_config *pci)
{
	return pci->value[PCI_COMMAND + 1] & (PCI_COMMAND_INTX_DISABLE >> 8);
}

void mock_pci_config_reset(struct mock_device *mdev)
{
	lockdep_assert_held(&mdev->lock);

	fill(&mdev->pci, mdev->config);
	mock_intx_set_disabled(mdev, false);
}

void mock_pci_config_read(struct mock_device *mdev, unsigned int offset,
			  void *buf, size_t count)
{
	struct mock_pci_config *pci = &mdev->pci;

	guard(mutex)(&mdev->lock);

	pci->value[PCI_STATUS] &= ~PCI_STATUS_INTERRUPT;
	if (mock_intx_causes(mdev))
		pci->value[PCI_STATUS] |= PCI_STATUS_INTERRUPT;

	memcpy(buf, pci->value + offset, count);
}

void mock_pci_config_write(struct mock_device *mdev, unsigned int offset,
			   const void *buf, size_t count)
{
	struct mock_pci_config *pci = &mdev->pci;
	const u8 *from = buf;
	size_t i;

	guard(mutex)(&mdev->lock);

	for (i = 0; i < count; i++) {
		u8 writable = pci->writable[offset + i];

		pci->value[offset + i] &= ~writable;
		pci->value[offset + i] |= from[i] & writable;
	}

	mock_intx_set_disabled(mdev, intx_disabled(pci));
}
