// SPDX-License-Identifier: GPL-2.0-only
/*
 * Calls that a rule makes wait. A signal that kills ends every wait; what hangs is
 * also released when the rule is disarmed, and after a minute in any case: nobody
 * is to need a reboot because he forgot a rule.
 */

#include <linux/hrtimer.h>
#include <linux/jiffies.h>
#include <linux/ktime.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>

#include "fault.h"

static bool is_armed(struct mock_faults *faults, const struct mock_fault *fault)
{
	unsigned long flags;
	bool armed;

	spin_lock_irqsave(&faults->lock, flags);
	armed = mock_rules_has(&faults->rules, fault->site, fault->arming);
	spin_unlock_irqrestore(&faults->lock, flags);

	return armed;
}

static void hang(struct mock_faults *faults, const struct mock_fault *fault)
{
	wait_event_killable_timeout(faults->disarmed, !is_armed(faults, fault),
				    msecs_to_jiffies(MOCK_HANG_MAX));
}

/* By the clock: jiffies come in bursts where a hypervisor is short of time. */
static void delay(const struct mock_fault *fault)
{
	ktime_t ms = ms_to_ktime(fault->value);

	set_current_state(TASK_KILLABLE);
	schedule_hrtimeout(&ms, HRTIMER_MODE_REL);
}

int mock_fault_wait(struct mock_faults *faults, const struct mock_fault *fault)
{
	if (fault->effect == MOCK_HANG)
		hang(faults, fault);
	else
		delay(fault);

	return fatal_signal_pending(current) ? -EINTR : 0;
}
