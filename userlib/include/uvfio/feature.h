/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Device features: VFIO_DEVICE_FEATURE, with which newer kernels get, set and
 * probe what a device can do, such as migration and DMA logging.
 */
#ifndef UVFIO_FEATURE_H
#define UVFIO_FEATURE_H

#include <stddef.h>
#include <stdint.h>

#include <uvfio/device.h>
#include <uvfio/error.h>

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

/**
 * uvfio_device_probe_feature() - can a feature be used
 * @dev: the device
 * @feature: VFIO_DEVICE_FEATURE_*
 * @ways: VFIO_DEVICE_FEATURE_GET, VFIO_DEVICE_FEATURE_SET or both
 * @err: optional
 *
 * Return: 0 when it can be used in all @ways; -ENOTTY when the device or the
 * kernel does not have it; -EINVAL when it has, but not in these ways; -errno of
 * VFIO_DEVICE_FEATURE.
 */
int uvfio_device_probe_feature(struct uvfio_device *dev, uint16_t feature,
			       uint32_t ways, struct uvfio_error *err);

/**
 * uvfio_device_get_feature() - VFIO_DEVICE_FEATURE_GET
 * @dev: the device
 * @feature: VFIO_DEVICE_FEATURE_*
 * @data: the feature's structure: passed to the kernel, and its answer;
 *        unchanged on failure
 * @size: bytes of @data
 * @err: optional
 *
 * Return: 0; -ENOTTY when there is no such feature; -EINVAL when @size is too
 * small for it or beyond 32 bits; -ENOMEM; -errno of VFIO_DEVICE_FEATURE.
 */
int uvfio_device_get_feature(struct uvfio_device *dev, uint16_t feature,
			     void *data, size_t size, struct uvfio_error *err);

/**
 * uvfio_device_set_feature() - VFIO_DEVICE_FEATURE_SET
 * @dev: the device
 * @feature: VFIO_DEVICE_FEATURE_*
 * @data: the feature's structure; the kernel may answer in it. NULL with @size 0
 *        for features without one
 * @size: bytes of @data
 * @err: optional
 *
 * Return: as uvfio_device_get_feature().
 */
int uvfio_device_set_feature(struct uvfio_device *dev, uint16_t feature,
			     void *data, size_t size, struct uvfio_error *err);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif

#endif /* UVFIO_FEATURE_H */
