// SPDX-License-Identifier: GPL-2.0-only
/* Eventfds as a test needs them: see eventfd.h. */
#include <limits.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "eventfd.h"

int eventfd_new(void)
{
	int fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);

	if (fd < 0) {
		perror("# eventfd");
		exit(EXIT_FAILURE);
	}
	return fd;
}

int eventfd_wait(int fd, int timeout_ms)
{
	struct pollfd pollfd = { .fd = fd, .events = POLLIN };
	uint64_t count;

	if (poll(&pollfd, 1, timeout_ms) <= 0)
		return 0;
	if (read(fd, &count, sizeof(count)) != sizeof(count))
		return 0;
	return count > INT_MAX ? INT_MAX : (int)count;
}

void eventfd_signal(int fd)
{
	uint64_t one = 1;

	if (write(fd, &one, sizeof(one)) != sizeof(one))
		perror("# eventfd write");
}
