/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What befalls a device at run time, by files in debugfs: an interrupt, memory that
 * does not answer, surprise removal.
 */
#ifndef MOCK_VFIO_TRIGGER_H
#define MOCK_VFIO_TRIGGER_H

struct mock_device;

/* <profile>/devices/<device>/ comes and goes with the device. */
void mock_trigger_add(struct mock_device *mdev);
void mock_trigger_remove(struct mock_device *mdev);

#endif /* MOCK_VFIO_TRIGGER_H */
