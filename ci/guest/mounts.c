// SPDX-License-Identifier: GPL-2.0-only
/* The file systems of the guest. */
#include <errno.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>

#include "guest.h"

struct mount_point {
	const char *type;
	const char *target;
};

static const struct mount_point basic[] = {
	{ "proc", "/proc" },
	{ "sysfs", "/sys" },
	{ "devtmpfs", "/dev" },
	{ "tmpfs", "/dev/shm" },
	{ "devpts", "/dev/pts" },
	{ "tmpfs", "/tmp" },
	{ "debugfs", "/sys/kernel/debug" },
	{ "tracefs", "/sys/kernel/tracing" },
};

/* configfs is a module in Debian's kernels: its mount point appears with it. */
static const struct mount_point late[] = {
	{ "configfs", "/sys/kernel/config" },
};

static bool mount_all(const struct mount_point *table, size_t count)
{
	for (; count; count--, table++) {
		mkdir(table->target, 0755);
		if (mount(table->type, table->target, table->type, 0, NULL)) {
			channel_record("error what=mount:%s errno=%d", table->target, errno);
			return false;
		}
	}
	return true;
}

bool mount_basic(void)
{
	return mount_all(basic, ARRAY_SIZE(basic));
}

bool mount_late(void)
{
	return mount_all(late, ARRAY_SIZE(late));
}
