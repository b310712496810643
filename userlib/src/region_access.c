// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Reading and writing a region: by trapped access, or through a mapping.
 * Regions are little endian whatever the host is.
 */
#include <uvfio/mmio.h>

#include "region.h"
#include "report.h"

/* The texts of both directions in one place. */
struct direction {
	const char *operation;
	const char *verb;
};

static const struct direction reading = { "uvfio_region_read", "read" };
static const struct direction writing = { "uvfio_region_write", "write" };

static bool size_is_valid(unsigned int size)
{
	return size == 1 || size == 2 || size == 4 || size == 8;
}

/* Beyond its end the device's file goes on with another region. */
static bool is_inside(const struct uvfio_region *region, uint64_t addr,
		      unsigned int size)
{
	return addr <= region->size && size <= region->size - addr;
}

static int fail_access(const struct uvfio_region *region,
		       const struct direction *direction, uint64_t addr,
		       unsigned int size, struct uvfio_error *err, int code,
		       const char *why)
{
	return uvfio_fail_errno(region->dev->ctx, err, code,
				UVFIO_FAILURE(direction->operation,
					      .path = region->dev->name),
				"%s: %s: %s of %u bytes at 0x%llx%s",
				region->dev->name, region->name,
				direction->verb, size,
				(unsigned long long)addr, why);
}

static UVFIO_COLD int refuse(const struct uvfio_region *region,
			     const struct direction *direction, uint64_t addr,
			     unsigned int size, struct uvfio_error *err)
{
	return fail_access(region, direction, addr, size, err, -EINVAL,
			   size_is_valid(size) ? ": outside the region" :
						 ": not 1, 2, 4 or 8");
}

/* @done is what pread() or pwrite() said, and not @size. */
static UVFIO_COLD int fail_transfer(const struct uvfio_region *region,
				    const struct direction *direction,
				    uint64_t addr, unsigned int size,
				    ssize_t done, struct uvfio_error *err)
{
	if (done < 0)
		return fail_access(region, direction, addr, size, err, -errno, "");
	return fail_access(region, direction, addr, size, err, -EIO,
			   ": short transfer");
}

static void eoi(struct uvfio_device *dev)
{
	if (dev->opts.eoi)
		dev->opts.eoi(dev, dev->opts.opaque);
}

/* From and to little endian: a value of any size is in the first bytes. */
static uint64_t swap_le(uint64_t value)
{
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
	return __builtin_bswap64(value);
#else
	return value;
#endif
}

int uvfio_region_read(struct uvfio_region *region, uint64_t addr,
		      unsigned int size, uint64_t *value,
		      struct uvfio_error *err)
{
	struct uvfio *ctx = region->dev->ctx;
	uint64_t raw = 0;
	ssize_t done;

	*value = UINT64_MAX;
	if (!size_is_valid(size) || !is_inside(region, addr, size))
		return refuse(region, &reading, addr, size, err);
	done = ctx->sys.pread(ctx->sys_opaque, region->dev->fd, &raw, size,
			      region->fd_offset + addr);
	if (done != (ssize_t)size)
		return fail_transfer(region, &reading, addr, size, done, err);
	*value = swap_le(raw);
	uvfio_trace(ctx, vfio_region_read, "(%s:region%u+0x%llx, %u) = 0x%llx",
		    region->dev->name, region->index, (unsigned long long)addr,
		    size, (unsigned long long)*value);
	eoi(region->dev);
	return 0;
}

int uvfio_region_write(struct uvfio_region *region, uint64_t addr,
		       unsigned int size, uint64_t value,
		       struct uvfio_error *err)
{
	struct uvfio *ctx = region->dev->ctx;
	const uint64_t raw = swap_le(value);
	ssize_t done;
	int ret = 0;

	if (!size_is_valid(size) || !is_inside(region, addr, size))
		return refuse(region, &writing, addr, size, err);
	done = ctx->sys.pwrite(ctx->sys_opaque, region->dev->fd, &raw, size,
			       region->fd_offset + addr);
	if (done != (ssize_t)size)
		ret = fail_transfer(region, &writing, addr, size, done, err);
	uvfio_trace(ctx, vfio_region_write, "(%s:region%u+0x%llx, 0x%llx, %u)",
		    region->dev->name, region->index, (unsigned long long)addr,
		    (unsigned long long)value, size);
	eoi(region->dev);
	if (ret)
		errno = -ret;
	return ret;
}

void *uvfio_region_ptr(const struct uvfio_region *region, uint64_t offset,
		       uint64_t size)
{
	const struct uvfio_mmap *area;
	size_t i;

	if (!size || !atomic_load_explicit(&region->direct, memory_order_acquire))
		return NULL;
	for (i = 0; i < region->nr_mmaps; i++) {
		area = &region->mmaps[i];
		if (offset >= area->offset &&
		    offset - area->offset < area->size &&
		    size <= area->size - (offset - area->offset))
			return (char *)area->addr + (offset - area->offset);
	}
	return NULL;
}

/* Aligned, so that the access is one. Sizes there are not may pass: see below. */
static UVFIO_HOT bool may_be_direct(uint64_t addr, unsigned int size)
{
	return size <= sizeof(void *) && !(addr & (size - 1));
}

/* In the largest mapping, of which @bytes may be used: all only valid when enabled. */
static UVFIO_HOT void *largest_ptr(const struct uvfio_region *region, uint64_t addr,
				   unsigned int size, const uint64_t *bytes)
{
	uint64_t at;

	if (!atomic_load_explicit(&region->direct, memory_order_acquire))
		return NULL;
	at = addr - region->largest.offset;
	if (at >= *bytes || size > *bytes - at || !may_be_direct(addr, size))
		return NULL;
	return region->largest.addr + at;
}

/* In any mapping; NULL when the access has to be trapped. */
static void *direct_ptr(const struct uvfio_region *region, uint64_t addr,
			unsigned int size, uint32_t flag)
{
	if (!(region->flags & flag) || !may_be_direct(addr, size))
		return NULL;
	return uvfio_region_ptr(region, addr, size);
}

/* False for a size there is not. */
static UVFIO_HOT bool load(const volatile void *ptr, unsigned int size, uint64_t *value)
{
	switch (size) {
	case 1:
		*value = uvfio_mmio_read8(ptr);
		return true;
	case 2:
		*value = uvfio_mmio_read16(ptr);
		return true;
	case 4:
		*value = uvfio_mmio_read32(ptr);
		return true;
	case 8:
		*value = uvfio_mmio_read64(ptr);
		return true;
	default:
		return false;
	}
}

static UVFIO_HOT bool store(volatile void *ptr, unsigned int size, uint64_t value)
{
	switch (size) {
	case 1:
		uvfio_mmio_write8(ptr, value);
		return true;
	case 2:
		uvfio_mmio_write16(ptr, value);
		return true;
	case 4:
		uvfio_mmio_write32(ptr, value);
		return true;
	case 8:
		uvfio_mmio_write64(ptr, value);
		return true;
	default:
		return false;
	}
}

static UVFIO_COLD int load_elsewhere(struct uvfio_region *region, uint64_t addr,
				     unsigned int size, uint64_t *value,
				     struct uvfio_error *err)
{
	const volatile void *ptr = direct_ptr(region, addr, size,
					      VFIO_REGION_INFO_FLAG_READ);

	if (ptr && load(ptr, size, value))
		return 0;
	return uvfio_region_read(region, addr, size, value, err);
}

static UVFIO_COLD int store_elsewhere(struct uvfio_region *region, uint64_t addr,
				      unsigned int size, uint64_t value,
				      struct uvfio_error *err)
{
	volatile void *ptr = direct_ptr(region, addr, size, VFIO_REGION_INFO_FLAG_WRITE);

	if (ptr && store(ptr, size, value))
		return 0;
	return uvfio_region_write(region, addr, size, value, err);
}

int uvfio_region_load(struct uvfio_region *region, uint64_t addr,
		      unsigned int size, uint64_t *value,
		      struct uvfio_error *err)
{
	const volatile void *ptr = largest_ptr(region, addr, size,
					       &region->largest.readable);

	if (ptr && load(ptr, size, value))
		return 0;
	return load_elsewhere(region, addr, size, value, err);
}

int uvfio_region_store(struct uvfio_region *region, uint64_t addr,
		       unsigned int size, uint64_t value,
		       struct uvfio_error *err)
{
	volatile void *ptr = largest_ptr(region, addr, size, &region->largest.writable);

	if (ptr && store(ptr, size, value))
		return 0;
	return store_elsewhere(region, addr, size, value, err);
}
