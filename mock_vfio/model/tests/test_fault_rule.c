// SPDX-License-Identifier: GPL-2.0-only OR LGPL-2.1-or-later
/*
 * Fault rules: which rule fires on which call. Sites are the table's; a whole
 * and a part of it are looked up there.
 */
#include "host.h"
#include "fault_rule.h"

#define SITE	MOCK_SITE_IOMMU_MAP_DMA
#define OTHER	MOCK_SITE_IOMMU_UNMAP_DMA

static const struct mock_rule_args no_args;

static struct mock_fault_spec spec_of_site(enum mock_site site)
{
	struct mock_fault_spec spec = mock_fault_spec_default;
	char why[MOCK_WHY_MAX];

	assert_int_equal(mock_spec_set_site(&spec, mock_sites[site].name, why), 0);
	return spec;
}

static void arm(struct mock_rule_set *set, struct mock_fault_rule *rule, const char *name,
		const struct mock_fault_spec *spec)
{
	mock_rule_init(rule, name);
	mock_rule_set_spec(set, rule, spec);
	mock_rule_arm(set, rule);
}

/* Shows @count calls to the rules; 'x' for each that one fires on, '.' for the rest. */
static const char *calls(struct mock_rule_set *set, unsigned int count)
{
	static char result[128];
	unsigned int i;

	assert_in_range(count, 0, sizeof(result) - 1);
	for (i = 0; i < count; i++)
		result[i] = mock_rules_decide(set, SITE, &no_args) ? 'x' : '.';
	result[i] = '\0';
	return result;
}

/* Each limit by itself, and all of them in their order. */
static void test_limits(void **state)
{
	static const struct {
		u64 skip, interval;
		s64 times;
		const char *fires;
	} rows[] = {
		{ 0, 1, -1, "xxxxxxxx" },
		{ 0, 1, 0, "........" },
		{ 0, 1, 2, "xx......" },
		{ 3, 1, -1, "...xxxxx" },
		{ 0, 3, -1, "..x..x.." },
		{ 1, 2, 2, "..x.x..." },
		{ 1ull << 63, 1, -1, "........" },
		{ 0, ~0ull, -1, "........" },
	};
	struct mock_fault_spec spec = spec_of_site(SITE);
	struct mock_rule_set set = { 0 };
	struct mock_fault_rule rule;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		spec.skip = rows[i].skip;
		spec.interval = rows[i].interval;
		spec.times = rows[i].times;
		arm(&set, &rule, "r", &spec);
		assert_string_equal(calls(&set, 8), rows[i].fires);
		assert_int_equal(rule.seen, 8);
		assert_true(mock_rule_disarm(&set, &rule));
	}
}

/* SplitMix64 of seed 1234567: its first outputs are published with it. */
static void test_probability(void **state)
{
	static const u64 outputs[] = {
		6457827717110365317ull, 3203168211198807973ull, 9817491932198370423ull,
		4593380528125082431ull, 16408922859458223821ull,
	};
	struct mock_fault_spec spec = spec_of_site(SITE);
	struct mock_rule_set set = { 0 };
	struct mock_fault_rule rule;
	size_t i;

	(void)state;
	spec.seed = 1234567;
	for (i = 0; i < ARRAY_SIZE(outputs); i++) {
		u64 percent = ((outputs[i] >> 32) * 100) >> 32;
		unsigned int below;

		/* One more than the number fires, the number itself does not. */
		for (below = 0; below < 2; below++) {
			spec.probability = percent + below;
			arm(&set, &rule, "r", &spec);
			assert_int_equal(calls(&set, i + 1)[i], below ? 'x' : '.');
			mock_rule_disarm(&set, &rule);
		}
	}
}

/* The lowest priority, then the first name; those behind see the call. */
static void test_order(void **state)
{
	static const struct {
		const char *name;
		s64 priority;
	} rows[] = { { "b", 0 }, { "a", 0 }, { "c", -1 }, { "d", 5 } };
	static const char order[] = "cabd";
	struct mock_fault_spec spec = spec_of_site(SITE);
	struct mock_fault_rule rules[ARRAY_SIZE(rows)], *winner;
	struct mock_rule_set set = { 0 };
	size_t i;

	(void)state;
	spec.times = 1;
	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		spec.priority = rows[i].priority;
		arm(&set, &rules[i], rows[i].name, &spec);
	}
	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		winner = mock_rules_decide(&set, SITE, &no_args);
		assert_non_null(winner);
		assert_int_equal(winner->name[0], order[i]);
	}
	assert_null(mock_rules_decide(&set, SITE, &no_args));
	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		assert_int_equal(rules[i].seen, 5);
		assert_int_equal(rules[i].hits, 1);
	}
}

/* A new priority takes effect at once, and the counts stay. */
static void test_set_spec_while_armed(void **state)
{
	struct mock_fault_spec spec = spec_of_site(SITE);
	struct mock_rule_set set = { 0 };
	struct mock_fault_rule a, b;

	(void)state;
	arm(&set, &a, "a", &spec);
	arm(&set, &b, "b", &spec);
	assert_ptr_equal(mock_rules_decide(&set, SITE, &no_args), &a);
	spec.priority = -1;
	mock_rule_set_spec(&set, &b, &spec);
	assert_ptr_equal(mock_rules_decide(&set, SITE, &no_args), &b);
	assert_int_equal(b.seen, 2);
	assert_int_equal(b.hits, 1);
}

/* A rule sees its own site's calls, and no call when it is not armed. */
static void test_arming(void **state)
{
	struct mock_fault_spec spec = spec_of_site(SITE);
	struct mock_rule_set set = { 0 };
	struct mock_fault_rule rule;

	(void)state;
	assert_false(mock_rules_any(&set, SITE));
	arm(&set, &rule, "r", &spec);
	assert_true(mock_rules_any(&set, SITE));
	assert_false(mock_rules_any(&set, OTHER));
	assert_null(mock_rules_decide(&set, OTHER, &no_args));
	assert_int_equal(rule.seen, 0);
	assert_string_equal(calls(&set, 2), "xx");
	assert_true(mock_rule_disarm(&set, &rule));
	assert_false(mock_rule_disarm(&set, &rule));
	assert_string_equal(calls(&set, 2), "..");
	assert_int_equal(rule.hits, 2);
	mock_rule_arm(&set, &rule);
	assert_int_equal(rule.hits, 0);
}

/* A rule of the whole and one of a part are asked in one order, whatever each is of. */
static void test_whole_and_part(void **state)
{
	struct mock_fault_spec whole = spec_of_site(MOCK_SITE_REGION_READ);
	struct mock_fault_spec part = spec_of_site(MOCK_SITE_REGION_READ_4);
	struct mock_fault_rule a, b;
	struct mock_rule_set set = { 0 };

	(void)state;
	arm(&set, &a, "a", &whole);
	assert_true(mock_rules_any(&set, MOCK_SITE_REGION_READ_4));
	arm(&set, &b, "b", &part);
	assert_ptr_equal(mock_rules_decide(&set, MOCK_SITE_REGION_READ_4, &no_args), &a);
	assert_ptr_equal(mock_rules_decide(&set, MOCK_SITE_REGION_READ_8, &no_args), &a);
	part.priority = -1;
	mock_rule_set_spec(&set, &b, &part);
	assert_ptr_equal(mock_rules_decide(&set, MOCK_SITE_REGION_READ_4, &no_args), &b);
	assert_int_equal(a.seen, 3);
	assert_int_equal(a.hits, 2);
	assert_int_equal(b.seen, 2);
	assert_int_equal(b.hits, 1);
}

/* Of a call that waits for a rule: a rule that was armed anew is another one. */
static void test_still_armed(void **state)
{
	struct mock_fault_spec spec = spec_of_site(SITE);
	struct mock_rule_set set = { 0 };
	struct mock_fault_rule rule, other;
	u64 arming;

	(void)state;
	arm(&set, &other, "other", &spec);
	arm(&set, &rule, "r", &spec);
	arming = rule.arming;
	assert_true(mock_rules_has(&set, SITE, arming));
	assert_false(mock_rules_has(&set, OTHER, arming));
	mock_rule_set_spec(&set, &rule, &spec);
	assert_true(mock_rules_has(&set, SITE, arming));
	mock_rule_disarm(&set, &rule);
	assert_false(mock_rules_has(&set, SITE, arming));
	mock_rule_arm(&set, &rule);
	assert_false(mock_rules_has(&set, SITE, arming));
}

/* A match lets through its range, ends included, and no call without the argument. */
static void test_match(void **state)
{
	static const struct {
		u32 present;
		u64 iova;
		bool fires;
	} rows[] = {
		{ 1 << MOCK_MATCH_IOVA, 0xfff, false }, { 1 << MOCK_MATCH_IOVA, 0x1000, true },
		{ 1 << MOCK_MATCH_IOVA, 0x2000, true }, { 1 << MOCK_MATCH_IOVA, 0x2001, false },
		{ 1 << MOCK_MATCH_SIZE, 0x1000, false }, { 0, 0x1000, false },
	};
	struct mock_fault_spec spec = spec_of_site(SITE);
	struct mock_rule_set set = { 0 };
	struct mock_fault_rule rule;
	size_t i;

	(void)state;
	spec.match[MOCK_MATCH_IOVA] = (struct mock_match){ true, 0x1000, 0x2000 };
	arm(&set, &rule, "r", &spec);
	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		struct mock_rule_args args = { .present = rows[i].present };

		args.value[MOCK_MATCH_IOVA] = rows[i].iova;
		assert_int_equal(!!mock_rules_decide(&set, SITE, &args), rows[i].fires);
	}
	assert_int_equal(rule.seen, 2);
}

/* A number that only repeats with the seed, below @n. */
static u64 draw(u64 *state, u64 n)
{
	*state = *state * 6364136223846793005ull + 1442695040888963407ull;
	return (*state >> 33) % n;
}

/* Whether @spec is about a call with @args, argument by argument. */
static bool is_about(const struct mock_fault_spec *spec, const struct mock_rule_args *args)
{
	unsigned int key;

	for (key = 0; key < MOCK_NR_MATCHES; key++) {
		const struct mock_match *match = &spec->match[key];

		if (match->set && (!(args->present & (1u << key)) ||
				   args->value[key] < match->first ||
				   args->value[key] > match->last))
			return false;
	}
	return true;
}

/* One narrow or wide range, or two, or none, at either end of the numbers, or between. */
static struct mock_fault_spec draw_spec(u64 *state, u64 base)
{
	struct mock_fault_spec spec = spec_of_site(SITE);
	unsigned int limits = draw(state, 200) ? 1 + draw(state, 2) : 0;

	while (limits--) {
		u64 first = draw(state, 100);

		spec.match[draw(state, MOCK_NR_MATCHES)] = (struct mock_match){
			true, base + first, base + first + draw(state, draw(state, 40) ?
								2 : 100 - first),
		};
	}
	spec.priority = draw(state, 5);
	spec.interval = 1 + draw(state, 2);
	return spec;
}

/* Of two rules, NULL for none, the one that is asked first. */
static const struct mock_fault_rule *earlier(const struct mock_fault_rule *a,
					     const struct mock_fault_rule *b)
{
	if (!a || a->spec.priority > b->spec.priority)
		return b;
	return a->spec.priority == b->spec.priority && strcmp(a->name, b->name) > 0 ? b : a;
}

/*
 * Many rules of a site that come and go: those that are about a call see it, the
 * first of those that want it fires, as if each one had been asked.
 */
static void test_many(void **state)
{
	static const u64 bases[] = { 0, 0x100000, 0 - 100ull };
	static struct mock_fault_rule rules[200];
	u64 seed = 1, base, seen[ARRAY_SIZE(rules)];
	struct mock_rule_set set = { 0 };
	struct mock_fault_spec spec;
	unsigned int fires = 0, i, n;
	char name[16];

	(void)state;
	for (n = 0; n < 5000; n++) {
		const struct mock_fault_rule *fired, *first = NULL;
		struct mock_rule_args args = { .present = draw(&seed, 1 << MOCK_NR_MATCHES) };

		base = bases[n / 100 % ARRAY_SIZE(bases)];
		i = draw(&seed, ARRAY_SIZE(rules));
		if (!mock_rule_disarm(&set, &rules[i])) {
			snprintf(name, sizeof(name), "%u", i);
			spec = draw_spec(&seed, base);
			arm(&set, &rules[i], name, &spec);
		}
		for (i = 0; i < MOCK_NR_MATCHES; i++)
			args.value[i] = base + draw(&seed, 100);
		for (i = 0; i < ARRAY_SIZE(rules); i++)
			seen[i] = rules[i].seen;

		fired = mock_rules_decide(&set, SITE, &args);
		for (i = 0; i < ARRAY_SIZE(rules); i++) {
			const struct mock_fault_rule *rule = &rules[i];
			bool sees = rule->armed && is_about(&rule->spec, &args);

			assert_int_equal(rule->seen, seen[i] + sees);
			if (sees && rule->seen % rule->spec.interval == 0)
				first = earlier(first, rule);
		}
		assert_ptr_equal(fired, first);
		fires += !!fired;
	}
	/* Neither all of them nor none. */
	assert_in_range(fires, 100, 4900);
	n = mock_rules_disarm_all(&set);
	assert_in_range(n, 1, ARRAY_SIZE(rules));
	for (i = 0; i < ARRAY_SIZE(rules); i++)
		assert_false(rules[i].armed);
	assert_false(mock_rules_any(&set, SITE));
}

/* Longer names than there is room for are cut, not written past the end. */
static void test_long_name(void **state)
{
	char name[64];
	struct mock_fault_rule rule;

	(void)state;
	memset(name, 'n', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	mock_rule_init(&rule, name);
	assert_int_equal(strlen(rule.name), MOCK_NAME_MAX);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_limits),
		cmocka_unit_test(test_probability),
		cmocka_unit_test(test_order),
		cmocka_unit_test(test_set_spec_while_armed),
		cmocka_unit_test(test_arming),
		cmocka_unit_test(test_whole_and_part),
		cmocka_unit_test(test_still_armed),
		cmocka_unit_test(test_match),
		cmocka_unit_test(test_many),
		cmocka_unit_test(test_long_name),
	};

	return cmocka_run_group_tests_name("model_fault_rule", tests, NULL, NULL);
}
