/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The event log: one record for every call that reaches the device or our
 * IOMMU backend, with its arguments, its result and the fault that fired, in a
 * bounded ring per profile and as the tracepoint mock_vfio:call.
 *
 * Sites do not use this header's functions: they go through struct mock_call,
 * which consults the rules first (call.h).
 */
#ifndef MOCK_VFIO_EVENT_H
#define MOCK_VFIO_EVENT_H

#include <linux/bits.h>
#include <linux/irq_work.h>
#include <linux/sched.h>
#include <linux/spinlock.h>
#include <linux/types.h>
#include <linux/uuid.h>
#include <linux/wait.h>

#include "fault.h"

struct mock_profile;

/*
 * Arguments of a call, in the order in which a line of the log shows them:
 * MOCK_ARG(id, name, format).
 */
#define MOCK_ARGS(MOCK_ARG)				\
	MOCK_ARG(IOCTL,		"ioctl",	"0x%llx")	\
	MOCK_ARG(TYPE,		"type",		"%llu")		\
	MOCK_ARG(INDEX,		"index",	"%llu")		\
	MOCK_ARG(START,		"start",	"%llu")		\
	MOCK_ARG(COUNT,		"count",	"%llu")		\
	MOCK_ARG(OFFSET,	"offset",	"0x%llx")	\
	MOCK_ARG(IOVA,		"iova",		"0x%llx")	\
	MOCK_ARG(SIZE,		"size",		"0x%llx")	\
	MOCK_ARG(VADDR,		"vaddr",	"0x%llx")	\
	MOCK_ARG(FLAGS,		"flags",	"0x%llx")	\
	MOCK_ARG(UNMAPPED,	"unmapped",	"0x%llx")

enum mock_arg {
#define MOCK_ARG(id, name, format) MOCK_ARG_##id,
	MOCK_ARGS(MOCK_ARG)
#undef MOCK_ARG
	MOCK_NR_ARGS
};

/**
 * struct mock_event - a call, as rules and the log see it
 * @site: where the call arrived
 * @tgid: thread group of the caller; a kernel thread's own id
 * @ret: the call's result
 * @present: BIT(enum mock_arg) of every argument that @arg holds
 * @arg: arguments; those that are not present hold anything
 * @device: name of the device, an mdev's: as long as any UUID. NULL for a container's
 *	calls
 * @fault: name of the rule that fired, or empty
 */
struct mock_event {
	enum mock_site site;
	pid_t tgid;
	long ret;
	u32 present;
	u64 arg[MOCK_NR_ARGS];
	const char *device;
	char fault[MOCK_NAME_MAX + 1];
};

static inline void mock_event_init(struct mock_event *event, enum mock_site site,
				   const char *device)
{
	event->site = site;
	event->tgid = task_tgid_nr(current);
	event->present = 0;
	event->device = device;
	event->fault[0] = '\0';
}

/* 0 for an argument that is not present. */
static inline u64 mock_event_arg(const struct mock_event *event, enum mock_arg arg)
{
	return event->present & BIT(arg) ? event->arg[arg] : 0;
}

/* Events kept per profile; older ones are dropped and counted. */
#define MOCK_EVENT_RING		4096

struct mock_record;

/**
 * struct mock_event_log - a profile's ring of events
 * @lock: protects the fields up to @wq; taken in any context
 * @ring: MOCK_EVENT_RING records, event number seq is at seq % MOCK_EVENT_RING
 * @next: number that the next event gets: 1 for the first since the profile was made or
 *	the log was cleared
 * @clears: how often it was cleared
 * @wq: readers that wait for events
 * @wake: wakes @wq outside the context in which an event was logged, which may
 *	hold locks (an eventfd's, for one) that a waiter's callback takes as well
 */
struct mock_event_log {
	spinlock_t lock;
	struct mock_record *ring;
	u64 next;
	u64 clears;
	wait_queue_head_t wq;
	struct irq_work wake;
};

int mock_event_log_init(struct mock_event_log *log);
void mock_event_log_destroy(struct mock_event_log *log);

/* Appends @event to the log of @profile, and shows it to who traces. Any context. */
void mock_event_log_add(struct mock_profile *profile, const struct mock_event *event);

extern const struct file_operations mock_event_fops;

#endif /* MOCK_VFIO_EVENT_H */
