/* SPDX-License-Identifier: GPL-2.0-only */
/* Low power, as the user asks for it: VFIO_DEVICE_FEATURE_LOW_POWER_*. */
#ifndef MOCK_VFIO_POWER_H
#define MOCK_VFIO_POWER_H

#include <linux/mutex.h>
#include <linux/types.h>

struct eventfd_ctx;
struct mock_device;

/**
 * struct mock_power - low power
 * @lock: protects the rest
 * @low: entered and not left
 * @wakeup: eventfd to signal when something wakes the device, or NULL
 */
struct mock_power {
	struct mutex lock;
	bool low;
	struct eventfd_ctx *wakeup;
};

/* The device_feature operation. */
int mock_power_feature(struct mock_device *mdev, u32 flags, void __user *arg,
		       size_t argsz);

/*
 * Somebody needs the device. When the user wants to know, he is told, and the
 * device has left low power.
 */
void mock_power_wake(struct mock_device *mdev);

/* Leaves low power. No locks may be held. */
void mock_power_exit(struct mock_device *mdev);

#endif /* MOCK_VFIO_POWER_H */
