// SPDX-License-Identifier: GPL-2.0-only
/*
 * The event log as a tracepoint, for whoever has the kernel's tracing at hand:
 * filters, histograms, and the calls in one line of time with everything else.
 */
#include <fcntl.h>
#include <stdio.h>
#include <sys/mount.h>
#include <sys/stat.h>

#include "selftest.h"

#define TRACEFS		"/sys/kernel/tracing"
#define CALL		TRACEFS "/events/mock_vfio/call"
#define INSTANCE	TRACEFS "/instances/selftest"

FIXTURE(tracing) {
	struct target target;
	int fd;
};

static int write_file(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_TRUNC), ret;

	if (fd < 0)
		return -errno;
	ret = write(fd, text, strlen(text)) < 0 ? -errno : 0;
	close(fd);
	return ret;
}

static const char *read_file(const char *path, char *text, size_t size)
{
	int fd = open(path, O_RDONLY);
	size_t done = 0;
	ssize_t n;

	while (fd >= 0 && done < size - 1 && (n = read(fd, text + done, size - 1 - done)) > 0)
		done += n;
	close(fd);
	text[done] = '\0';
	return text;
}

static bool has(const char *line, const char *end, const char *text)
{
	return memmem(line, end - line, text, strlen(text));
}

/* How many events of the trace have both in their line. */
static int count_lines(const char *trace, const char *one, const char *other)
{
	const char *line = trace, *end;
	int n = 0;

	for (; (end = strchr(line, '\n')); line = end + 1)
		n += *line != '#' && has(line, end, one) && has(line, end, other);
	return n;
}

FIXTURE_SETUP(tracing)
{
	TARGET_OPEN(&self->target, TARGET_MOCK_TYPE1, NULL);
	self->fd = uvfio_device_fd(self->target.dev);
	if (access(TRACEFS "/events", F_OK))
		mount("tracefs", TRACEFS, "tracefs", 0, NULL);
	if (access(TRACEFS "/events", F_OK))
		SKIP(return, "this kernel has no tracepoints");
	ASSERT_EQ(0, access(CALL, F_OK));
	ASSERT_EQ(0, mkdir(INSTANCE, 0700));
}

FIXTURE_TEARDOWN(tracing)
{
	rmdir(INSTANCE);
	TARGET_CLOSE(&self->target);
}

/*
 * With the family switched on, each call of the log is one line of the trace, with
 * profile, site, device, arguments, result and the rule that struck; switched off,
 * there are no more.
 */
TEST_F(tracing, each_call_is_a_line)
{
	const struct mockvfio_rule rule = {
		.name = "once", .site = "region.write", .error = "EPERM", .times = 1,
	};
	const uint64_t config = (uint64_t)VFIO_PCI_CONFIG_REGION_INDEX << 40;
	char trace[65536], device[64];
	uint32_t value = 0;

	snprintf(device, sizeof(device), "dev=%s", self->target.name);
	ASSERT_EQ(0, mockvfio_fault_add(self->target.mock.profile, &rule, NULL));
	CLEAR_EVENTS(self->target.mock.profile);
	ASSERT_EQ(0, write_file(INSTANCE "/events/mock_vfio/enable", "1"));
	EXPECT_EQ(4, pread(self->fd, &value, 4, config + 0x10));
	EXPECT_EQ(-1, pwrite(self->fd, &value, 4, config + 0x10));
	EXPECT_EQ(2, pwrite(self->fd, &value, 2, config + 0x3c));
	ASSERT_EQ(0, write_file(INSTANCE "/events/mock_vfio/enable", "0"));
	EXPECT_EQ(4, pread(self->fd, &value, 4, config));

	read_file(INSTANCE "/trace", trace, sizeof(trace));
	EXPECT_EQ(3, count_lines(trace, "call: selftest ", device))
		TH_LOG("%s", trace);
	EXPECT_EQ(4, events_count(self->target.mock.profile, "*"));
	EXPECT_EQ(1, count_lines(trace, " region.read ",
				 "index=7 offset=0x10 iova=0x0 size=0x4 "))
		TH_LOG("%s", trace);
	EXPECT_EQ(1, count_lines(trace, " region.write ", " ret=-1 fault=once"))
		TH_LOG("%s", trace);
	EXPECT_EQ(1, count_lines(trace, "offset=0x3c", " ret=2 fault="))
		TH_LOG("%s", trace);
}

/*
 * The fields can be filtered by, numbers and names: only what was asked for is
 * recorded.
 */
TEST_F(tracing, filter)
{
	const uint64_t config = (uint64_t)VFIO_PCI_CONFIG_REGION_INDEX << 40;
	char trace[65536];
	uint32_t value;

	ASSERT_EQ(0, write_file(INSTANCE "/events/mock_vfio/call/filter",
				"site == \"region.read\" && index == 7 && offset >= 0x40"));
	ASSERT_EQ(0, write_file(INSTANCE "/events/mock_vfio/call/enable", "1"));
	EXPECT_EQ(4, pread(self->fd, &value, 4, config));
	EXPECT_EQ(4, pread(self->fd, &value, 4, config + 0x40));
	EXPECT_EQ(4, pwrite(self->fd, &value, 4, config + 0x40));
	EXPECT_EQ(4, pread(self->fd, &value, 4, 0));
	read_file(INSTANCE "/trace", trace, sizeof(trace));
	EXPECT_EQ(1, count_lines(trace, "call: ", "offset=0x40"))
		TH_LOG("%s", trace);
	EXPECT_EQ(1, count_lines(trace, "call: ", ""))
		TH_LOG("%s", trace);
}

TEST_HARNESS_MAIN
