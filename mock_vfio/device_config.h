/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a profile's devices look like: the configuration compiled from configfs,
 * in the form in which the device core uses it.
 */
#ifndef MOCK_VFIO_DEVICE_CONFIG_H
#define MOCK_VFIO_DEVICE_CONFIG_H

#include <linux/bits.h>
#include <linux/types.h>
#include <linux/vfio.h>

/* Region indexes 0..8 are vfio-pci's; up to this many in all. */
#define MOCK_MAX_REGIONS	32
#define MOCK_MAX_AREAS		16
#define MOCK_MAX_INSTANCES	1024

/* The limits of the two standards. */
#define MOCK_MAX_MSI_VECTORS	32
#define MOCK_MAX_MSIX_VECTORS	2048

/**
 * struct mock_area - a part of a region that can be mapped
 * @offset: bytes from the region's start
 * @size: bytes
 * @flags: VFIO_REGION_INFO_FLAG_READ, WRITE: what a mapping may be made for
 */
struct mock_area {
	u64 offset, size;
	u32 flags;
};

/* What the memory behind a region is. VGA answers in the legacy windows only. */
enum mock_backing {
	MOCK_BACKING_RAM,
	MOCK_BACKING_REGISTERS,
	MOCK_BACKING_PATTERN,
	MOCK_BACKING_ROM,
	MOCK_BACKING_VGA,
	MOCK_NR_BACKINGS
};

/* Capabilities of a region; 0 ends a list of them. */
enum mock_region_cap {
	MOCK_REGION_CAP_SPARSE_MMAP = 1,
	MOCK_REGION_CAP_TYPE,
	MOCK_REGION_CAP_MSIX_MAPPABLE,
};

/* A list of small numbers, such as these, in one: the first one lowest. */
#define MOCK_ORDER_BITS		4
#define MOCK_ORDER_MASK		0xfull

/**
 * struct mock_region_config - one region
 * @size: bytes; 0 for a region that is not there
 * @flags: VFIO_REGION_INFO_FLAG_READ, WRITE, MMAP
 * @backing: REGISTERS: begins with the register block of uapi/mock_vfio.h
 * @io: a BAR in I/O space
 * @type: of the TYPE capability
 * @subtype: of the TYPE capability
 * @caps: enum mock_region_cap, in order
 * @nr_areas: 0: all of a mappable region is mappable
 * @areas: the mappable areas that the SPARSE_MMAP capability announces
 */
struct mock_region_config {
	u64 size;
	u32 flags;
	enum mock_backing backing;
	bool io;
	u32 type, subtype;
	u64 caps;
	unsigned int nr_areas;
	struct mock_area areas[MOCK_MAX_AREAS];
};

/**
 * struct mock_irq_config - one interrupt index
 * @count: interrupts; 0 for an index that is not there
 * @flags: VFIO_IRQ_INFO_*
 * @granted: vectors of MSI and MSI-X that there really are; 0 for all
 */
struct mock_irq_config {
	u32 count;
	u32 flags;
	u32 granted;
};

/**
 * struct mock_place - a part of a region that is something else
 * @region: index
 * @offset: bytes from the region's start
 * @size: bytes; 0 when there is no such part
 */
struct mock_place {
	unsigned int region;
	u64 offset, size;
};

/**
 * struct mock_msix_config - where MSI-X is
 * @table: as vfio-pci has it, reads as ones and ignores writes
 * @pba: pending bits, read only
 */
struct mock_msix_config {
	struct mock_place table, pba;
};

/* An image is made of units of this size. */
#define MOCK_ROM_IMAGE_SIZE	512

/* Capabilities of config space that a profile chooses. */
#define MOCK_PCI_CAP_PM		BIT(0)
#define MOCK_PCI_CAP_PCIE	BIT(1)
#define MOCK_PCI_CAP_VENDOR	BIT(2)

/**
 * struct mock_device_config - a device
 * @pci_vendor: config space
 * @pci_device: config space
 * @pci_class: config space, 24 bits: class, sub-class, interface
 * @pci_caps: config space, MOCK_PCI_CAP_*
 * @reset: VFIO_DEVICE_RESET works
 * @hot_reset: VFIO_DEVICE_PCI_HOT_RESET works
 * @migration: VFIO_MIGRATION_*; 0 for none
 * @dma_logging: VFIO_DEVICE_FEATURE_DMA_LOGGING_* work
 * @low_power: VFIO_DEVICE_FEATURE_LOW_POWER_* work
 * @max_instances: devices that may exist at a time
 * @nr_regions: highest region index + 1
 * @regions: by index
 * @registers: index of the region with the registers, or MOCK_MAX_REGIONS
 * @irqs: by index
 * @msix: where MSI-X is
 * @rom: the image that a region of backing ROM begins with
 */
struct mock_device_config {
	u16 pci_vendor;
	u16 pci_device;
	u32 pci_class;
	u32 pci_caps;
	bool reset;
	bool hot_reset;
	u32 migration;
	bool dma_logging;
	bool low_power;
	u32 max_instances;
	unsigned int nr_regions;
	struct mock_region_config regions[MOCK_MAX_REGIONS];
	unsigned int registers;
	struct mock_irq_config irqs[VFIO_PCI_NUM_IRQS];
	struct mock_msix_config msix;
	u8 rom[MOCK_ROM_IMAGE_SIZE];
};

#endif /* MOCK_VFIO_DEVICE_CONFIG_H */
