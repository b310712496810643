// SPDX-License-Identifier: GPL-2.0-only
/*
 * The grammar of fault rules: which calls a rule strikes. Resets are the calls
 * here, because each is one ioctl that reaches one site and nothing else.
 */
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "selftest.h"

FIXTURE(rules) {
	struct target target;
	struct mockvfio_profile *profile;
	int fd;
};

FIXTURE_SETUP(rules)
{
	TARGET_OPEN(&self->target, TARGET_MOCK_TYPE1, NULL);
	self->profile = self->target.mock.profile;
	self->fd = uvfio_device_fd(self->target.dev);
}

FIXTURE_TEARDOWN(rules)
{
	TARGET_CLOSE(&self->target);
}

#define FAULT(rule)	ASSERT_EQ(0, mockvfio_fault_add(self->profile, &(rule), NULL))

/* Resets the device @count times; a string of 'x' for failed and '.' for not. */
static const char *resets(int fd, unsigned int count)
{
	static char result[128];
	unsigned int i;

	for (i = 0; i < count && i < sizeof(result) - 1; i++)
		result[i] = raw_ioctl_value(fd, VFIO_DEVICE_RESET, 0) ? 'x' : '.';
	result[i] = '\0';
	return result;
}

/*
 * "times" bounds how often a rule strikes; -1 is for ever. The counts of calls
 * seen and struck can be read back.
 */
TEST_F(rules, times)
{
	struct mockvfio_rule rule = { .name = "r", .site = "device.reset", .times = 2 };
	struct mockvfio_fault_stats stats;

	FAULT(rule);
	EXPECT_STREQ("xx...", resets(self->fd, 5));
	ASSERT_EQ(0, mockvfio_fault_stats(self->profile, "r", &stats, NULL));
	EXPECT_EQ(5, stats.seen);
	EXPECT_EQ(2, stats.hits);
	ASSERT_EQ(0, mockvfio_fault_remove(self->profile, "r", NULL));
	rule.times = -1;
	FAULT(rule);
	EXPECT_STREQ("xxxxx", resets(self->fd, 5));
}

/*
 * "skip" lets calls pass first, "interval" then strikes every n-th, and
 * "times" counts strikes, not calls: in this order, as the documentation says.
 */
TEST_F(rules, skip_and_interval)
{
	const struct mockvfio_rule skip = {
		.name = "r", .site = "device.reset", .skip = 2, .times = 1,
	};
	const struct mockvfio_rule interval = {
		.name = "r", .site = "device.reset", .interval = 3, .times = -1,
	};
	const struct mockvfio_rule all = {
		.name = "r", .site = "device.reset", .skip = 1, .interval = 2, .times = 2,
	};

	FAULT(skip);
	EXPECT_STREQ("..x..", resets(self->fd, 5));
	ASSERT_EQ(0, mockvfio_fault_remove(self->profile, "r", NULL));
	FAULT(interval);
	EXPECT_STREQ("..x..x..x", resets(self->fd, 9));
	ASSERT_EQ(0, mockvfio_fault_remove(self->profile, "r", NULL));
	FAULT(all);
	EXPECT_STREQ("..x.x....", resets(self->fd, 9));
}

/*
 * Of several rules that match, the lowest priority number strikes, and among
 * equals the first by name; the others have seen the call.
 */
TEST_F(rules, priority)
{
	const struct mockvfio_rule rules[] = {
		{ .name = "b", .site = "device.reset", .error = "EPERM", .times = 1 },
		{ .name = "a", .site = "device.reset", .error = "ENOMEM", .times = 1 },
		{ .name = "c", .site = "device.reset", .error = "EBUSY", .times = 1,
		  .priority = -1 },
	};
	struct mockvfio_fault_stats stats;
	size_t i;

	for (i = 0; i < 3; i++)
		FAULT(rules[i]);
	EXPECT_EQ(-EBUSY, raw_ioctl_value(self->fd, VFIO_DEVICE_RESET, 0));
	EXPECT_EQ(-ENOMEM, raw_ioctl_value(self->fd, VFIO_DEVICE_RESET, 0));
	EXPECT_EQ(-EPERM, raw_ioctl_value(self->fd, VFIO_DEVICE_RESET, 0));
	EXPECT_EQ(0, raw_ioctl_value(self->fd, VFIO_DEVICE_RESET, 0));
	ASSERT_EQ(0, mockvfio_fault_stats(self->profile, "b", &stats, NULL));
	EXPECT_EQ(4, stats.seen);
	EXPECT_EQ(1, stats.hits);
}

/*
 * With a probability the same seed strikes the same calls every time, another
 * seed other ones, and about the share that was asked for: a run that found a
 * bug can be repeated exactly.
 */
TEST_F(rules, probability)
{
	struct mockvfio_rule rule = {
		.name = "r", .site = "device.reset", .times = -1, .probability = 50, .seed = 7,
	};
	struct mockvfio_fault_stats stats;
	char runs[3][128];
	int i;

	for (i = 0; i < 3; i++) {
		rule.seed = i == 2 ? 8 : 7;
		FAULT(rule);
		snprintf(runs[i], sizeof(runs[i]), "%s", resets(self->fd, 100));
		ASSERT_EQ(0, mockvfio_fault_stats(self->profile, "r", &stats, NULL));
		EXPECT_LT(25, stats.hits);
		EXPECT_GT(75, stats.hits);
		ASSERT_EQ(0, mockvfio_fault_remove(self->profile, "r", NULL));
	}
	EXPECT_STREQ(runs[0], runs[1]);
	EXPECT_NE(0, strcmp(runs[0], runs[2]));
}

/*
 * A rule that is not armed neither strikes nor counts; arming it again starts
 * its counts afresh, so that one rule serves a test's phases.
 */
TEST_F(rules, disarm)
{
	const struct mockvfio_rule rule = { .name = "r", .site = "device.reset", .times = 2 };
	struct mockvfio_fault_stats stats;

	FAULT(rule);
	EXPECT_STREQ("x", resets(self->fd, 1));
	ASSERT_EQ(0, mockvfio_fault_arm(self->profile, "r", false, NULL));
	EXPECT_STREQ("...", resets(self->fd, 3));
	ASSERT_EQ(0, mockvfio_fault_arm(self->profile, "r", true, NULL));
	EXPECT_STREQ("xx.", resets(self->fd, 3));
	ASSERT_EQ(0, mockvfio_fault_stats(self->profile, "r", &stats, NULL));
	EXPECT_EQ(3, stats.seen);
	EXPECT_EQ(2, stats.hits);
}

/*
 * A rule can match one region or interrupt index, or a range of them, and
 * strikes and counts those calls only.
 */
TEST_F(rules, match_index)
{
	const struct mockvfio_rule rule = {
		.name = "r", .site = "device.get_region_info", .match_index = "1-2", .times = -1,
	};
	struct vfio_region_info info = { .argsz = sizeof(info) };
	struct mockvfio_fault_stats stats;

	FAULT(rule);
	for (info.index = 0; info.index < 4; info.index++)
		EXPECT_EQ(info.index == 1 || info.index == 2 ? -EIO : 0,
			  raw_ioctl(self->fd, VFIO_DEVICE_GET_REGION_INFO, &info));
	ASSERT_EQ(0, mockvfio_fault_stats(self->profile, "r", &stats, NULL));
	EXPECT_EQ(2, stats.seen);
}

/*
 * A rule can match the process that makes the call: a monitor may use the
 * device while only the program under test is struck.
 */
TEST_F(rules, match_tgid)
{
	struct mockvfio_rule rule = { .name = "r", .site = "device.reset", .times = -1 };
	char tgid[16];
	int status;
	pid_t child;

	snprintf(tgid, sizeof(tgid), "%d", getpid());
	rule.match_tgid = tgid;
	FAULT(rule);
	EXPECT_STREQ("x", resets(self->fd, 1));
	child = fork();
	ASSERT_LE(0, child);
	if (!child)
		_exit(strcmp(".", resets(self->fd, 1)));
	ASSERT_EQ(child, waitpid(child, &status, 0));
	EXPECT_EQ(0, status);
}

/*
 * A rule's errno can be named or numbered, and whatever it is reaches the
 * caller; without one the site's own is used.
 */
TEST_F(rules, errno_by_name_or_number)
{
	const struct mockvfio_rule rules[] = {
		{ .name = "r", .site = "device.reset", .error = "EAGAIN" },
		{ .name = "r", .site = "device.reset", .error = "13" },
		{ .name = "r", .site = "device.reset" },
	};
	static const int want[] = { -EAGAIN, -EACCES, -EIO };
	size_t i;

	for (i = 0; i < 3; i++) {
		FAULT(rules[i]);
		EXPECT_EQ(want[i], raw_ioctl_value(self->fd, VFIO_DEVICE_RESET, 0));
		ASSERT_EQ(0, mockvfio_fault_remove(self->profile, "r", NULL));
	}
}

/*
 * A rule for a whole site and one for a part of it are asked in one order; the part's
 * sees the calls of the part only, the whole's all, and the log names the whole.
 */
TEST_F(rules, whole_and_part)
{
	const struct mockvfio_rule whole = {
		.name = "whole", .site = "region.read", .times = -1, .error = "EPERM",
	};
	const struct mockvfio_rule part = {
		.name = "part", .site = "region.read.2", .times = 1, .error = "EBUSY",
		.priority = -1,
	};
	const off_t config = (off_t)VFIO_PCI_CONFIG_REGION_INDEX << 40;
	struct mockvfio_fault_stats stats;
	uint64_t value;

	FAULT(whole);
	FAULT(part);
	CLEAR_EVENTS(self->profile);
	EXPECT_EQ(-1, pread(self->fd, &value, 4, 0));
	EXPECT_EQ(EPERM, errno);
	EXPECT_EQ(-1, pread(self->fd, &value, 2, 0));
	EXPECT_EQ(EBUSY, errno);
	/* Config space is a part of its own, whatever the size. */
	EXPECT_EQ(-1, pread(self->fd, &value, 2, config));
	EXPECT_EQ(EPERM, errno);
	EXPECT_EVENTS(self->profile, "region.*", "region.read size=4 ret=-1 fault=whole",
		      "region.read size=2 ret=-16 fault=part",
		      "region.read size=2 ret=-1 fault=whole");
	ASSERT_EQ(0, mockvfio_fault_stats(self->profile, "whole", &stats, NULL));
	EXPECT_EQ(3, stats.seen);
	EXPECT_EQ(2, stats.hits);
	ASSERT_EQ(0, mockvfio_fault_stats(self->profile, "part", &stats, NULL));
	EXPECT_EQ(1, stats.seen);
}

/* Waits until the rule has fired; false when it does not. */
static bool wait_for_hit(struct mockvfio_profile *profile, const char *rule)
{
	struct mockvfio_fault_stats stats;
	int i;

	for (i = 0; i < 10000; i++) {
		if (!mockvfio_fault_stats(profile, rule, &stats, NULL) && stats.hits)
			return true;
		usleep(1000);
	}
	return false;
}

/*
 * A program that hangs in a call can be killed at once, the call's work is not done,
 * and the device is as good as before: nobody is left with a process in state D.
 */
TEST_F(rules, killed_while_waiting)
{
	static const struct mockvfio_rule rules[] = {
		{ .name = "r", .site = "device.reset", .effect = "hang", .times = 1 },
		{ .name = "r", .site = "device.reset", .effect = "delay", .value = 10000,
		  .times = 1 },
	};
	int status;
	pid_t child;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(rules); i++) {
		FAULT(rules[i]);
		CLEAR_EVENTS(self->profile);
		child = fork();
		ASSERT_LE(0, child);
		if (!child) {
			resets(self->fd, 1);
			_exit(0);
		}
		EXPECT_TRUE(wait_for_hit(self->profile, "r"));
		kill(child, SIGKILL);
		ASSERT_EQ(child, waitpid(child, &status, 0));
		EXPECT_TRUE(WIFSIGNALED(status));
		EXPECT_EVENTS(self->profile, "device.reset", "device.reset ret=-4 fault=r");
		EXPECT_STREQ("..", resets(self->fd, 2));
		ASSERT_EQ(0, mockvfio_fault_remove(self->profile, "r", NULL));
	}
}

/*
 * An interrupt that is late and loses its eventfd before it comes does not come, not
 * even to a new eventfd: the kernel has let go of the old one.
 */
TEST_F(rules, late_is_forgotten)
{
	const struct mockvfio_rule rule = {
		.name = "r", .site = "irq.deliver.req", .effect = "late", .value = 300, .times = 1,
	};
	const uint32_t trigger = VFIO_IRQ_SET_ACTION_TRIGGER, req = VFIO_PCI_REQ_IRQ_INDEX;
	int fds[2] = { eventfd_new(), eventfd_new() };

	FAULT(rule);
	ASSERT_EQ(0, raw_set_irqs(self->fd, VFIO_IRQ_SET_DATA_EVENTFD | trigger, req, 0, 1,
				  &fds[0], sizeof(fds[0])));
	ASSERT_EQ(0, raw_set_irqs(self->fd, VFIO_IRQ_SET_DATA_NONE | trigger, req, 0, 1, NULL, 0));
	ASSERT_EQ(0, raw_set_irqs(self->fd, VFIO_IRQ_SET_DATA_EVENTFD | trigger, req, 0, 1,
				  &fds[1], sizeof(fds[1])));
	usleep(600000);
	EXPECT_EQ(0, eventfd_wait(fds[0], 0));
	EXPECT_EQ(0, eventfd_wait(fds[1], 0));
	ASSERT_EQ(0, raw_set_irqs(self->fd, VFIO_IRQ_SET_DATA_NONE | trigger, req, 0, 1, NULL, 0));
	EXPECT_EQ(1, eventfd_wait(fds[1], IRQ_TIMEOUT_MS));
	close(fds[0]);
	close(fds[1]);
}

/*
 * A value that is too much for its effect, and an effect that its site does not
 * offer, are refused when the rule is made, not found out when it fires.
 */
TEST_F(rules, refused)
{
	static const struct mockvfio_rule rules[] = {
		{ .name = "r", .site = "device.reset", .effect = "delay", .value = 10001 },
		{ .name = "r", .site = "device.reset", .effect = "result", .value = 1ULL << 31 },
		{ .name = "r", .site = "irq.deliver", .effect = "late", .value = 10001 },
		{ .name = "r", .site = "device.get_info", .effect = "caps", .value = 12 },
		{ .name = "r", .site = "device.reset", .effect = "short" },
		{ .name = "r", .site = "device.open", .effect = "hang" },
		{ .name = "r", .site = "iommu.attach", .effect = "delay" },
		{ .name = "r", .site = "region.read.3" },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(rules); i++)
		EXPECT_EQ(-EINVAL, mockvfio_fault_add(self->profile, &rules[i], NULL))
			TH_LOG("%s %s", rules[i].site,
			       rules[i].effect ? rules[i].effect : "by default");
	EXPECT_STREQ("...", resets(self->fd, 3));
}

/*
 * A rule may not have the name that the event log has for fail_nth: one could not
 * tell a scenario's faults from a sweep's. The kernel log says so.
 */
TEST_F(rules, reserved_name)
{
	const struct mockvfio_rule rule = { .name = "fail_nth", .site = "device.reset" };
	int log = kmsg_open();

	ASSERT_LE(0, log);
	EXPECT_EQ(-EINVAL, mockvfio_fault_add(self->profile, &rule, NULL));
	EXPECT_TRUE(kmsg_contains(log, "rule \"fail_nth\": the name is reserved"));
	close(log);
	EXPECT_STREQ("...", resets(self->fd, 3));
}

/*
 * The event log has every call, struck or not, in order, with its arguments,
 * its result and the rule: it is what tests and bug reports are built on.
 */
TEST_F(rules, event_log)
{
	const struct mockvfio_rule rule = {
		.name = "second", .site = "device.reset", .skip = 1, .times = 1,
	};
	struct mockvfio_events events;
	size_t i;

	FAULT(rule);
	CLEAR_EVENTS(self->profile);
	EXPECT_STREQ(".x.", resets(self->fd, 3));
	EXPECT_EVENTS(self->profile, "*", "device.reset ret=0",
		      "device.reset ret=-5 fault=second", "device.reset ret=0");
	ASSERT_EQ(0, mockvfio_events_read(self->profile, &events, NULL));
	ASSERT_EQ(3, events.count);
	for (i = 0; i < events.count; i++) {
		EXPECT_EQ(i + 1, events.v[i].seq);
		EXPECT_EQ(getpid(), events.v[i].tgid);
		EXPECT_STREQ(self->target.name, events.v[i].dev);
		if (i)
			EXPECT_LE(events.v[i - 1].time_us, events.v[i].time_us);
	}
	mockvfio_events_free(&events);
}

/* Whether somebody says within so many seconds that there is more to read. */
static bool comes_within(int fd, unsigned int seconds)
{
	struct pollfd more = { .fd = fd, .events = POLLIN };
	time_t start = time(NULL);

	/* At the end of its time poll() looks once more, for which nobody woke it. */
	return poll(&more, 1, (int)seconds * 2000) == 1 && time(NULL) - start <= seconds;
}

/*
 * Who has read the log to its end can wait there: poll() comes back with the
 * next call, whoever makes it, and the next read is that call's line alone.
 */
TEST_F(rules, event_log_can_be_waited_for)
{
	struct mockvfio_event event;
	char line[512];
	ssize_t size;
	int log, status;
	pid_t child;

	CLEAR_EVENTS(self->profile);
	EXPECT_STREQ("..", resets(self->fd, 2));
	log = mockvfio_events_open(self->profile, NULL);
	ASSERT_LE(0, log);
	EXPECT_TRUE(comes_within(log, 0));
	while (read(log, line, sizeof(line)) > 0)
		;
	EXPECT_FALSE(comes_within(log, 0));

	child = fork();
	ASSERT_LE(0, child);
	if (!child) {
		usleep(50000);
		_exit(strcmp(resets(self->fd, 1), ".") != 0);
	}
	EXPECT_TRUE(comes_within(log, 5));
	ASSERT_EQ(child, waitpid(child, &status, 0));
	EXPECT_EQ(0, status);
	size = read(log, line, sizeof(line) - 1);
	ASSERT_LT(0, size);
	line[size] = '\0';
	ASSERT_EQ(0, mockvfio_event_parse(line, &event));
	EXPECT_EQ(3, event.seq);
	EXPECT_STREQ("device.reset", event.site);
	EXPECT_EQ(child, event.tgid);
	EXPECT_EQ(0, read(log, line, sizeof(line)));
	close(log);
}

/*
 * The log keeps a bounded number of events and says how many it lost, oldest
 * first, so that a test cannot take a log with holes for a complete one.
 */
TEST_F(rules, event_log_overflows)
{
	struct mockvfio_events events;
	uint64_t value;
	int i;

	CLEAR_EVENTS(self->profile);
	for (i = 0; i < 5000; i++)
		ASSERT_EQ(2, pread(self->fd, &value, 2,
				   (uint64_t)VFIO_PCI_CONFIG_REGION_INDEX << 40));
	ASSERT_EQ(0, mockvfio_events_read(self->profile, &events, NULL));
	EXPECT_LT(0, events.lost);
	EXPECT_EQ(5000, events.lost + events.count);
	EXPECT_EQ(events.lost + 1, events.v[0].seq);
	mockvfio_events_free(&events);
	CLEAR_EVENTS(self->profile);
	ASSERT_EQ(0, mockvfio_events_read(self->profile, &events, NULL));
	EXPECT_EQ(0, events.lost);
	EXPECT_EQ(0, events.count);
	mockvfio_events_free(&events);
}

static bool is_armed(struct mockvfio_profile *profile, const char *rule)
{
	char path[64];
	uint64_t armed;

	snprintf(path, sizeof(path), "faults/%s/armed", rule);
	return !mockvfio_get_u64(profile, path, &armed, NULL) && armed;
}

/*
 * With disarm_on_close the rules end with the last open device, not before, and
 * keep their counts; without it they stay in force for the next program.
 */
TEST_F(rules, disarm_on_close)
{
	const struct mockvfio_rule rules[] = {
		{ .name = "a", .site = "device.reset", .times = -1 },
		{ .name = "b", .site = "device.get_info", .times = -1, .skip = 1000 },
	};
	struct target *target = &self->target;
	struct mockvfio_fault_stats stats;
	int i;

	FAULT(rules[0]);
	FAULT(rules[1]);
	for (i = 0; i < 2; i++) {
		ASSERT_EQ(0, mockvfio_set(self->profile, "disarm_on_close", i ? "1" : "0", NULL));
		EXPECT_STREQ("x", resets(self->fd, 1));
		EXPECT_TRUE(is_armed(self->profile, "a"));
		ASSERT_EQ(0, uvfio_put_base_device(target->dev, NULL));
		target->dev = NULL;
		EXPECT_EQ(!i, is_armed(self->profile, "a"));
		EXPECT_EQ(!i, is_armed(self->profile, "b"));
		ASSERT_EQ(0, uvfio_get_device(target->group, target->name, NULL, &target->dev,
					      NULL));
		self->fd = uvfio_device_fd(target->dev);
	}
	EXPECT_STREQ("..", resets(self->fd, 2));
	ASSERT_EQ(0, mockvfio_fault_stats(self->profile, "a", &stats, NULL));
	EXPECT_EQ(2, stats.hits);
	/* A rule that was disarmed so can be armed again. */
	ASSERT_EQ(0, mockvfio_fault_arm(self->profile, "a", true, NULL));
	EXPECT_STREQ("x", resets(self->fd, 1));
}

TEST_HARNESS_MAIN
