/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Migration of the device, protocol version 2: its state moves through a file to
 * another instance, in the middle of what the DMA engine does.
 *
 * migration.c has the states, migration_file.c the file, migration_save.c and
 * migration_load.c the stream that is read from it or written to it.
 */
#ifndef MOCK_VFIO_MIGRATION_H
#define MOCK_VFIO_MIGRATION_H

#include <linux/mutex.h>
#include <linux/types.h>
#include <linux/vfio.h>

struct mock_device;
struct mock_mig_file;

/**
 * struct mock_migration - a device's migration
 * @lock: serialises changes of the state. Taken outside the device's lock
 * @state: as the user set it
 * @file: what the user reads or writes in this state, or NULL
 */
struct mock_migration {
	struct mutex lock;
	enum vfio_device_mig_state state;
	struct mock_mig_file *file;
};

/* Before the device is registered: what it offers. */
void mock_migration_init(struct mock_device *mdev);
void mock_migration_destroy(struct mock_device *mdev);

/*
 * The state is RUNNING again, and the file dead; the DMA engine's reset is what
 * makes that true. With the lock.
 */
void mock_migration_reset(struct mock_device *mdev);

#endif /* MOCK_VFIO_MIGRATION_H */
