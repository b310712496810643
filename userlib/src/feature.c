// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * VFIO_DEVICE_FEATURE: a header that says which feature and what to do with it,
 * followed by the feature's own structure.
 */
#include <string.h>

#include <uvfio/feature.h>

#include "device.h"
#include "report.h"

struct feature_call {
	const char *operation;
	uint16_t feature;
	uint32_t ways;		/* VFIO_DEVICE_FEATURE_GET, _SET, _PROBE */
	void *data;
	size_t size;
};

static int fail_feature(struct uvfio_device *dev, const struct feature_call *call,
			struct uvfio_error *err, int code)
{
	return uvfio_fail_errno(dev->ctx, err, code,
				UVFIO_FAILURE(call->operation, .path = dev->name,
					      .ioctl = "VFIO_DEVICE_FEATURE"),
				"%s: VFIO_DEVICE_FEATURE %u with %zu bytes",
				dev->name, call->feature, call->size);
}

/* The answer is not told in a length: the feature's structure has one. */
static int ask(struct uvfio_device *dev, const struct feature_call *call,
	       struct uvfio_error *err)
{
	size_t size = sizeof(struct vfio_device_feature) + call->size;
	struct vfio_device_feature *head;
	int ret;

	if (size < call->size || size > UINT32_MAX)
		return fail_feature(dev, call, err, -EINVAL);
	head = uvfio_zalloc(dev->ctx, size);
	if (!head)
		return uvfio_fail_nomem(dev->ctx, err, call->operation);
	head->argsz = size;
	head->flags = call->ways | call->feature;
	if (call->size)
		memcpy(head->data, call->data, call->size);
	ret = uvfio_ioctl(dev->ctx, dev->fd, VFIO_DEVICE_FEATURE, head);
	if (ret >= 0 && call->size)
		memcpy(call->data, head->data, call->size);
	uvfio_free_mem(dev->ctx, head);
	return ret < 0 ? fail_feature(dev, call, err, ret) : 0;
}

int uvfio_device_probe_feature(struct uvfio_device *dev, uint16_t feature,
			       uint32_t ways, struct uvfio_error *err)
{
	const struct feature_call call = {
		.operation = "uvfio_device_probe_feature",
		.feature = feature,
		.ways = VFIO_DEVICE_FEATURE_PROBE | ways,
	};

	return ask(dev, &call, err);
}

int uvfio_device_get_feature(struct uvfio_device *dev, uint16_t feature,
			     void *data, size_t size, struct uvfio_error *err)
{
	const struct feature_call call = {
		.operation = "uvfio_device_get_feature",
		.feature = feature,
		.ways = VFIO_DEVICE_FEATURE_GET,
		.data = data,
		.size = size,
	};

	return ask(dev, &call, err);
}

int uvfio_device_set_feature(struct uvfio_device *dev, uint16_t feature,
			     void *data, size_t size, struct uvfio_error *err)
{
	const struct feature_call call = {
		.operation = "uvfio_device_set_feature",
		.feature = feature,
		.ways = VFIO_DEVICE_FEATURE_SET,
		.data = data,
		.size = size,
	};

	return ask(dev, &call, err);
}
