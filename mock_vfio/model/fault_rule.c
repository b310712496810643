// SPDX-License-Identifier: GPL-2.0-only OR LGPL-2.1-or-later
/* Which rule, if any, fires on a call. See fault_rule.h. */
#include "fault_rule.h"

const struct mock_fault_spec mock_fault_spec_default = {
	.site = -1,
	.interval = 1,
	.times = -1,
	.probability = 100,
};

void mock_rule_init(struct mock_fault_rule *rule, const char *name)
{
	size_t i;

	memset(rule, 0, sizeof(*rule));
	for (i = 0; i < MOCK_NAME_MAX && name[i]; i++)
		rule->name[i] = name[i];
	rule->spec = mock_fault_spec_default;
}

static bool goes_before(const struct mock_fault_rule *a, const struct mock_fault_rule *b)
{
	if (a->spec.priority != b->spec.priority)
		return a->spec.priority < b->spec.priority;

	return strcmp(a->name, b->name) < 0;
}

static void insert(struct mock_rule_set *set, struct mock_fault_rule *rule)
{
	struct mock_fault_rule **link = &set->first[rule->spec.site];

	while (*link && !goes_before(rule, *link))
		link = &(*link)->next;

	rule->next = *link;
	*link = rule;
}

static void take_out(struct mock_rule_set *set, struct mock_fault_rule *rule)
{
	struct mock_fault_rule **link = &set->first[rule->spec.site];

	while (*link != rule)
		link = &(*link)->next;

	*link = rule->next;
}

void mock_rule_arm(struct mock_rule_set *set, struct mock_fault_rule *rule)
{
	rule->seen = 0;
	rule->candidates = 0;
	rule->hits = 0;
	rule->armed = true;
	rule->arming = set->armings++;
	insert(set, rule);
}

bool mock_rule_disarm(struct mock_rule_set *set, struct mock_fault_rule *rule)
{
	if (!rule->armed)
		return false;

	take_out(set, rule);
	rule->armed = false;

	return true;
}

unsigned int mock_rules_disarm_all(struct mock_rule_set *set)
{
	unsigned int site, n = 0;

	for (site = 0; site < MOCK_NR_SITES; site++) {
		while (set->first[site])
			n += mock_rule_disarm(set, set->first[site]);
	}

	return n;
}

void mock_rule_set_spec(struct mock_rule_set *set, struct mock_fault_rule *rule,
			const struct mock_fault_spec *spec)
{
	if (rule->armed)
		take_out(set, rule);
	rule->spec = *spec;
	if (rule->armed)
		insert(set, rule);
}

static bool matches(const struct mock_match *match, const struct mock_rule_args *args)
{
	unsigned int key;

	for (key = 0; key < MOCK_NR_MATCHES; key++) {
		if (!match[key].set)
			continue;
		if (!(args->present & (1u << key)) ||
		    args->value[key] < match[key].first || args->value[key] > match[key].last)
			return false;
	}

	return true;
}

/*
 * A number from 0 to 99 that depends on @seed and @n only. The mixer is
 * SplitMix64's, so that a test can predict it.
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

	rule->seen++;
	if (rule->seen <= spec->skip)
		return false;

	if (spec->interval > 1 && (rule->seen - spec->skip) % spec->interval)
		return false;

	rule->candidates++;
	if (spec->probability < 100 &&
	    percentile(spec->seed, rule->candidates) >= spec->probability)
		return false;

	return spec->times < 0 || rule->hits < (u64)spec->times;
}

/* The first rule of @list that wants the call. Those behind it see it, too. */
static struct mock_fault_rule *ask(struct mock_fault_rule *list,
				   const struct mock_rule_args *args)
{
	struct mock_fault_rule *rule, *winner = NULL;

	for (rule = list; rule; rule = rule->next) {
		if (matches(rule->spec.match, args) && wants(rule) && !winner)
			winner = rule;
	}

	return winner;
}

struct mock_fault_rule *mock_rules_decide(struct mock_rule_set *set, enum mock_site site,
					  const struct mock_rule_args *args)
{
	enum mock_site whole = mock_sites[site].whole;
	struct mock_fault_rule *winner = ask(set->first[site], args), *other;

	if (whole != site) {
		other = ask(set->first[whole], args);
		if (!winner || (other && goes_before(other, winner)))
			winner = other;
	}
	if (winner)
		winner->hits++;

	return winner;
}

bool mock_rules_has(const struct mock_rule_set *set, enum mock_site site, u64 arming)
{
	const struct mock_fault_rule *rule;

	for (rule = set->first[site]; rule; rule = rule->next) {
		if (rule->arming == arming)
			return true;
	}

	return false;
}
