/* SPDX-License-Identifier: GPL-2.0-only */
/* Asks mock_vfio_meta.ko to misbehave. */
#ifndef META_ACTION_H
#define META_ACTION_H

#include <fcntl.h>

#include "kselftest_harness.h"

static inline int meta_action(const char *action)
{
	int fd = open("/sys/module/mock_vfio_meta/parameters/action", O_WRONLY);
	ssize_t done;

	if (fd < 0)
		return -errno;
	done = write(fd, action, strlen(action));
	close(fd);
	return done < 0 ? -errno : 0;
}

#endif /* META_ACTION_H */
