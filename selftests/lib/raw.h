/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * VFIO without the library, for what libuvfio would hide, work around or
 * refuse to ask. Each call is one ioctl and returns its result or -errno.
 */
#ifndef SELFTESTS_RAW_H
#define SELFTESTS_RAW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <linux/vfio.h>

/* ioctl() that returns -errno. */
int raw_ioctl(int fd, unsigned long request, const void *arg);

/* An argument that is a number rather than a pointer. */
int raw_ioctl_value(int fd, unsigned long request, unsigned long value);

int raw_map(int container, uint64_t iova, uint64_t size, const void *vaddr, uint32_t flags);

/* @unmapped, which may be NULL, receives the size the kernel wrote back. */
int raw_unmap(int container, uint64_t iova, uint64_t size, uint32_t flags, uint64_t *unmapped);

/*
 * Opens a new container, and group @group_id in it; the IOMMU is not set. Both
 * descriptors are -1 after a failure, which is returned as -errno.
 */
int raw_open_group(int group_id, int *container, int *group);

/* SET_IRQS with the data given as it is: @data_size bytes after the header. */
int raw_set_irqs(int device, uint32_t flags, uint32_t index, uint32_t start, uint32_t count,
		 const void *data, size_t data_size);

/* The same with an argsz that need not be right. */
int raw_set_irqs_argsz(int device, uint32_t argsz, uint32_t flags, uint32_t index, uint32_t start,
		       uint32_t count, const void *data, size_t data_size);

/*
 * VFIO_DEVICE_FEATURE: @flags has the feature and what is to be done with it, @data goes
 * there and comes back; when it is NULL, zeroes go there.
 */
int raw_feature(int device, uint32_t flags, void *data, size_t data_size);

/*
 * The migration state: asks for @state. @data_fd, which may be NULL, receives the file
 * that goes with it, or -1.
 */
int raw_set_migration_state(int device, uint32_t state, int *data_fd);

#endif /* SELFTESTS_RAW_H */
