// SPDX-License-Identifier: GPL-2.0-only
/*
 * What becomes of a memory map when the IOMMU does not play along: the event log
 * says what really reached the IOMMU backend.
 */
#include <string.h>

#include "selftest.h"

#define SIZE	(2 * PAGE)

FIXTURE(section_faults) {
	struct target target;
	struct mockvfio_profile *profile;
	struct uvfio_address_space *as;
	struct space_log log;
	void *memory;
};

/* The group is not attached yet: tests put sections there first. */
FIXTURE_SETUP(section_faults)
{
	static const struct target_options options = { .level = TARGET_EXISTS };
	struct target *target = &self->target;

	TARGET_OPEN(target, TARGET_MOCK_BACKEND, &options);
	self->profile = target->mock.profile;
	self->memory = memory_new(SIZE);
	memset(&self->log, 0, sizeof(self->log));
	space_listen(target->ctx, &self->log);
	ASSERT_EQ(0, uvfio_get_address_space(target->ctx, NULL, &self->as, NULL));
	CLEAR_EVENTS(self->profile);
}

FIXTURE_TEARDOWN(section_faults)
{
	uvfio_put_address_space(self->as);
	TARGET_CLOSE(&self->target);
	memory_free(self->memory, SIZE);
}

#define FAULT(...) do {								\
	const struct mockvfio_rule fault_rule = { .name = "rule", __VA_ARGS__ };	\
										\
	ASSERT_EQ(0, mockvfio_fault_add(self->profile, &fault_rule, NULL));	\
} while (0)

static int add(struct target *target, struct uvfio_address_space *as,
	       enum uvfio_memory_type type, uint64_t start, void *memory,
	       struct uvfio_error *err)
{
	return space_add(target->ctx, as, type, start, memory, SIZE, err);
}

static int attach(struct target *target, struct uvfio_address_space *as,
		  struct uvfio_error *err)
{
	int ret = uvfio_get_group(as, target->group_id, &target->group, err);

	if (!ret)
		target->container = uvfio_group_container(target->group);
	return ret;
}

/*
 * RAM that cannot be mapped while the container is set up ends the set-up with the
 * first error, and what was mapped before it is unmapped while there is still an
 * IOMMU to do so. Nothing stays open, and the next attempt works.
 */
TEST_F(section_faults, ram_that_fails_ends_the_set_up)
{
	struct target *target = &self->target;
	struct uvfio_error err;

	ASSERT_EQ(0, add(target, self->as, UVFIO_MEMORY_RAM, 0x100000, self->memory, NULL));
	ASSERT_EQ(0, add(target, self->as, UVFIO_MEMORY_RAM, 0x200000, self->memory, NULL));
	FAULT(.site = "iommu.map_dma", .error = "ENOMEM", .skip = 1, .times = 1);
	EXPECT_EQ(-ENOMEM, attach(target, self->as, &err));
	EXPECT_EQ(0x200000, err.iova);
	EXPECT_STREQ("VFIO_IOMMU_MAP_DMA", err.ioctl);
	EXPECT_EVENTS(self->profile, "iommu.*map_dma",
		      "iommu.map_dma iova=0x100000 size=0x2000 ret=0",
		      "iommu.map_dma iova=0x200000 size=0x2000 ret=-12 fault=rule",
		      "iommu.unmap_dma iova=0x100000 size=0x2000 unmapped=0x2000 ret=0");
	EXPECT_EQ(0, mock_counter(&target->mock, "mappings"));
	EXPECT_EQ(0, uvfio_balloon_inhibitors(target->ctx));
	ASSERT_EQ(0, attach(target, self->as, NULL));
	EXPECT_EQ(2, mock_counter(&target->mock, "mappings"));
}

/*
 * RAM that cannot be mapped later is an error of the call that adds it, and the
 * section is not there; adding it again works.
 */
TEST_F(section_faults, ram_that_fails_later_is_an_error)
{
	struct target *target = &self->target;
	struct uvfio_section section;

	ASSERT_EQ(0, attach(target, self->as, NULL));
	FAULT(.site = "iommu.map_dma", .error = "EFAULT", .times = 1);
	EXPECT_EQ(-EFAULT, add(target, self->as, UVFIO_MEMORY_RAM, 0x100000, self->memory,
			       NULL));
	EXPECT_EQ(-ENOENT, uvfio_section_find(self->as, 0x100000, &section));
	EXPECT_EQ(0, mock_counter(&target->mock, "mappings"));
	ASSERT_EQ(0, add(target, self->as, UVFIO_MEMORY_RAM, 0x100000, self->memory, NULL));
	EXPECT_EQ(1, mock_counter(&target->mock, "mappings"));
}

/*
 * A BAR that cannot be mapped is only a warning, because devices that do not talk
 * to each other do not miss it; it is not unmapped either.
 */
TEST_F(section_faults, a_bar_that_fails_is_a_warning)
{
	struct target *target = &self->target;

	ASSERT_EQ(0, attach(target, self->as, NULL));
	CLEAR_EVENTS(self->profile);
	FAULT(.site = "iommu.map_dma", .error = "EINVAL", .times = 1);
	ASSERT_EQ(0, add(target, self->as, UVFIO_MEMORY_RAM_DEVICE, 0x100000, self->memory,
			 NULL));
	EXPECT_NE(NULL, strstr(self->log.text, "PCI peer-to-peer may not work"))
		TH_LOG("%s", self->log.text);
	EXPECT_EQ(0, uvfio_section_del(self->as, 0x100000, NULL));
	EXPECT_EVENTS(self->profile, "iommu.*map_dma",
		      "iommu.map_dma iova=0x100000 ret=-22 fault=rule");
}

/*
 * An unmap that fails is reported by the call that removes the section; the section
 * is gone all the same, and the address is free for the next one.
 */
TEST_F(section_faults, an_unmap_that_fails_is_reported)
{
	struct target *target = &self->target;
	struct uvfio_error err;

	ASSERT_EQ(0, attach(target, self->as, NULL));
	ASSERT_EQ(0, add(target, self->as, UVFIO_MEMORY_RAM, 0x100000, self->memory, NULL));
	FAULT(.site = "iommu.unmap_dma", .error = "EINVAL", .times = 1);
	EXPECT_EQ(-EINVAL, uvfio_section_del(self->as, 0x100000, &err));
	EXPECT_STREQ("VFIO_IOMMU_UNMAP_DMA", err.ioctl);
	EXPECT_EQ(-ENOENT, uvfio_section_del(self->as, 0x100000, NULL));
	/* The mapping is still there, which is what the error was about. */
	EXPECT_EQ(0, uvfio_dma_unmap(target->container, 0x100000, SIZE, NULL));
	EXPECT_EQ(0, add(target, self->as, UVFIO_MEMORY_RAM, 0x100000, self->memory, NULL));
}

/*
 * When the last group leaves, its container unmaps each section while it still has
 * an IOMMU, the last first: every unmap succeeds.
 */
TEST_F(section_faults, sections_are_unmapped_before_the_group_leaves)
{
	struct target *target = &self->target;

	ASSERT_EQ(0, add(target, self->as, UVFIO_MEMORY_RAM, 0x100000, self->memory, NULL));
	ASSERT_EQ(0, add(target, self->as, UVFIO_MEMORY_RAM, 0x200000, self->memory, NULL));
	ASSERT_EQ(0, attach(target, self->as, NULL));
	CLEAR_EVENTS(self->profile);
	ASSERT_EQ(0, uvfio_put_group(target->group, NULL));
	target->group = NULL;
	EXPECT_EVENTS(self->profile, "iommu.*map_dma",
		      "iommu.unmap_dma iova=0x200000 size=0x2000 unmapped=0x2000 ret=0",
		      "iommu.unmap_dma iova=0x100000 size=0x2000 unmapped=0x2000 ret=0");
	EXPECT_STREQ("", self->log.text);
}

TEST_HARNESS_MAIN
