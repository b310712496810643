// SPDX-License-Identifier: GPL-2.0-only
/*
 * VFIO_DEVICE_GET_REGION_INFO, but for the copying: the capability chain is handed
 * to the VFIO core, or what stands in for it (compat/vfio_device.h).
 */

#include <linux/nospec.h>
#include <linux/slab.h>
#include <linux/vfio.h>

#include "device.h"

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

int mock_region_info(struct mock_device *mdev, struct vfio_region_info *info,
		     struct vfio_info_cap *caps)
{
	struct mock_call call;

	mock_device_call(mdev, &call, MOCK_SITE_DEVICE_GET_REGION_INFO);
	mock_call_arg(&call, MOCK_ARG_IOCTL, VFIO_DEVICE_GET_REGION_INFO);
	mock_call_arg(&call, MOCK_ARG_INDEX, info->index);

	return mock_call_end(&call, mock_call_begin(&call) ?:
				    fill(mdev, info, caps));
}
