/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Two hooks a program may set: the log, for what a person should read, and the
 * trace, for what the library did step by step. Both are off by default.
 */
#ifndef UVFIO_LOG_H
#define UVFIO_LOG_H

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

struct uvfio;

/**
 * enum uvfio_log_level - how much a log line matters
 * @UVFIO_LOG_ERROR: a call failed and its caller passed no struct uvfio_error
 * @UVFIO_LOG_WARNING: it went on, but something is not as it should be
 * @UVFIO_LOG_INFO: worth knowing. This version logs nothing of the kind; a kernel
 *                  bug that was worked around is in the trace
 */
enum uvfio_log_level {
	UVFIO_LOG_ERROR,
	UVFIO_LOG_WARNING,
	UVFIO_LOG_INFO,
};

/**
 * typedef uvfio_log_fn - receives one log line
 * @opaque: what uvfio_set_log() was given
 * @level: how much it matters
 * @message: the line, without newline, valid during the call only
 *
 * May change errno: the library restores it. Must not call the library.
 */
typedef void (*uvfio_log_fn)(void *opaque, enum uvfio_log_level level,
			     const char *message);

/**
 * typedef uvfio_trace_fn - receives one trace event
 * @opaque: what uvfio_set_trace() was given
 * @event: the event's name, a static string: the name of QEMU's trace event
 *         ("vfio_...") where QEMU has one for the same thing, "uvfio_..."
 *         otherwise
 * @args: the event's arguments as text, valid during the call only
 *
 * May change errno: the library restores it. Must not call the library.
 */
typedef void (*uvfio_trace_fn)(void *opaque, const char *event,
			       const char *args);

/**
 * uvfio_set_log() - set, replace or remove the log hook
 * @ctx: the context
 * @level: least important level that is still wanted
 * @fn: the hook; NULL turns logging off
 * @opaque: passed to @fn
 */
void uvfio_set_log(struct uvfio *ctx, enum uvfio_log_level level,
		   uvfio_log_fn fn, void *opaque);

/**
 * uvfio_set_trace() - set, replace or remove the trace hook
 * @ctx: the context
 * @fn: the hook; NULL turns tracing off, and then events cost one comparison
 * @opaque: passed to @fn
 */
void uvfio_set_trace(struct uvfio *ctx, uvfio_trace_fn fn, void *opaque);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif

#endif /* UVFIO_LOG_H */
