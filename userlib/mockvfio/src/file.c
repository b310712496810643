// SPDX-License-Identifier: LGPL-2.1-or-later
/* The few file operations that configfs, debugfs and sysfs need. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "internal.h"

int mv_open(const char *path, int flags, struct mockvfio_error *err)
{
	int fd = open(path, flags | O_CLOEXEC);

	if (fd < 0)
		return mv_error(err, errno, path, "cannot open %s: %s", path, strerror(errno));
	return fd;
}

int mv_write(const char *path, const char *value, int flags, struct mockvfio_error *err)
{
	size_t len = strlen(value);
	int fd, ret = 0;
	ssize_t n;

	fd = mv_open(path, O_WRONLY | flags, err);
	if (fd < 0)
		return fd;
	n = len ? write(fd, value, len) : 0;
	if (n < 0)
		ret = mv_error(err, errno, path, "cannot write \"%s\" to %s: %s", value, path,
			       strerror(errno));
	else if ((size_t)n != len)
		ret = mv_error(err, EIO, path, "only %zd of %zu bytes went to %s", n, len, path);
	close(fd);
	return ret;
}

/* Reads until the end of the file or of the buffer; the length or -errno. */
static ssize_t read_full(int fd, char *buf, size_t size)
{
	size_t len = 0;
	ssize_t n;

	while (len < size) {
		n = read(fd, buf + len, size - len);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		if (!n)
			break;
		len += (size_t)n;
	}
	return (ssize_t)len;
}

int mv_read(const char *path, char *buf, size_t size, struct mockvfio_error *err)
{
	ssize_t n;
	int fd;

	fd = mv_open(path, O_RDONLY, err);
	if (fd < 0)
		return fd;
	n = read_full(fd, buf, size);
	close(fd);
	if (n < 0)
		return mv_error(err, (int)-n, path, "cannot read %s: %s", path, strerror((int)-n));
	/* A full buffer has no room for the NUL, and more may follow. */
	if ((size_t)n == size)
		return mv_error(err, ENOSPC, path, "%s is longer than %zu bytes", path, size);
	if (n && buf[n - 1] == '\n')
		n--;
	buf[n] = '\0';
	return (int)n;
}

int mv_read_all(const char *path, char **textp, struct mockvfio_error *err)
{
	size_t size = 4096, len = 0;
	char *text = NULL, *more;
	ssize_t n;
	int fd;

	fd = mv_open(path, O_RDONLY, err);
	if (fd < 0)
		return fd;
	for (;;) {
		more = realloc(text, size);
		if (!more) {
			n = -ENOMEM;
			break;
		}
		text = more;
		n = read_full(fd, text + len, size - len - 1);
		if (n < 0)
			break;
		len += (size_t)n;
		if (len < size - 1)
			break;
		size *= 2;
	}
	close(fd);
	if (n < 0) {
		free(text);
		return mv_error(err, (int)-n, path, "cannot read %s: %s", path, strerror((int)-n));
	}
	text[len] = '\0';
	*textp = text;
	return 0;
}

size_t mv_count_lines(const char *text)
{
	size_t lines = 0;

	for (; *text; text++)
		lines += *text == '\n';
	return lines + 1;
}

int mv_mkdir(const char *path, struct mockvfio_error *err)
{
	if (mkdir(path, 0755))
		return mv_error(err, errno, path, "cannot make directory %s: %s", path,
				strerror(errno));
	return 0;
}

int mv_rmdir(const char *path, struct mockvfio_error *err)
{
	if (rmdir(path))
		return mv_error(err, errno, path, "cannot remove directory %s: %s", path,
				strerror(errno));
	return 0;
}

int mv_for_each(const char *path, int (*fn)(const char *path, const char *name, void *data),
		void *data, struct mockvfio_error *err)
{
	struct mv_path entry_path;
	struct dirent *entry;
	int ret = 0;
	DIR *dir;

	dir = opendir(path);
	if (!dir)
		return mv_error(err, errno, path, "cannot open directory %s: %s", path,
				strerror(errno));
	while (!ret && (entry = readdir(dir))) {
		if (entry->d_name[0] == '.')
			continue;
		if (snprintf(entry_path.s, sizeof(entry_path.s), "%s/%s", path, entry->d_name) >=
		    (int)sizeof(entry_path.s)) {
			ret = mv_error(err, ENAMETOOLONG, path, "%s/%s: path too long", path,
				       entry->d_name);
			break;
		}
		ret = fn(entry_path.s, entry->d_name, data);
	}
	closedir(dir);
	return ret;
}

static int rmdir_entry(const char *path, const char *name, void *data)
{
	struct mockvfio_error *err = data;
	struct stat st;
	int ret;

	(void)name;
	if (lstat(path, &st) || !S_ISDIR(st.st_mode))
		return 0;
	ret = mv_rmdir_below(path, err);
	if (ret)
		return ret;
	/* EPERM: a group the kernel made, which goes with its parent. */
	if (rmdir(path) && errno != EPERM)
		return mv_error(err, errno, path, "cannot remove directory %s: %s", path,
				strerror(errno));
	return 0;
}

int mv_rmdir_below(const char *path, struct mockvfio_error *err)
{
	return mv_for_each(path, rmdir_entry, err, err);
}
