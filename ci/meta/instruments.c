// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a debug kernel has for those who test it, used once each: failing an
 * allocation of a chosen system call, and recording which code that call ran.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/kcov.h>
#include <linux/vfio.h>
#include <stdint.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/mman.h>

#include "kselftest_harness.h"

#define FAIL_NTH "/proc/thread-self/fail-nth"
#define KCOV "/sys/kernel/debug/kcov"
#define CONTAINER "/dev/vfio/vfio"

/* More allocations than any of these system calls makes. */
#define MANY 100

/* Entries of kcov's buffer: the first is the number of those that follow. */
#define ENTRIES 4096

static const struct {
	const char *path, *value;
} knobs[] = {
	/* Allocations that may sleep can fail, too: these are most of them. */
	{ "/sys/kernel/debug/failslab/ignore-gfp-wait", "N" },
	/* A line about each failure, without the stack: that is for reports of bugs. */
	{ "/sys/kernel/debug/failslab/verbose", "1" },
};

static int turn_knobs(void)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(knobs); i++) {
		int fd = open(knobs[i].path, O_WRONLY);
		ssize_t done = write(fd, knobs[i].value, 1);

		close(fd);
		if (done != 1)
			return -1;
	}
	return 0;
}

/* The outcome of eventfd() when its @nth allocation fails; 0 when it has fewer. */
static int eventfd_failing(int fail_nth, int nth)
{
	char text[16];
	int fd, error;

	snprintf(text, sizeof(text), "%d", nth);
	if (pwrite(fail_nth, text, strlen(text), 0) < 0)
		return -1;
	fd = eventfd(0, 0);
	error = fd < 0 ? errno : 0;
	pwrite(fail_nth, "0", 1, 0);
	close(fd);
	return error;
}

/*
 * Makes the first, the second, ... allocation of eventfd() fail until there is
 * no further one: each time it must say ENOMEM, and without a failure work.
 */
TEST(fail_nth)
{
	int fd = open(FAIL_NTH, O_RDWR);
	int nth = 0, error;

	if (fd < 0)
		SKIP(return, "no " FAIL_NTH " (CONFIG_FAULT_INJECTION)");
	ASSERT_EQ(0, turn_knobs());
	do {
		error = eventfd_failing(fd, ++nth);
		if (error)
			EXPECT_EQ(ENOMEM, error);
	} while (error && nth < MANY);
	EXPECT_LT(1, nth);
	EXPECT_GT(MANY, nth);
	close(fd);
}

/*
 * Has kcov record an ioctl of VFIO's container: some of VFIO's code must show,
 * and only while it is enabled.
 */
TEST(kcov)
{
	int container = open(CONTAINER, O_RDWR);
	int fd = open(KCOV, O_RDWR);
	uint64_t *seen, count;

	if (fd < 0)
		SKIP(return, "no " KCOV " (CONFIG_KCOV)");
	ASSERT_LE(0, container);
	ASSERT_EQ(0, ioctl(fd, KCOV_INIT_TRACE, ENTRIES));
	seen = mmap(NULL, ENTRIES * sizeof(*seen), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	ASSERT_NE(MAP_FAILED, seen);
	ASSERT_EQ(0, ioctl(fd, KCOV_ENABLE, KCOV_TRACE_PC));
	seen[0] = 0;
	EXPECT_EQ(VFIO_API_VERSION, ioctl(container, VFIO_GET_API_VERSION));
	count = seen[0];
	ASSERT_EQ(0, ioctl(fd, KCOV_DISABLE, 0));
	EXPECT_LT(0, count);
	ioctl(container, VFIO_GET_API_VERSION);
	EXPECT_EQ(count, seen[0]);
	close(fd);
	close(container);
}

TEST_HARNESS_MAIN
