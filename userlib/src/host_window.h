/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef UVFIO_SRC_HOST_WINDOW_H
#define UVFIO_SRC_HOST_WINDOW_H

#include <stdbool.h>

#include <uvfio/host_window.h>

/* One window for each IOVA range the kernel told. */
int uvfio_add_iova_windows(struct uvfio_container *container,
			   struct uvfio_error *err);

/* Whether any part of the range is in a window. */
bool uvfio_host_win_touches(const struct uvfio_container *container,
			    uint64_t first, uint64_t last);

/* The failure of a range that is not in a window. */
int uvfio_fail_no_window(const struct uvfio_container *container,
			 struct uvfio_error *err, const char *operation,
			 uint64_t first, uint64_t last);

/* All of them, when the container goes. */
void uvfio_free_host_windows(struct uvfio_container *container);

#endif /* UVFIO_SRC_HOST_WINDOW_H */
