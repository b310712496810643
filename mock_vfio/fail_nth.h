/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Exhaustive faults: a program that asks for it fails at the n-th site it
 * reaches, whichever that is, with the site's default errno. Repeated for n = 1,
 * 2, 3 ... until nothing fails, this takes the program through every one of its
 * error paths. It is what /proc/self/fail-nth is for the kernel's own fault
 * injection.
 *
 * A profile keeps a count for each thread group that wrote one. It belongs to the
 * thread group, not to whoever has its number later, and ends with it.
 */
#ifndef MOCK_VFIO_FAIL_NTH_H
#define MOCK_VFIO_FAIL_NTH_H

#include <linux/mutex.h>
#include <linux/spinlock.h>
#include <linux/types.h>

#include "model/fault_rule.h"

struct mock_event;
struct mock_fault;
struct pid;
struct seq_file;

/* Thread groups that can be counting at a time, per profile. */
#define MOCK_FAIL_NTH_MAX	32

/* What the event log shows in place of a rule's name. */
#define MOCK_FAIL_NTH_NAME	"fail_nth"

/**
 * struct mock_fail_nth - the counts of a profile
 * @writers: serialises those who take and give back counts
 * @lock: protects the rest; taken in any context
 * @used: how many of @count have a @tgid
 * @count: by thread group, in no order
 * @count.tgid: whose it is, with a reference; NULL when it is free
 * @count.left: the site that makes this 0 fails; 0 when that has happened
 * @count.failed: which one that was, valid while @count.left is 0
 */
struct mock_fail_nth {
	struct mutex writers;
	spinlock_t lock;
	unsigned int used;
	struct {
		struct pid *tgid;
		u64 left;
		enum mock_site failed;
	} count[MOCK_FAIL_NTH_MAX];
};

void mock_fail_nth_init(struct mock_fail_nth *nth);

/* Gives up all counts. Nobody may be setting one. */
void mock_fail_nth_clear(struct mock_fail_nth *nth);

/*
 * Lets the @n-th site from here on fail for the caller's thread group; 0 takes
 * that back. -ENOSPC when too many thread groups are counting. Process context.
 */
int mock_fail_nth_set(struct mock_fail_nth *nth, u64 n);

/* What is left of the caller's count; 0 when it has fired, or there is none. */
u64 mock_fail_nth_get(struct mock_fail_nth *nth);

/* Shows all counts, one a line: debugfs.c has the format. */
void mock_fail_nth_show(struct seq_file *s, struct mock_fail_nth *nth);

/*
 * Counts @event's call. When the caller's count runs out, says so in @event, puts
 * what is to happen into @fault and returns true. Any context; only calls that a
 * program makes itself are counted, not what kernel threads or interrupts do.
 */
bool mock_fail_nth_fires(struct mock_fail_nth *nth, struct mock_event *event,
			 struct mock_fault *fault);

#endif /* MOCK_VFIO_FAIL_NTH_H */
