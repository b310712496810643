// SPDX-License-Identifier: GPL-2.0-only
/*
 * VFIO_DEVICE_GET_REGION_INFO: for kernels that leave it to the driver, and for those
 * whose VFIO core wants no more than the contents and the capability chain.
 */

#include <linux/nospec.h>
#include <linux/slab.h>
#include <linux/uaccess.h>
#include <linux/vfio.h>

#include "device.h"
#include "fault_answer.h"

static int add_sparse_mmap(const struct mock_region_config *region,
			   struct vfio_info_cap *caps)
{
	struct vfio_region_info_cap_sparse_mmap *sparse;
	size_t size = struct_size(sparse, areas, region->nr_areas);
	unsigned int i;
	int ret;

	sparse = kzalloc(size, GFP_KERNEL);
	if (!sparse)
		return -ENOMEM;

	sparse->header.id = VFIO_REGION_INFO_CAP_SPARSE_MMAP;
	sparse->header.version = 1;
	sparse->nr_areas = region->nr_areas;
	for (i = 0; i < region->nr_areas; i++) {
		sparse->areas[i].offset = region->areas[i].offset;
		sparse->areas[i].size = region->areas[i].size;
	}

	ret = vfio_info_add_capability(caps, &sparse->header, size);
	kfree(sparse);

	return ret;
}

static int add_type(const struct mock_region_config *region,
		    struct vfio_info_cap *caps)
{
	struct vfio_region_info_cap_type type = {
		.header.id = VFIO_REGION_INFO_CAP_TYPE,
		.header.version = 1,
		.type = region->type,
		.subtype = region->subtype,
	};

	return vfio_info_add_capability(caps, &type.header, sizeof(type));
}

static int add_msix_mappable(const struct mock_region_config *region,
			     struct vfio_info_cap *caps)
{
	struct vfio_info_cap_header header = {
		.id = VFIO_REGION_INFO_CAP_MSIX_MAPPABLE,
		.version = 1,
	};

	return vfio_info_add_capability(caps, &header, sizeof(header));
}

typedef int (*add_fn)(const struct mock_region_config *region,
		      struct vfio_info_cap *caps);

static const add_fn add_cap[] = {
	[MOCK_REGION_CAP_SPARSE_MMAP]	= add_sparse_mmap,
	[MOCK_REGION_CAP_TYPE]		= add_type,
	[MOCK_REGION_CAP_MSIX_MAPPABLE]	= add_msix_mappable,
};

static int add_caps(const struct mock_region_config *region,
		    struct vfio_info_cap *caps)
{
	u64 order;
	int ret;

	for (order = region->caps; order; order >>= MOCK_ORDER_BITS) {
		ret = add_cap[order & MOCK_ORDER_MASK](region, caps);
		if (ret)
			return ret;
	}

	return 0;
}

static int fill(struct mock_device *mdev, struct vfio_region_info *info,
		struct vfio_info_cap *caps)
{
	const struct mock_region_config *region;
	unsigned int nr = mdev->config->nr_regions;

	if (info->index >= nr)
		return -EINVAL;

	region = &mdev->config->regions[array_index_nospec(info->index, nr)];
	/* As of vfio-pci: only a VGA device has this one. */
	if (info->index == VFIO_PCI_VGA_REGION_INDEX && !region->size)
		return -EINVAL;

	info->offset = mock_region_to_offset(info->index);
	info->size = region->size;
	info->flags = region->size ? region->flags : 0;

	return add_caps(region, caps);
}

static void init_call(struct mock_device *mdev, struct mock_call *call,
		      u32 index)
{
	mock_device_call(mdev, call, MOCK_SITE_DEVICE_GET_REGION_INFO);
	mock_call_arg(call, MOCK_ARG_IOCTL, VFIO_DEVICE_GET_REGION_INFO);
	mock_call_arg(call, MOCK_ARG_INDEX, index);
}

/* fill(), and something for a rule that is about capabilities. */
static int fill_for(const struct mock_call *call, struct mock_device *mdev,
		    struct vfio_region_info *info, struct vfio_info_cap *caps)
{
	struct mock_stand_in_cap stand_in = MOCK_STAND_IN_CAP;
	int ret;

	ret = fill(mdev, info, caps);
	if (!ret && !caps->size && mock_call_suffers(call, MOCK_CAPS))
		ret = vfio_info_add_capability(caps, &stand_in.header,
					       sizeof(stand_in));
	mock_spoil_flags(call, &info->flags);

	return ret;
}

/* The links count from the first capability here: VFIO moves them, and follows them. */
int mock_region_info(struct mock_device *mdev, struct vfio_region_info *info,
		     struct vfio_info_cap *caps)
{
	struct mock_call call;
	int ret = 0;

	init_call(mdev, &call, info->index);
	if (mock_call_enter(&call))
		ret = fill_for(&call, mdev, info, caps);
	if (!ret && caps->size) {
		const struct mock_chain chain = {
			.data = (u8 *)caps->buf,
			.size = caps->size,
		};

		mock_spoil_caps(&call, &chain);
	}

	return mock_call_end(&call, ret);
}

/* Puts the capabilities behind @info, or says how much room they need. */
static int add_chain(const struct mock_call *call, struct vfio_region_info *info,
		     struct vfio_info_cap *caps, void __user *arg)
{
	const struct mock_chain chain = {
		.data = (u8 *)caps->buf,
		.size = caps->size,
		.base = sizeof(*info),
		.cap_offset = &info->cap_offset,
		.argsz = &info->argsz,
	};

	info->flags |= VFIO_REGION_INFO_FLAG_CAPS;
	if (info->argsz < sizeof(*info) + caps->size) {
		info->argsz = sizeof(*info) + caps->size;
		info->cap_offset = 0;
		return 0;
	}

	vfio_info_cap_shift(caps, sizeof(*info));
	info->cap_offset = sizeof(*info);
	mock_spoil_caps(call, &chain);

	return copy_to_user(arg + sizeof(*info), caps->buf, caps->size) ?
	       -EFAULT : 0;
}

static int answer(const struct mock_call *call, struct mock_device *mdev,
		  struct vfio_region_info *info, void __user *arg)
{
	size_t minsz = offsetofend(struct vfio_region_info, offset);
	struct vfio_info_cap caps = {};
	int ret;

	ret = fill_for(call, mdev, info, &caps);
	if (!ret && caps.size)
		ret = add_chain(call, info, &caps, arg);
	kfree(caps.buf);
	if (ret)
		return ret;

	mock_spoil_flags(call, &info->flags);
	mock_spoil_size(call, &info->argsz);

	return copy_to_user(arg, info, minsz) ? -EFAULT : 0;
}

long mock_region_info_ioctl(struct mock_device *mdev, void __user *arg)
{
	size_t minsz = offsetofend(struct vfio_region_info, offset);
	struct vfio_region_info info;
	struct mock_call call;
	int ret = 0;

	if (copy_from_user(&info, arg, minsz))
		return -EFAULT;
	if (info.argsz < minsz)
		return -EINVAL;

	init_call(mdev, &call, info.index);
	if (mock_call_enter(&call))
		ret = answer(&call, mdev, &info, arg);

	return mock_call_end(&call, ret);
}
