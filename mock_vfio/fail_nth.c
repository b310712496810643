// SPDX-License-Identifier: GPL-2.0-only
/* Exhaustive faults: the n-th site that a program reaches fails. See fail_nth.h. */

#include <linux/pid.h>
#include <linux/preempt.h>
#include <linux/rcupdate.h>
#include <linux/sched/signal.h>
#include <linux/seq_file.h>
#include <linux/string.h>

#include "event.h"
#include "fail_nth.h"
#include "fault.h"

#define NOT_FOUND	(-1)

void mock_fail_nth_init(struct mock_fail_nth *nth)
{
	mutex_init(&nth->writers);
	spin_lock_init(&nth->lock);
}

/* Where @tgid's count is; that of NULL is a free one. */
static int find(const struct mock_fail_nth *nth, const struct pid *tgid)
{
	int i;

	for (i = 0; i < MOCK_FAIL_NTH_MAX; i++) {
		if (nth->count[i].tgid == tgid)
			return i;
	}

	return NOT_FOUND;
}

static void put_count(struct mock_fail_nth *nth, int i, struct pid *tgid, u64 left)
{
	unsigned long flags;

	spin_lock_irqsave(&nth->lock, flags);
	nth->used += !nth->count[i].tgid;
	nth->count[i].tgid = tgid;
	nth->count[i].left = left;
	spin_unlock_irqrestore(&nth->lock, flags);
}

/*
 * A count holds the branch that leads to it: patching it for every program that
 * sweeps is enough, for every write would be slow.
 */
static void take_count(struct mock_fail_nth *nth, int i, u64 left)
{
	static_branch_inc(&mock_faults_armed);
	put_count(nth, i, get_pid(task_tgid(current)), left);
}

static void drop_count(struct mock_fail_nth *nth, int i)
{
	struct pid *tgid = nth->count[i].tgid;
	unsigned long flags;

	spin_lock_irqsave(&nth->lock, flags);
	nth->count[i].tgid = NULL;
	nth->used--;
	spin_unlock_irqrestore(&nth->lock, flags);

	put_pid(tgid);
	static_branch_dec(&mock_faults_armed);
}

static bool is_gone(struct pid *tgid)
{
	bool gone;

	rcu_read_lock();
	gone = !pid_task(tgid, PIDTYPE_TGID);
	rcu_read_unlock();

	return gone;
}

/* Programs come and go without a word; who comes looks after who has gone. */
static void drop_gone(struct mock_fail_nth *nth)
{
	int i;

	for (i = 0; i < MOCK_FAIL_NTH_MAX; i++) {
		if (nth->count[i].tgid && is_gone(nth->count[i].tgid))
			drop_count(nth, i);
	}
}

void mock_fail_nth_clear(struct mock_fail_nth *nth)
{
	int i;

	for (i = 0; i < MOCK_FAIL_NTH_MAX; i++) {
		if (nth->count[i].tgid)
			drop_count(nth, i);
	}
	mutex_destroy(&nth->writers);
}

int mock_fail_nth_set(struct mock_fail_nth *nth, u64 n)
{
	int i;

	guard(mutex)(&nth->writers);

	drop_gone(nth);

	i = find(nth, task_tgid(current));
	if (i != NOT_FOUND) {
		if (n)
			put_count(nth, i, nth->count[i].tgid, n);
		else
			drop_count(nth, i);
		return 0;
	}
	if (!n)
		return 0;

	i = find(nth, NULL);
	if (i == NOT_FOUND)
		return -ENOSPC;
	take_count(nth, i, n);

	return 0;
}

u64 mock_fail_nth_get(struct mock_fail_nth *nth)
{
	unsigned long flags;
	u64 left;
	int i;

	spin_lock_irqsave(&nth->lock, flags);
	i = find(nth, task_tgid(current));
	left = i == NOT_FOUND ? 0 : nth->count[i].left;
	spin_unlock_irqrestore(&nth->lock, flags);

	return left;
}

static void show_count(struct seq_file *s, pid_t tgid, u64 left,
		       enum mock_site failed)
{
	seq_printf(s, "%d left=%llu", tgid, left);
	if (!left)
		seq_printf(s, " %s ret=%d", mock_site_whole(failed),
			   -mock_sites[failed].error);
	seq_putc(s, '\n');
}

void mock_fail_nth_show(struct seq_file *s, struct mock_fail_nth *nth)
{
	unsigned long flags;
	enum mock_site failed;
	u64 left;
	int i;

	/* No count is taken or given back meanwhile, but they run out. */
	guard(mutex)(&nth->writers);

	for (i = 0; i < MOCK_FAIL_NTH_MAX; i++) {
		if (!nth->count[i].tgid)
			continue;
		spin_lock_irqsave(&nth->lock, flags);
		left = nth->count[i].left;
		failed = nth->count[i].failed;
		spin_unlock_irqrestore(&nth->lock, flags);
		show_count(s, pid_nr(nth->count[i].tgid), left, failed);
	}
}

/* True when the count of the caller runs out with this call, to @site. */
static bool runs_out(struct mock_fail_nth *nth, enum mock_site site)
{
	unsigned long flags;
	bool last;
	int i;

	spin_lock_irqsave(&nth->lock, flags);
	i = find(nth, task_tgid(current));
	last = i != NOT_FOUND && nth->count[i].left && !--nth->count[i].left;
	if (last)
		nth->count[i].failed = site;
	spin_unlock_irqrestore(&nth->lock, flags);

	return last;
}

bool mock_fail_nth_fires(struct mock_fail_nth *nth, struct mock_event *event,
			 struct mock_fault *fault)
{
	int error = mock_sites[event->site].error;

	if (!READ_ONCE(nth->used) || !error || !in_task() ||
	    !runs_out(nth, event->site))
		return false;

	mock_site_fired(event->site);
	strscpy(event->fault, MOCK_FAIL_NTH_NAME, sizeof(event->fault));
	fault->effect = MOCK_ERRNO;
	fault->error = error;

	return true;
}
