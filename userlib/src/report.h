/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * How a failure, a log line or a trace event leaves the library.
 */
#ifndef UVFIO_SRC_REPORT_H
#define UVFIO_SRC_REPORT_H

#include <uvfio/error.h>

#include "ctx.h"
#include "probe.h"

#define UVFIO_PRINTF(fmt, args) __attribute__((format(printf, fmt, args)))

/* What seldom runs is kept out of the way of what always does. */
#define UVFIO_COLD	__attribute__((cold, noinline))
#define UVFIO_HOT	inline __attribute__((always_inline))

/* What is known about a failure; members that say nothing stay zero. */
struct uvfio_failure {
	const char *operation;
	const char *ioctl;
	const char *path;
	const char *hint;
	uint64_t iova;
	uint64_t length;
};

#define UVFIO_FAILURE(op, ...) \
	(&(const struct uvfio_failure){ .operation = (op), __VA_ARGS__ })

/*
 * Both report to @err, or to the log when there is none, set errno and return
 * @code, which is -errno. The first appends what the code means: for failed
 * system calls. The second does not: for the library's own verdicts, whose
 * text says it better.
 */
int uvfio_fail_errno(struct uvfio *ctx, struct uvfio_error *err, int code,
		     const struct uvfio_failure *what, const char *fmt, ...)
	UVFIO_PRINTF(5, 6);
int uvfio_fail(struct uvfio *ctx, struct uvfio_error *err, int code,
	       const struct uvfio_failure *what, const char *fmt, ...)
	UVFIO_PRINTF(5, 6);

/* -ENOMEM of our own allocator. */
int uvfio_fail_nomem(struct uvfio *ctx, struct uvfio_error *err,
		     const char *operation);

/* Report a failure of @operation that is described already, by @why. */
int uvfio_pass_on(struct uvfio *ctx, struct uvfio_error *err,
		  const char *operation, const struct uvfio_error *why);

/* Of several failures the first goes to the caller, those after it to the log. */
void uvfio_keep_first(struct uvfio *ctx, struct uvfio_error *first,
		      const struct uvfio_error *why);

/* A log line; errno survives. */
void uvfio_log(struct uvfio *ctx, enum uvfio_log_level level,
	       const char *fmt, ...) UVFIO_PRINTF(3, 4);

/* Formats a trace event for the hook; errno survives. */
void uvfio_trace_emit(struct uvfio *ctx, const char *event,
		      const char *fmt, ...) UVFIO_PRINTF(3, 4);

/*
 * A trace event, for the hook and as a probe. @event is a bare word, which the
 * probe needs. The arguments must be free of side effects: without a hook and
 * without probes they are not evaluated.
 */
#define uvfio_trace(ctx, event, fmt, ...) \
	do { \
		uvfio_probe(event, ##__VA_ARGS__); \
		if (__builtin_expect(!!(ctx)->trace, 0)) \
			uvfio_trace_emit(ctx, #event, fmt, ##__VA_ARGS__); \
	} while (0)

#endif /* UVFIO_SRC_REPORT_H */
