// SPDX-License-Identifier: GPL-2.0-only
/* A test that passes while the kernel warns. */
#include "action.h"

/* Makes the kernel WARN and passes: the run must be a splat although every test is ok. */
TEST(passing)
{
	ASSERT_EQ(0, meta_action("warn"));
}

TEST_HARNESS_MAIN
