// SPDX-License-Identifier: LGPL-2.1-or-later
/* Why the module refused something, from the kernel log: see kmsg.h. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "internal.h"
#include "kmsg.h"

/* A record of /dev/kmsg is "<numbers>;<text>\n", and lines of tags that start with a blank. */
#define PREFIX	"mock_vfio: "

void mv_kmsg_begin(struct mv_kmsg *log, const struct mockvfio *mock)
{
	struct mv_path path;

	log->fd = -1;
	if (mv_path(&path, mock, NULL, "/dev/kmsg"))
		return;
	log->fd = open(path.s, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	if (log->fd >= 0)
		lseek(log->fd, 0, SEEK_END);
}

/* Keeps the record's text when it is the module's. */
static void keep(const char *record, char *kept, size_t size)
{
	const char *text = strchr(record, ';');

	if (!text || strncmp(text + 1, PREFIX, strlen(PREFIX)))
		return;
	text += 1 + strlen(PREFIX);
	snprintf(kept, size, "%.*s", (int)strcspn(text, "\n"), text);
}

static void read_reason(int fd, struct mockvfio_error *err)
{
	char record[1024];
	size_t len;
	ssize_t n;

	for (;;) {
		n = read(fd, record, sizeof(record) - 1);
		/* EPIPE: the log has moved on and records are lost; go on with the rest. */
		if (n < 0 && errno == EPIPE)
			continue;
		if (n <= 0)
			break;
		record[n] = '\0';
		keep(record, err->kernel, sizeof(err->kernel));
	}
	len = strlen(err->message);
	if (err->kernel[0])
		snprintf(err->message + len, sizeof(err->message) - len, " (%s)", err->kernel);
}

int mv_kmsg_end(struct mv_kmsg *log, int ret, struct mockvfio_error *err)
{
	if (log->fd >= 0) {
		if (ret && err)
			read_reason(log->fd, err);
		close(log->fd);
	}
	if (ret)
		errno = -ret;
	return ret;
}
