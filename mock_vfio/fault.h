/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The fault engine: rules that make a site answer otherwise than it would. What a
 * rule says, and which of many fires, is in model/fault_rule.h; this is a
 * profile's set of rules, which calls in any context are shown to.
 *
 * While no rule is armed anywhere, a site pays for one static branch.
 */
#ifndef MOCK_VFIO_FAULT_H
#define MOCK_VFIO_FAULT_H

#include <linux/jump_label.h>
#include <linux/spinlock.h>
#include <linux/types.h>
#include <linux/wait.h>

#include "model/fault_rule.h"

struct mock_event;
struct seq_file;

/* The site table as text: debugfs' "sites". */
void mock_sites_show(struct seq_file *s);

/* Counts a fault, whichever profile's rule it was. Any context. */
void mock_site_fired(enum mock_site site);

/* How often at each site since the module was loaded: debugfs' "fired". */
void mock_fired_show(struct seq_file *s);

/**
 * struct mock_faults - a profile's rules
 * @lock: protects the rules in force; taken in any context
 * @rules: in force
 * @disarmed: woken when a rule was disarmed
 */
struct mock_faults {
	spinlock_t lock;
	struct mock_rule_set rules;
	wait_queue_head_t disarmed;
};

/**
 * struct mock_fault - what a call is to suffer
 * @effect: MOCK_NO_EFFECT, or the effect of the rule that fired
 * @error: errno of MOCK_ERRNO, positive
 * @value: operand of the other effects
 * @site: the rule's
 * @arming: the rule's
 */
struct mock_fault {
	enum mock_effect effect;
	int error;
	u64 value;
	enum mock_site site;
	u64 arming;
};

/*
 * False in a build with MOCK_WITHOUT_FAULTS, where rules have no effect: for
 * userlib/bench/bench_faults, which measures what having the engine costs.
 */
#define MOCK_HAS_FAULTS		(!__is_defined(MOCK_WITHOUT_FAULTS))

DECLARE_STATIC_KEY_FALSE(mock_faults_armed);

/* Whether a rule is armed or a count is running, in any profile. */
static __always_inline bool mock_faults_any(void)
{
	return MOCK_HAS_FAULTS && static_branch_unlikely(&mock_faults_armed);
}

void mock_faults_init(struct mock_faults *faults);

/*
 * Puts @rule, which has a site and is not armed, in force, its counts at zero; or
 * takes it out, if it is in force, and lets go of the calls that hang by it. Process
 * context; arming is serialised, disarming may be done by anybody. A rule is disarmed
 * before it is freed.
 */
void mock_fault_arm(struct mock_faults *faults, struct mock_fault_rule *rule);
void mock_fault_disarm(struct mock_faults *faults, struct mock_fault_rule *rule);
void mock_faults_disarm_all(struct mock_faults *faults);

/*
 * Gives @rule new limits. An armed rule stays armed and keeps its counts; its
 * site must not change then.
 */
void mock_fault_set_spec(struct mock_faults *faults,
			 struct mock_fault_rule *rule,
			 const struct mock_fault_spec *spec);

/*
 * Shows @event's call to the armed rules. When one fires, its name is put into
 * @event and what it does into @fault. Any context.
 */
void mock_faults_decide(struct mock_faults *faults, struct mock_event *event,
			struct mock_fault *fault);

/*
 * Waits as @fault, MOCK_DELAY or MOCK_HANG, says: 0, or -EINTR when killed. Process
 * context.
 */
int mock_fault_wait(struct mock_faults *faults, const struct mock_fault *fault);

#endif /* MOCK_VFIO_FAULT_H */
