// SPDX-License-Identifier: GPL-2.0-only
/* A test that takes the kernel with it, between two that pass. */
#include <fcntl.h>

#include "kselftest_harness.h"

/* Passes: its result must survive the panic of the test after it. */
TEST(before)
{
	ASSERT_EQ(2, 1 + 1);
}

/* Crashes the kernel by the magic SysRq key: the run must end as a splat and name this test. */
TEST(sysrq)
{
	int fd = open("/proc/sysrq-trigger", O_WRONLY);

	ASSERT_LE(0, fd);
	ASSERT_EQ(1, write(fd, "c", 1));
}

/* Passes, in the fresh VM that the harness must start for what the panic left undone. */
TEST(after)
{
	ASSERT_EQ(2, 1 + 1);
}

TEST_HARNESS_MAIN
