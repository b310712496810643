// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * VFIO_IOMMU_DIRTY_PAGES and its companion, the unmap that tells what was dirty.
 */
#include <assert.h>
#include <string.h>

#include <uvfio/caps.h>
#include <uvfio/dirty.h>

#include "container.h"
#include "report.h"

/* The kernel's structures, with what comes in their data[]. */
struct dirty_range {
	uint32_t argsz;
	uint32_t flags;
	struct vfio_iommu_type1_dirty_bitmap_get range;
};

struct dirty_unmap {
	uint32_t argsz;
	uint32_t flags;
	uint64_t iova;
	uint64_t size;
	struct vfio_bitmap bitmap;
};

static_assert(offsetof(struct dirty_range, range) ==
	      offsetof(struct vfio_iommu_type1_dirty_bitmap, data), "layouts differ");
static_assert(offsetof(struct dirty_unmap, bitmap) ==
	      offsetof(struct vfio_iommu_type1_dma_unmap, data), "layouts differ");

static int limits_of(struct uvfio_container *container,
		     const struct vfio_iommu_type1_info *info,
		     struct uvfio_dirty_limits *limits, struct uvfio_error *err)
{
	const struct uvfio_failure *what =
		UVFIO_FAILURE("uvfio_dirty_limits", .ioctl = "VFIO_IOMMU_GET_INFO");
	struct vfio_iommu_type1_info_cap_migration cap;
	const struct vfio_info_cap_header *found;
	size_t avail;

	found = uvfio_get_iommu_info_cap(info, VFIO_IOMMU_TYPE1_INFO_CAP_MIGRATION,
					 &avail);
	if (!found && errno == ENOENT)
		return uvfio_fail(container->ctx, err, -ENOENT, what,
				  "the kernel cannot track dirty pages");
	if (!found || avail < sizeof(cap))
		return uvfio_fail(container->ctx, err, -EPROTO, what,
				  "VFIO_IOMMU_GET_INFO: malformed migration capability");
	memcpy(&cap, found, sizeof(cap));
	limits->pgsizes = cap.pgsize_bitmap;
	limits->max_bitmap_size = cap.max_dirty_bitmap_size;
	return 0;
}

int uvfio_dirty_limits(struct uvfio_container *container,
		       struct uvfio_dirty_limits *limits, struct uvfio_error *err)
{
	struct vfio_iommu_type1_info *info;
	int ret = uvfio_get_iommu_info(container, &info, err);

	if (ret)
		return ret;
	ret = limits_of(container, info, limits, err);
	uvfio_free_iommu_info(container, info);
	return ret;
}

static int switch_tracking(struct uvfio_container *container, const char *operation,
			   uint32_t flag, struct uvfio_error *err)
{
	struct vfio_iommu_type1_dirty_bitmap dirty = {
		.argsz = sizeof(dirty),
		.flags = flag,
	};
	int ret = uvfio_require_type1(container, operation, err);

	if (ret)
		return ret;
	ret = uvfio_ioctl(container->ctx, container->fd, VFIO_IOMMU_DIRTY_PAGES, &dirty);
	if (ret >= 0)
		return 0;
	return uvfio_fail_errno(container->ctx, err, ret,
				UVFIO_FAILURE(operation,
					      .ioctl = "VFIO_IOMMU_DIRTY_PAGES"),
				"VFIO_IOMMU_DIRTY_PAGES");
}

int uvfio_dirty_start(struct uvfio_container *container, struct uvfio_error *err)
{
	return switch_tracking(container, "uvfio_dirty_start",
			       VFIO_IOMMU_DIRTY_PAGES_FLAG_START, err);
}

int uvfio_dirty_stop(struct uvfio_container *container, struct uvfio_error *err)
{
	return switch_tracking(container, "uvfio_dirty_stop",
			       VFIO_IOMMU_DIRTY_PAGES_FLAG_STOP, err);
}

static struct vfio_bitmap kernel_bitmap(const struct uvfio_dirty_bitmap *bitmap)
{
	return (struct vfio_bitmap){
		.pgsize = bitmap->pgsize,
		.size = bitmap->size,
		.data = (__u64 *)bitmap->bits,
	};
}

/* What was asked for, for the texts. */
static int fail_range(struct uvfio_container *container, struct uvfio_error *err,
		      int code, const struct uvfio_failure *what)
{
	return uvfio_fail_errno(container->ctx, err, code, what,
				"%s iova 0x%llx size 0x%llx", what->ioctl,
				(unsigned long long)what->iova,
				(unsigned long long)what->length);
}

int uvfio_dirty_get(struct uvfio_container *container, uint64_t iova,
		    uint64_t size, const struct uvfio_dirty_bitmap *bitmap,
		    struct uvfio_error *err)
{
	const struct uvfio_failure *what =
		UVFIO_FAILURE("uvfio_dirty_get", .ioctl = "VFIO_IOMMU_DIRTY_PAGES",
			      .iova = iova, .length = size);
	struct dirty_range dirty = {
		.argsz = sizeof(dirty),
		.flags = VFIO_IOMMU_DIRTY_PAGES_FLAG_GET_BITMAP,
		.range = {
			.iova = iova,
			.size = size,
			.bitmap = kernel_bitmap(bitmap),
		},
	};
	int ret = uvfio_require_type1(container, what->operation, err);

	if (ret)
		return ret;
	/* No kernel looks whether the page size has a lowest bit to shift by. */
	if (!bitmap->pgsize)
		return fail_range(container, err, -EINVAL, what);
	ret = uvfio_ioctl(container->ctx, container->fd, VFIO_IOMMU_DIRTY_PAGES, &dirty);
	uvfio_trace(container->ctx, vfio_get_dirty_bitmap,
		    "iova 0x%llx size 0x%llx bitmap_size 0x%zx = %d",
		    (unsigned long long)iova, (unsigned long long)size, bitmap->size,
		    ret);
	return ret < 0 ? fail_range(container, err, ret, what) : 0;
}

int uvfio_dma_unmap_dirty(struct uvfio_container *container, uint64_t iova,
			  uint64_t size, const struct uvfio_dirty_bitmap *bitmap,
			  struct uvfio_error *err)
{
	const struct uvfio_failure *what =
		UVFIO_FAILURE("uvfio_dma_unmap_dirty", .ioctl = "VFIO_IOMMU_UNMAP_DMA",
			      .iova = iova, .length = size);
	struct dirty_unmap unmap = {
		.argsz = sizeof(unmap),
		.flags = VFIO_DMA_UNMAP_FLAG_GET_DIRTY_BITMAP,
		.iova = iova,
		.size = size,
		.bitmap = kernel_bitmap(bitmap),
	};
	int ret = uvfio_require_type1(container, what->operation, err);

	if (ret)
		return ret;
	if (!bitmap->pgsize)
		return fail_range(container, err, -EINVAL, what);
	ret = uvfio_ioctl(container->ctx, container->fd, VFIO_IOMMU_UNMAP_DMA, &unmap);
	if (ret < 0)
		return fail_range(container, err, ret, what);
	return unmap.size == size ? 0 : fail_range(container, err, -EIO, what);
}
