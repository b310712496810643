// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * The real system calls behind the seam. Built with 64-bit offsets, so that a
 * region's place in the device file (index << 40 in vfio-pci) fits on 32-bit
 * hosts too.
 */
#include <assert.h>
#include <fcntl.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "ctx.h"

static_assert(sizeof(off_t) == 8, "build with _FILE_OFFSET_BITS=64");

static int real_open(void *opaque, const char *path, int flags)
{
	(void)opaque;
	return open(path, flags);
}

static int real_close(void *opaque, int fd)
{
	(void)opaque;
	return close(fd);
}

static int real_ioctl(void *opaque, int fd, unsigned long request, void *arg)
{
	(void)opaque;
	return ioctl(fd, request, arg);
}

static void *real_mmap(void *opaque, size_t length, int prot, int flags,
		       int fd, uint64_t offset)
{
	(void)opaque;
	return mmap(NULL, length, prot, flags, fd, (off_t)offset);
}

static int real_munmap(void *opaque, void *addr, size_t length)
{
	(void)opaque;
	return munmap(addr, length);
}

static ssize_t real_pread(void *opaque, int fd, void *buf, size_t count,
			  uint64_t offset)
{
	(void)opaque;
	return pread(fd, buf, count, (off_t)offset);
}

static ssize_t real_pwrite(void *opaque, int fd, const void *buf, size_t count,
			   uint64_t offset)
{
	(void)opaque;
	return pwrite(fd, buf, count, (off_t)offset);
}

static ssize_t real_readlink(void *opaque, const char *path, char *buf,
			     size_t size)
{
	(void)opaque;
	return readlink(path, buf, size);
}

const struct uvfio_sysops uvfio_real_sysops = {
	.size = sizeof(struct uvfio_sysops),
	.open = real_open,
	.close = real_close,
	.ioctl = real_ioctl,
	.mmap = real_mmap,
	.munmap = real_munmap,
	.pread = real_pread,
	.pwrite = real_pwrite,
	.readlink = real_readlink,
};

int uvfio_complete_sysops(struct uvfio_sysops *dst,
			  const struct uvfio_sysops *src)
{
	int ret = uvfio_copy_sized(dst, sizeof(*dst), src, src->size);

	if (ret)
		return ret;
	dst->size = sizeof(*dst);
	if (!dst->open)
		dst->open = real_open;
	if (!dst->close)
		dst->close = real_close;
	if (!dst->ioctl)
		dst->ioctl = real_ioctl;
	if (!dst->mmap)
		dst->mmap = real_mmap;
	if (!dst->munmap)
		dst->munmap = real_munmap;
	if (!dst->pread)
		dst->pread = real_pread;
	if (!dst->pwrite)
		dst->pwrite = real_pwrite;
	if (!dst->readlink)
		dst->readlink = real_readlink;
	return 0;
}
