// SPDX-License-Identifier: GPL-2.0-only
/* One-shot reads and writes of the small text files in /proc and /sys. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "guest.h"

int sysfile_write(const char *path, const char *text)
{
	size_t len = strlen(text);
	ssize_t done;
	int fd, ret;

	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	done = write(fd, text, len);
	if (done < 0)
		ret = -errno;
	else
		ret = (size_t)done == len ? 0 : -EIO;
	close(fd);
	return ret;
}

/* The file's first @size - 1 bytes at most, NUL-terminated, without the last newline. */
int sysfile_read(const char *path, char *buf, size_t size)
{
	size_t have = 0;
	ssize_t got = 0;
	int fd, ret = 0;

	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	while (have < size - 1) {
		got = read(fd, buf + have, size - 1 - have);
		if (got <= 0)
			break;
		have += got;
	}
	if (got < 0)
		ret = -errno;
	close(fd);
	if (have && buf[have - 1] == '\n')
		have--;
	buf[have] = '\0';
	return ret;
}
