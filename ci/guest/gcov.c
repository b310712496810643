// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which code ran, as gcov counted it: sends each .gcda file below a directory
 * to the harness. debugfs has those of the kernel and of its modules, also of
 * modules that are gone; programs leave theirs where GCOV_PREFIX says.
 */
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <string.h>
#include <unistd.h>

#include "guest.h"

#define SUFFIX ".gcda"

/* Bytes in one record, a multiple of 3: only the last one of a file is padded. */
#define CHUNK 720

#define BASE64_SIZE(bytes) (((bytes) + 2) / 3 * 4 + 1)

/* Descriptors that nftw() may hold: a directory tree this deep is walked fast. */
#define DEPTH 16

static void base64(const unsigned char *data, size_t len, char *text)
{
	static const char digits[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	size_t i, j, digits_used;
	unsigned int bits;

	for (i = 0; i < len; i += 3) {
		bits = 0;
		for (j = 0; j < 3; j++)
			bits = bits << 8 | (i + j < len ? data[i + j] : 0);
		digits_used = len - i < 3 ? len - i + 1 : 4;
		for (j = 0; j < 4; j++)
			*text++ = j < digits_used ? digits[bits >> (18 - 6 * j) & 63] : '=';
	}
	*text = '\0';
}

/* As much as is there, up to @size: a short read must not end a record early. */
static ssize_t read_full(int fd, unsigned char *buf, size_t size)
{
	size_t have = 0;
	ssize_t got;

	while (have < size) {
		got = read(fd, buf + have, size - have);
		if (got < 0)
			return -errno;
		if (!got)
			break;
		have += got;
	}
	return have;
}

static int send_file(const char *path)
{
	unsigned char data[CHUNK];
	char text[BASE64_SIZE(CHUNK)];
	ssize_t got;
	int fd;

	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	channel_record("gcov path=%s", path);
	while ((got = read_full(fd, data, sizeof(data))) > 0) {
		base64(data, got, text);
		channel_record("gcda base64=%s", text);
	}
	close(fd);
	return got;
}

static int visit(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	size_t len = strlen(path);
	int ret;

	(void)st;
	(void)ftw;
	if (type != FTW_F || len < strlen(SUFFIX) || strcmp(path + len - strlen(SUFFIX), SUFFIX))
		return 0;
	ret = send_file(path);
	if (ret)
		channel_record("error what=gcov:%s errno=%d", path, -ret);
	return 0;
}

/* gcov DIRECTORY */
bool gcov_report(const struct order *order)
{
	if (!nftw(order->argv[1], visit, DEPTH, FTW_PHYS))
		return true;
	channel_record("error what=gcov:%s errno=%d", order->argv[1], errno);
	return false;
}
