// SPDX-License-Identifier: GPL-2.0-only
/*
 * The report channel: records of init and the output of tests, on one serial
 * port that the kernel does not log to.
 *
 *	@word key=value ...	a record of init
 *	|text			one line that a test printed
 *
 * The first byte tells them apart, so nothing a test prints can pass for a
 * record, and a line that was cut short by a dying guest is seen as such.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "guest.h"

static int channel_fd = STDERR_FILENO;
static bool mid_line;

int channel_open(const char *tty)
{
	struct termios raw;
	int fd;

	fd = open(tty, O_WRONLY | O_NOCTTY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	if (!tcgetattr(fd, &raw)) {
		cfmakeraw(&raw);
		cfsetspeed(&raw, B4000000);
		tcsetattr(fd, TCSANOW, &raw);
	}
	channel_fd = fd;
	return 0;
}

static void put(const char *data, size_t len)
{
	ssize_t done;

	while (len) {
		done = write(channel_fd, data, len);
		if (done < 0 && errno == EINTR)
			continue;
		if (done <= 0)
			return;
		data += done;
		len -= done;
	}
}

void channel_record(const char *fmt, ...)
{
	char line[1024];
	va_list ap;
	int len;

	va_start(ap, fmt);
	len = vsnprintf(line + 1, sizeof(line) - 2, fmt, ap);
	va_end(ap);
	if (len < 0)
		return;
	if ((size_t)len > sizeof(line) - 3)
		len = sizeof(line) - 3;
	line[0] = '@';
	line[len + 1] = '\n';
	channel_output_end();
	put(line, len + 2);
}

void channel_output(const char *data, size_t len)
{
	const char *newline;
	size_t part;

	while (len) {
		newline = memchr(data, '\n', len);
		part = newline ? (size_t)(newline - data) + 1 : len;
		if (!mid_line)
			put("|", 1);
		put(data, part);
		mid_line = !newline;
		data += part;
		len -= part;
	}
}

/* Ends a line that the last test left open. */
void channel_output_end(void)
{
	if (mid_line)
		put("\n", 1);
	mid_line = false;
}

/* Waits until the port has sent everything: before power-off, which does not. */
void channel_drain(void)
{
	tcdrain(channel_fd);
}
