// SPDX-License-Identifier: GPL-2.0-only
/* Locked memory of this process: see locked.h. */
#include <errno.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <linux/capability.h>

#include "locked.h"

int64_t locked_bytes(void)
{
	FILE *file = fopen("/proc/self/status", "re");
	long long kib = -1;
	char line[256];

	if (!file)
		return -errno;
	while (kib < 0 && fgets(line, sizeof(line), file))
		if (sscanf(line, "VmLck: %lld kB", &kib) != 1)
			kib = -1;
	fclose(file);
	return kib < 0 ? -ENODATA : kib * 1024;
}

int locked_set_limit(uint64_t bytes)
{
	const struct rlimit limit = { .rlim_cur = bytes, .rlim_max = RLIM_INFINITY };

	return setrlimit(RLIMIT_MEMLOCK, &limit) ? -errno : 0;
}

int locked_obey_limit(void)
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3];

	if (syscall(SYS_capget, &header, data))
		return -errno;
	data[CAP_TO_INDEX(CAP_IPC_LOCK)].effective &= ~CAP_TO_MASK(CAP_IPC_LOCK);
	return syscall(SYS_capset, &header, data) ? -errno : 0;
}
