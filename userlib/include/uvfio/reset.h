/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Resetting all devices with the machine. Devices of one bus are often reset
 * together, so it takes two rounds: first every device says whether it needs
 * a reset, then each that still does is reset, and its hook may strike off the
 * others that this took along.
 */
#ifndef UVFIO_RESET_H
#define UVFIO_RESET_H

#include <stdbool.h>

#include <uvfio/context.h>
#include <uvfio/device.h>
#include <uvfio/error.h>

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

/**
 * uvfio_reset_handler() - reset every device that needs it
 * @ctx: the context
 * @err: optional: about the first device that failed
 *
 * To be called when the machine is reset; struct uvfio_options has a hook that
 * tells from when until when there is anything to do. Goes over the devices of
 * all groups that are realized: calls compute_needs_reset of each, then
 * hot_reset_multi of each that needs a reset. A device that fails does not keep
 * the others from being reset. The hooks must not open or close anything.
 *
 * Return: 0, or -errno of the first hot_reset_multi that failed.
 */
int uvfio_reset_handler(struct uvfio *ctx, struct uvfio_error *err);

/**
 * uvfio_device_set_realized() - take a device into the reset, or out of it
 * @dev: the device
 * @realized: whether it is set up completely; false after uvfio_get_device()
 */
void uvfio_device_set_realized(struct uvfio_device *dev, bool realized);

/**
 * uvfio_device_set_needs_reset() - strike a device off, or put it on the list
 * @dev: the device
 * @needs_reset: whether hot_reset_multi is still to be called for it
 *
 * For a hot_reset_multi hook whose reset took other devices along, and for devices
 * without a compute_needs_reset hook, which would have the last word.
 */
void uvfio_device_set_needs_reset(struct uvfio_device *dev, bool needs_reset);

/** uvfio_device_needs_reset() - what was computed or set last */
bool uvfio_device_needs_reset(const struct uvfio_device *dev);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif

#endif /* UVFIO_RESET_H */
