// SPDX-License-Identifier: GPL-2.0-only
/*
 * fail_nth: the n-th site that a program reaches fails, whichever it is. What
 * sweeps with it find is in sweep/; here is what they rely on.
 */
#include <fcntl.h>
#include <pthread.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <mock_vfio.h>

#include "selftest.h"

/* As many processes as can have a count, documented with the attribute. */
#define MAX_COUNTS	32

FIXTURE(fail_nth) {
	struct target target;
	struct mockvfio_profile *profile;
	int fd;
};

FIXTURE_VARIANT(fail_nth) {
	enum target_kind kind;
};

TARGET_VARIANT(fail_nth, mock_type1, TARGET_MOCK_TYPE1);
TARGET_VARIANT(fail_nth, mock_backend, TARGET_MOCK_BACKEND);

FIXTURE_SETUP(fail_nth)
{
	TARGET_OPEN(&self->target, variant->kind, NULL);
	self->profile = self->target.mock.profile;
	self->fd = uvfio_device_fd(self->target.dev);
}

FIXTURE_TEARDOWN(fail_nth)
{
	TARGET_CLOSE(&self->target);
}

static int reset(int fd)
{
	return raw_ioctl_value(fd, VFIO_DEVICE_RESET, 0);
}

static int get_info(int fd)
{
	struct vfio_device_info info = { .argsz = sizeof(info) };

	return raw_ioctl(fd, VFIO_DEVICE_GET_INFO, &info);
}

/* Maps a page of memory and takes it away again: the buffer behind the registers. */
static int map_bar0(int fd)
{
	void *page = mmap(NULL, PAGE, PROT_READ, MAP_SHARED, fd, MOCK_VFIO_BUF_OFFSET);

	if (page == MAP_FAILED)
		return -errno;
	munmap(page, PAGE);
	return 0;
}

static uint64_t left(struct mockvfio_profile *profile)
{
	uint64_t n;

	return mockvfio_fail_nth_get(profile, &n, NULL) ? UINT64_MAX : n;
}

/*
 * The n-th call fails, once, and reading the attribute says how many calls
 * there are to go: a sweep ends with the first n that is not used up.
 */
TEST_F(fail_nth, nth_call_fails_once)
{
	EXPECT_EQ(0, left(self->profile));
	ASSERT_EQ(0, mockvfio_fail_nth_set(self->profile, 3, NULL));
	EXPECT_EQ(3, left(self->profile));
	EXPECT_EQ(0, reset(self->fd));
	EXPECT_EQ(2, left(self->profile));
	EXPECT_EQ(0, reset(self->fd));
	EXPECT_EQ(-EIO, reset(self->fd));
	EXPECT_EQ(0, left(self->profile));
	EXPECT_EQ(0, reset(self->fd));
	EXPECT_EQ(0, left(self->profile));
}

/*
 * Calls of all sites are counted together, and each fails with its own site's
 * errno: a sweep needs not know what a program calls, nor in what order.
 */
TEST_F(fail_nth, any_site)
{
	uint64_t offset = (uint64_t)VFIO_PCI_CONFIG_REGION_INDEX << 40;
	uint16_t vendor;
	int n;

	for (n = 1; n <= 4; n++) {
		ASSERT_EQ(0, mockvfio_fail_nth_set(self->profile, n, NULL));
		EXPECT_EQ(n == 1 ? -EIO : 0, get_info(self->fd));
		EXPECT_EQ(n == 2 ? -1 : 2, pread(self->fd, &vendor, 2, offset));
		EXPECT_EQ(n == 3 ? -EAGAIN : 0, map_bar0(self->fd));
		EXPECT_EQ(n == 4 ? -EIO : 0, reset(self->fd));
		EXPECT_EQ(0, left(self->profile));
	}
}

/*
 * The container's calls count like the device's when our backend serves it; of
 * those that the kernel's type1 serves the mock knows nothing.
 */
TEST_F(fail_nth, container_calls)
{
	bool ours = variant->kind == TARGET_MOCK_BACKEND;
	int container = uvfio_container_fd(self->target.container);
	void *memory = memory_new(PAGE);
	uint32_t flags = VFIO_DMA_MAP_FLAG_READ;

	ASSERT_EQ(0, mockvfio_fail_nth_set(self->profile, 2, NULL));
	EXPECT_EQ(0, raw_map(container, 0, PAGE, memory, flags));
	EXPECT_EQ(ours ? -EINVAL : 0, raw_unmap(container, 0, PAGE, 0, NULL));
	EXPECT_EQ(ours ? 0 : 2, left(self->profile));
	ASSERT_EQ(0, mockvfio_fail_nth_set(self->profile, 0, NULL));
	EXPECT_EQ(0, raw_unmap(container, 0, PAGE, 0, NULL));
	memory_free(memory, PAGE);
}

/*
 * 0 takes a count back, and another number starts it anew, whether the last
 * one has fired or not.
 */
TEST_F(fail_nth, set_again)
{
	ASSERT_EQ(0, mockvfio_fail_nth_set(self->profile, 1, NULL));
	ASSERT_EQ(0, mockvfio_fail_nth_set(self->profile, 0, NULL));
	EXPECT_EQ(0, left(self->profile));
	EXPECT_EQ(0, reset(self->fd));
	ASSERT_EQ(0, mockvfio_fail_nth_set(self->profile, 1, NULL));
	ASSERT_EQ(0, mockvfio_fail_nth_set(self->profile, 2, NULL));
	EXPECT_EQ(0, reset(self->fd));
	EXPECT_EQ(-EIO, reset(self->fd));
	ASSERT_EQ(0, mockvfio_fail_nth_set(self->profile, 1, NULL));
	EXPECT_EQ(-EIO, reset(self->fd));
}

/*
 * The failed call is in the log under the name fail_nth, and no rule has seen
 * it: what a sweep provokes is told apart from what a scenario does.
 */
TEST_F(fail_nth, goes_before_rules)
{
	const struct mockvfio_rule rule = {
		.name = "r", .site = "device.reset", .error = "EPERM", .times = -1,
	};
	struct mockvfio_fault_stats stats;

	ASSERT_EQ(0, mockvfio_fault_add(self->profile, &rule, NULL));
	CLEAR_EVENTS(self->profile);
	ASSERT_EQ(0, mockvfio_fail_nth_set(self->profile, 2, NULL));
	EXPECT_EQ(-EPERM, reset(self->fd));
	EXPECT_EQ(-EIO, reset(self->fd));
	EXPECT_EVENTS(self->profile, "device.*", "device.reset ret=-1 fault=r",
		      "device.reset ret=-5 fault=fail_nth");
	ASSERT_EQ(0, mockvfio_fault_stats(self->profile, "r", &stats, NULL));
	EXPECT_EQ(1, stats.seen);
}

static void *reset_in_thread(void *fd)
{
	return (void *)(intptr_t)reset(*(int *)fd);
}

/*
 * A count belongs to the thread group that wrote it: its threads share it, and
 * calls of other processes, children too, neither fail nor count.
 */
TEST_F(fail_nth, belongs_to_thread_group)
{
	pthread_t thread;
	void *result;
	int status;
	pid_t child;

	ASSERT_EQ(0, mockvfio_fail_nth_set(self->profile, 2, NULL));
	child = fork();
	ASSERT_LE(0, child);
	if (!child)
		_exit(reset(self->fd) || reset(self->fd) || left(self->profile));
	ASSERT_EQ(child, waitpid(child, &status, 0));
	EXPECT_EQ(0, status);
	EXPECT_EQ(0, reset(self->fd));
	ASSERT_EQ(0, pthread_create(&thread, NULL, reset_in_thread, &self->fd));
	ASSERT_EQ(0, pthread_join(thread, &result));
	EXPECT_EQ(-EIO, (intptr_t)result);
}

/*
 * debugfs says of each process what is left of its count, and which call failed:
 * a sweep need not look for that in the log.
 */
TEST_F(fail_nth, says_what_failed)
{
	char path[MOCKVFIO_PATH_MAX], text[128], expected[128];
	int file;

	snprintf(path, sizeof(path), "/sys/kernel/debug/mock_vfio/%s/fail_nth",
		 mockvfio_profile_name(self->profile));
	file = open(path, O_RDONLY);
	ASSERT_LE(0, file);
	EXPECT_EQ(0, pread(file, text, sizeof(text), 0));
	ASSERT_EQ(0, mockvfio_fail_nth_set(self->profile, 2, NULL));
	EXPECT_EQ(0, reset(self->fd));
	snprintf(expected, sizeof(expected), "%d left=1\n", getpid());
	EXPECT_EQ((ssize_t)strlen(expected), pread(file, text, sizeof(text), 0));
	EXPECT_EQ(0, memcmp(expected, text, strlen(expected)));
	EXPECT_EQ(-EIO, reset(self->fd));
	EXPECT_EQ(0, reset(self->fd));
	snprintf(expected, sizeof(expected), "%d left=0 device.reset ret=-5\n", getpid());
	EXPECT_EQ((ssize_t)strlen(expected), pread(file, text, sizeof(text), 0));
	EXPECT_EQ(0, memcmp(expected, text, strlen(expected)));
	close(file);
}

/* A child that sets a count, says what came of it through @report, and waits. */
static pid_t counting_child(struct mockvfio_profile *profile, int report)
{
	pid_t child = fork();
	int ret;

	if (child)
		return child;
	ret = mockvfio_fail_nth_set(profile, 1000, NULL);
	if (write(report, &ret, sizeof(ret)) == sizeof(ret))
		pause();
	_exit(1);
}

static int reported(int report)
{
	int ret;

	return read(report, &ret, sizeof(ret)) == sizeof(ret) ? ret : 1;
}

static void kill_all(const pid_t *children, int n)
{
	int i;

	for (i = 0; i < n; i++)
		kill(children[i], SIGKILL);
	for (i = 0; i < n; i++)
		waitpid(children[i], NULL, 0);
}

/*
 * Several processes sweep side by side, each with a count of its own. There is
 * room for a number of them, and a process that ends, even killed, leaves its
 * room to others.
 */
TEST_F(fail_nth, several_processes)
{
	pid_t children[MAX_COUNTS];
	int i, report[2];

	ASSERT_EQ(0, pipe(report));
	for (i = 0; i < MAX_COUNTS; i++) {
		children[i] = counting_child(self->profile, report[1]);
		EXPECT_EQ(0, reported(report[0]));
	}
	EXPECT_EQ(-ENOSPC, mockvfio_fail_nth_set(self->profile, 1, NULL));
	EXPECT_EQ(0, mockvfio_fail_nth_set(self->profile, 0, NULL));
	EXPECT_EQ(0, reset(self->fd));
	kill_all(children, MAX_COUNTS);
	EXPECT_EQ(0, mockvfio_fail_nth_set(self->profile, 1, NULL));
	EXPECT_EQ(-EIO, reset(self->fd));
	close(report[0]);
	close(report[1]);
}

TEST_HARNESS_MAIN
