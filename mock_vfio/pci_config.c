// SPDX-License-Identifier: GPL-2.0-only
/* PCI config space. See pci_config.h. */

#include <linux/log2.h>
#include <linux/minmax.h>
#include <linux/string.h>
#include <linux/vfio.h>

#include "config_field.h"
#include "device.h"
#include "pci_caps.h"

/* Up to here a BAR fits in 32 bits; beyond, it takes the next one as well. */
#define BAR_32_MAX		0x80000000ull
/* The smallest that the three kinds of base address registers can say. */
#define MEMORY_MIN		16ull
#define IO_MIN			4ull
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

void mock_pci_set(struct mock_pci_config *pci, unsigned int offset, size_t size,
		  u64 value, u64 writable)
{
	for (; size--; offset++, value >>= 8, writable >>= 8) {
		pci->value[offset] = value;
		pci->writable[offset] = writable;
	}
}

static void set_bar(struct mock_pci_config *pci, unsigned int offset,
		    const struct mock_region_config *region)
{
	/* A region may be smaller than what a BAR can say. */
	u64 size = max(roundup_pow_of_two(region->size),
		       region->io ? IO_MIN : MEMORY_MIN);

	if (region->io)
		mock_pci_set(pci, offset, 4, PCI_BASE_ADDRESS_SPACE_IO,
			     ~(size - 1));
	else if (is_64bit(size))
		mock_pci_set(pci, offset, 8, PCI_BASE_ADDRESS_MEM_TYPE_64,
			     ~(size - 1));
	else
		mock_pci_set(pci, offset, 4, 0, ~(size - 1));
}

static void set_bars(struct mock_pci_config *pci,
		     const struct mock_device_config *config)
{
	u64 size = config->regions[VFIO_PCI_ROM_REGION_INDEX].size;
	unsigned int bar;

	for (bar = 0; bar < PCI_STD_NUM_BARS; bar++) {
		if (config->regions[bar].size)
			set_bar(pci, PCI_BASE_ADDRESS_0 + 4 * bar,
				&config->regions[bar]);
	}

	if (size) {
		size = max(roundup_pow_of_two(size), ROM_MIN);
		mock_pci_set(pci, PCI_ROM_ADDRESS, 4, 0,
			     ~(size - 1) | PCI_ROM_ADDRESS_ENABLE);
	}
}

/* What vfio-pci has enabled before a user sees the device. */
static u16 first_command(const struct mock_device_config *config)
{
	u16 command = PCI_COMMAND_MEMORY;
	unsigned int bar;

	for (bar = 0; bar < PCI_STD_NUM_BARS; bar++) {
		if (config->regions[bar].io)
			command |= PCI_COMMAND_IO;
	}

	return command;
}

static void fill(struct mock_pci_config *pci,
		 const struct mock_device_config *config)
{
	memset(pci, 0, sizeof(*pci));

	mock_pci_set(pci, PCI_VENDOR_ID, 2, config->pci_vendor, 0);
	mock_pci_set(pci, PCI_DEVICE_ID, 2, config->pci_device, 0);
	mock_pci_set(pci, PCI_COMMAND, 2, first_command(config),
		     PCI_COMMAND_IO | PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER |
		     PCI_COMMAND_PARITY | PCI_COMMAND_SERR |
		     PCI_COMMAND_INTX_DISABLE);
	mock_pci_set(pci, PCI_CLASS_PROG, 3, config->pci_class, 0);
	mock_pci_set(pci, PCI_CACHE_LINE_SIZE, 1, 0, 0xff);
	mock_pci_set(pci, PCI_LATENCY_TIMER, 1, 0, 0xff);
	mock_pci_set(pci, PCI_HEADER_TYPE, 1, PCI_HEADER_TYPE_NORMAL, 0);
	mock_pci_set(pci, PCI_SUBSYSTEM_VENDOR_ID, 2, config->pci_vendor, 0);
	mock_pci_set(pci, PCI_SUBSYSTEM_ID, 2, config->pci_device, 0);
	mock_pci_set(pci, PCI_INTERRUPT_LINE, 1, 0, 0xff);
	set_bars(pci, config);

	if (config->irqs[VFIO_PCI_INTX_IRQ_INDEX].count)
		mock_pci_set(pci, PCI_INTERRUPT_PIN, 1, 1, 0);
	mock_pci_add_caps(pci, config);
}

static u16 command(const struct mock_pci_config *pci)
{
	return pci->value[PCI_COMMAND] | pci->value[PCI_COMMAND + 1] << 8;
}

static bool is_powered(const struct mock_pci_config *pci)
{
	return !pci->power || !(READ_ONCE(pci->value[pci->power]) &
				PCI_PM_CTRL_STATE_MASK);
}

bool mock_pci_is_master(const struct mock_device *mdev)
{
	return READ_ONCE(mdev->pci.value[PCI_COMMAND]) & PCI_COMMAND_MASTER;
}

bool mock_pci_decodes_io(const struct mock_device *mdev)
{
	return (READ_ONCE(mdev->pci.value[PCI_COMMAND]) & PCI_COMMAND_IO) &&
	       is_powered(&mdev->pci);
}

/* What the rest of the device follows. Whether its memory answers. */
static bool obey(struct mock_device *mdev)
{
	const struct mock_pci_config *pci = &mdev->pci;
	bool memory = (command(pci) & PCI_COMMAND_MEMORY) && is_powered(pci);

	mock_intx_set_disabled(mdev, command(pci) & PCI_COMMAND_INTX_DISABLE);
	mock_memory_set(mdev, MOCK_MEMORY_COMMAND, memory);

	return memory;
}

void mock_pci_config_reset(struct mock_device *mdev)
{
	lockdep_assert_held(&mdev->lock);

	fill(&mdev->pci, mdev->config);
	obey(mdev);
}

static void assign(u8 *byte, u8 bits, bool set)
{
	*byte = set ? *byte | bits : *byte & ~bits;
}

/* The bits that are not kept here. */
static void update(struct mock_device *mdev)
{
	struct mock_pci_config *pci = &mdev->pci;

	assign(&pci->value[PCI_STATUS], PCI_STATUS_INTERRUPT,
	       mock_intx_causes(mdev));
	if (pci->msix)
		assign(&pci->value[pci->msix + 1], PCI_MSIX_FLAGS_ENABLE >> 8,
		       READ_ONCE(mdev->irqs.active) == VFIO_PCI_MSIX_IRQ_INDEX);
}

void mock_pci_config_read(struct mock_device *mdev, unsigned int offset,
			  void *buf, size_t count)
{
	guard(mutex)(&mdev->lock);

	update(mdev);
	memcpy(buf, mdev->pci.value + offset, count);
}

/* The byte with PCI_EXP_DEVCTL_BCR_FLR, which always reads as 0. */
static bool asks_for_reset(const struct mock_pci_config *pci,
			   unsigned int offset, const u8 *buf, size_t count)
{
	unsigned int where = pci->flr + 1;

	return pci->flr && where >= offset && where - offset < count &&
	       (buf[where - offset] & (PCI_EXP_DEVCTL_BCR_FLR >> 8));
}

static void write_bits(struct mock_pci_config *pci, unsigned int offset,
		       const u8 *from, size_t count)
{
	for (; count--; offset++, from++) {
		u8 writable = pci->writable[offset];

		pci->value[offset] &= ~writable;
		pci->value[offset] |= *from & writable;
	}
}

void mock_pci_config_load(struct mock_device *mdev, const u8 *bytes)
{
	lockdep_assert_held(&mdev->lock);

	write_bits(&mdev->pci, 0, bytes, PCI_CFG_SPACE_EXP_SIZE);
	obey(mdev);
}

int mock_pci_config_write(struct mock_device *mdev, unsigned int offset,
			  const void *buf, size_t count)
{
	struct mock_pci_config *pci = &mdev->pci;
	bool memory, reset;

	mutex_lock(&mdev->lock);
	write_bits(pci, offset, buf, count);
	reset = asks_for_reset(pci, offset, buf, count);
	memory = obey(mdev);
	mutex_unlock(&mdev->lock);

	if (!memory)
		mock_memory_revoke(mdev);

	return reset ? mock_device_reset(mdev) : 0;
}
