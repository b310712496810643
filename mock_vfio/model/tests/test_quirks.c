// SPDX-License-Identifier: GPL-2.0-only OR LGPL-2.1-or-later
/* The words that select quirks. */
#include "host.h"

static u64 set_of(const char *word)
{
	u64 quirks = 0;

	assert_int_equal(type1_quirks_of_word(word, &quirks), 0);
	return quirks;
}

/* Every row has a name that selects exactly its bit, and one line that explains it. */
static void test_names(void **state)
{
	int i;

	(void)state;
	for (i = 0; i < NR_TYPE1_QUIRKS; i++) {
		assert_int_equal(set_of(type1_quirks[i].name), 1ull << i);
		assert_in_range(strlen(type1_quirks[i].doc), 10, 80);
		assert_true(type1_quirks[i].since <= type1_quirks[i].until);
		if (type1_quirks[i].commit)
			assert_int_equal(strspn(type1_quirks[i].commit, "0123456789abcdef"), 12);
	}
}

/* A release selects what it had: the ends of its ranges are exact. */
static void test_releases(void **state)
{
	const u64 always_new = TYPE1_QUIRK(UNMAP_EMPTY_ENOENT) | TYPE1_QUIRK(NO_PGSIZES) |
			       TYPE1_QUIRK(ZERO_PGSIZES);
	const u64 newest = TYPE1_QUIRK(DIRTY_STALE_BITS);
	const u64 v6_12 = TYPE1_QUIRK(UNMAP_WRAP_SILENT) | TYPE1_QUIRK(WRAP_EINVAL) |
			  TYPE1_QUIRK(MAP_LAST_PAGE_POISONS) | TYPE1_QUIRK(NESTING_TYPE) | newest;
	const u64 v6_1 = v6_12 | TYPE1_QUIRK(CAPS_UNALIGNED);
	const u64 v5_10 = v6_1 | TYPE1_QUIRK(NO_UNMAP_ALL) | TYPE1_QUIRK(NO_UPDATE_VADDR);
	/* No bitmaps yet, so none that are stale. */
	const u64 v5_0 = (v5_10 & ~TYPE1_QUIRK(DIRTY_STALE_BITS)) | TYPE1_QUIRK(NO_DIRTY_PAGES) |
			 TYPE1_QUIRK(NO_MIGRATION_CAP) | TYPE1_QUIRK(NO_DMA_AVAIL_CAP) |
			 TYPE1_QUIRK(NO_IOVA_RANGES) | TYPE1_QUIRK(NO_ENTRY_LIMIT);

	(void)state;
	assert_int_equal(set_of("kernel=7.3"), newest);
	assert_int_equal(set_of("kernel=6.18"), newest);
	assert_int_equal(set_of("kernel=6.12"), v6_12);
	assert_int_equal(set_of("kernel=6.6"), v6_12);
	assert_int_equal(set_of("kernel=6.1"), v6_1);
	assert_int_equal(set_of("kernel=5.10"), v5_10);
	assert_int_equal(set_of("kernel=5.0"), v5_0);
	assert_int_equal(set_of("kernel=4.15"), v5_0 | TYPE1_QUIRK(UNMAP_OVERFLOW_4_15));
	assert_false(set_of("kernel=4.14") & TYPE1_QUIRK(UNMAP_OVERFLOW_4_15));
	assert_true(set_of("kernel=4.15") & TYPE1_QUIRK(UNMAP_OVERFLOW_4_15));
	assert_true(set_of("kernel=4.20") & TYPE1_QUIRK(UNMAP_OVERFLOW_4_15));
	assert_false(set_of("kernel=5.0") & TYPE1_QUIRK(UNMAP_OVERFLOW_4_15));
	assert_false(set_of("kernel=4.15") & always_new);
}

/* Anything else is refused, and the set stays as it was. */
static void test_bad_words(void **state)
{
	static const char * const words[] = {
		"", "nonsense", "overlap_ebusy ", "OVERLAP_EBUSY", "kernel=", "kernel=6",
		"kernel=6.", "kernel=.1", "kernel=6.1.2", "kernel=6.1x", "kernel=-6.1",
		"kernel=6.1234", "kernel =6.1",
	};
	u64 quirks = 5;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(words); i++) {
		assert_int_equal(type1_quirks_of_word(words[i], &quirks), -EINVAL);
		assert_int_equal(quirks, 5);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_releases),
		cmocka_unit_test(test_bad_words),
	};

	return cmocka_run_group_tests_name("model_quirks", tests, NULL, NULL);
}
