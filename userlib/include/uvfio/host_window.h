/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Host DMA windows: the ranges of I/O virtual addresses a container's IOMMU can
 * map, with the page sizes it has there. A type1 container starts with one
 * window for each IOVA range the kernel reports. Windows never overlap; adding,
 * removing and finding one takes logarithmic time.
 */
#ifndef UVFIO_HOST_WINDOW_H
#define UVFIO_HOST_WINDOW_H

#include <stdint.h>

#include <uvfio/container.h>
#include <uvfio/error.h>

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

/**
 * struct uvfio_host_window - one window
 * @min_iova: first address
 * @max_iova: last address, inclusive
 * @pgsizes: mask with one bit for each page size in bytes
 */
struct uvfio_host_window {
	uint64_t min_iova;
	uint64_t max_iova;
	uint64_t pgsizes;
};

/**
 * uvfio_host_win_add() - add a window
 * @container: the container
 * @min_iova: first address
 * @max_iova: last address, inclusive
 * @pgsizes: mask with one bit for each page size in bytes
 * @err: optional
 *
 * Only notes it: creating the window in the kernel is another matter.
 *
 * Return: 0; -EEXIST when it overlaps a window that is there; -EINVAL when
 * @max_iova is below @min_iova; -ENOMEM.
 */
int uvfio_host_win_add(struct uvfio_container *container, uint64_t min_iova,
		       uint64_t max_iova, uint64_t pgsizes,
		       struct uvfio_error *err);

/**
 * uvfio_host_win_del() - remove a window
 * @container: the container
 * @min_iova: its first address
 * @max_iova: its last address
 * @err: optional
 *
 * Return: 0; -ENOENT when there is no window with exactly these bounds.
 */
int uvfio_host_win_del(struct uvfio_container *container, uint64_t min_iova,
		       uint64_t max_iova, struct uvfio_error *err);

/**
 * uvfio_host_win_lookup() - find the window a range can be mapped in
 * @container: the container
 * @first: first address of the range
 * @last: last address, inclusive
 * @window: optional: a copy of the window
 * @err: optional; its message says "can't map guest IOVA region first..last"
 *
 * A range that two adjacent windows cover together is in none of them.
 *
 * Return: 0; -ENXIO when no single window holds all of the range.
 */
int uvfio_host_win_lookup(const struct uvfio_container *container,
			  uint64_t first, uint64_t last,
			  struct uvfio_host_window *window,
			  struct uvfio_error *err);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif

#endif /* UVFIO_HOST_WINDOW_H */
