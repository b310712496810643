// SPDX-License-Identifier: GPL-2.0-only
/*
 * Opens a device and keeps it: holder GROUP UUID [orphan]. With "orphan" a
 * process of its own session keeps it, which nobody waits for, and the first one
 * ends when it is told to, or at once with "leave".
 */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <linux/vfio.h>

static int open_device(const char *group_path, const char *uuid)
{
	int container = open("/dev/vfio/vfio", O_RDWR);
	int group = open(group_path, O_RDWR);

	if (ioctl(group, VFIO_GROUP_SET_CONTAINER, &container) ||
	    ioctl(container, VFIO_SET_IOMMU, VFIO_TYPE1v2_IOMMU))
		return -1;
	return ioctl(group, VFIO_GROUP_GET_DEVICE_FD, uuid);
}

int main(int argc, char **argv)
{
	const char *how = argc > 3 ? argv[3] : "";

	if (argc < 3 || open_device(argv[1], argv[2]) < 0) {
		perror("holder");
		return 1;
	}
	puts("open");
	fflush(stdout);
	if (*how && fork()) {
		if (!strcmp(how, "leave"))
			return 0;
		pause();
	}
	if (*how)
		setsid();
	for (;;)
		pause();
}
