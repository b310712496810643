// SPDX-License-Identifier: GPL-2.0-only
/* Programs that end without a result. */
#include "kselftest_harness.h"

/* Kills the whole program, not only the test: no result is ever printed, which is a crash. */
TEST(silent)
{
	kill(getppid(), SIGKILL);
}

/* Fails in the ordinary way: the one test here whose failure is a plain "not ok". */
TEST(failing)
{
	ASSERT_EQ(3, 1 + 1);
}

TEST_HARNESS_MAIN
