/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef UVFIO_SRC_HOST_WINDOW_H
#define UVFIO_SRC_HOST_WINDOW_H

#include <uvfio/host_window.h>

/* One window for each IOVA range the kernel told. */
int uvfio_add_iova_windows(struct uvfio_container *container,
			   struct uvfio_error *err);

/* All of them, when the container goes. */
void uvfio_free_host_windows(struct uvfio_container *container);

#endif /* UVFIO_SRC_HOST_WINDOW_H */
