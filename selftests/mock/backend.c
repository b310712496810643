// SPDX-License-Identifier: GPL-2.0-only
/*
 * Our IOMMU backend as VFIO sees it: that it serves exactly the containers it
 * should, leaves others to the kernel's type1, and counts what it holds.
 */
#include "selftest.h"

#define IOVA	0x100000ULL

FIXTURE(backend) {
	struct target target;
	struct mockvfio_profile *profile;
	void *memory;
	int container;
	int group;
};

FIXTURE_VARIANT(backend) {
	enum target_kind kind;
};

TARGET_VARIANT(backend, mock_backend, TARGET_MOCK_BACKEND);

FIXTURE_SETUP(backend)
{
	static const struct target_options options = { .level = TARGET_EXISTS };

	TARGET_OPEN(&self->target, variant->kind, &options);
	self->profile = self->target.mock.profile;
	self->memory = memory_new(PAGE);
	ASSERT_EQ(0, raw_open_group(self->target.group_id, &self->container, &self->group));
	CLEAR_EVENTS(self->profile);
}

FIXTURE_TEARDOWN(backend)
{
	close(self->group);
	close(self->container);
	memory_free(self->memory, PAGE);
	TARGET_CLOSE(&self->target);
}

/*
 * The backend serves the container of a device whose profile enables it: its
 * calls are in the profile's log, from open to unmap.
 */
TEST_F(backend, serves_its_container)
{
	ASSERT_EQ(0, raw_ioctl_value(self->container, VFIO_SET_IOMMU, VFIO_TYPE1v2_IOMMU));
	ASSERT_EQ(0, raw_map(self->container, IOVA, PAGE, self->memory, VFIO_DMA_MAP_FLAG_READ));
	ASSERT_EQ(0, raw_unmap(self->container, IOVA, PAGE, 0, NULL));
	EXPECT_EVENTS(self->profile, "iommu.*", "iommu.open type=3 ret=0", "iommu.attach ret=0",
		      "iommu.map_dma iova=0x100000 size=0x1000 flags=0x1 ret=0",
		      "iommu.unmap_dma iova=0x100000 size=0x1000 unmapped=0x1000 ret=0");
}

/*
 * When the backend's attach fails, VFIO asks the next driver, the kernel's own
 * type1, which serves the container: nothing of ours is left in it.
 */
TEST_F(backend, attach_fails)
{
	const struct mockvfio_rule rule = { .name = "attach", .site = "iommu.attach", .times = 1 };
	int events;

	ASSERT_EQ(0, mockvfio_fault_add(self->profile, &rule, NULL));
	ASSERT_EQ(0, raw_ioctl_value(self->container, VFIO_SET_IOMMU, VFIO_TYPE1v2_IOMMU));
	EXPECT_EVENTS(self->profile, "iommu.attach", "iommu.attach ret=-19 fault=attach");
	events = events_count(self->profile, "iommu.*");
	ASSERT_EQ(0, raw_map(self->container, IOVA, PAGE, self->memory, VFIO_DMA_MAP_FLAG_READ));
	ASSERT_EQ(0, raw_unmap(self->container, IOVA, PAGE, 0, NULL));
	EXPECT_EQ(events, events_count(self->profile, "iommu.*"));
}

/*
 * Mappings are counted while they exist; those that a program leaves when it
 * closes the container go with it.
 */
TEST_F(backend, mappings_counted)
{
	int i;

	ASSERT_EQ(0, raw_ioctl_value(self->container, VFIO_SET_IOMMU, VFIO_TYPE1v2_IOMMU));
	for (i = 0; i < 100; i++)
		ASSERT_EQ(0, raw_map(self->container, IOVA + i * PAGE, PAGE, self->memory,
				     VFIO_DMA_MAP_FLAG_READ));
	EXPECT_EQ(100, mock_counter(&self->target.mock, "mappings"));
	ASSERT_EQ(0, raw_unmap(self->container, IOVA, 50 * PAGE, 0, NULL));
	EXPECT_EQ(50, mock_counter(&self->target.mock, "mappings"));
	close(self->group);
	close(self->container);
	self->group = -1;
	self->container = -1;
	EXPECT_EQ(0, mock_counter(&self->target.mock, "mappings"));
}

/* A backend with a limit and two ranges of addresses. */
FIXTURE(limits) {
	struct target target;
	void *memory;
	int fd;
};

static int shape_limits(struct mockvfio_profile *profile, struct mockvfio_error *err)
{
	int ret;

	ret = mockvfio_set(profile, "iommu_backend/model", "iommu", err);
	if (!ret)
		ret = mockvfio_set(profile, "iommu_backend/dma_avail", "4", err);
	if (!ret)
		ret = mockvfio_add_range(profile, "low", 0, 0xfedfffff, err);
	if (!ret)
		ret = mockvfio_add_range(profile, "high", 0xfef00000, 0x7fffffffff, err);
	return ret;
}

FIXTURE_SETUP(limits)
{
	static const struct target_options options = {
		.level = TARGET_OPEN_GROUP, .shape = shape_limits,
	};

	TARGET_OPEN(&self->target, TARGET_MOCK_BACKEND, &options);
	self->fd = uvfio_container_fd(self->target.container);
	self->memory = memory_new(PAGE);
}

FIXTURE_TEARDOWN(limits)
{
	memory_free(self->memory, PAGE);
	TARGET_CLOSE(&self->target);
}

/*
 * When all mappings are used up the next map is ENOSPC, and after one unmap it
 * works: the limit of kernel commit 492855939bdb that spdk#915 and spdk#1142
 * hit.
 */
TEST_F(limits, mappings_run_out)
{
	struct uvfio_container *container = self->target.container;
	uint32_t avail;
	int i;

	for (i = 0; i < 4; i++) {
		ASSERT_EQ(0, uvfio_container_dma_avail(container, &avail, NULL));
		EXPECT_EQ(4 - i, avail);
		ASSERT_EQ(0, uvfio_dma_map(container, i * PAGE, PAGE, self->memory, false, NULL));
	}
	EXPECT_EQ(-ENOSPC, uvfio_dma_map(container, 4 * PAGE, PAGE, self->memory, false, NULL));
	ASSERT_EQ(0, uvfio_dma_unmap(container, 0, PAGE, NULL));
	EXPECT_EQ(0, uvfio_dma_map(container, 4 * PAGE, PAGE, self->memory, false, NULL));
	EXPECT_EQ(0, uvfio_dma_unmap_range(container, 0, 8 * PAGE, NULL, NULL));
}

/*
 * The library reports the two ranges that a 39-bit IOMMU with the interrupt
 * window has, and the backend maps inside them only, as cloud-hypervisor's and
 * libevpl's users found out.
 */
TEST_F(limits, two_ranges)
{
	const struct uvfio_iova_range *ranges;
	size_t nr;

	ranges = uvfio_container_iova_ranges(self->target.container, &nr);
	ASSERT_EQ(2, nr);
	EXPECT_EQ(0, ranges[0].first);
	EXPECT_EQ(0xfedfffff, ranges[0].last);
	EXPECT_EQ(0xfef00000, ranges[1].first);
	EXPECT_EQ(0x7fffffffff, ranges[1].last);
	EXPECT_EQ(-EINVAL, raw_map(self->fd, 0xfee00000, PAGE, self->memory,
				   VFIO_DMA_MAP_FLAG_READ));
	EXPECT_EQ(-EINVAL, raw_map(self->fd, 0xfedff000, 2 * PAGE, self->memory,
				   VFIO_DMA_MAP_FLAG_READ));
	EXPECT_EQ(-EINVAL, raw_map(self->fd, 0x8000000000, PAGE, self->memory,
				   VFIO_DMA_MAP_FLAG_READ));
	EXPECT_EQ(0, raw_map(self->fd, 0xfedff000, PAGE, self->memory, VFIO_DMA_MAP_FLAG_READ));
	EXPECT_EQ(0, raw_map(self->fd, 0x7ffffff000, PAGE, self->memory,
			     VFIO_DMA_MAP_FLAG_READ));
	EXPECT_EQ(0, raw_unmap(self->fd, 0, 0x8000000000, 0, NULL));
}

/*
 * Whether the limit on locked memory counts is decided by the credentials that a
 * program has at each map, not by those of a mapping that it still has: a map after
 * CAP_IPC_LOCK was given up is ENOMEM where the one before worked.
 */
TEST_F(limits, locked_memory_by_credentials)
{
	ASSERT_EQ(0, locked_set_limit(0));
	ASSERT_EQ(0, raw_map(self->fd, IOVA, PAGE, self->memory, VFIO_DMA_MAP_FLAG_READ));
	ASSERT_EQ(0, locked_obey_limit());
	EXPECT_EQ(-ENOMEM, raw_map(self->fd, IOVA + PAGE, PAGE, self->memory,
				   VFIO_DMA_MAP_FLAG_READ));
	EXPECT_EQ(0, raw_unmap(self->fd, IOVA, PAGE, 0, NULL));
}

TEST_HARNESS_MAIN
