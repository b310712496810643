/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A front end lets user space create devices from a live profile. There is one,
 * mdev.c; the device core does not know it.
 */
#ifndef MOCK_VFIO_FRONT_END_H
#define MOCK_VFIO_FRONT_END_H

struct mock_front_end;
struct mock_profile;

int mock_front_end_init(void);
void mock_front_end_exit(void);

/* ERR_PTR(-errno) on failure. */
struct mock_front_end *mock_front_end_start(struct mock_profile *profile);

/* Waits for creations in flight; removes what devices are left. */
void mock_front_end_stop(struct mock_front_end *front_end);

/* The device that devices are created from, in /sys/class/mdev_bus. */
#define MOCK_PARENT_NAME_FORMAT	"mock_vfio.%d"

#endif /* MOCK_VFIO_FRONT_END_H */
