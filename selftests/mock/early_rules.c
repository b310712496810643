// SPDX-License-Identifier: GPL-2.0-only
/*
 * Rules for containers that are nobody's yet: iommu/ in configfs. What a program
 * does there, before and at VFIO_SET_IOMMU, no profile's rule can reach, since no
 * profile's group is attached.
 */
#include "selftest.h"

#define IOVA	0x100000ULL

FIXTURE(early_rules) {
	struct target target;
	struct mockvfio_profile *early;
	int container;
	int group;
};

FIXTURE_VARIANT(early_rules) {
	enum target_kind kind;
};

TARGET_VARIANT(early_rules, mock_backend, TARGET_MOCK_BACKEND);

static int remove_rule(const char *name, void *early)
{
	return mockvfio_fault_remove(early, name, NULL);
}

/* The directory is there for good: so would be what a killed test left in it. */
FIXTURE_SETUP(early_rules)
{
	static const struct target_options options = { .level = TARGET_EXISTS };

	TARGET_OPEN(&self->target, variant->kind, &options);
	ASSERT_EQ(0, mockvfio_profile_open(self->target.mock.ctx, MOCKVFIO_EARLY, &self->early,
					   NULL));
	ASSERT_EQ(0, mockvfio_fault_list(self->early, remove_rule, self->early, NULL));
	ASSERT_EQ(0, raw_open_group(self->target.group_id, &self->container, &self->group));
	CLEAR_EVENTS(self->early);
	CLEAR_EVENTS(self->target.mock.profile);
}

FIXTURE_TEARDOWN(early_rules)
{
	close(self->group);
	close(self->container);
	EXPECT_EQ(0, mockvfio_fault_list(self->early, remove_rule, self->early, NULL));
	mockvfio_profile_close(self->early);
	TARGET_CLOSE(&self->target);
}

/* A rule that strikes this test only. */
static int add_rule(struct mockvfio_profile *early, struct mockvfio_rule rule)
{
	char tgid[16];

	snprintf(tgid, sizeof(tgid), "%d", getpid());
	rule.match_tgid = tgid;
	return mockvfio_fault_add(early, &rule, NULL);
}

/* What the backend serves is in the profile's log. */
static bool has_attached(struct mockvfio_profile *profile)
{
	return events_count(profile, "iommu.attach") == 1;
}

/*
 * A program asks for sPAPR version 2, is told that it is there, and SET_IOMMU
 * fails all the same: it has to go on to another version. The
 * container is as good as new afterwards.
 */
TEST_F(early_rules, promised_and_not_kept)
{
	const struct mockvfio_rule rule = {
		.name = "promise", .site = "iommu.check_extension", .effect = "result", .value = 1,
		.times = 2,
	};

	ASSERT_EQ(0, raw_ioctl_value(self->container, VFIO_CHECK_EXTENSION,
				     VFIO_SPAPR_TCE_v2_IOMMU));
	ASSERT_EQ(0, add_rule(self->early, rule));
	EXPECT_EQ(1, raw_ioctl_value(self->container, VFIO_CHECK_EXTENSION,
				     VFIO_SPAPR_TCE_v2_IOMMU));
	EXPECT_GT(0, raw_ioctl_value(self->container, VFIO_SET_IOMMU, VFIO_SPAPR_TCE_v2_IOMMU));
	EXPECT_EQ(0, raw_ioctl_value(self->container, VFIO_SET_IOMMU, VFIO_TYPE1v2_IOMMU));
	EXPECT_TRUE(has_attached(self->target.mock.profile));
	EXPECT_EVENTS(self->early, "iommu.*", "iommu.check_extension type=7 ret=0",
		      "iommu.check_extension type=7 ret=1 fault=promise",
		      "iommu.check_extension type=7 ret=1 fault=promise", "iommu.open type=7 ret=0",
		      "iommu.check_extension type=3 ret=1", "iommu.open type=3 ret=0");
}

/*
 * What SET_IOMMU asks of the backend before it hands a group over can be
 * denied, or fail: VFIO then has the kernel's own type1 serve the container, as
 * it would without the backend.
 */
TEST_F(early_rules, type1_takes_over)
{
	static const struct {
		struct mockvfio_rule rule;
		const char *glob, *event;	/* what the backend hears of it */
	} cases[] = {
		{ { .name = "deny", .site = "iommu.check_extension", .effect = "result",
		    .value = 0, .times = 1 },
		  "iommu.*", "iommu.check_extension type=3 ret=0 fault=deny" },
		{ { .name = "fail", .site = "iommu.check_extension", .times = 1 },
		  "iommu.*", "iommu.check_extension type=3 ret=-22 fault=fail" },
		{ { .name = "memory", .site = "iommu.open", .times = 1 },
		  "iommu.open", "iommu.open type=3 ret=-12 fault=memory" },
	};
	void *memory = memory_new(PAGE);
	size_t i;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		CLEAR_EVENTS(self->early);
		ASSERT_EQ(0, add_rule(self->early, cases[i].rule));
		ASSERT_EQ(0, raw_ioctl_value(self->container, VFIO_SET_IOMMU, VFIO_TYPE1v2_IOMMU));
		EXPECT_EVENTS(self->early, cases[i].glob, cases[i].event);
		EXPECT_EQ(0, raw_map(self->container, IOVA, PAGE, memory, VFIO_DMA_MAP_FLAG_READ));
		EXPECT_EQ(0, events_count(self->target.mock.profile, "iommu.*"));
		close(self->group);
		close(self->container);
		ASSERT_EQ(0, raw_open_group(self->target.group_id, &self->container,
					    &self->group));
	}
	memory_free(memory, PAGE);
}

/*
 * fail_nth counts here as it does in a profile: of the two calls that SET_IOMMU
 * makes, the second is the open, and there is no third.
 */
TEST_F(early_rules, fail_nth)
{
	uint64_t left;

	ASSERT_EQ(0, mockvfio_fail_nth_set(self->early, 2, NULL));
	EXPECT_EQ(0, raw_ioctl_value(self->container, VFIO_SET_IOMMU, VFIO_TYPE1v2_IOMMU));
	ASSERT_EQ(0, mockvfio_fail_nth_get(self->early, &left, NULL));
	EXPECT_EQ(0, left);
	EXPECT_EVENTS(self->early, "iommu.open", "iommu.open type=3 ret=-12 fault=fail_nth");
	EXPECT_FALSE(has_attached(self->target.mock.profile));
	EXPECT_EQ(0, mockvfio_fail_nth_set(self->early, 0, NULL));
}

/*
 * A rule that no call could ever meet here is refused, instead of never being
 * hit; so is a profile of the directory's name.
 */
TEST_F(early_rules, refused)
{
	static const char *const sites[] = { "iommu.map_dma", "iommu.attach", "device.open" };
	struct mockvfio_profile *profile;
	char text[64];
	size_t i;

	ASSERT_EQ(0, mockvfio_mkdir(self->early, "faults/odd", NULL));
	ASSERT_EQ(0, mockvfio_set(self->early, "faults/odd/site", "iommu.open", NULL));
	for (i = 0; i < ARRAY_SIZE(sites); i++)
		EXPECT_EQ(-EINVAL, mockvfio_set(self->early, "faults/odd/site", sites[i], NULL))
			TH_LOG("%s", sites[i]);
	ASSERT_LT(0, mockvfio_get(self->early, "faults/odd/site", text, sizeof(text), NULL));
	EXPECT_STREQ("iommu.open", text);
	EXPECT_EQ(-EEXIST, mockvfio_profile_create(self->target.mock.ctx, MOCKVFIO_EARLY, &profile,
						   NULL));
}

TEST_HARNESS_MAIN
