/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef UVFIO_SRC_CONTAINER_LISTENER_H
#define UVFIO_SRC_CONTAINER_LISTENER_H

#include "container.h"

/* Map the sections of the container's address space, now and as they change. */
int uvfio_container_listen(struct uvfio_container *container, struct uvfio_error *err);

/* Unmap them all. What fails goes to the log. */
void uvfio_container_stop_listening(struct uvfio_container *container);

#endif /* UVFIO_SRC_CONTAINER_LISTENER_H */
