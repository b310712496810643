/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The one seam between the library and the system: every system call it makes
 * goes through this table, and every byte it allocates through the allocator.
 * Fake kernels, fault sweeps, recorders and fuzzers come in here.
 */
#ifndef UVFIO_SYSOPS_H
#define UVFIO_SYSOPS_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * struct uvfio_sysops - the system calls the library makes
 * @size: sizeof(struct uvfio_sysops) of the program, so that the table can grow
 * @open: open(2); @flags always has O_CLOEXEC
 * @close: close(2)
 * @ioctl: ioctl(2); @arg carries small integers cast to a pointer where the
 *         request takes one by value
 * @mmap: mmap(2) with a 64-bit offset on every host
 * @munmap: munmap(2)
 * @pread: pread(2) with a 64-bit offset
 * @pwrite: pwrite(2) with a 64-bit offset
 * @readlink: readlink(2)
 *
 * Each member behaves as the system call of its name: on failure -1 (MAP_FAILED
 * for @mmap) with errno set. @opaque is what the context was created with.
 * A member that is NULL, or beyond @size, is the real system call, so a table
 * may override a single one.
 */
struct uvfio_sysops {
	size_t size;
	int (*open)(void *opaque, const char *path, int flags);
	int (*close)(void *opaque, int fd);
	int (*ioctl)(void *opaque, int fd, unsigned long request, void *arg);
	void *(*mmap)(void *opaque, size_t length, int prot, int flags, int fd,
		      uint64_t offset);
	int (*munmap)(void *opaque, void *addr, size_t length);
	ssize_t (*pread)(void *opaque, int fd, void *buf, size_t count,
			 uint64_t offset);
	ssize_t (*pwrite)(void *opaque, int fd, const void *buf, size_t count,
			  uint64_t offset);
	ssize_t (*readlink)(void *opaque, const char *path, char *buf,
			    size_t size);
};

/**
 * struct uvfio_allocator - where the library's memory comes from
 * @alloc: as malloc(): memory for any type, or NULL
 * @free: as free(): takes what @alloc gave, or NULL
 *
 * @opaque is what the context was created with.
 */
struct uvfio_allocator {
	void *(*alloc)(void *opaque, size_t size);
	void (*free)(void *opaque, void *ptr);
};

#ifdef __cplusplus
}
#endif

#endif /* UVFIO_SYSOPS_H */
