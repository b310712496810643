// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Finding out about regions and their capabilities.
 */
#include <string.h>

#include <uvfio/caps.h>

#include "device.h"
#include "info.h"

int uvfio_get_region_info(struct uvfio_device *dev, uint32_t index,
			  struct vfio_region_info **out, struct uvfio_error *err)
{
	const struct vfio_region_info question = { .index = index };
	const struct uvfio_info_query query = {
		.fd = dev->fd,
		.request = VFIO_DEVICE_GET_REGION_INFO,
		.ioctl = "VFIO_DEVICE_GET_REGION_INFO",
		.operation = "uvfio_get_region_info",
		.path = dev->name,
		.question = &question,
		.size = sizeof(question),
	};
	void *info;
	int ret = uvfio_query_info(dev->ctx, &query, &info, err);

	if (!ret)
		*out = info;
	return ret;
}

void uvfio_free_region_info(struct uvfio_device *dev,
			    struct vfio_region_info *info)
{
	uvfio_free_mem(dev->ctx, info);
}

bool uvfio_has_region_cap(struct uvfio_device *dev, uint32_t index, uint16_t id)
{
	struct vfio_region_info *info;
	struct uvfio_error ignored;
	bool found;

	if (uvfio_get_region_info(dev, index, &info, &ignored))
		return false;
	found = uvfio_get_region_info_cap(info, id, NULL);
	uvfio_free_region_info(dev, info);
	return found;
}

static bool has_type(const struct vfio_region_info *info, uint32_t type,
		     uint32_t subtype)
{
	const struct vfio_info_cap_header *cap;
	struct vfio_region_info_cap_type value;
	size_t avail;

	cap = uvfio_get_region_info_cap(info, VFIO_REGION_INFO_CAP_TYPE, &avail);
	if (!cap || avail < sizeof(value))
		return false;
	memcpy(&value, cap, sizeof(value));
	return value.type == type && value.subtype == subtype;
}

int uvfio_get_dev_region_info(struct uvfio_device *dev, uint32_t type,
			      uint32_t subtype, struct vfio_region_info **out,
			      struct uvfio_error *err)
{
	const char *op = "uvfio_get_dev_region_info";
	struct vfio_region_info *info;
	struct uvfio_error why;
	uint32_t index;
	int ret;

	for (index = 0; index < uvfio_device_num_regions(dev); index++) {
		ret = uvfio_get_region_info(dev, index, &info, &why);
		if (ret == -ENOMEM)
			return uvfio_pass_on(dev->ctx, err, op, &why);
		if (ret)
			continue;
		uvfio_trace(dev->ctx, vfio_get_dev_region,
			    "%s index %u, wanted %08x/%08x", dev->name, index,
			    type, subtype);
		if (has_type(info, type, subtype)) {
			*out = info;
			return 0;
		}
		uvfio_free_region_info(dev, info);
	}
	return uvfio_fail(dev->ctx, err, -ENODEV,
			  UVFIO_FAILURE(op, .path = dev->name),
			  "%s: no region of type %08x/%08x", dev->name, type,
			  subtype);
}
