// SPDX-License-Identifier: GPL-2.0-only
/*
 * The event log and its file in debugfs, one event a line:
 *
 *	<seq> <site> t=<s.us> tgid=<n> [dev=<name>] [argument=...] ret=<n>
 *	[fault=<rule>]
 *
 * Reading starts at the oldest event that is left and ends at the newest; a
 * reader that stays can poll() for more and read on. A line says how many events
 * were dropped, if any. Opening with O_TRUNC clears the log, and numbers start
 * at 1 again.
 *
 * Every call pays for its event, and few events are ever read: what can be told from
 * an event's place in the ring is not kept with it.
 */

#include <linux/fs.h>
#include <linux/ktime.h>
#include <linux/math64.h>
#include <linux/module.h>
#include <linux/poll.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>

#include "event.h"
#include "profile.h"

#define CREATE_TRACE_POINTS
#include "trace.h"

/**
 * struct mock_record - an event in the ring
 * @event: the call; of its device, only that there is one
 * @ns: CLOCK_MONOTONIC
 * @device: name of the device, if there is one; not terminated
 */
struct mock_record {
	struct mock_event event;
	u64 ns;
	char device[UUID_STRING_LEN];
};

static const char * const arg_formats[MOCK_NR_ARGS] = {
#define MOCK_ARG(id, name, format) \
	[MOCK_ARG_##id] = " " name "=" format,
	MOCK_ARGS(MOCK_ARG)
#undef MOCK_ARG
};

static void wake_readers(struct irq_work *work)
{
	struct mock_event_log *log =
		container_of(work, struct mock_event_log, wake);

	wake_up_interruptible(&log->wq);
}

int mock_event_log_init(struct mock_event_log *log)
{
	log->ring = vcalloc(MOCK_EVENT_RING, sizeof(*log->ring));
	if (!log->ring)
		return -ENOMEM;

	spin_lock_init(&log->lock);
	init_waitqueue_head(&log->wq);
	init_irq_work(&log->wake, wake_readers);
	log->next = 1;

	return 0;
}

void mock_event_log_destroy(struct mock_event_log *log)
{
	irq_work_sync(&log->wake);
	vfree(log->ring);
}

static struct mock_record *slot(struct mock_event_log *log, u64 seq)
{
	return &log->ring[seq % MOCK_EVENT_RING];
}

/* Events dropped since the last clear. */
static u64 lost(const struct mock_event_log *log)
{
	u64 logged = log->next - 1;

	return logged > MOCK_EVENT_RING ? logged - MOCK_EVENT_RING : 0;
}

static u64 oldest(const struct mock_event_log *log)
{
	return lost(log) + 1;
}

/* Names that are not there, most of the time, are not worth copying. */
static void record(struct mock_record *to, const struct mock_event *event)
{
	memcpy(&to->event, event, offsetof(struct mock_event, fault));
	to->event.fault[0] = '\0';
	if (unlikely(event->fault[0]))
		strscpy(to->event.fault, event->fault, sizeof(to->event.fault));
	if (event->device)
		memcpy(to->device, event->device, sizeof(to->device));
	to->ns = ktime_get_ns();
}

void mock_event_log_add(struct mock_profile *profile, const struct mock_event *event)
{
	struct mock_event_log *log = &profile->events;
	unsigned long flags;

	spin_lock_irqsave(&log->lock, flags);
	record(slot(log, log->next++), event);
	spin_unlock_irqrestore(&log->lock, flags);

	/* Most of the time nobody waits. */
	if (wq_has_sleeper(&log->wq))
		irq_work_queue(&log->wake);
	trace_call(profile->name, event);
}

static void clear(struct mock_event_log *log)
{
	unsigned long flags;

	spin_lock_irqsave(&log->lock, flags);
	log->next = 1;
	log->clears++;
	spin_unlock_irqrestore(&log->lock, flags);
}

/**
 * struct reader - an open log file
 * @profile: whose log, with a reference
 * @record: copy of the event that is being shown
 * @seq: its number
 * @lost: events lost, when that line is being shown, else 0
 * @clears: the log's, as of the last look
 */
struct reader {
	struct mock_profile *profile;
	struct mock_record record;
	u64 seq;
	u64 lost;
	u64 clears;
};

/*
 * A position is the number of the event to show next; 0 is the head line.
 * Fetches what is there at *@pos or, when it was dropped, behind it.
 */
static void *fetch(struct reader *reader, loff_t *pos)
{
	struct mock_event_log *log = &reader->profile->events;
	unsigned long flags;
	bool found;

	spin_lock_irqsave(&log->lock, flags);
	reader->lost = *pos ? 0 : lost(log);
	if (reader->clears != log->clears || (!reader->lost && *pos < oldest(log)))
		*pos = oldest(log);
	reader->clears = log->clears;
	reader->seq = *pos;
	found = *pos < log->next;
	if (found && !reader->lost)
		reader->record = *slot(log, *pos);
	spin_unlock_irqrestore(&log->lock, flags);

	return found ? reader : NULL;
}

static void *event_start(struct seq_file *s, loff_t *pos)
{
	return fetch(s->private, pos);
}

static void *event_next(struct seq_file *s, void *v, loff_t *pos)
{
	++*pos;

	return fetch(s->private, pos);
}

static void event_stop(struct seq_file *s, void *v)
{
}

static int event_show(struct seq_file *s, void *v)
{
	struct reader *reader = v;
	const struct mock_record *record = &reader->record;
	const struct mock_event *event = &record->event;
	u32 us;
	u64 sec;
	int i;

	if (reader->lost) {
		seq_printf(s, "# lost %llu\n", reader->lost);
		return 0;
	}

	sec = div_u64_rem(div_u64(record->ns, NSEC_PER_USEC), USEC_PER_SEC, &us);
	seq_printf(s, "%llu %s t=%llu.%06u tgid=%d", reader->seq,
		   mock_site_whole(event->site), sec, us, event->tgid);
	if (event->device)
		seq_printf(s, " dev=%.*s", UUID_STRING_LEN, record->device);
	for (i = 0; i < MOCK_NR_ARGS; i++) {
		if (event->present & BIT(i))
			seq_printf(s, arg_formats[i], event->arg[i]);
	}
	seq_printf(s, " ret=%ld", event->ret);
	if (event->fault[0])
		seq_printf(s, " fault=%s", event->fault);
	seq_putc(s, '\n');

	return 0;
}

static const struct seq_operations event_seq_ops = {
	.start	= event_start,
	.next	= event_next,
	.stop	= event_stop,
	.show	= event_show,
};

static int event_open(struct inode *inode, struct file *file)
{
	struct mock_profile *profile = inode->i_private;
	struct reader *reader;

	if (file->f_flags & O_TRUNC)
		clear(&profile->events);

	reader = __seq_open_private(file, &event_seq_ops, sizeof(*reader));
	if (!reader)
		return -ENOMEM;

	reader->profile = mock_profile_get(profile);
	reader->clears = READ_ONCE(profile->events.clears);

	return 0;
}

static int event_release(struct inode *inode, struct file *file)
{
	struct seq_file *s = file->private_data;
	struct reader *reader = s->private;

	mock_profile_put(reader->profile);

	return seq_release_private(inode, file);
}

static __poll_t event_poll(struct file *file, poll_table *wait)
{
	struct seq_file *s = file->private_data;
	struct reader *reader = s->private;
	struct mock_event_log *log = &reader->profile->events;
	unsigned long flags;
	bool more;

	poll_wait(file, &log->wq, wait);

	spin_lock_irqsave(&log->lock, flags);
	more = log->next > 1 &&
	       (reader->clears != log->clears || s->index < log->next);
	spin_unlock_irqrestore(&log->lock, flags);

	return more ? EPOLLIN | EPOLLRDNORM : 0;
}

const struct file_operations mock_event_fops = {
	.owner		= THIS_MODULE,
	.open		= event_open,
	.read		= seq_read,
	.llseek		= seq_lseek,
	.poll		= event_poll,
	.release	= event_release,
};
