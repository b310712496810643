// SPDX-License-Identifier: GPL-2.0-only
/* The kernel log from a point in time on: see kmsg.h. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "kmsg.h"

int kmsg_open(void)
{
	int fd = open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC);

	if (fd < 0)
		return -errno;
	lseek(fd, 0, SEEK_END);
	return fd;
}

bool kmsg_contains(int fd, const char *text)
{
	char record[2048];
	ssize_t n;

	/* Each read() is one record; EPIPE says that records were overwritten. */
	while ((n = read(fd, record, sizeof(record) - 1)) > 0 || (n < 0 && errno == EPIPE)) {
		if (n < 0)
			continue;
		record[n] = '\0';
		if (strstr(record, text))
			return true;
	}
	return false;
}
