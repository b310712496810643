/* SPDX-License-Identifier: GPL-2.0-only */
/* /sys/kernel/debug/mock_vfio: what is too long for a configfs attribute. */
#ifndef MOCK_VFIO_DEBUGFS_H
#define MOCK_VFIO_DEBUGFS_H

struct mock_profile;

/* Like all of debugfs, these report no failure: the files are then missing. */
void mock_debugfs_init(void);
void mock_debugfs_exit(void);
void mock_debugfs_add(struct mock_profile *profile);
void mock_debugfs_remove(struct mock_profile *profile);

#endif /* MOCK_VFIO_DEBUGFS_H */
