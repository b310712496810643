/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The fault engine: rules that make a site answer otherwise than it would.
 *
 * A rule belongs to a profile and names one site. A call that reaches a site is
 * shown to every armed rule of that site, in order of priority and then of
 * name. A rule whose matches all fit counts the call in "seen" and then asks, in
 * this order: skip, interval, probability, times. The first rule in order that
 * says yes fires: it, and no other, counts the call in "hits".
 *
 * Nothing here depends on time or on a shared random source: a rule's n-th
 * decision is a function of its attributes, its seed and n.
 *
 * While no rule is armed anywhere, a site pays for one static branch.
 */
#ifndef MOCK_VFIO_FAULT_H
#define MOCK_VFIO_FAULT_H

#include <linux/bits.h>
#include <linux/jump_label.h>
#include <linux/list.h>
#include <linux/spinlock.h>
#include <linux/types.h>

struct mock_event;
struct seq_file;

/* Longest name of a profile and of a rule, without the terminating zero. */
#define MOCK_NAME_MAX		31

enum mock_site {
#define MOCK_SITE(id, name, context, error, effects, doc) MOCK_SITE_##id,
#include "fault_sites.h"
	MOCK_NR_SITES
};

enum mock_site_context {
	MOCK_CONTEXT_PROCESS,
	MOCK_CONTEXT_FAULT,
};

/**
 * enum mock_effect - what a rule does to a call; a site offers a set of them
 * @MOCK_NO_EFFECT: no rule fired
 * @MOCK_ERRNO: the call fails with the rule's errno, the work is not done
 * @MOCK_SHORT: the call does, or reports, at most "value" bytes
 * @MOCK_DROP: the call's effect is lost, nobody is told
 */
enum mock_effect {
	MOCK_NO_EFFECT	= 0,
	MOCK_ERRNO	= BIT(0),
	MOCK_SHORT	= BIT(1),
	MOCK_DROP	= BIT(2),
};

/**
 * struct mock_site_info - a row of the site table
 * @name: as configfs and the event log spell it
 * @context: where it runs
 * @error: default errno, positive; 0 when the site cannot answer one
 * @effects: set of enum mock_effect
 * @doc: one line for "sites"
 */
struct mock_site_info {
	const char *name;
	enum mock_site_context context;
	int error;
	unsigned int effects;
	const char *doc;
};

extern const struct mock_site_info mock_sites[MOCK_NR_SITES];

/* The site of that name, or -1. */
int mock_site_by_name(const char *name);

/* The effect of that name, or MOCK_NO_EFFECT. */
enum mock_effect mock_effect_by_name(const char *name);
const char *mock_effect_name(enum mock_effect effect);

/* What a rule does when it names no effect. */
enum mock_effect mock_site_default_effect(enum mock_site site);

/* The table as text: debugfs' "sites". */
void mock_sites_show(struct seq_file *s);

/* Counts a fault, whichever profile's rule it was. Any context. */
void mock_site_fired(enum mock_site site);

/* How often at each site since the module was loaded: debugfs' "fired". */
void mock_fired_show(struct seq_file *s);

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

enum mock_match_key {
	MOCK_MATCH_IOVA,
	MOCK_MATCH_SIZE,
	MOCK_MATCH_IOCTL,
	MOCK_MATCH_INDEX,
	MOCK_MATCH_TGID,
	MOCK_NR_MATCHES
};

/**
 * struct mock_fault_spec - what a rule says, as written in configfs
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

/**
 * struct mock_fault_rule - a rule at work
 * @node: in its site's list while armed
 * @name: the configfs directory's
 * @spec: what it says
 * @seen: calls that matched since it was armed
 * @candidates: calls that skip and interval left over
 * @hits: calls the rule fired on
 */
struct mock_fault_rule {
	struct list_head node;
	char name[MOCK_NAME_MAX + 1];
	struct mock_fault_spec spec;
	u64 seen;
	u64 candidates;
	u64 hits;
};

/**
 * struct mock_faults - a profile's rules
 * @lock: protects the lists and the armed rules; taken in any context
 * @armed: armed rules by site, in the order in which they are asked
 */
struct mock_faults {
	spinlock_t lock;
	struct list_head armed[MOCK_NR_SITES];
};

/**
 * struct mock_fault - what a call is to suffer
 * @effect: MOCK_NO_EFFECT, or the effect of the rule that fired
 * @error: errno of MOCK_ERRNO, positive
 * @value: operand of the other effects
 */
struct mock_fault {
	enum mock_effect effect;
	int error;
	u64 value;
};

DECLARE_STATIC_KEY_FALSE(mock_faults_armed);

void mock_faults_init(struct mock_faults *faults);

void mock_fault_rule_init(struct mock_fault_rule *rule, const char *name);

/*
 * Puts @rule in force, its counts at zero, or takes it out. Process context, one
 * caller at a time for a rule; a rule is disarmed before it is freed.
 */
void mock_fault_arm(struct mock_faults *faults, struct mock_fault_rule *rule);
void mock_fault_disarm(struct mock_faults *faults, struct mock_fault_rule *rule);
bool mock_fault_is_armed(const struct mock_fault_rule *rule);

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

#endif /* MOCK_VFIO_FAULT_H */
