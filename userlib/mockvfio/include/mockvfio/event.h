/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The event log of a profile: every call that reached its devices or their
 * IOMMU backend, in order, with arguments, result and the fault that struck.
 */
#ifndef _MOCKVFIO_EVENT_H
#define _MOCKVFIO_EVENT_H

#include <stddef.h>
#include <stdint.h>

#include <mockvfio/error.h>
#include <mockvfio/instance.h>

#ifdef __cplusplus
extern "C" {
#endif

struct mockvfio_profile;

/** define MOCKVFIO_NAME_MAX - size of a site's or a rule's name with its NUL */
#define MOCKVFIO_NAME_MAX	64

/** define MOCKVFIO_ARGS_MAX - size of an event's arguments as text with the NUL */
#define MOCKVFIO_ARGS_MAX	256

/**
 * struct mockvfio_event - one line of the log
 * @seq: number of the event since the log was cleared, from 1
 * @time_us: microseconds of CLOCK_MONOTONIC
 * @ret: result of the call, 0 or positive, or a negative errno
 * @tgid: process that made the call
 * @dev: UUID of the instance; empty when the event belongs to none
 * @site: name of the site
 * @fault: name of the rule that struck; empty when none did
 * @args: the arguments as they stood in the line, "key=value" words
 */
struct mockvfio_event {
	uint64_t seq;
	uint64_t time_us;
	int64_t ret;
	int tgid;
	char dev[MOCKVFIO_UUID_SIZE];
	char site[MOCKVFIO_NAME_MAX];
	char fault[MOCKVFIO_NAME_MAX];
	char args[MOCKVFIO_ARGS_MAX];
};

/**
 * struct mockvfio_events - a log that was read
 * @v: the events, oldest first
 * @count: how many
 * @lost: older events that the kernel's ring had no room for
 */
struct mockvfio_events {
	struct mockvfio_event *v;
	size_t count;
	uint64_t lost;
};

/**
 * mockvfio_events_read() - read the log of a profile
 * @profile: the handle of the profile
 * @events: where to store it; free it with mockvfio_events_free()
 * @err: details of a failure, or NULL
 *
 * The log stays as it is.
 *
 * Return: 0; -EPROTO when a line cannot be understood; another negative errno.
 */
int mockvfio_events_read(struct mockvfio_profile *profile, struct mockvfio_events *events,
			 struct mockvfio_error *err);

/**
 * mockvfio_events_free() - free a log that was read
 * @events: the log; empty afterwards
 */
void mockvfio_events_free(struct mockvfio_events *events);

/**
 * mockvfio_events_clear() - empty the log of a profile
 * @profile: the handle of the profile
 * @err: details of a failure, or NULL
 *
 * Return: 0 or a negative errno.
 */
int mockvfio_events_clear(struct mockvfio_profile *profile, struct mockvfio_error *err);

/**
 * mockvfio_events_open() - open the log of a profile, to follow it
 * @profile: the handle of the profile
 * @err: details of a failure, or NULL
 *
 * Reading gives whole lines, from the oldest event that the log has, for
 * mockvfio_event_parse(); or nothing, when there are no more. poll() waits for
 * the next one.
 *
 * Return: a file descriptor, which the caller closes, or a negative errno.
 */
int mockvfio_events_open(struct mockvfio_profile *profile, struct mockvfio_error *err);

/**
 * mockvfio_event_parse() - understand one line of a log
 * @line: the line, with or without its newline
 * @event: where to store the event
 *
 * Return: 0, or -EPROTO.
 */
int mockvfio_event_parse(const char *line, struct mockvfio_event *event);

/**
 * mockvfio_event_str() - look up an argument of an event
 * @event: the event
 * @key: name of the argument, such as "iova"
 * @buf: where to store its text
 * @size: size of @buf
 *
 * Return: 0; -ENOENT when the event has no such argument; -ENOSPC when @buf is
 * too small.
 */
int mockvfio_event_str(const struct mockvfio_event *event, const char *key, char *buf, size_t size);

/**
 * mockvfio_event_u64() - look up an argument of an event that is a number
 * @event: the event
 * @key: name of the argument
 * @valuep: where to store the number; negative ones in two's complement
 *
 * Return: 0; -ENOENT when the event has no such argument; -EINVAL when it is
 * not a number.
 */
int mockvfio_event_u64(const struct mockvfio_event *event, const char *key, uint64_t *valuep);

#ifdef __cplusplus
}
#endif

#endif /* _MOCKVFIO_EVENT_H */
