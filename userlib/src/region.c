// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * A region's life: learnt, mapped, switched, unmapped.
 */
#include <stdio.h>
#include <sys/mman.h>

#include "region.h"
#include "report.h"

#define OP	"uvfio_region_setup"

uint32_t uvfio_region_index(const struct uvfio_region *region)
{
	return region->index;
}

const char *uvfio_region_name(const struct uvfio_region *region)
{
	return region->name;
}

uint32_t uvfio_region_flags(const struct uvfio_region *region)
{
	return region->flags;
}

uint64_t uvfio_region_size(const struct uvfio_region *region)
{
	return region->size;
}

uint64_t uvfio_region_fd_offset(const struct uvfio_region *region)
{
	return region->fd_offset;
}

const struct uvfio_mmap *uvfio_region_mmaps(const struct uvfio_region *region,
					    size_t *nr)
{
	*nr = region->nr_mmaps;
	return region->mmaps;
}

static int fail_malformed(struct uvfio_region *region, struct uvfio_error *err,
			  const char *why)
{
	return uvfio_fail(region->dev->ctx, err, -EPROTO,
			  UVFIO_FAILURE(OP, .path = region->dev->name,
					.ioctl = "VFIO_DEVICE_GET_REGION_INFO"),
			  "%s: %s: malformed region info: %s",
			  region->dev->name, region->name, why);
}

static int set_name(struct uvfio_region *region, const char *name)
{
	char numbered[32];

	if (!name) {
		snprintf(numbered, sizeof(numbered), "region %u", region->index);
		name = numbered;
	}
	region->name = uvfio_strdup(region->dev->ctx, name);
	return region->name ? 0 : -ENOMEM;
}

static int map_whole(struct uvfio_region *region)
{
	region->mmaps = uvfio_zalloc(region->dev->ctx, sizeof(*region->mmaps));
	if (!region->mmaps)
		return -ENOMEM;
	region->mmaps[0].size = region->size;
	region->nr_mmaps = 1;
	return 0;
}

static int set_mmaps(struct uvfio_region *region,
		     const struct vfio_region_info *info,
		     struct uvfio_error *err)
{
	const char *why;
	int ret;

	if (region->dev->opts.no_mmap || !region->size ||
	    !(region->flags & VFIO_REGION_INFO_FLAG_MMAP))
		return 0;
	ret = uvfio_setup_region_sparse_mmaps(region, info, &why);
	if (ret == -ENODEV)
		ret = map_whole(region);
	if (ret == -EPROTO)
		return fail_malformed(region, err, why);
	return ret ? uvfio_fail_nomem(region->dev->ctx, err, OP) : 0;
}

static int learn_region(struct uvfio_region *region,
			const struct vfio_region_info *info,
			struct uvfio_error *err)
{
	region->flags = info->flags;
	region->size = info->size;
	region->fd_offset = info->offset;
	/* Every byte must have an offset that pread() can be given. */
	if (info->offset > INT64_MAX || info->size > INT64_MAX - info->offset)
		return fail_malformed(region, err, "offset and size overflow");
	return set_mmaps(region, info, err);
}

int uvfio_region_setup(struct uvfio_device *dev, uint32_t index,
		       const char *name, struct uvfio_region **out,
		       struct uvfio_error *err)
{
	struct uvfio_region *region = uvfio_zalloc(dev->ctx, sizeof(*region));
	struct vfio_region_info *info;
	int ret;

	if (!region)
		return uvfio_fail_nomem(dev->ctx, err, OP);
	region->dev = dev;
	region->index = index;
	atomic_init(&region->direct, false);
	if (set_name(region, name))
		ret = uvfio_fail_nomem(dev->ctx, err, OP);
	else
		ret = uvfio_get_region_info(dev, index, &info, err);
	if (!ret) {
		ret = learn_region(region, info, err);
		uvfio_free_region_info(dev, info);
	}
	if (ret) {
		uvfio_region_finalize(region);
		return ret;
	}
	uvfio_trace(dev->ctx, vfio_region_setup,
		    "Device %s, region %u \"%s\", flags: 0x%x, offset: 0x%llx, size: 0x%llx",
		    dev->name, index, region->name, region->flags,
		    (unsigned long long)region->fd_offset,
		    (unsigned long long)region->size);
	*out = region;
	return 0;
}

static int protection(const struct uvfio_region *region)
{
	int prot = PROT_NONE;

	if (region->flags & VFIO_REGION_INFO_FLAG_READ)
		prot |= PROT_READ;
	if (region->flags & VFIO_REGION_INFO_FLAG_WRITE)
		prot |= PROT_WRITE;
	return prot;
}

static void unmap_areas(struct uvfio_region *region)
{
	struct uvfio *ctx = region->dev->ctx;
	struct uvfio_mmap *area;
	size_t i;

	for (i = 0; i < region->nr_mmaps; i++) {
		area = &region->mmaps[i];
		if (!area->addr)
			continue;
		ctx->sys.munmap(ctx->sys_opaque, area->addr, area->size);
		area->addr = NULL;
	}
}

static int map_area(struct uvfio_region *region, struct uvfio_mmap *area)
{
	struct uvfio *ctx = region->dev->ctx;
	void *addr;

	if (area->size > SIZE_MAX)	/* a large BAR in a 32-bit process */
		return -ENOMEM;
	addr = ctx->sys.mmap(ctx->sys_opaque, area->size, protection(region),
			     MAP_SHARED, region->dev->fd,
			     region->fd_offset + area->offset);
	if (addr == MAP_FAILED)
		return -errno;
	area->addr = addr;
	uvfio_trace(ctx, vfio_region_mmap,
		    "Region %s mmaps [0x%llx - 0x%llx]", region->name,
		    (unsigned long long)area->offset,
		    (unsigned long long)(area->offset + area->size - 1));
	return 0;
}

static void note_largest(struct uvfio_region *region)
{
	const struct uvfio_mmap *largest = region->mmaps;
	size_t i;

	for (i = 1; i < region->nr_mmaps; i++)
		if (region->mmaps[i].size > largest->size)
			largest = &region->mmaps[i];
	region->largest.addr = largest->addr;
	region->largest.offset = largest->offset;
	if (region->flags & VFIO_REGION_INFO_FLAG_READ)
		region->largest.readable = largest->size;
	if (region->flags & VFIO_REGION_INFO_FLAG_WRITE)
		region->largest.writable = largest->size;
}

int uvfio_region_mmap(struct uvfio_region *region, struct uvfio_error *err)
{
	size_t i;
	int ret;

	if (region->mapped || region->exited || !region->nr_mmaps)
		return 0;
	for (i = 0; i < region->nr_mmaps; i++) {
		ret = map_area(region, &region->mmaps[i]);
		if (!ret)
			continue;
		unmap_areas(region);
		uvfio_trace(region->dev->ctx, vfio_region_mmap_fault,
			    "Region %s mmaps[%zu], fault: %d", region->name, i,
			    ret);
		return uvfio_fail_errno(region->dev->ctx, err, ret,
					UVFIO_FAILURE("uvfio_region_mmap",
						      .path = region->dev->name),
					"%s: %s: mmap of 0x%llx bytes at offset 0x%llx",
					region->dev->name, region->name,
					(unsigned long long)region->mmaps[i].size,
					(unsigned long long)region->mmaps[i].offset);
	}
	region->mapped = true;
	note_largest(region);
	atomic_store_explicit(&region->direct, true, memory_order_release);
	return 0;
}

void uvfio_region_mmaps_set_enabled(struct uvfio_region *region, bool enabled)
{
	if (!region->mapped || region->exited)
		return;
	atomic_store_explicit(&region->direct, enabled, memory_order_release);
	uvfio_trace(region->dev->ctx, vfio_region_mmaps_set_enabled,
		    "Region %s mmaps enabled: %d", region->name, enabled);
}

void uvfio_region_exit(struct uvfio_region *region)
{
	if (region->exited)
		return;
	uvfio_region_mmaps_set_enabled(region, false);
	region->exited = true;
	uvfio_trace(region->dev->ctx, vfio_region_exit,
		    "Device %s, region %u", region->dev->name, region->index);
}

void uvfio_region_finalize(struct uvfio_region *region)
{
	struct uvfio *ctx;

	if (!region)
		return;
	ctx = region->dev->ctx;
	unmap_areas(region);
	uvfio_trace(ctx, vfio_region_finalize, "Device %s, region %u",
		    region->dev->name, region->index);
	uvfio_free_mem(ctx, region->mmaps);
	uvfio_free_mem(ctx, region->name);
	uvfio_free_mem(ctx, region);
}
