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

#define NO_RANGE	MOCK_NR_MATCHES

/* The first argument that @rule limits: its place is in the tree of that. */
static unsigned int tree_of(const struct mock_fault_rule *rule)
{
	unsigned int by = 0;

	while (by < NO_RANGE && !rule->spec.match[by].set)
		by++;

	return by;
}

static struct mock_fault_rule *rule_at(const struct rb_node *node)
{
	return rb_entry(node, struct mock_fault_rule, node);
}

static void insert(struct mock_rule_set *set, struct mock_fault_rule *rule)
{
	static const struct mock_match all;
	unsigned int by = tree_of(rule);
	const struct mock_match *range = by < NO_RANGE ? &rule->spec.match[by] : &all;
	struct mock_site_rules *rules = &set->of[rule->spec.site];
	struct mock_rule_tree *tree = &rules->by[by];
	struct rb_node *parent = NULL, **link = &tree->root.rb_node;
	u64 width = range->last - range->first;

	if (RB_EMPTY_ROOT(&tree->root) || width > tree->widest)
		tree->widest = width;
	rule->from = range->first;
	while (*link) {
		parent = *link;
		link = rule->from < rule_at(parent)->from ? &parent->rb_left :
							    &parent->rb_right;
	}
	rb_link_node(&rule->node, parent, link);
	rb_insert_color(&rule->node, &tree->root);
	rules->used |= 1u << by;
}

static void take_out(struct mock_rule_set *set, struct mock_fault_rule *rule)
{
	unsigned int by = tree_of(rule);
	struct mock_site_rules *rules = &set->of[rule->spec.site];
	struct rb_root *root = &rules->by[by].root;

	rb_erase(&rule->node, root);
	if (RB_EMPTY_ROOT(root))
		rules->used &= ~(1u << by);
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
	unsigned int site, by, n = 0;

	for (site = 0; site < MOCK_NR_SITES; site++) {
		for (by = 0; set->of[site].used; by++) {
			struct rb_root *root = &set->of[site].by[by].root;

			while (!RB_EMPTY_ROOT(root))
				n += mock_rule_disarm(set, rule_at(root->rb_node));
		}
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

/* The first rule of @tree whose range begins at @from or later, or NULL. */
static struct rb_node *first_from(const struct mock_rule_tree *tree, u64 from)
{
	struct rb_node *node = tree->root.rb_node, *found = NULL;

	while (node) {
		if (rule_at(node)->from < from) {
			node = node->rb_right;
		} else {
			found = node;
			node = node->rb_left;
		}
	}

	return found;
}

/*
 * The rule that fires of @winner and those of @tree; these are for calls whose
 * argument is @value. All that want the call see it, whichever fires.
 */
static struct mock_fault_rule *ask_tree(const struct mock_rule_tree *tree, u64 value,
					const struct mock_rule_args *args,
					struct mock_fault_rule *winner)
{
	u64 from = value > tree->widest ? value - tree->widest : 0;
	struct mock_fault_rule *rule;
	struct rb_node *node;

	for (node = first_from(tree, from); node; node = rb_next(node)) {
		rule = rule_at(node);
		if (rule->from > value)
			break;
		if (matches(rule->spec.match, args) && wants(rule) &&
		    (!winner || goes_before(rule, winner)))
			winner = rule;
	}

	return winner;
}

/* The same of all the rules of a site. */
static struct mock_fault_rule *ask(const struct mock_site_rules *rules,
				   const struct mock_rule_args *args,
				   struct mock_fault_rule *winner)
{
	u32 left = rules->used & (args->present | 1u << NO_RANGE);

	while (left) {
		unsigned int by = __builtin_ctz(left);

		left &= left - 1;
		winner = ask_tree(&rules->by[by], by < NO_RANGE ? args->value[by] : 0, args,
				  winner);
	}

	return winner;
}

struct mock_fault_rule *mock_rules_decide(struct mock_rule_set *set, enum mock_site site,
					  const struct mock_rule_args *args)
{
	enum mock_site whole = mock_sites[site].whole;
	struct mock_fault_rule *winner = ask(&set->of[site], args, NULL);

	if (whole != site)
		winner = ask(&set->of[whole], args, winner);
	if (winner)
		winner->hits++;

	return winner;
}

bool mock_rules_has(const struct mock_rule_set *set, enum mock_site site, u64 arming)
{
	const struct rb_node *node;
	unsigned int by;

	for (by = 0; by <= NO_RANGE; by++) {
		for (node = rb_first(&set->of[site].by[by].root); node; node = rb_next(node)) {
			if (rule_at(node)->arming == arming)
				return true;
		}
	}

	return false;
}
