/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Hot reset: of all devices of a profile at a time, as if they shared a slot. See
 * hot_reset.c.
 */
#ifndef MOCK_VFIO_HOT_RESET_H
#define MOCK_VFIO_HOT_RESET_H

struct mock_device;

/* VFIO_DEVICE_GET_PCI_HOT_RESET_INFO and VFIO_DEVICE_PCI_HOT_RESET */
long mock_hot_reset_info(struct mock_device *mdev, void __user *arg);
long mock_hot_reset(struct mock_device *mdev, void __user *arg);

#endif /* MOCK_VFIO_HOT_RESET_H */
