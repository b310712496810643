// SPDX-License-Identifier: GPL-2.0-only
/* Tests that never end: in user space, in one kernel thread, and the whole machine. */
#include "action.h"

/* Far beyond the time that the harness allows. */
#define NEVER 3600

FIXTURE(forever) {};

FIXTURE_SETUP(forever)
{
}

FIXTURE_TEARDOWN(forever)
{
}

/* Sleeps for ever and forbids the test framework to end it: the guest's init must. */
TEST_F_TIMEOUT(forever, user, NEVER)
{
	for (;;)
		pause();
}

/* Sleeps in the kernel where no signal reaches it: reported, and the VM given up. */
TEST_F_TIMEOUT(forever, kernel, NEVER)
{
	meta_action("sleep");
}

/* Stops every CPU with interrupts off: only the harness's own time-out is left. */
TEST_F_TIMEOUT(forever, machine, NEVER)
{
	meta_action("hang");
}

/* Passes, in a fresh VM: a hang must not take the tests after it along. */
TEST_F(forever, after)
{
	ASSERT_EQ(2, 1 + 1);
}

TEST_HARNESS_MAIN
