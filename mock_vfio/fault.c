// SPDX-License-Identifier: GPL-2.0-only
/* The fault engine: which rule, if any, fires on a call. See fault.h. */

#include <linux/kernel.h>
#include <linux/string.h>

#include "event.h"
#include "fault.h"

DEFINE_STATIC_KEY_FALSE(mock_faults_armed);

void mock_faults_init(struct mock_faults *faults)
{
	int site;

	spin_lock_init(&faults->lock);
	for (site = 0; site < MOCK_NR_SITES; site++)
		INIT_LIST_HEAD(&faults->armed[site]);
}

void mock_fault_rule_init(struct mock_fault_rule *rule, const char *name)
{
	INIT_LIST_HEAD(&rule->node);
	strscpy(rule->name, name, sizeof(rule->name));
	rule->spec = (struct mock_fault_spec) {
		.site = -1,
		.interval = 1,
		.times = -1,
		.probability = 100,
	};
}

static bool goes_before(const struct mock_fault_rule *a,
			const struct mock_fault_rule *b)
{
	if (a->spec.priority != b->spec.priority)
		return a->spec.priority < b->spec.priority;

	return strcmp(a->name, b->name) < 0;
}

static void insert(struct mock_faults *faults, struct mock_fault_rule *rule)
{
	struct list_head *head = &faults->armed[rule->spec.site];
	struct mock_fault_rule *other;

	list_for_each_entry(other, head, node) {
		if (goes_before(rule, other))
			break;
	}

	list_add_tail(&rule->node, &other->node);
}

bool mock_fault_is_armed(const struct mock_fault_rule *rule)
{
	return !list_empty(&rule->node);
}

void mock_fault_arm(struct mock_faults *faults, struct mock_fault_rule *rule)
{
	unsigned long flags;

	spin_lock_irqsave(&faults->lock, flags);
	rule->seen = 0;
	rule->candidates = 0;
	rule->hits = 0;
	insert(faults, rule);
	spin_unlock_irqrestore(&faults->lock, flags);

	static_branch_inc(&mock_faults_armed);
}

void mock_fault_disarm(struct mock_faults *faults, struct mock_fault_rule *rule)
{
	unsigned long flags;

	if (!mock_fault_is_armed(rule))
		return;

	spin_lock_irqsave(&faults->lock, flags);
	list_del_init(&rule->node);
	spin_unlock_irqrestore(&faults->lock, flags);

	static_branch_dec(&mock_faults_armed);
}

void mock_fault_set_spec(struct mock_faults *faults,
			 struct mock_fault_rule *rule,
			 const struct mock_fault_spec *spec)
{
	unsigned long flags;

	spin_lock_irqsave(&faults->lock, flags);
	rule->spec = *spec;
	if (mock_fault_is_armed(rule)) {
		list_del(&rule->node);
		insert(faults, rule);
	}
	spin_unlock_irqrestore(&faults->lock, flags);
}

static bool fits(const struct mock_match *match, u64 value)
{
	return !match->set || (value >= match->first && value <= match->last);
}

static bool matches(const struct mock_match *match,
		    const struct mock_event *event)
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

	for (i = 0; i < ARRAY_SIZE(by_arg); i++) {
		const struct mock_match *m = &match[by_arg[i].key];

		if (m->set && !(event->present & BIT(by_arg[i].arg)))
			return false;
		if (!fits(m, event->arg[by_arg[i].arg]))
			return false;
	}

	return fits(&match[MOCK_MATCH_TGID], event->tgid);
}

/*
 * A number from 0 to 99 that depends on @seed and @n only. The mixer is
 * SplitMix64's, so that a test in user space can predict it.
 */
static u32 percentile(u64 seed, u64 n)
{
	u64 z = seed + n * 0x9e3779b97f4a7c15ull;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ull;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebull;
	z ^= z >> 31;

	return ((z >> 32) * 100) >> 32;
}

/* The call matches: is it one that @rule wants? Counts it as seen. */
static bool wants(struct mock_fault_rule *rule)
{
	const struct mock_fault_spec *spec = &rule->spec;
	u64 after_skip;

	rule->seen++;
	if (rule->seen <= spec->skip)
		return false;

	after_skip = rule->seen - spec->skip;
	if (after_skip % spec->interval)
		return false;

	rule->candidates++;
	if (percentile(spec->seed, rule->candidates) >= spec->probability)
		return false;

	return spec->times < 0 || rule->hits < spec->times;
}

void mock_faults_decide(struct mock_faults *faults, struct mock_event *event,
			struct mock_fault *fault)
{
	struct mock_fault_rule *rule, *winner = NULL;
	unsigned long flags;

	spin_lock_irqsave(&faults->lock, flags);
	list_for_each_entry(rule, &faults->armed[event->site], node) {
		if (!matches(rule->spec.match, event))
			continue;
		/* Rules behind the winner see the call, but do not fire. */
		if (wants(rule) && !winner)
			winner = rule;
	}

	if (winner) {
		winner->hits++;
		mock_site_fired(event->site);
		strscpy(event->fault, winner->name, sizeof(event->fault));
		fault->effect = winner->spec.effect;
		fault->error = winner->spec.error;
		fault->value = winner->spec.value;
	}
	spin_unlock_irqrestore(&faults->lock, flags);
}
