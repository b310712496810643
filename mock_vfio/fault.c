// SPDX-License-Identifier: GPL-2.0-only
/* The fault engine: a profile's rules, between those who call. See fault.h. */

#include <linux/kernel.h>
#include <linux/string.h>

#include "event.h"
#include "fault.h"

DEFINE_STATIC_KEY_FALSE(mock_faults_armed);

void mock_faults_init(struct mock_faults *faults)
{
	spin_lock_init(&faults->lock);
	init_waitqueue_head(&faults->disarmed);
}

void mock_fault_arm(struct mock_faults *faults, struct mock_fault_rule *rule)
{
	unsigned long flags;

	spin_lock_irqsave(&faults->lock, flags);
	mock_rule_arm(&faults->rules, rule);
	spin_unlock_irqrestore(&faults->lock, flags);

	static_branch_inc(&mock_faults_armed);
}

void mock_fault_disarm(struct mock_faults *faults, struct mock_fault_rule *rule)
{
	unsigned long flags;
	bool was_armed;

	spin_lock_irqsave(&faults->lock, flags);
	was_armed = mock_rule_disarm(&faults->rules, rule);
	spin_unlock_irqrestore(&faults->lock, flags);

	if (!was_armed)
		return;

	wake_up_all(&faults->disarmed);
	static_branch_dec(&mock_faults_armed);
}

void mock_faults_disarm_all(struct mock_faults *faults)
{
	unsigned long flags;
	unsigned int n;

	spin_lock_irqsave(&faults->lock, flags);
	n = mock_rules_disarm_all(&faults->rules);
	spin_unlock_irqrestore(&faults->lock, flags);

	if (n)
		wake_up_all(&faults->disarmed);
	while (n--)
		static_branch_dec(&mock_faults_armed);
}

void mock_fault_set_spec(struct mock_faults *faults,
			 struct mock_fault_rule *rule,
			 const struct mock_fault_spec *spec)
{
	unsigned long flags;

	spin_lock_irqsave(&faults->lock, flags);
	mock_rule_set_spec(&faults->rules, rule, spec);
	spin_unlock_irqrestore(&faults->lock, flags);
}

/* What rules can match of a call. */
static void describe(const struct mock_event *event, struct mock_rule_args *args)
{
	static const struct {
		enum mock_match_key key;
		enum mock_arg arg;
	} by_arg[] = {
		{ MOCK_MATCH_IOVA,	MOCK_ARG_IOVA },
		{ MOCK_MATCH_SIZE,	MOCK_ARG_SIZE },
		{ MOCK_MATCH_IOCTL,	MOCK_ARG_IOCTL },
		{ MOCK_MATCH_INDEX,	MOCK_ARG_INDEX },
	};
	unsigned int i;

	args->present = BIT(MOCK_MATCH_TGID);
	args->value[MOCK_MATCH_TGID] = event->tgid;
	for (i = 0; i < ARRAY_SIZE(by_arg); i++) {
		if (!(event->present & BIT(by_arg[i].arg)))
			continue;
		args->present |= BIT(by_arg[i].key);
		args->value[by_arg[i].key] = event->arg[by_arg[i].arg];
	}
}

void mock_faults_decide(struct mock_faults *faults, struct mock_event *event,
			struct mock_fault *fault)
{
	struct mock_fault_rule *rule;
	struct mock_rule_args args;
	unsigned long flags;

	/* A rule that is being armed may as well miss this call. */
	if (!mock_rules_any(&faults->rules, event->site))
		return;
	describe(event, &args);

	spin_lock_irqsave(&faults->lock, flags);
	rule = mock_rules_decide(&faults->rules, event->site, &args);
	if (rule) {
		mock_site_fired(rule->spec.site);
		strscpy(event->fault, rule->name, sizeof(event->fault));
		fault->effect = rule->spec.effect;
		fault->error = rule->spec.error;
		fault->value = rule->spec.value;
		fault->site = rule->spec.site;
		fault->arming = rule->arming;
	}
	spin_unlock_irqrestore(&faults->lock, flags);
}
