// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Reading and writing a region: by trapped access, or through a mapping.
 * Regions are little endian whatever the host is.
 */
#include "region.h"
#include "report.h"

static bool size_is_valid(unsigned int size)
{
	return size == 1 || size == 2 || size == 4 || size == 8;
}

/* What an access is about; the texts of both directions in one place. */
struct access {
	struct uvfio_region *region;
	uint64_t addr;
	unsigned int size;
	const char *operation;
	const char *verb;
};

static int fail_access(const struct access *access, struct uvfio_error *err,
		       int code, const char *why)
{
	const struct uvfio_region *region = access->region;

	return uvfio_fail_errno(region->dev->ctx, err, code,
				UVFIO_FAILURE(access->operation,
					      .path = region->dev->name),
				"%s: %s: %s of %u bytes at 0x%llx%s",
				region->dev->name, region->name, access->verb,
				access->size, (unsigned long long)access->addr,
				why);
}

static int check(const struct access *access, struct uvfio_error *err)
{
	const struct uvfio_region *region = access->region;

	if (!size_is_valid(access->size))
		return fail_access(access, err, -EINVAL, ": not 1, 2, 4 or 8");
	/* Beyond its end the device's file goes on with another region. */
	if (access->addr > region->size ||
	    access->size > region->size - access->addr)
		return fail_access(access, err, -EINVAL, ": outside the region");
	return 0;
}

/* What pread() or pwrite() said, as 0 or -errno. */
static int judge(const struct access *access, ssize_t done,
		 struct uvfio_error *err)
{
	if (done == (ssize_t)access->size)
		return 0;
	if (done < 0)
		return fail_access(access, err, -errno, "");
	return fail_access(access, err, -EIO, ": short transfer");
}

static void eoi(struct uvfio_device *dev)
{
	if (dev->opts.eoi)
		dev->opts.eoi(dev, dev->opts.opaque);
}

/* What one load or store moves, as the device lays it out. */
union raw {
	uint8_t u8;
	uint16_t u16;
	uint32_t u32;
	uint64_t u64;
	unsigned char bytes[8];
};

static uint64_t get_le(const unsigned char *buf, unsigned int size)
{
	uint64_t value = 0;

	while (size--)
		value = value << 8 | buf[size];
	return value;
}

static void put_le(unsigned char *buf, unsigned int size, uint64_t value)
{
	for (; size--; value >>= 8)
		*buf++ = value & 0xff;
}

int uvfio_region_read(struct uvfio_region *region, uint64_t addr,
		      unsigned int size, uint64_t *value,
		      struct uvfio_error *err)
{
	const struct access access = {
		region, addr, size, "uvfio_region_read", "read"
	};
	struct uvfio *ctx = region->dev->ctx;
	unsigned char buf[8];
	int ret;

	*value = UINT64_MAX;
	ret = check(&access, err);
	if (ret)
		return ret;
	ret = judge(&access,
		    ctx->sys.pread(ctx->sys_opaque, region->dev->fd, buf, size,
				   region->fd_offset + addr), err);
	if (ret)
		return ret;
	*value = get_le(buf, size);
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
	const struct access access = {
		region, addr, size, "uvfio_region_write", "write"
	};
	struct uvfio *ctx = region->dev->ctx;
	unsigned char buf[8];
	int ret = check(&access, err);

	if (ret)
		return ret;
	put_le(buf, size, value);
	ret = judge(&access,
		    ctx->sys.pwrite(ctx->sys_opaque, region->dev->fd, buf, size,
				    region->fd_offset + addr), err);
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

/* The mapping to use for one access; NULL when it has to be trapped. */
static void *direct_ptr(const struct uvfio_region *region, uint64_t addr,
			unsigned int size)
{
	if (!size_is_valid(size) || addr % size || size > sizeof(void *))
		return NULL;
	return uvfio_region_ptr(region, addr, size);
}

int uvfio_region_load(struct uvfio_region *region, uint64_t addr,
		      unsigned int size, uint64_t *value,
		      struct uvfio_error *err)
{
	const volatile void *ptr = direct_ptr(region, addr, size);
	union raw raw;

	if (!ptr || !(region->flags & VFIO_REGION_INFO_FLAG_READ))
		return uvfio_region_read(region, addr, size, value, err);
	switch (size) {
	case 1:
		raw.u8 = *(const volatile uint8_t *)ptr;
		break;
	case 2:
		raw.u16 = *(const volatile uint16_t *)ptr;
		break;
	case 4:
		raw.u32 = *(const volatile uint32_t *)ptr;
		break;
	default:
		raw.u64 = *(const volatile uint64_t *)ptr;
		break;
	}
	*value = get_le(raw.bytes, size);
	return 0;
}

int uvfio_region_store(struct uvfio_region *region, uint64_t addr,
		       unsigned int size, uint64_t value,
		       struct uvfio_error *err)
{
	volatile void *ptr = direct_ptr(region, addr, size);
	union raw raw;

	if (!ptr || !(region->flags & VFIO_REGION_INFO_FLAG_WRITE))
		return uvfio_region_write(region, addr, size, value, err);
	put_le(raw.bytes, size, value);
	switch (size) {
	case 1:
		*(volatile uint8_t *)ptr = raw.u8;
		break;
	case 2:
		*(volatile uint16_t *)ptr = raw.u16;
		break;
	case 4:
		*(volatile uint32_t *)ptr = raw.u32;
		break;
	default:
		*(volatile uint64_t *)ptr = raw.u64;
		break;
	}
	return 0;
}
