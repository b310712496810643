// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Filling struct uvfio_error, or the log in its stead.
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "report.h"

static void copy_text(char *dst, size_t size, const char *src)
{
	snprintf(dst, size, "%s", src ? src : "");
}

static void append_meaning(char *message, size_t size, int code)
{
	char meaning[128];
	size_t len = strlen(message);

	if (strerror_r(-code, meaning, sizeof(meaning)))
		snprintf(meaning, sizeof(meaning), "errno %d", -code);
	snprintf(message + len, size - len, ": %s", meaning);
}

static void fill(struct uvfio_error *e, int code, const struct uvfio_failure *what,
		 const char *fmt, va_list args, bool with_meaning)
{
	e->code = code;
	e->operation = what->operation;
	e->ioctl = what->ioctl;
	e->iova = what->iova;
	e->length = what->length;
	copy_text(e->path, sizeof(e->path), what->path);
	copy_text(e->hint, sizeof(e->hint), what->hint);
	vsnprintf(e->message, sizeof(e->message), fmt, args);
	if (with_meaning)
		append_meaning(e->message, sizeof(e->message), code);
}

static void report(struct uvfio *ctx, struct uvfio_error *err, int code,
		   const struct uvfio_failure *what, const char *fmt,
		   va_list args, bool with_meaning)
{
	struct uvfio_error e;
	bool hint;

	if (err) {
		fill(err, code, what, fmt, args, with_meaning);
	} else if (ctx && ctx->log) {
		fill(&e, code, what, fmt, args, with_meaning);
		hint = e.hint[0];
		uvfio_log(ctx, UVFIO_LOG_ERROR, "%s%s%s%s", e.message,
			  hint ? " (" : "", e.hint, hint ? ")" : "");
	}
	errno = -code;
}

int uvfio_fail_errno(struct uvfio *ctx, struct uvfio_error *err, int code,
		     const struct uvfio_failure *what, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	report(ctx, err, code, what, fmt, args, true);
	va_end(args);
	return code;
}

int uvfio_fail(struct uvfio *ctx, struct uvfio_error *err, int code,
	       const struct uvfio_failure *what, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	report(ctx, err, code, what, fmt, args, false);
	va_end(args);
	return code;
}

int uvfio_fail_nomem(struct uvfio *ctx, struct uvfio_error *err,
		     const char *operation)
{
	return uvfio_fail(ctx, err, -ENOMEM, UVFIO_FAILURE(operation),
			  "out of memory");
}

int uvfio_pass_on(struct uvfio *ctx, struct uvfio_error *err,
		  const char *operation, const struct uvfio_error *why)
{
	return uvfio_fail(ctx, err, why->code,
			  UVFIO_FAILURE(operation, .ioctl = why->ioctl,
					.path = why->path, .hint = why->hint,
					.iova = why->iova, .length = why->length),
			  "%s", why->message);
}

void uvfio_keep_first(struct uvfio *ctx, struct uvfio_error *first,
		      const struct uvfio_error *why)
{
	if (first->code)
		uvfio_log(ctx, UVFIO_LOG_WARNING, "%s", why->message);
	else
		*first = *why;
}
