// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Host DMA windows.
 */
#include <stdlib.h>

#include "env.h"

/* Without the window that a fresh container has over everything. */
static int env_no_window(void **state)
{
	struct env *env;

	env_device(state);
	env = *state;
	assert_int_equal(uvfio_host_win_del(env->container, 0, UINT64_MAX, NULL), 0);
	return 0;
}

static int add(struct env *env, uint64_t min, uint64_t max)
{
	return uvfio_host_win_add(env->container, min, max, 0x1000, &env->err);
}

static int del(struct env *env, uint64_t min, uint64_t max)
{
	return uvfio_host_win_del(env->container, min, max, &env->err);
}

static int lookup(struct env *env, uint64_t first, uint64_t last)
{
	return uvfio_host_win_lookup(env->container, first, last, NULL, &env->err);
}

static void windows_do_not_overlap(void **state)
{
	static const struct {
		uint64_t min, max;
		int code;
	} cases[] = {
		{ 0x1000, 0x1fff, -EEXIST },	/* the same */
		{ 0x1400, 0x14ff, -EEXIST },	/* inside */
		{ 0x0, 0xffff, -EEXIST },	/* around */
		{ 0x0, 0x1000, -EEXIST },	/* its first byte */
		{ 0x1fff, 0x2fff, -EEXIST },	/* its last byte */
		{ 0x2fff, 0x2ffe, -EINVAL },
		{ 0, UINT64_MAX, -EEXIST },
	};
	struct env *env = *state;
	size_t i;

	assert_int_equal(add(env, 0x1000, 0x1fff), 0);
	for (i = 0; i < ARRAY_SIZE(cases); i++)
		assert_failed(env, add(env, cases[i].min, cases[i].max),
			      cases[i].code);
	assert_contains(env->err.message, "0x0..0xffffffffffffffff overlaps");
	/* Next to it there is room. */
	assert_int_equal(add(env, 0x2000, UINT64_MAX), 0);
	assert_int_equal(add(env, 0, 0xfff), 0);
	assert_int_equal(env->fake->nr_calls, 0);
}

/* QEMU f3bc3a73c9; and the memory is freed: the environment's end counts. */
static void only_the_exact_window_goes(void **state)
{
	struct env *env = *state;

	assert_failed(env, del(env, 0x1000, 0x1fff), -ENOENT);
	assert_int_equal(add(env, 0x1000, 0x1fff), 0);
	assert_failed(env, del(env, 0x1000, 0x1ffe), -ENOENT);
	assert_failed(env, del(env, 0x1001, 0x1fff), -ENOENT);
	assert_failed(env, del(env, 0, 0x1fff), -ENOENT);
	assert_int_equal(lookup(env, 0x1000, 0x1fff), 0);
	assert_int_equal(del(env, 0x1000, 0x1fff), 0);
	assert_failed(env, del(env, 0x1000, 0x1fff), -ENOENT);
	assert_contains(env->err.message, "does not exist");
}

static void a_range_is_in_one_window(void **state)
{
	struct uvfio_host_window window;
	struct env *env = *state;

	assert_failed(env, lookup(env, 0, 0), -ENXIO);
	assert_int_equal(uvfio_host_win_add(env->container, 0x1000, 0x1fff, 0x10000,
					    NULL), 0);
	assert_int_equal(add(env, 0x2000, 0x2fff), 0);
	assert_int_equal(uvfio_host_win_lookup(env->container, 0x1800, 0x1fff,
					       &window, NULL), 0);
	assert_int_equal(window.min_iova, 0x1000);
	assert_int_equal(window.max_iova, 0x1fff);
	assert_int_equal(window.pgsizes, 0x10000);
	assert_failed(env, lookup(env, 0xfff, 0x1000), -ENXIO);
	assert_failed(env, lookup(env, 0x1fff, 0x2000), -ENXIO);
	assert_failed(env, lookup(env, 0x2fff, 0x3000), -ENXIO);
	assert_failed(env, lookup(env, 0x1801, 0x1800), -ENXIO);
	assert_failed(env, lookup(env, 0x2000, UINT64_MAX), -ENXIO);
	assert_string_equal(env->err.message,
			    "can't map guest IOVA region 0x2000..0xffffffffffffffff");
}

static void windows_of_the_iova_ranges(void **state)
{
	struct uvfio_host_window window;
	struct env *env = *state;

	env->fake->type1.model = TYPE1_IOMMU;
	env_new_context(env, NULL);
	env_open_device(env);
	assert_int_equal(uvfio_host_win_lookup(env->container, 0, 0xfedfffff,
					       &window, NULL), 0);
	assert_true(window.pgsizes == uvfio_container_pgsizes(env->container));
	assert_int_equal(lookup(env, 0xfef00000, 0xffffffffffff), 0);
	assert_failed(env, lookup(env, 0xfee00000, 0xfee00fff), -ENXIO);
	assert_failed(env, lookup(env, 0xffffffffffff, 0x1000000000000), -ENXIO);
}

/* Small windows in a small space, against the plainest list there is. */
#define SPACE	64

static void every_set_of_windows_agrees_with_a_list(void **state)
{
	int owner[SPACE];	/* the first address of the window there, or -1 */
	struct env *env = *state;
	unsigned int seed = 1;
	int i, step, min, max, expected;

	for (i = 0; i < SPACE; i++)
		owner[i] = -1;
	for (step = 0; step < 20000; step++) {
		min = rand_r(&seed) % SPACE;
		max = min + rand_r(&seed) % 5;
		if (max >= SPACE)
			max = SPACE - 1;
		expected = 0;
		if (rand_r(&seed) & 1) {
			for (i = min; i <= max; i++)
				if (owner[i] >= 0)
					expected = -EEXIST;
			assert_int_equal(add(env, min, max), expected);
			for (i = min; i <= max && !expected; i++)
				owner[i] = min;
		} else {
			for (i = min; i <= max; i++)
				if (owner[i] != min)
					expected = -ENOENT;
			if (max + 1 < SPACE && owner[max + 1] == min)
				expected = -ENOENT;
			assert_int_equal(del(env, min, max), expected);
			for (i = min; i <= max && !expected; i++)
				owner[i] = -1;
		}
		expected = owner[min] >= 0 && owner[min] == owner[max] ? 0 : -ENXIO;
		assert_int_equal(lookup(env, min, max), expected);
	}
}

static void a_hundred_thousand_windows(void **state)
{
	const uint64_t nr = 100000, size = 0x1000;
	struct env *env = *state;
	uint64_t i;

	/* In order: a tree without balance becomes a list, and does not finish. */
	for (i = 0; i < nr; i++)
		assert_int_equal(add(env, i * 2 * size, i * 2 * size + size - 1), 0);
	for (i = 0; i < nr; i++) {
		assert_int_equal(lookup(env, i * 2 * size, i * 2 * size + size - 1), 0);
		assert_int_equal(lookup(env, i * 2 * size, i * 2 * size + size), -ENXIO);
	}
	for (i = 0; i < nr; i += 2)
		assert_int_equal(del(env, i * 2 * size, i * 2 * size + size - 1), 0);
	for (i = 0; i < nr; i++)
		assert_int_equal(lookup(env, i * 2 * size, i * 2 * size),
				 i & 1 ? 0 : -ENXIO);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		test_on(env_no_window, windows_do_not_overlap),
		test_on(env_no_window, only_the_exact_window_goes),
		test_on(env_no_window, a_range_is_in_one_window),
		test_on(env_fake, windows_of_the_iova_ranges),
		test_on(env_no_window, every_set_of_windows_agrees_with_a_list),
		test_on(env_no_window, a_hundred_thousand_windows),
	};

	return cmocka_run_group_tests_name("window", tests, NULL, NULL);
}
