/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a profile's devices look like: the configuration compiled from configfs,
 * in the form in which the device core uses it.
 */
#ifndef MOCK_VFIO_DEVICE_CONFIG_H
#define MOCK_VFIO_DEVICE_CONFIG_H

#include <linux/types.h>
#include <linux/vfio.h>

/* Region indexes 0..8 are vfio-pci's; up to this many in all. */
#define MOCK_MAX_REGIONS	32
#define MOCK_MAX_AREAS		16
#define MOCK_MAX_INSTANCES	1024

/* The limits of the two standards. */
#define MOCK_MAX_MSI_VECTORS	32
#define MOCK_MAX_MSIX_VECTORS	2048

/* A part of a region, in bytes from its start. */
struct mock_area {
	u64 offset, size;
};

/**
 * struct mock_region_config - one region
 * @size: bytes; 0 for a region that is not there
 * @flags: VFIO_REGION_INFO_FLAG_READ, WRITE, MMAP
 * @registers: holds the register block of uapi/mock_vfio.h
 * @nr_areas: 0: all of a mappable region is mappable, no capability says so
 * @areas: the mappable areas that the SPARSE_MMAP capability announces
 */
struct mock_region_config {
	u64 size;
	u32 flags;
	bool registers;
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
 * struct mock_device_config - a device
 * @pci_vendor: config space
 * @pci_device: config space
 * @pci_class: config space, 24 bits: class, sub-class, interface
 * @reset: VFIO_DEVICE_RESET works
 * @max_instances: devices that may exist at a time
 * @nr_regions: highest region index + 1
 * @regions: by index
 * @irqs: by index
 */
struct mock_device_config {
	u16 pci_vendor;
	u16 pci_device;
	u32 pci_class;
	bool reset;
	u32 max_instances;
	unsigned int nr_regions;
	struct mock_region_config regions[MOCK_MAX_REGIONS];
	struct mock_irq_config irqs[VFIO_PCI_NUM_IRQS];
};

#endif /* MOCK_VFIO_DEVICE_CONFIG_H */
