/* SPDX-License-Identifier: GPL-2.0-only OR LGPL-2.1-or-later */
/*
 * Fault rules: what a rule may say, which calls it is about, and which rule of
 * many fires. Not here: who makes rules, who makes calls, and what becomes of a
 * call when a rule fires.
 *
 * A rule names one site. A call that reaches a site is shown to every armed rule
 * of that site, in order of priority and then of name. A rule whose matches all
 * fit counts the call in "seen" and then asks, in this order: skip, interval,
 * probability, times. The first rule in order that says yes fires: it, and no
 * other, counts the call in "hits".
 *
 * A site can be a part of another one, the whole: a call of the part is shown to
 * the rules of both.
 *
 * Nothing here depends on time or on a shared random source: a rule's n-th
 * decision is a function of its attributes, its seed and n. Nothing locks:
 * whoever calls holds a lock of his own.
 */
#ifndef MODEL_FAULT_RULE_H
#define MODEL_FAULT_RULE_H

#include "port.h"

/* Longest name of a rule, without the terminating zero. */
#define MOCK_NAME_MAX		31

/**
 * enum mock_effect - what a rule does to a call; a site offers a set of them
 * @MOCK_NO_EFFECT: no rule fired
 * @MOCK_ERRNO: the call fails with the rule's errno
 * @MOCK_SHORT: the call deals with at most "value" bytes
 * @MOCK_DROP: the call's effect is lost, nobody is told
 * @MOCK_RESULT: the call returns "value", and does nothing
 * @MOCK_DELAY: the call waits for "value" ms first
 * @MOCK_HANG: the call waits until the rule is disarmed first
 * @MOCK_CORRUPT: the byte at "value" of the call's data is inverted
 * @MOCK_DUPLICATE: what is signalled once is signalled twice
 * @MOCK_LATE: what is signalled is signalled "value" ms later
 * @MOCK_SIZE: the size in the answer is "value"
 * @MOCK_CAPS: the answer's capability chain is malformed: shape "value"
 * @MOCK_NOFLAGS: the bits of "value" are missing in the answer's flags
 *
 * The first one that a site offers is what a rule does when it names none.
 */
enum mock_effect {
	MOCK_NO_EFFECT	= 0,
	MOCK_ERRNO	= 1 << 0,
	MOCK_SHORT	= 1 << 1,
	MOCK_DROP	= 1 << 2,
	MOCK_RESULT	= 1 << 3,
	MOCK_DELAY	= 1 << 4,
	MOCK_HANG	= 1 << 5,
	MOCK_CORRUPT	= 1 << 6,
	MOCK_DUPLICATE	= 1 << 7,
	MOCK_LATE	= 1 << 8,
	MOCK_SIZE	= 1 << 9,
	MOCK_CAPS	= 1 << 10,
	MOCK_NOFLAGS	= 1 << 11,
};

#define MOCK_NR_EFFECTS		12

/* Sets of them that many sites offer. */
#define MOCK_ANSWER	(MOCK_ERRNO | MOCK_RESULT)
#define MOCK_WAIT	(MOCK_DELAY | MOCK_HANG)
#define MOCK_CALL	(MOCK_ANSWER | MOCK_WAIT)

/* No delay is longer, and no late interrupt later; no call hangs longer. In ms. */
#define MOCK_DELAY_MAX		10000
#define MOCK_HANG_MAX		60000

enum mock_site {
#define MOCK_SITE(id, whole, name, context, error, effects, doc, origin) \
	MOCK_SITE_##id,
#include "../fault_sites.h"
	MOCK_NR_SITES
};

enum mock_site_context {
	MOCK_CONTEXT_PROCESS,
	MOCK_CONTEXT_FAULT,
	MOCK_NR_CONTEXTS
};

/**
 * struct mock_site_info - a row of the site table
 * @name: as rules and logs spell it
 * @whole: the site that this one is a part of, or itself
 * @context: where it runs
 * @error: default errno, positive; 0 when the site cannot answer one
 * @effects: set of enum mock_effect; empty where this kernel never gets there
 * @doc: one line
 */
struct mock_site_info {
	const char *name;
	enum mock_site whole;
	enum mock_site_context context;
	int error;
	unsigned int effects;
	const char *doc;
};

extern const struct mock_site_info mock_sites[MOCK_NR_SITES];

/* By name; -1, MOCK_NO_EFFECT when there is none. */
int mock_site_by_name(const char *name);
enum mock_effect mock_effect_by_name(const char *name);

/* The name of the site, or of the one that it is a part of: logs are about calls. */
static inline const char *mock_site_whole(enum mock_site site)
{
	return mock_sites[mock_sites[site].whole].name;
}

/* "" for MOCK_NO_EFFECT. */
const char *mock_effect_name(enum mock_effect effect);
const char *mock_context_name(enum mock_site_context context);

enum mock_match_key {
	MOCK_MATCH_IOVA,
	MOCK_MATCH_SIZE,
	MOCK_MATCH_IOCTL,
	MOCK_MATCH_INDEX,
	MOCK_MATCH_TGID,
	MOCK_NR_MATCHES
};

/**
 * struct mock_match - a range of values that a rule is limited to
 * @set: false matches everything, a call without that argument included
 * @first: lowest value
 * @last: highest value, inclusive
 */
struct mock_match {
	bool set;
	u64 first, last;
};

/**
 * struct mock_fault_spec - what a rule says
 * @site: an enum mock_site; a rule without one (-1) cannot be armed
 * @effect: one of the site's effects
 * @error: errno of MOCK_ERRNO, positive
 * @value: operand of the effects that take one
 * @match: limits, by enum mock_match_key
 * @skip: this many matching calls pass first
 * @interval: of the following ones, only every @interval-th is a candidate
 * @times: fires at most this often, -1 for no limit
 * @probability: per cent of the candidates that fire
 * @seed: of the decisions that @probability needs
 * @priority: the lowest number goes first
 */
struct mock_fault_spec {
	s64 site;
	enum mock_effect effect;
	int error;
	u64 value;
	struct mock_match match[MOCK_NR_MATCHES];
	u64 skip;
	u64 interval;
	s64 times;
	u64 probability;
	u64 seed;
	s64 priority;
};

/* What a new rule says: every call, but no site yet. */
extern const struct mock_fault_spec mock_fault_spec_default;

/* Room for the reason why a value is refused. */
#define MOCK_WHY_MAX		128

/*
 * The words of a rule. Each takes @text into @spec; -EINVAL, with the reason in
 * @why (MOCK_WHY_MAX), leaves @spec alone. A site brings its default effect and
 * errno with it. A range is "first-last", "only" or nothing.
 */
int mock_spec_set_site(struct mock_fault_spec *spec, const char *text, char *why);
int mock_spec_set_effect(struct mock_fault_spec *spec, const char *text, char *why);
int mock_spec_set_errno(struct mock_fault_spec *spec, const char *text, char *why);
int mock_match_parse(struct mock_match *match, const char *text, char *why);

/* -EINVAL, with the reason in @why, when a rule that says this cannot be armed. */
int mock_spec_check(const struct mock_fault_spec *spec, char *why);

/**
 * struct mock_fault_rule - a rule at work
 * @node: in one of its site's trees
 * @from: where its range begins, of the argument that this tree is for
 * @armed: it is in that tree
 * @arming: how many rules had been armed in its set before it was
 * @name: for the order, and for logs
 * @spec: what it says
 * @seen: calls that matched since it was armed
 * @candidates: calls that skip and interval left over
 * @hits: calls the rule fired on
 */
struct mock_fault_rule {
	struct rb_node node;
	u64 from;
	bool armed;
	u64 arming;
	char name[MOCK_NAME_MAX + 1];
	struct mock_fault_spec spec;
	u64 seen;
	u64 candidates;
	u64 hits;
};

/**
 * struct mock_rule_tree - rules by the range that one argument must be in
 * @root: ordered by where the range begins
 * @widest: no range is wider: its last value less its first
 */
struct mock_rule_tree {
	struct rb_root root;
	u64 widest;
};

/**
 * struct mock_site_rules - rules of one site
 * @used: bit 1 << n of every tree in @by that is not empty
 * @by: those that limit an argument, each in the tree of the first that it limits;
 *	at MOCK_NR_MATCHES those that limit none
 */
struct mock_site_rules {
	u32 used;
	struct mock_rule_tree by[MOCK_NR_MATCHES + 1];
};

/**
 * struct mock_rule_set - rules in force
 * @of: by site
 * @armings: how often a rule was armed
 *
 * A call is only compared with rules whose range may hold its argument: a thousand
 * rules for other addresses cost it little.
 */
struct mock_rule_set {
	struct mock_site_rules of[MOCK_NR_SITES];
	u64 armings;
};

/**
 * struct mock_rule_args - what rules know of a call
 * @present: bit 1 << enum mock_match_key of every argument that the call has
 * @value: these arguments
 */
struct mock_rule_args {
	u32 present;
	u64 value[MOCK_NR_MATCHES];
};

/* @name may be longer than MOCK_NAME_MAX; the rest is cut off. */
void mock_rule_init(struct mock_fault_rule *rule, const char *name);

/**
 * mock_rule_arm() - puts a rule in force, its counts at zero
 * @set: the rules in force
 * @rule: a rule with a site, not armed
 */
void mock_rule_arm(struct mock_rule_set *set, struct mock_fault_rule *rule);

/**
 * mock_rule_disarm() - takes a rule out
 * @set: the rules in force
 * @rule: any rule
 *
 * Return: whether it was armed.
 */
bool mock_rule_disarm(struct mock_rule_set *set, struct mock_fault_rule *rule);

/**
 * mock_rules_disarm_all() - takes all rules out
 * @set: the rules in force
 *
 * Return: how many there were.
 */
unsigned int mock_rules_disarm_all(struct mock_rule_set *set);

/**
 * mock_rule_set_spec() - gives a rule new limits
 * @set: the rules in force
 * @rule: an armed rule stays armed and keeps its counts
 * @spec: what it says from now on; of an armed rule, the site does not change
 */
void mock_rule_set_spec(struct mock_rule_set *set, struct mock_fault_rule *rule,
			const struct mock_fault_spec *spec);

/**
 * mock_rules_decide() - shows a call to the rules in force
 * @set: the rules in force
 * @site: where the call is
 * @args: its arguments
 *
 * Return: the rule that fires, counted as a hit, or NULL.
 */
struct mock_fault_rule *mock_rules_decide(struct mock_rule_set *set, enum mock_site site,
					  const struct mock_rule_args *args);

/**
 * mock_rules_has() - whether a rule is still in force
 * @set: the rules in force
 * @site: the rule's
 * @arming: the rule's, when it fired
 *
 * The rule itself may be gone, or armed anew.
 *
 * Return: true when it was never disarmed since.
 */
bool mock_rules_has(const struct mock_rule_set *set, enum mock_site site, u64 arming);

/* Whether any rule would be shown a call at @site. */
static inline bool mock_rules_any(const struct mock_rule_set *set, enum mock_site site)
{
	return set->of[site].used || set->of[mock_sites[site].whole].used;
}

#endif /* MODEL_FAULT_RULE_H */
