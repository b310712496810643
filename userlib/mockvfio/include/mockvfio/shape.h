/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The shape of a device: what it says it is, its regions and interrupts, and
 * which IOMMU serves it. All of it before the profile is live.
 *
 * A member that is NULL, 0 or false is left at the module's default, except
 * where its description says otherwise. What a structure cannot say, such as an
 * attribute of a newer module, mockvfio_set() can: members are named after the
 * attributes. Words and numbers are the module's to judge.
 */
#ifndef _MOCKVFIO_SHAPE_H
#define _MOCKVFIO_SHAPE_H

#include <stdbool.h>
#include <stdint.h>

#include <mockvfio/error.h>

#ifdef __cplusplus
extern "C" {
#endif

struct mockvfio_profile;

/**
 * struct mockvfio_device - what a device is
 * @device_api: "vfio-pci"
 * @pci_vendor: vendor ID in config space
 * @pci_device: device ID
 * @pci_class: class code, 24 bits
 * @pci_caps: words: "pm", "pcie", "vendor"
 * @no_reset: VFIO_DEVICE_RESET does not work
 * @hot_reset: VFIO_DEVICE_PCI_HOT_RESET works, for all instances together
 * @migration: words: "stop_copy", "p2p", "pre_copy"
 * @dma_logging: the device keeps track of what it writes
 * @low_power: VFIO_DEVICE_FEATURE_LOW_POWER_* work
 * @max_instances: how many instances there can be at a time
 * @disarm_on_close: no rule stays armed when the last open instance is closed
 */
struct mockvfio_device {
	const char *device_api;
	uint64_t pci_vendor;
	uint64_t pci_device;
	uint64_t pci_class;
	const char *pci_caps;
	bool no_reset;
	bool hot_reset;
	const char *migration;
	bool dma_logging;
	bool low_power;
	uint64_t max_instances;
	bool disarm_on_close;
};

/**
 * mockvfio_device_set() - say what a device is
 * @profile: the handle, not live
 * @device: what to set
 * @err: details of a failure, or NULL
 *
 * On failure some of it may have been set.
 *
 * Return: 0 or a negative errno.
 */
int mockvfio_device_set(struct mockvfio_profile *profile, const struct mockvfio_device *device,
			struct mockvfio_error *err);

/**
 * struct mockvfio_region - a region
 * @name: name of the directory below "regions"
 * @index: VFIO region index, always written
 * @size: bytes, always written; 0 is a region that is not there
 * @access: letters of "rwm": read, write, mmap
 * @backing: "ram", "registers", "pattern", "rom" or "vga"
 * @type: of the TYPE capability
 * @subtype: of the TYPE capability
 * @caps: capabilities in their order: words of "sparse_mmap", "type",
 *	"msix_mappable"
 * @unaligned: size and areas need not be made of pages
 * @io: an I/O BAR
 */
struct mockvfio_region {
	const char *name;
	uint64_t index;
	uint64_t size;
	const char *access;
	const char *backing;
	uint64_t type;
	uint64_t subtype;
	const char *caps;
	bool unaligned;
	bool io;
};

/**
 * mockvfio_region_add() - describe a region
 * @profile: the handle, not live
 * @region: the region
 * @err: details of a failure, or NULL
 *
 * On failure no region is left behind.
 *
 * Return: 0 or a negative errno.
 */
int mockvfio_region_add(struct mockvfio_profile *profile, const struct mockvfio_region *region,
			struct mockvfio_error *err);

/**
 * struct mockvfio_area - a sparse mmap area of a region
 * @name: name of the directory below the region's "areas"
 * @offset: bytes from the start of the region, always written
 * @size: bytes, always written; an area of size 0 is a legal shape that
 *	programs must cope with
 * @access: letters of "rw": which kind of mapping is allowed
 */
struct mockvfio_area {
	const char *name;
	uint64_t offset;
	uint64_t size;
	const char *access;
};

/**
 * mockvfio_area_add() - announce a sparse mmap area of a region
 * @profile: the handle, not live
 * @region: the region's directory name
 * @area: the area
 * @err: details of a failure, or NULL
 *
 * On failure no area is left behind.
 *
 * Return: 0 or a negative errno.
 */
int mockvfio_area_add(struct mockvfio_profile *profile, const char *region,
		      const struct mockvfio_area *area, struct mockvfio_error *err);

/**
 * struct mockvfio_irq - an interrupt index
 * @name: name of the directory below "irqs"
 * @index: VFIO interrupt index, always written
 * @count: number of vectors, always written
 * @flags: words of "eventfd maskable automasked noresize"
 * @granted: how many vectors there really are
 * @table_bar: BAR of the MSI-X table
 * @table_offset: where in it
 * @pba_bar: BAR of the MSI-X pending bits
 * @pba_offset: where in it
 */
struct mockvfio_irq {
	const char *name;
	uint64_t index;
	uint64_t count;
	const char *flags;
	uint64_t granted;
	uint64_t table_bar;
	uint64_t table_offset;
	uint64_t pba_bar;
	uint64_t pba_offset;
};

/**
 * mockvfio_irq_add() - describe an interrupt index
 * @profile: the handle, not live
 * @irq: the interrupt index
 * @err: details of a failure, or NULL
 *
 * On failure no interrupt index is left behind.
 *
 * Return: 0 or a negative errno.
 */
int mockvfio_irq_add(struct mockvfio_profile *profile, const struct mockvfio_irq *irq,
		     struct mockvfio_error *err);

/**
 * struct mockvfio_backend - which IOMMU serves the device's containers
 * @enable: the module's own, always written; otherwise the kernel's type1
 * @model: "emulated" or "iommu"
 * @types: words of "type1", "type1v2"
 * @pgsizes: bit mask of page sizes
 * @dma_avail: how many mappings a container may have
 * @quirks: words: what it does as some kernel did, such as "kernel=4.15"
 */
struct mockvfio_backend {
	bool enable;
	const char *model;
	const char *types;
	uint64_t pgsizes;
	uint64_t dma_avail;
	const char *quirks;
};

/**
 * mockvfio_backend_set() - say which IOMMU serves the device's containers
 * @profile: the handle, not live
 * @backend: what to set
 * @err: details of a failure, or NULL
 *
 * On failure some of it may have been set.
 *
 * Return: 0 or a negative errno.
 */
int mockvfio_backend_set(struct mockvfio_profile *profile, const struct mockvfio_backend *backend,
			 struct mockvfio_error *err);

/**
 * mockvfio_add_region() - describe a region of the plain sort
 * @profile: the handle, not live
 * @name: name of the directory below "regions"
 * @index: VFIO region index
 * @size: bytes
 * @access: letters of "rwm": read, write, mmap
 * @err: details of a failure, or NULL
 *
 * Return: as mockvfio_region_add().
 */
int mockvfio_add_region(struct mockvfio_profile *profile, const char *name, unsigned int index,
			uint64_t size, const char *access, struct mockvfio_error *err);

/**
 * mockvfio_add_area() - announce a sparse mmap area that reads and writes
 * @profile: the handle, not live
 * @region: the region's directory name
 * @name: name of the directory below the region's "areas"
 * @offset: bytes from the start of the region
 * @size: bytes
 * @err: details of a failure, or NULL
 *
 * Return: as mockvfio_area_add().
 */
int mockvfio_add_area(struct mockvfio_profile *profile, const char *region, const char *name,
		      uint64_t offset, uint64_t size, struct mockvfio_error *err);

/**
 * mockvfio_add_irq() - describe an interrupt index of the plain sort
 * @profile: the handle, not live
 * @name: name of the directory below "irqs"
 * @index: VFIO interrupt index
 * @count: number of vectors
 * @flags: words of "eventfd maskable automasked noresize"
 * @err: details of a failure, or NULL
 *
 * Return: as mockvfio_irq_add().
 */
int mockvfio_add_irq(struct mockvfio_profile *profile, const char *name, unsigned int index,
		     unsigned int count, const char *flags, struct mockvfio_error *err);

/**
 * mockvfio_add_range() - add a usable IOVA range of the mock IOMMU backend
 * @profile: the handle, not live
 * @name: name of the directory below "iommu_backend/ranges"
 * @first: first IOVA
 * @last: last IOVA, inclusive
 * @err: details of a failure, or NULL
 *
 * On failure no range is left behind.
 *
 * Return: 0 or a negative errno.
 */
int mockvfio_add_range(struct mockvfio_profile *profile, const char *name, uint64_t first,
		       uint64_t last, struct mockvfio_error *err);

#ifdef __cplusplus
}
#endif

#endif /* _MOCKVFIO_SHAPE_H */
