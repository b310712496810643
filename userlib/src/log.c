// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * The log and trace hooks. A hook may do what it likes to errno: the failure
 * being reported keeps its own.
 */
#include <stdarg.h>
#include <stdio.h>

#include "report.h"

void uvfio_set_log(struct uvfio *ctx, enum uvfio_log_level level,
		   uvfio_log_fn fn, void *opaque)
{
	ctx->log = fn;
	ctx->log_opaque = opaque;
	ctx->log_level = level;
}

void uvfio_set_trace(struct uvfio *ctx, uvfio_trace_fn fn, void *opaque)
{
	ctx->trace = fn;
	ctx->trace_opaque = opaque;
}

void uvfio_log(struct uvfio *ctx, enum uvfio_log_level level,
	       const char *fmt, ...)
{
	int saved = errno;
	char message[512];
	va_list args;

	if (!ctx->log || level > ctx->log_level)
		return;
	va_start(args, fmt);
	vsnprintf(message, sizeof(message), fmt, args);
	va_end(args);
	ctx->log(ctx->log_opaque, level, message);
	errno = saved;
}

void uvfio_trace_emit(struct uvfio *ctx, const char *event,
		      const char *fmt, ...)
{
	int saved = errno;
	char text[512];
	va_list args;

	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	ctx->trace(ctx->trace_opaque, event, text);
	errno = saved;
}
