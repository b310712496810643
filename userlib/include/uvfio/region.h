/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Regions: a device's BARs, config space and device-specific windows, by
 * trapped access (pread and pwrite on the device) and by mmap.
 *
 * The accesses (uvfio_region_read(), _write(), _load(), _store(), _ptr()) may
 * run in any number of threads, also while another thread calls
 * uvfio_region_mmaps_set_enabled(). All other calls are for one thread at a time, as
 * everywhere in the context; and none of the accesses may be under way in
 * uvfio_region_finalize().
 */
#ifndef UVFIO_REGION_H
#define UVFIO_REGION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <uvfio/device.h>
#include <uvfio/error.h>

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

/** struct uvfio_region - one region of a device; opaque */
struct uvfio_region;

/**
 * struct uvfio_mmap - a part of a region that can be mapped
 * @offset: first byte, from the region's start
 * @size: bytes, never 0
 * @addr: where it is mapped; NULL when it is not
 */
struct uvfio_mmap {
	uint64_t offset;
	uint64_t size;
	void *addr;
};

/**
 * uvfio_region_setup() - learn what a region is
 * @dev: the device, which must outlive the region
 * @index: region index
 * @name: name for messages and traces, copied; NULL for "region N"
 * @region: the region, untouched on failure; end it with
 *          uvfio_region_finalize()
 * @err: optional
 *
 * Maps nothing yet. What can be mapped are the areas of the SPARSE_MMAP
 * capability, without those that are empty; the whole region when it has no
 * such capability; nothing when the region lacks VFIO_REGION_INFO_FLAG_MMAP, is
 * empty, or the device was opened with no_mmap. A region of size 0 is no error.
 *
 * Return: 0; -EPROTO when the capability chain is malformed, or an area is not
 * inside the region, or the area count does not fit the answer, or the region's
 * file offset and size overflow; the results of uvfio_get_region_info().
 */
int uvfio_region_setup(struct uvfio_device *dev, uint32_t index,
		       const char *name, struct uvfio_region **region,
		       struct uvfio_error *err);

/**
 * uvfio_region_mmap() - map every area and enable direct access
 * @region: the region
 * @err: optional
 *
 * Shared mappings with the protection the region's READ and WRITE flags give.
 * All or none: when one area fails those before it are unmapped again, and the
 * region stays usable by trapped access. Does nothing for a region that has
 * nothing to map or is mapped already.
 *
 * Return: 0; -errno of mmap().
 */
int uvfio_region_mmap(struct uvfio_region *region, struct uvfio_error *err);

/**
 * uvfio_region_exit() - stop direct access for good
 * @region: the region
 *
 * As uvfio_region_mmaps_set_enabled(false), and it cannot be enabled again. The
 * mappings live until uvfio_region_finalize(), so that accesses under way in
 * other threads can end. May be called twice.
 */
void uvfio_region_exit(struct uvfio_region *region);

/**
 * uvfio_region_finalize() - unmap everything and free the region
 * @region: the region, or NULL; no access may be under way any more
 */
void uvfio_region_finalize(struct uvfio_region *region);

/**
 * uvfio_region_mmaps_set_enabled() - switch direct access on or off
 * @region: the region
 * @enabled: whether uvfio_region_ptr(), _load() and _store() may use mappings
 *
 * While off every access is trapped, which is how a program notices that the
 * guest services an interrupt. Nothing is unmapped: an access that began before
 * the switch may still finish through its mapping. No effect on a region that
 * is not mapped.
 */
void uvfio_region_mmaps_set_enabled(struct uvfio_region *region, bool enabled);

/** uvfio_region_index() - its index in the device */
uint32_t uvfio_region_index(const struct uvfio_region *region);

/** uvfio_region_name() - the name it was set up with, valid as long as the region */
const char *uvfio_region_name(const struct uvfio_region *region);

/** uvfio_region_flags() - VFIO_REGION_INFO_FLAG_* as reported */
uint32_t uvfio_region_flags(const struct uvfio_region *region);

/** uvfio_region_size() - its size in bytes, 0 when it is not implemented */
uint64_t uvfio_region_size(const struct uvfio_region *region);

/** uvfio_region_fd_offset() - where it starts in the device's file */
uint64_t uvfio_region_fd_offset(const struct uvfio_region *region);

/**
 * uvfio_region_mmaps() - the parts that can be mapped
 * @region: the region
 * @nr: number of parts
 *
 * Return: the parts in the device's order, owned by the region.
 */
const struct uvfio_mmap *uvfio_region_mmaps(const struct uvfio_region *region,
					    size_t *nr);

/**
 * uvfio_region_ptr() - direct access to a part of a region
 * @region: the region
 * @offset: first byte
 * @size: bytes, at least 1
 *
 * <uvfio/mmio.h> has the loads and stores to use it with.
 *
 * Return: its address; NULL unless all of it lies in one area that is mapped,
 * with direct access enabled. Valid until uvfio_region_finalize().
 */
void *uvfio_region_ptr(const struct uvfio_region *region, uint64_t offset,
		       uint64_t size);

/**
 * uvfio_region_read() - read one value by trapped access
 * @region: the region
 * @addr: offset in the region; need not be aligned
 * @size: 1, 2, 4 or 8
 * @value: the value, in host order; all 64 bits ones when the read failed
 * @err: optional
 *
 * Regions are little endian on every host. The device's eoi hook runs when the
 * read succeeded.
 *
 * Return: 0; -EINVAL for another size or a range outside the region, without
 * asking the kernel; -errno of pread(), -EINTR among them; -EIO when it
 * transferred less than @size.
 */
int uvfio_region_read(struct uvfio_region *region, uint64_t addr,
		      unsigned int size, uint64_t *value,
		      struct uvfio_error *err);

/**
 * uvfio_region_write() - write one value by trapped access
 * @region: the region
 * @addr: offset in the region; need not be aligned
 * @size: 1, 2, 4 or 8
 * @value: the value in host order; its low @size bytes are written
 * @err: optional
 *
 * The device's eoi hook runs when pwrite() was called, whatever it said.
 *
 * Return: as uvfio_region_read(), with pwrite().
 */
int uvfio_region_write(struct uvfio_region *region, uint64_t addr,
		       unsigned int size, uint64_t value,
		       struct uvfio_error *err);

/**
 * uvfio_region_load() - read one value the fastest way there is
 * @region: the region
 * @addr: offset in the region
 * @size: 1, 2, 4 or 8
 * @value: as in uvfio_region_read()
 * @err: optional
 *
 * One load through the mapping when direct access covers the value, the region can be
 * read, the value is naturally aligned and the host has loads of that size;
 * uvfio_region_read() otherwise. The eoi hook runs only in the second case.
 *
 * Return: as uvfio_region_read(). A mapping the device revoked raises SIGBUS.
 */
int uvfio_region_load(struct uvfio_region *region, uint64_t addr,
		      unsigned int size, uint64_t *value,
		      struct uvfio_error *err);

/**
 * uvfio_region_store() - write one value the fastest way there is
 * @region: the region
 * @addr: offset in the region
 * @size: 1, 2, 4 or 8
 * @value: the value in host order
 * @err: optional
 *
 * The counterpart of uvfio_region_load(): one store through the mapping, or
 * uvfio_region_write().
 *
 * Return: as uvfio_region_write().
 */
int uvfio_region_store(struct uvfio_region *region, uint64_t addr,
		       unsigned int size, uint64_t value,
		       struct uvfio_error *err);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif

#endif /* UVFIO_REGION_H */
