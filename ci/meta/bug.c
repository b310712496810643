// SPDX-License-Identifier: GPL-2.0-only
/*
 * Tests that pass while the kernel does something wrong that only a debug
 * kernel notices: each run of one must be a splat. They show that its checks
 * work; where the kernel has no such check, they skip.
 */
#include "action.h"

static void make(struct __test_metadata *_metadata, const char *bug)
{
	int ret = meta_action(bug);

	if (ret == -EOPNOTSUPP)
		SKIP(return, "this kernel does not look for %s", bug);
	ASSERT_EQ(0, ret);
}

/*
 * Takes two mutexes in both orders, which is a deadlock one day: lockdep must
 * report it. The first test, as a report of KASAN switches lockdep off.
 */
TEST(lock_order)
{
	make(_metadata, "lock_order");
}

/* Reads freed memory: KASAN must report it. */
TEST(use_after_free)
{
	make(_metadata, "use_after_free");
}

/* Shifts a 64-bit number by 64: UBSAN must report it. */
TEST(shift)
{
	make(_metadata, "shift");
}

/* May sleep with preemption disabled: the scheduler's check must report it. */
TEST(sleep_in_atomic)
{
	make(_metadata, "sleep_in_atomic");
}

/* Frees a timer that is running: the check of object life cycles must report it. */
TEST(free_active)
{
	make(_metadata, "free_active");
}

/* Forgets allocated memory: kmemleak must report it when all tests are over. */
TEST(leak)
{
	make(_metadata, "leak");
}

TEST_HARNESS_MAIN
