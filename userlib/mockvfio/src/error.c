// SPDX-License-Identifier: LGPL-2.1-or-later
/* Reporting a failure: the errno, the path and one line for a person. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "internal.h"

int mv_error(struct mockvfio_error *err, int code, const char *path, const char *fmt, ...)
{
	va_list args;

	if (err) {
		err->code = code;
		snprintf(err->path, sizeof(err->path), "%s", path ? path : "");
		va_start(args, fmt);
		vsnprintf(err->message, sizeof(err->message), fmt, args);
		va_end(args);
		err->kernel[0] = '\0';
	}
	errno = code;
	return -code;
}
