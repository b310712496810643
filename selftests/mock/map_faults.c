// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the library does when mapping fails: the EBUSY retry, and only that.
 * The event log says what really reached the IOMMU backend.
 */
#include "selftest.h"

#define IOVA	0x100000ULL
#define SIZE	(4 * PAGE)

FIXTURE(map_faults) {
	struct target target;
	struct mockvfio_profile *profile;
	void *memory;
};

FIXTURE_SETUP(map_faults)
{
	static const struct target_options options = { .level = TARGET_OPEN_GROUP };

	TARGET_OPEN(&self->target, TARGET_MOCK_BACKEND, &options);
	self->profile = self->target.mock.profile;
	self->memory = memory_new(SIZE);
	CLEAR_EVENTS(self->profile);
}

FIXTURE_TEARDOWN(map_faults)
{
	TARGET_CLOSE(&self->target);
	memory_free(self->memory, SIZE);
}

static int map(struct target *target, void *memory, struct uvfio_error *err)
{
	return uvfio_dma_map(target->container, IOVA, SIZE, memory, false, err);
}

static struct mockvfio_rule map_rule(const char *error, int64_t times)
{
	return (struct mockvfio_rule){
		.name = "map", .site = "iommu.map_dma", .error = error, .times = times,
	};
}

#define FAULT(rule)	ASSERT_EQ(0, mockvfio_fault_add(self->profile, &(rule), NULL))

/*
 * EBUSY once: the library unmaps the very range and maps it again, and the
 * caller sees success. The calls are MAP, UNMAP, MAP and no others; QEMU does
 * this since 12af134487 and af6bc27e39.
 */
TEST_F(map_faults, ebusy_once)
{
	struct mockvfio_rule rule = map_rule("EBUSY", 1);
	struct mockvfio_fault_stats stats;

	FAULT(rule);
	EXPECT_EQ(0, map(&self->target, self->memory, NULL));
	EXPECT_EVENTS(self->profile, "iommu.*map_dma",
		      "iommu.map_dma iova=0x100000 size=0x4000 ret=-16 fault=map",
		      "iommu.unmap_dma iova=0x100000 size=0x4000 ret=0",
		      "iommu.map_dma iova=0x100000 size=0x4000 ret=0");
	ASSERT_EQ(0, mockvfio_fault_stats(self->profile, "map", &stats, NULL));
	EXPECT_EQ(2, stats.seen);
	EXPECT_EQ(1, stats.hits);
	EXPECT_EQ(0, uvfio_dma_unmap(self->target.container, IOVA, SIZE, NULL));
}

/*
 * EBUSY twice: the library gives up with EBUSY after the second try. A third
 * one could go on for ever, and the range stays unmapped.
 */
TEST_F(map_faults, ebusy_twice)
{
	struct mockvfio_rule rule = map_rule("EBUSY", -1);
	struct uvfio_error err;

	FAULT(rule);
	EXPECT_EQ(-EBUSY, map(&self->target, self->memory, &err));
	EXPECT_EQ(-EBUSY, err.code);
	EXPECT_EVENTS(self->profile, "iommu.*map_dma",
		      "iommu.map_dma iova=0x100000 size=0x4000 ret=-16 fault=map",
		      "iommu.unmap_dma iova=0x100000 size=0x4000 ret=0",
		      "iommu.map_dma iova=0x100000 size=0x4000 ret=-16 fault=map");
	EXPECT_EQ(0, mock_counter(&self->target.mock, "mappings"));
}

/*
 * EBUSY for a range that really is mapped, as type1 answered up to 3.10: the
 * retry replaces the old mapping, which is what it was written for.
 */
TEST_F(map_faults, ebusy_replaces_mapping)
{
	struct mockvfio_rule rule = map_rule("EBUSY", 1);
	uint64_t unmapped;

	ASSERT_EQ(0, map(&self->target, self->memory, NULL));
	CLEAR_EVENTS(self->profile);
	FAULT(rule);
	EXPECT_EQ(0, map(&self->target, self->memory, NULL));
	EXPECT_EVENTS(self->profile, "iommu.*map_dma",
		      "iommu.map_dma ret=-16 fault=map",
		      "iommu.unmap_dma iova=0x100000 size=0x4000 unmapped=0x4000 ret=0",
		      "iommu.map_dma iova=0x100000 size=0x4000 ret=0");
	EXPECT_EQ(1, mock_counter(&self->target.mock, "mappings"));
	EXPECT_EQ(0, uvfio_dma_unmap_range(self->target.container, IOVA, SIZE, &unmapped, NULL));
	EXPECT_EQ(SIZE, unmapped);
}

/*
 * When the unmap of the retry fails, its error is the result and nothing is
 * mapped again: a second map over an unknown state would hide the problem.
 */
TEST_F(map_faults, ebusy_and_unmap_fails)
{
	const struct mockvfio_rule unmap = {
		.name = "unmap", .site = "iommu.unmap_dma", .error = "ENOMEM", .times = -1,
	};
	struct mockvfio_rule rule = map_rule("EBUSY", 1);

	FAULT(rule);
	FAULT(unmap);
	EXPECT_EQ(-ENOMEM, map(&self->target, self->memory, NULL));
	EXPECT_EVENTS(self->profile, "iommu.*map_dma",
		      "iommu.map_dma ret=-16 fault=map",
		      "iommu.unmap_dma ret=-12 fault=unmap");
}

/*
 * EEXIST means that somebody's mapping is there: it is passed on after a
 * single MAP. Retrying as for EBUSY would replace that mapping.
 */
TEST_F(map_faults, eexist_is_not_retried)
{
	struct uvfio_error err;

	ASSERT_EQ(0, map(&self->target, self->memory, NULL));
	CLEAR_EVENTS(self->profile);
	EXPECT_EQ(-EEXIST, map(&self->target, self->memory, &err));
	EXPECT_EVENTS(self->profile, "iommu.*map_dma",
		      "iommu.map_dma iova=0x100000 size=0x4000 ret=-17");
	EXPECT_EQ(1, mock_counter(&self->target.mock, "mappings"));
	EXPECT_EQ(0, uvfio_dma_unmap(self->target.container, IOVA, SIZE, NULL));
}

/*
 * Any other errno is passed on unchanged after a single MAP, in the result, in
 * errno and in the error's details, with the range and the ioctl's name.
 */
TEST_F(map_faults, other_errnos)
{
	static const struct {
		const char *name;
		int code;
	} errors[] = {
		{ "ENOMEM", ENOMEM }, { "EFAULT", EFAULT }, { "EINVAL", EINVAL },
		{ "ENOSPC", ENOSPC }, { "EPERM", EPERM }, { "EEXIST", EEXIST },
	};
	struct mockvfio_rule rule;
	struct uvfio_error err;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(errors); i++) {
		rule = map_rule(errors[i].name, 1);
		FAULT(rule);
		EXPECT_EQ(-errors[i].code, map(&self->target, self->memory, &err));
		EXPECT_EQ(errors[i].code, errno);
		EXPECT_EQ(-errors[i].code, err.code);
		EXPECT_EQ(IOVA, err.iova);
		EXPECT_EQ(SIZE, err.length);
		EXPECT_STREQ("VFIO_IOMMU_MAP_DMA", err.ioctl);
		EXPECT_EQ(1, events_count(self->profile, "iommu.*map_dma"));
		ASSERT_EQ(0, mockvfio_fault_remove(self->profile, "map", NULL));
		CLEAR_EVENTS(self->profile);
	}
}

/*
 * A read-only mapping asks for READ only, a writable one for READ and WRITE.
 */
TEST_F(map_faults, flags)
{
	struct uvfio_container *container = self->target.container;

	ASSERT_EQ(0, uvfio_dma_map(container, 0, PAGE, self->memory, true, NULL));
	ASSERT_EQ(0, uvfio_dma_map(container, PAGE, PAGE, self->memory, false, NULL));
	EXPECT_EVENTS(self->profile, "iommu.map_dma",
		      "iommu.map_dma iova=0 size=0x1000 flags=0x1 ret=0",
		      "iommu.map_dma iova=0x1000 size=0x1000 flags=0x3 ret=0");
	EXPECT_EQ(0, uvfio_dma_unmap(container, 0, 2 * PAGE, NULL));
}

/*
 * The errno of an unmap is passed on after a single UNMAP, and the range can
 * be unmapped when the fault is over.
 */
TEST_F(map_faults, unmap_errno)
{
	const struct mockvfio_rule rule = {
		.name = "unmap", .site = "iommu.unmap_dma", .error = "ENOMEM", .times = 1,
	};
	struct uvfio_error err;

	ASSERT_EQ(0, map(&self->target, self->memory, NULL));
	CLEAR_EVENTS(self->profile);
	FAULT(rule);
	EXPECT_EQ(-ENOMEM, uvfio_dma_unmap(self->target.container, IOVA, SIZE, &err));
	EXPECT_STREQ("VFIO_IOMMU_UNMAP_DMA", err.ioctl);
	EXPECT_EVENTS(self->profile, "iommu.*map_dma",
		      "iommu.unmap_dma iova=0x100000 size=0x4000 ret=-12 fault=unmap");
	EXPECT_EQ(0, uvfio_dma_unmap(self->target.container, IOVA, SIZE, NULL));
}

/*
 * An unmap that says success and a smaller size is EIO, not success: DPDK
 * c13ca4e81c and SPDK lost mappings to it. What was left is still mapped, and
 * a later unmap finds it.
 */
TEST_F(map_faults, short_unmap)
{
	const struct mockvfio_rule rule = {
		.name = "short", .site = "iommu.unmap_dma", .effect = "short", .value = SIZE / 2,
		.times = 1,
	};
	struct uvfio_container *container = self->target.container;
	struct uvfio_error err;
	uint64_t left;

	ASSERT_EQ(0, uvfio_dma_map(container, IOVA, SIZE / 2, self->memory, false, NULL));
	ASSERT_EQ(0, uvfio_dma_map(container, IOVA + SIZE / 2, SIZE / 2, self->memory, false,
				   NULL));
	CLEAR_EVENTS(self->profile);
	FAULT(rule);
	EXPECT_EQ(-EIO, uvfio_dma_unmap(container, IOVA, SIZE, &err));
	EXPECT_EQ(IOVA, err.iova);
	EXPECT_EQ(SIZE, err.length);
	EXPECT_EVENTS(self->profile, "iommu.*map_dma",
		      "iommu.unmap_dma size=0x4000 unmapped=0x2000 ret=0 fault=short");
	EXPECT_EQ(0, uvfio_dma_unmap_range(container, IOVA, SIZE, &left, NULL));
	EXPECT_EQ(SIZE / 2, left);
}

/*
 * A backend that cannot give its information leaves the library with 4 KiB
 * pages and all addresses, as QEMU assumes, and mapping works.
 */
TEST_F(map_faults, get_info_fails)
{
	const struct mockvfio_rule rule = {
		.name = "info", .site = "iommu.get_info", .times = -1,
	};
	struct uvfio_address_space *as;
	const struct uvfio_iova_range *ranges;
	struct uvfio_container *container;
	size_t nr;

	FAULT(rule);
	ASSERT_EQ(0, uvfio_put_group(self->target.group, NULL));
	ASSERT_EQ(0, uvfio_get_address_space(self->target.ctx, NULL, &as, NULL));
	ASSERT_EQ(0, uvfio_get_group(as, self->target.group_id, &self->target.group, NULL));
	uvfio_put_address_space(as);
	container = uvfio_group_container(self->target.group);
	EXPECT_EQ(PAGE, uvfio_container_pgsizes(container));
	ranges = uvfio_container_iova_ranges(container, &nr);
	ASSERT_EQ(1, nr);
	EXPECT_EQ(0, ranges[0].first);
	EXPECT_EQ(UINT64_MAX, ranges[0].last);
	EXPECT_EQ(0, uvfio_dma_map(container, IOVA, SIZE, self->memory, false, NULL));
	EXPECT_EQ(0, uvfio_dma_unmap(container, IOVA, SIZE, NULL));
}

TEST_HARNESS_MAIN
