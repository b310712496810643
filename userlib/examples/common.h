/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What the examples share: opening a device named on the command line, and
 * showing what the library says.
 */
#ifndef UVFIO_EXAMPLES_COMMON_H
#define UVFIO_EXAMPLES_COMMON_H

#include <stdbool.h>

#include <uvfio/uvfio.h>

struct session {
	struct uvfio *ctx;
	struct uvfio_group *group;
	struct uvfio_device *dev;
	struct uvfio_error err;
};

/*
 * GROUP is a number, /dev/vfio/N, or a device's sysfs directory. With
 * UVFIO_TRACE=1 in the environment, what the library does is shown on stderr;
 * with another value only the events whose names contain it, such as "dma". On
 * failure says why and returns false, with nothing left to close.
 */
bool session_open(struct session *s, const char *group, const char *device);
void session_close(struct session *s);

void session_usage(const char *program);

/* Prints s->err with its hint. Returns false, for callers to pass on. */
bool session_failed(const struct session *s);

#endif /* UVFIO_EXAMPLES_COMMON_H */
