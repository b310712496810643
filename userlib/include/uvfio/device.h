/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Devices: what a group gives access to.
 */
#ifndef UVFIO_DEVICE_H
#define UVFIO_DEVICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <linux/vfio.h>

#include <uvfio/error.h>
#include <uvfio/group.h>

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

/** struct uvfio_device - an open device; opaque */
struct uvfio_device;

/**
 * struct uvfio_device_options - how to use a device
 * @size: sizeof(struct uvfio_device_options) of the program
 * @opaque: passed to the hooks
 * @eoi: called after every region write that was handed to the kernel, failed
 *       ones too, and after every region read that succeeded: any access to a
 *       BAR may be the driver servicing the interrupt, so this is where a level
 *       interrupt is unmasked. May call uvfio_unmask_single_irqindex().
 * @no_mmap: never map a region: every access is trapped
 * @compute_needs_reset: for uvfio_reset_handler(): whether the device has to be
 *                       reset now; NULL: when uvfio_device_set_needs_reset() said so
 * @hot_reset_multi: for uvfio_reset_handler(): resets the device, and says so
 *                   by uvfio_device_set_needs_reset() for each other it resets
 *                   too; returns 0 or -errno
 * @balloon_allowed: the device gets along with memory being given back to the host
 *                   (one that pins pages only while it uses them). All devices of
 *                   a group that are open must agree
 *
 * Zero is the default for every member but @size.
 */
struct uvfio_device_options {
	size_t size;
	void *opaque;
	void (*eoi)(struct uvfio_device *dev, void *opaque);
	bool no_mmap;
	bool (*compute_needs_reset)(struct uvfio_device *dev, void *opaque);
	int (*hot_reset_multi)(struct uvfio_device *dev, void *opaque);
	bool balloon_allowed;
};

/**
 * uvfio_get_device() - open a device
 * @group: the group it is in; the device takes a reference of it
 * @name: the name the kernel knows it by: PCI address, mdev UUID ...; copied
 * @opts: how to use it, or NULL for all defaults; copied
 * @dev: the device, untouched on failure
 * @err: optional
 *
 * A type1 container is asked again what it can map: behind iommufd it knows that of
 * a device only while it is open, see uvfio_container_iova_ranges(). There the kernel
 * does not open a device onto mappings at addresses that the device cannot use.
 *
 * Return: 0; -errno of VFIO_GROUP_GET_DEVICE_FD (-ENODEV for an unknown name,
 * -EADDRINUSE for such mappings) and VFIO_DEVICE_GET_INFO; -EINVAL and -E2BIG for bad
 * options as in uvfio_new(); -EINVAL when an open device of the group disagrees on
 * ballooning; -EPROTO; -E2BIG; -ENOMEM. On failure nothing is left open, and the
 * container's limits are those of before.
 */
int uvfio_get_device(struct uvfio_group *group, const char *name,
		     const struct uvfio_device_options *opts,
		     struct uvfio_device **dev, struct uvfio_error *err);

/**
 * uvfio_put_base_device() - close a device
 * @dev: the device, or NULL
 * @err: optional
 *
 * Its regions must have been finalized. Closes it and gives its reference of
 * the group back. A type1 container that is still in use is asked again what it can
 * map; when it does not tell, that goes to the log, and its limits stay.
 *
 * Return: 0, or what uvfio_put_group() said; the device is gone in any case.
 */
int uvfio_put_base_device(struct uvfio_device *dev, struct uvfio_error *err);

/** uvfio_device_name() - the name it was opened by, valid as long as the device */
const char *uvfio_device_name(const struct uvfio_device *dev);

/** uvfio_device_fd() - its file descriptor, the library's; 0 is valid */
int uvfio_device_fd(const struct uvfio_device *dev);

/** uvfio_device_group() - the group it is in */
struct uvfio_group *uvfio_device_group(const struct uvfio_device *dev);

/** uvfio_device_flags() - VFIO_DEVICE_FLAGS_* as the device reported */
uint32_t uvfio_device_flags(const struct uvfio_device *dev);

/** uvfio_device_num_regions() - how many region indexes it announced */
uint32_t uvfio_device_num_regions(const struct uvfio_device *dev);

/** uvfio_device_num_irqs() - how many interrupt indexes it announced */
uint32_t uvfio_device_num_irqs(const struct uvfio_device *dev);

/** uvfio_device_reset_works() - whether VFIO_DEVICE_FLAGS_RESET was reported */
bool uvfio_device_reset_works(const struct uvfio_device *dev);

/**
 * uvfio_device_info() - the whole answer to VFIO_DEVICE_GET_INFO
 * @dev: the device
 *
 * Return: the answer with its capabilities, the device's; argsz is the number
 * of bytes that may be read. For uvfio_get_device_info_cap().
 */
const struct vfio_device_info *uvfio_device_info(const struct uvfio_device *dev);

/**
 * uvfio_device_reset() - VFIO_DEVICE_RESET
 * @dev: the device
 * @err: optional
 *
 * Return: 0; -ENOTTY, without asking the kernel, when the device did not
 * announce a reset; -errno of the ioctl.
 */
int uvfio_device_reset(struct uvfio_device *dev, struct uvfio_error *err);

/**
 * uvfio_get_region_info() - VFIO_DEVICE_GET_REGION_INFO with all capabilities
 * @dev: the device
 * @index: region index; the kernel, not the number of regions announced,
 *         decides whether it exists
 * @info: the answer; free it with uvfio_free_region_info()
 * @err: optional
 *
 * The buffer grows to what the kernel asks for, within limits. In @info, argsz
 * is the number of bytes that may be read.
 *
 * Return: 0; -errno of the ioctl; -EPROTO when the kernel's argsz is smaller
 * than the structure; -E2BIG when it wants more than a mebibyte or asks for more
 * again and again; -ENOMEM.
 */
int uvfio_get_region_info(struct uvfio_device *dev, uint32_t index,
			  struct vfio_region_info **info,
			  struct uvfio_error *err);

/**
 * uvfio_get_dev_region_info() - find a device-specific region
 * @dev: the device
 * @type: type of its VFIO_REGION_INFO_CAP_TYPE capability
 * @subtype: subtype of it
 * @info: the answer; free it with uvfio_free_region_info()
 * @err: optional
 *
 * Return: 0; -ENODEV when no region has that type and subtype (a region whose
 * info cannot be read, or whose capabilities are malformed, is passed over);
 * -ENOMEM.
 */
int uvfio_get_dev_region_info(struct uvfio_device *dev, uint32_t type,
			      uint32_t subtype, struct vfio_region_info **info,
			      struct uvfio_error *err);

/**
 * uvfio_free_region_info() - free a region's info
 * @dev: the device it is about
 * @info: what uvfio_get_region_info() or uvfio_get_dev_region_info() gave, or NULL
 */
void uvfio_free_region_info(struct uvfio_device *dev,
			    struct vfio_region_info *info);

/**
 * uvfio_has_region_cap() - does a region have a capability
 * @dev: the device
 * @index: region index
 * @id: VFIO_REGION_INFO_CAP_*
 *
 * Return: false also when the region's info cannot be read or is malformed.
 */
bool uvfio_has_region_cap(struct uvfio_device *dev, uint32_t index,
			  uint16_t id);

/**
 * uvfio_get_irq_info() - VFIO_DEVICE_GET_IRQ_INFO
 * @dev: the device
 * @index: interrupt index, such as VFIO_PCI_MSI_IRQ_INDEX
 * @info: the answer, the caller's
 * @err: optional
 *
 * Return: 0; -errno of the ioctl.
 */
int uvfio_get_irq_info(struct uvfio_device *dev, uint32_t index,
		       struct vfio_irq_info *info, struct uvfio_error *err);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif

#endif /* UVFIO_DEVICE_H */
