// SPDX-License-Identifier: GPL-2.0-only
/*
 * The configuration: values that must be refused, with an errno and a line in
 * the kernel log, and what may change when.
 */
#include <sys/wait.h>
#include <unistd.h>

#include "selftest.h"

FIXTURE(config) {
	struct mock mock;
	struct mockvfio_profile *profile;
};

FIXTURE_SETUP(config)
{
	int ret;

	target_print("mock", "none");
	ret = mock_profile_open(&self->mock, NULL);
	if (ret > 0)
		SKIP(return, "%s", self->mock.why);
	ASSERT_EQ(0, ret)
		TH_LOG("%s", self->mock.why);
	self->profile = self->mock.profile;
}

FIXTURE_TEARDOWN(config)
{
	EXPECT_EQ(0, mock_close(&self->mock))
		TH_LOG("%s", self->mock.why);
}

/*
 * Each bad value is refused with an errno and a line in the kernel log that
 * names profile, attribute and value, and the old value stays: a typo in a
 * scenario must not quietly give another device.
 */
TEST_F(config, bad_values)
{
	static const struct {
		const char *path;
		const char *value;
	} bad[] = {
		{ "live", "2" }, { "live", "banana" }, { "live", "" },
		{ "device_api", "vfio-pony" },
		{ "pci_vendor", "0x10000" }, { "pci_vendor", "Intel" }, { "pci_vendor", "-1" },
		{ "pci_device", "0x1ffff" }, { "pci_class", "0x1000000" },
		{ "reset", "2" }, { "max_instances", "0" }, { "max_instances", "many" },
		{ "disarm_on_close", "2" }, { "fail_nth", "-1" }, { "fail_nth", "soon" },
		{ "regions/r/index", "1000" }, { "regions/r/index", "one" },
		{ "regions/r/size", "-1" }, { "regions/r/size", "0xfffffffffffffffff" },
		{ "regions/r/access", "rwx" },
		{ "regions/r/areas/a/offset", "top" }, { "regions/r/areas/a/size", "1 2" },
		{ "irqs/i/index", "9999" }, { "irqs/i/count", "0x100000000" },
		{ "irqs/i/flags", "eventfd blinking" },
		{ "iommu_backend/enable", "2" }, { "iommu_backend/model", "smmu" },
		{ "iommu_backend/types", "type1 type9" }, { "iommu_backend/pgsizes", "0x1800" },
		{ "iommu_backend/dma_avail", "-5" }, { "iommu_backend/quirks", "unmap_never" },
		{ "iommu_backend/quirks", "kernel=new" },
		{ "iommu_backend/ranges/x/first", "low" }, { "iommu_backend/ranges/x/last", "" },
		{ "faults/f/site", "iommu.no_such" }, { "faults/f/effect", "explode" },
		{ "faults/f/effect", "drop" }, { "faults/f/errno", "EWHATEVER" },
		{ "faults/f/errno", "-5" }, { "faults/f/errno", "100000" },
		{ "faults/f/match_iova", "5-4" }, { "faults/f/match_iova", "0x1000+5" },
		{ "faults/f/match_size", "big" }, { "faults/f/interval", "0" },
		{ "faults/f/times", "-2" }, { "faults/f/times", "often" },
		{ "faults/f/skip", "-1" }, { "faults/f/probability", "101" },
		{ "faults/f/seed", "random" }, { "faults/f/priority", "high" },
		{ "faults/f/armed", "2" },
	};
	static const char *const dirs[] = {
		"regions/r", "regions/r/areas/a", "irqs/i", "iommu_backend/ranges/x", "faults/f",
	};
	char before[MOCKVFIO_VALUE_MAX], after[MOCKVFIO_VALUE_MAX], line[256];
	size_t i;
	int log;

	for (i = 0; i < ARRAY_SIZE(dirs); i++)
		ASSERT_EQ(0, mockvfio_mkdir(self->profile, dirs[i], NULL));
	ASSERT_EQ(0, mockvfio_set(self->profile, "faults/f/site", "iommu.map_dma", NULL));
	log = kmsg_open();
	ASSERT_LE(0, log);

	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		ASSERT_LE(0, mockvfio_get(self->profile, bad[i].path, before, sizeof(before),
					  NULL));
		EXPECT_GT(0, mockvfio_set(self->profile, bad[i].path, bad[i].value, NULL))
			TH_LOG("%s took \"%s\"", bad[i].path, bad[i].value);
		ASSERT_LE(0, mockvfio_get(self->profile, bad[i].path, after, sizeof(after), NULL));
		EXPECT_STREQ(before, after)
			TH_LOG("%s after \"%s\"", bad[i].path, bad[i].value);
		snprintf(line, sizeof(line), "mock_vfio: " MOCK_PROFILE "/%s: bad value \"%s",
			 bad[i].path, bad[i].value);
		EXPECT_TRUE(kmsg_contains(log, line))
			TH_LOG("no line in the kernel log: %s", line);
	}
	close(log);
}

/*
 * Whole shapes that make no sense are refused when the profile goes live, with
 * a line that says what is wrong, and the profile can be mended.
 */
TEST_F(config, bad_shapes)
{
	static const struct {
		const char *path;
		const char *bad;
		const char *good;
	} shapes[] = {
		{ "regions/r/index", "7", "2" },	/* configuration space */
		{ "regions/r/index", "3", "2" },	/* that of another region */
		{ "regions/r/size", "0x1801", "0x2000" },	/* mmap of half a page */
		{ "regions/r/areas/a/offset", "0x10", "0" },
		{ "regions/r/areas/a/size", "0x4000", "0x1000" },
		{ "regions/r/areas/a/offset", "0xfffffffffffff000", "0" },
		{ "iommu_backend/ranges/x/last", "0xfff", "0xffff" },
	};
	struct mockvfio_error err;
	size_t i;
	int log, ret;

	ASSERT_EQ(0, mockvfio_add_region(self->profile, "r", 2, 0x2000, "rwm", NULL));
	ASSERT_EQ(0, mockvfio_add_area(self->profile, "r", "a", 0, 0x1000, NULL));
	ASSERT_EQ(0, mockvfio_add_region(self->profile, "other", 3, 0x1000, "rw", NULL));
	ASSERT_EQ(0, mockvfio_add_range(self->profile, "x", 0x1000, 0xffff, NULL));
	log = kmsg_open();
	ASSERT_LE(0, log);
	for (i = 0; i < ARRAY_SIZE(shapes); i++) {
		ret = mockvfio_set(self->profile, shapes[i].path, shapes[i].bad, NULL);
		/* What a single attribute can judge it may refuse at once. */
		if (!ret)
			ret = mockvfio_profile_set_live(self->profile, true, NULL);
		EXPECT_EQ(-EINVAL, ret)
			TH_LOG("%s = %s", shapes[i].path, shapes[i].bad);
		EXPECT_TRUE(kmsg_contains(log, "mock_vfio: " MOCK_PROFILE "/"))
			TH_LOG("%s = %s: nothing in the kernel log", shapes[i].path,
			       shapes[i].bad);
		if (!ret)
			mockvfio_profile_set_live(self->profile, false, NULL);
		ASSERT_EQ(0, mockvfio_set(self->profile, shapes[i].path, shapes[i].good, NULL));
	}
	EXPECT_EQ(0, mockvfio_profile_set_live(self->profile, true, &err))
		TH_LOG("%s", err.message);
	close(log);
}

/*
 * The shape of a live profile stands still: attributes are EBUSY and keep
 * their value, and directories can be neither made nor removed. Fault rules
 * can, at any time.
 */
TEST_F(config, busy_while_live)
{
	static const struct {
		const char *path;
		const char *value;
	} attributes[] = {
		{ "pci_vendor", "0x1234" }, { "reset", "0" }, { "max_instances", "1" },
		{ "regions/r/size", "0x1000" }, { "regions/r/access", "r" },
		{ "irqs/i/count", "2" }, { "iommu_backend/enable", "1" },
		{ "iommu_backend/quirks", "unmap_wrap_silent" },
	};
	const struct mockvfio_rule rule = { .name = "f", .site = "device.reset", .times = 1 };
	char before[64], after[64];
	size_t i;

	ASSERT_EQ(0, mockvfio_add_region(self->profile, "r", 2, 0x2000, "rw", NULL));
	ASSERT_EQ(0, mockvfio_add_irq(self->profile, "i", 1, 4, "eventfd noresize", NULL));
	ASSERT_EQ(0, mockvfio_profile_set_live(self->profile, true, NULL));
	for (i = 0; i < ARRAY_SIZE(attributes); i++) {
		ASSERT_LE(0, mockvfio_get(self->profile, attributes[i].path, before,
					  sizeof(before), NULL));
		EXPECT_EQ(-EBUSY, mockvfio_set(self->profile, attributes[i].path,
					       attributes[i].value, NULL))
			TH_LOG("%s", attributes[i].path);
		ASSERT_LE(0, mockvfio_get(self->profile, attributes[i].path, after, sizeof(after),
					  NULL));
		EXPECT_STREQ(before, after);
	}
	EXPECT_EQ(-EBUSY, mockvfio_mkdir(self->profile, "regions/new", NULL));
	EXPECT_EQ(-EBUSY, mockvfio_mkdir(self->profile, "irqs/new", NULL));
	EXPECT_EQ(0, mockvfio_fault_add(self->profile, &rule, NULL));
	EXPECT_EQ(-EBUSY, mockvfio_set(self->profile, "faults/f/site", "device.open", NULL));
	EXPECT_EQ(-EBUSY, mockvfio_set(self->profile, "faults/f/errno", "5", NULL));
	EXPECT_EQ(0, mockvfio_set(self->profile, "faults/f/times", "3", NULL));
	EXPECT_EQ(0, mockvfio_fault_remove(self->profile, "f", NULL));

	ASSERT_EQ(0, mockvfio_profile_set_live(self->profile, false, NULL));
	EXPECT_EQ(0, mockvfio_set(self->profile, "pci_vendor", "0x1234", NULL));
	EXPECT_EQ(0, mockvfio_profile_set_live(self->profile, true, NULL));
}

/*
 * Values come back as they were meant: numbers in either notation, words and
 * letters in the order of the documentation, whether they were separated by
 * spaces or commas, and nothing for an empty list.
 */
TEST_F(config, values_read_back)
{
	static const struct {
		const char *path;
		const char *written;
		const char *read;
	} values[] = {
		{ "pci_vendor", "4660", "0x1234" },
		{ "max_instances", "0x10", "16" },
		{ "pci_caps", "vendor,pm", "pm vendor" },
		{ "pci_caps", "-", "" },
		{ "regions/r/access", "mr", "rm" },
		{ "regions/r/backing", "pattern", "pattern" },
		{ "irqs/i/flags", "noresize, eventfd", "eventfd noresize" },
		{ "iommu_backend/quirks", "unmap_overflow_4_15, overlap_ebusy",
		  "overlap_ebusy unmap_overflow_4_15" },
		{ "iommu_backend/quirks", "-", "" },
		{ "faults/f/match_index", "2-0x3", "0x2-0x3" },
		{ "faults/f/match_index", "", "" },
		{ "faults/f/priority", "-7", "-7" },
	};
	char text[MOCKVFIO_VALUE_MAX];
	size_t i;

	ASSERT_EQ(0, mockvfio_mkdir(self->profile, "regions/r", NULL));
	ASSERT_EQ(0, mockvfio_mkdir(self->profile, "irqs/i", NULL));
	ASSERT_EQ(0, mockvfio_mkdir(self->profile, "faults/f", NULL));
	for (i = 0; i < ARRAY_SIZE(values); i++) {
		ASSERT_EQ(0, mockvfio_set(self->profile, values[i].path, values[i].written, NULL))
			TH_LOG("%s = %s", values[i].path, values[i].written);
		ASSERT_LE(0, mockvfio_get(self->profile, values[i].path, text, sizeof(text), NULL));
		EXPECT_STREQ(values[i].read, text)
			TH_LOG("%s = %s", values[i].path, values[i].written);
	}
}

/*
 * A new profile is a complete device: every attribute has the default that the
 * documentation says, and nothing but "live" needs to be written. Its counters
 * start at zero and its log is empty.
 */
TEST_F(config, defaults_are_complete)
{
	static const struct {
		const char *path;
		const char *value;
	} defaults[] = {
		{ "live", "0" }, { "device_api", "vfio-pci" }, { "pci_vendor", "0x4d56" },
		{ "pci_device", "0x1" }, { "pci_class", "0x88000" }, { "pci_caps", "" },
		{ "reset", "1" }, { "hot_reset", "0" }, { "migration", "" },
		{ "dma_logging", "0" }, { "low_power", "0" }, { "max_instances", "8" },
		{ "disarm_on_close", "0" }, { "fail_nth", "0" },
		{ "iommu_backend/enable", "0" }, { "iommu_backend/model", "emulated" },
		{ "iommu_backend/types", "type1 type1v2" }, { "iommu_backend/pgsizes", "0x0" },
		{ "iommu_backend/dma_avail", "65535" }, { "iommu_backend/quirks", "" },
	};
	struct mockvfio_instance instance;
	struct mockvfio_counters counters;
	char value[MOCKVFIO_VALUE_MAX];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(defaults); i++) {
		ASSERT_LE(0, mockvfio_get(self->profile, defaults[i].path, value, sizeof(value),
					  NULL))
			TH_LOG("%s", defaults[i].path);
		EXPECT_STREQ(defaults[i].value, value)
			TH_LOG("%s", defaults[i].path);
	}
	ASSERT_EQ(0, mockvfio_profile_set_live(self->profile, true, NULL));
	ASSERT_EQ(0, mockvfio_counters_read(self->profile, &counters, NULL));
	EXPECT_LT(4, counters.count);
	for (i = 0; i < counters.count; i++)
		EXPECT_EQ(0, counters.v[i].value)
			TH_LOG("%s", counters.v[i].name);
	EXPECT_EQ(0, events_count(self->profile, "*"));
	ASSERT_EQ(0, mockvfio_instance_create(self->profile, NULL, &instance, NULL));
	EXPECT_EQ(1, mock_counter(&self->mock, "instances"));
	EXPECT_LE(0, instance.group);
}

/*
 * The features file names what this build can do, so that tests and scenarios
 * ask for features and not for versions.
 */
TEST_F(config, features)
{
	EXPECT_EQ(1, mockvfio_has_feature(self->mock.ctx, "faults", NULL));
	EXPECT_EQ(1, mockvfio_has_feature(self->mock.ctx, "sparse-mmap", NULL));
	EXPECT_EQ(1, mockvfio_has_feature(self->mock.ctx, "iommu-backend", NULL));
	EXPECT_EQ(0, mockvfio_has_feature(self->mock.ctx, "teleport", NULL));
}

/*
 * Names of profiles and rules that the files elsewhere could not carry are
 * refused.
 */
TEST_F(config, bad_names)
{
	static const char *const names[] = {
		"with space", "with\ttab", "semi;colon",
		"a-name-that-is-longer-than-any-name-needs-to-be-and-then-some",
	};
	struct mockvfio_profile *profile;
	char path[128];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(names); i++) {
		EXPECT_EQ(-EINVAL, mockvfio_profile_create(self->mock.ctx, names[i], &profile,
							   NULL))
			TH_LOG("%s", names[i]);
		snprintf(path, sizeof(path), "faults/%s", names[i]);
		EXPECT_EQ(-EINVAL, mockvfio_mkdir(self->profile, path, NULL))
			TH_LOG("%s", path);
	}
}

/* What may be done without privileges; returns the first thing that could be done, or 0. */
static int first_allowed(const struct mock *mock)
{
	struct mockvfio_profile *profile;

	if (mockvfio_set(mock->profile, "pci_vendor", "0x1234", NULL) != -EACCES)
		return 1;
	if (mockvfio_set(mock->profile, "faults/f/armed", "1", NULL) != -EACCES)
		return 2;
	if (mockvfio_mkdir(mock->profile, "regions/r", NULL) != -EACCES)
		return 3;
	if (mockvfio_profile_create(mock->ctx, MOCK_PROFILE "-theirs", &profile, NULL) != -EACCES)
		return 4;
	if (mockvfio_events_clear(mock->profile, NULL) != -EACCES)
		return 5;
	return 0;
}

/*
 * Only root configures: who is somebody else can neither change an attribute, nor
 * arm a rule, make a directory, or clear the log.
 */
TEST_F(config, only_root)
{
	int status;
	pid_t child;

	ASSERT_EQ(0, mockvfio_mkdir(self->profile, "faults/f", NULL));
	ASSERT_EQ(0, mockvfio_set(self->profile, "faults/f/site", "device.open", NULL));
	child = fork();
	ASSERT_LE(0, child);
	if (!child)
		_exit(setresuid(65534, 65534, 65534) ? 99 : first_allowed(&self->mock));
	ASSERT_EQ(child, waitpid(child, &status, 0));
	EXPECT_EQ(0, status)
		TH_LOG("number %d of first_allowed() was allowed", WEXITSTATUS(status));
}

TEST_HARNESS_MAIN
