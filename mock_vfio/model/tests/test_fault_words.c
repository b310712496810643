// SPDX-License-Identifier: GPL-2.0-only OR LGPL-2.1-or-later
/* The words of fault rules, and the table of sites. */
#include "host.h"
#include "errno_names.h"
#include "fault_caps.h"
#include "fault_rule.h"

/* Every site has a name of its own that finds it, and a line that explains it. */
static void test_sites(void **state)
{
	int site;

	(void)state;
	for (site = 0; site < MOCK_NR_SITES; site++) {
		assert_int_equal(mock_site_by_name(mock_sites[site].name), site);
		assert_in_range(strlen(mock_sites[site].name), 6, 43);
		assert_in_range(strlen(mock_sites[site].doc), 6, 200);
		assert_int_not_equal(mock_sites[site].effects, 0);
	}
	assert_int_equal(mock_site_by_name("device"), -1);
	assert_int_equal(mock_site_by_name(""), -1);
}

/* A part is named after its whole, offers no more, and has no parts of its own. */
static void test_parts(void **state)
{
	const struct mock_site_info *part, *whole;

	(void)state;
	for (part = mock_sites; part < mock_sites + MOCK_NR_SITES; part++) {
		whole = &mock_sites[part->whole];
		assert_ptr_equal(&mock_sites[whole->whole], whole);
		if (part == whole)
			continue;
		assert_int_equal(strncmp(part->name, whole->name, strlen(whole->name)), 0);
		assert_int_equal(part->name[strlen(whole->name)], '.');
		assert_int_equal(part->context, whole->context);
		assert_int_equal(part->error, whole->error);
	}
}

/* A site that answers an errno has one, and it has a name; others have none. */
static void test_default_errno(void **state)
{
	const struct mock_site_info *site;

	(void)state;
	for (site = mock_sites; site < mock_sites + MOCK_NR_SITES; site++) {
		assert_int_equal(!!(site->effects & MOCK_ERRNO), !!site->error);
		if (site->error)
			assert_non_null(mock_errno_name(site->error));
	}
}

static void test_effects(void **state)
{
	int bit;

	(void)state;
	for (bit = 0; bit < MOCK_NR_EFFECTS; bit++)
		assert_int_equal(mock_effect_by_name(mock_effect_name(1u << bit)), 1u << bit);
	assert_int_equal(mock_effect_by_name("Errno"), MOCK_NO_EFFECT);
	assert_string_equal(mock_effect_name(MOCK_NO_EFFECT), "");
}

static void test_errno(void **state)
{
	static const struct {
		const char *text;
		int error;
	} rows[] = {
		{ "EBUSY", EBUSY }, { "16", 16 }, { "0x10", 16 }, { "EHWPOISON", EHWPOISON },
		{ "4095", 4095 }, { "4096", 0 }, { "0", 0 }, { "-16", 0 }, { "ebusy", 0 },
		{ "EBUSY ", 0 }, { "", 0 }, { "18446744073709551632", 0 },
	};
	struct mock_fault_spec spec;
	char why[MOCK_WHY_MAX];
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		spec.error = 7;
		assert_int_equal(mock_spec_set_errno(&spec, rows[i].text, why),
				 rows[i].error ? 0 : -EINVAL);
		assert_int_equal(spec.error, rows[i].error ? rows[i].error : 7);
	}
}

/* A site brings its defaults along; what it does not know leaves the rule alone. */
static void test_spec(void **state)
{
	struct mock_fault_spec spec = mock_fault_spec_default;
	char why[MOCK_WHY_MAX];

	(void)state;
	assert_int_equal(mock_spec_check(&spec, why), -EINVAL);
	assert_int_equal(mock_spec_set_effect(&spec, "errno", why), -EINVAL);
	assert_int_equal(mock_spec_set_site(&spec, "iommu.map", why), -EINVAL);
	assert_int_equal(spec.site, -1);

	assert_int_equal(mock_spec_set_site(&spec, "iommu.map_dma", why), 0);
	assert_int_equal(spec.effect, MOCK_ERRNO);
	assert_int_equal(spec.error, EBUSY);
	assert_int_equal(mock_spec_set_effect(&spec, "drop", why), -EINVAL);
	assert_int_equal(mock_spec_set_effect(&spec, "nonsense", why), -EINVAL);
	assert_string_equal(why, "iommu.map_dma offers no such effect");
	assert_int_equal(spec.effect, MOCK_ERRNO);
	assert_int_equal(mock_spec_check(&spec, why), 0);

	assert_int_equal(mock_spec_set_site(&spec, "irq.deliver", why), 0);
	assert_int_equal(spec.effect, MOCK_DROP);
	assert_int_equal(spec.error, 0);
}

/* Values that an effect has no use for are refused. */
static void test_values(void **state)
{
	static const struct {
		enum mock_effect effect;
		u64 max;
	} rows[] = {
		{ MOCK_DELAY, MOCK_DELAY_MAX }, { MOCK_LATE, MOCK_DELAY_MAX },
		{ MOCK_RESULT, 0x7fffffff }, { MOCK_SHORT, ~0ull },
		{ MOCK_CAPS, MOCK_NR_CAPS_SHAPES - 1 },
	};
	struct mock_fault_spec spec = mock_fault_spec_default;
	char why[MOCK_WHY_MAX];
	size_t i;

	(void)state;
	spec.site = MOCK_SITE_IOMMU_MAP_DMA;
	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		spec.effect = rows[i].effect;
		spec.value = rows[i].max;
		assert_int_equal(mock_spec_check(&spec, why), 0);
		spec.value++;
		assert_int_equal(mock_spec_check(&spec, why), spec.value ? -EINVAL : 0);
	}
}

static void test_ranges(void **state)
{
	static const struct {
		const char *text;
		int ret;
		struct mock_match range;
	} rows[] = {
		{ "", 0, { false, 0, 0 } },
		{ "5", 0, { true, 5, 5 } },
		{ "0x1000-0x1fff", 0, { true, 0x1000, 0x1fff } },
		{ "0-18446744073709551615", 0, { true, 0, ~0ull } },
		{ "2-1", -EINVAL, { 0 } },
		{ "-1", -EINVAL, { 0 } },
		{ "1-", -EINVAL, { 0 } },
		{ "1-2-3", -EINVAL, { 0 } },
		{ "x", -EINVAL, { 0 } },
		{ "18446744073709551616", -EINVAL, { 0 } },
		{ "0000000000000000000000000000001", -EINVAL, { 0 } },
	};
	struct mock_match match;
	char why[MOCK_WHY_MAX];
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		match = (struct mock_match){ true, 7, 8 };
		assert_int_equal(mock_match_parse(&match, rows[i].text, why), rows[i].ret);
		if (rows[i].ret) {
			assert_int_equal(match.first, 7);
			continue;
		}
		assert_int_equal(match.set, rows[i].range.set);
		assert_int_equal(match.first, rows[i].range.first);
		assert_int_equal(match.last, rows[i].range.last);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sites),
		cmocka_unit_test(test_parts),
		cmocka_unit_test(test_default_errno),
		cmocka_unit_test(test_effects),
		cmocka_unit_test(test_errno),
		cmocka_unit_test(test_spec),
		cmocka_unit_test(test_values),
		cmocka_unit_test(test_ranges),
	};

	return cmocka_run_group_tests_name("model_fault_words", tests, NULL, NULL);
}
