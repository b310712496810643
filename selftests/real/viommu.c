// SPDX-License-Identifier: GPL-2.0-only
/*
 * A guest's IOMMU in front of the real one: what a test announces as a translation
 * is what the device reaches, through the container's mappings. The group is in an
 * address space with nothing but the IOMMU in it; RAM is in system memory only.
 */
#include <string.h>

#include "selftest.h"

#define RAM_AT	0x40000000ULL	/* in system memory */
#define MMU_AT	0x20000000ULL	/* in the device's address space; edu takes 32 bits */
#define MMU_IS	0x10000000ULL	/* bytes */
#define SKEW	0x1000000ULL	/* of the section in the IOMMU */
#define LEN	ENGINE_DMA_MAX
#define SIZE	(4 * PAGE)

FIXTURE(viommu) {
	struct target target;
	struct engine engine;
	struct uvfio_address_space *system;
	struct uvfio_address_space *bus;
	struct uvfio_memory *iommu;
	unsigned char *ram;
};

FIXTURE_VARIANT(viommu) {
	enum target_kind kind;
};

TARGET_VARIANT(viommu, mock_type1, TARGET_MOCK_TYPE1);
TARGET_VARIANT(viommu, mock_backend, TARGET_MOCK_BACKEND);
TARGET_VARIANT(viommu, edu, TARGET_EDU);

/* Page @page of the IOMMU's address space, to page @to of the RAM. */
static struct uvfio_iommu_entry entry(unsigned int page, unsigned int to,
				      enum uvfio_iommu_access access)
{
	return (struct uvfio_iommu_entry){
		.iova = SKEW + page * PAGE, .translated = RAM_AT + to * PAGE,
		.addr_mask = PAGE - 1, .access = access,
	};
}

/* Where the device sees that page. */
static uint64_t iova(unsigned int page)
{
	return MMU_AT + page * PAGE;
}

/* From the start there is one translation: of page 0 to page 0. */
static int replay(void *opaque, struct uvfio_iommu_notifier *notifier,
		  struct uvfio_error *err)
{
	const struct uvfio_iommu_entry there = entry(0, 0, UVFIO_IOMMU_READ_WRITE);

	(void)opaque;
	return uvfio_iommu_replay_entry(notifier, &there, err);
}

static int new_iommu(struct uvfio *ctx, struct uvfio_memory **iommu)
{
	static const struct uvfio_iommu_ops ops = { .size = sizeof(ops), .replay = replay };
	const struct uvfio_memory_options opts = {
		.size = sizeof(opts), .type = UVFIO_MEMORY_IOMMU, .bytes = { .hi = 1 },
		.iommu = &ops,
	};

	return uvfio_memory_new(ctx, &opts, iommu, NULL);
}

static int add_iommu(struct uvfio_address_space *bus, struct uvfio_memory *iommu)
{
	const struct uvfio_section section = {
		.start = MMU_AT, .size = { .lo = MMU_IS }, .memory = iommu, .offset = SKEW,
	};

	return uvfio_section_add(bus, &section, NULL);
}

FIXTURE_SETUP(viommu)
{
	static const struct target_options options = { .level = TARGET_EXISTS };
	static int identity;
	struct target *target = &self->target;

	TARGET_OPEN(target, variant->kind, &options);
	self->ram = memory_new(SIZE);
	memory_fill(self->ram, PAGE, 1);
	ASSERT_EQ(0, uvfio_get_address_space(target->ctx, NULL, &self->system, NULL));
	ASSERT_EQ(0, uvfio_get_address_space(target->ctx, &identity, &self->bus, NULL));
	ASSERT_EQ(0, space_add(target->ctx, self->system, UVFIO_MEMORY_RAM, RAM_AT, self->ram,
			       SIZE, NULL));
	ASSERT_EQ(0, new_iommu(target->ctx, &self->iommu));
	ASSERT_EQ(0, uvfio_get_group(self->bus, target->group_id, &target->group, NULL));
	target->container = uvfio_group_container(target->group);
	ASSERT_EQ(0, uvfio_get_device(target->group, target->name, NULL, &target->dev, NULL));
	ENGINE_OPEN(&self->engine, target);
	ASSERT_EQ(0, add_iommu(self->bus, self->iommu));
}

FIXTURE_TEARDOWN(viommu)
{
	engine_close(&self->engine);
	uvfio_memory_put(self->iommu);
	uvfio_put_address_space(self->bus);
	uvfio_put_address_space(self->system);
	TARGET_CLOSE(&self->target);
	memory_free(self->ram, SIZE);
}

/* What a transfer that VFIO refuses with @code returns: edu cannot tell. */
static int refusal(struct target *target, int code)
{
	return target_is_mock(target) ? code : 0;
}

static int notify(struct uvfio_memory *iommu, struct uvfio_iommu_entry e)
{
	return uvfio_iommu_notify(iommu, &e, NULL);
}

/*
 * The translations that are there when the section is added are mapped by the
 * replay, at the section's place in the device's address space, though the section
 * begins in the middle of the IOMMU.
 */
TEST_F(viommu, replay_maps_what_is_there)
{
	const struct engine_ops *engine = self->engine.ops;

	ASSERT_EQ(0, engine->to_device(&self->engine, iova(0), LEN));
	memset(self->ram, 0, SIZE);
	ASSERT_EQ(0, engine->from_device(&self->engine, iova(0), LEN));
	EXPECT_TRUE(memory_is_filled(self->ram, LEN, 1));
	EXPECT_TRUE(memory_is(self->ram + LEN, SIZE - LEN, 0));
}

/*
 * A group attached later than its IOMMU's section gets the same replay, from its
 * container's listener.
 */
TEST_F(viommu, replay_for_a_new_container)
{
	const struct engine_ops *engine = self->engine.ops;
	struct target *target = &self->target;

	engine_close(&self->engine);
	ASSERT_EQ(0, uvfio_put_base_device(target->dev, NULL));
	target->dev = NULL;
	ASSERT_EQ(0, uvfio_put_group(target->group, NULL));
	target->group = NULL;
	ASSERT_EQ(0, uvfio_get_group(self->bus, target->group_id, &target->group, NULL));
	target->container = uvfio_group_container(target->group);
	ASSERT_EQ(0, uvfio_get_device(target->group, target->name, NULL, &target->dev, NULL));
	ENGINE_OPEN(&self->engine, target);
	ASSERT_EQ(0, engine->to_device(&self->engine, iova(0), LEN));
}

/*
 * A translation that is announced is reached by the device, one that is taken back
 * is not, and another one at the same address leads elsewhere: what a guest's
 * driver does all day.
 */
TEST_F(viommu, refused_after_an_unmap_event)
{
	const struct engine_ops *engine = self->engine.ops;
	struct target *target = &self->target;

	ASSERT_EQ(0, engine->to_device(&self->engine, iova(0), LEN));
	ASSERT_EQ(0, notify(self->iommu, entry(5, 1, UVFIO_IOMMU_READ_WRITE)));
	ASSERT_EQ(0, engine->from_device(&self->engine, iova(5), LEN));
	EXPECT_TRUE(memory_is_filled(self->ram + PAGE, LEN, 1));

	ASSERT_EQ(0, notify(self->iommu, entry(5, 0, UVFIO_IOMMU_NONE)));
	memset(self->ram + PAGE, 0, PAGE);
	EXPECT_EQ(refusal(target, -EINVAL), engine->from_device(&self->engine, iova(5), LEN));
	EXPECT_TRUE(memory_is(self->ram + PAGE, SIZE - PAGE, 0));

	ASSERT_EQ(0, notify(self->iommu, entry(5, 2, UVFIO_IOMMU_READ_WRITE)));
	ASSERT_EQ(0, engine->from_device(&self->engine, iova(5), LEN));
	EXPECT_TRUE(memory_is(self->ram + PAGE, PAGE, 0));
	EXPECT_TRUE(memory_is_filled(self->ram + 2 * PAGE, LEN, 1));
}

/*
 * A translation that lets the device only read is mapped so: the device's write is
 * refused and the memory stays as it is.
 */
TEST_F(viommu, write_refused_by_a_read_only_entry)
{
	const struct engine_ops *engine = self->engine.ops;
	struct target *target = &self->target;

	ASSERT_EQ(0, notify(self->iommu, entry(1, 1, UVFIO_IOMMU_READ)));
	ASSERT_EQ(0, engine->to_device(&self->engine, iova(1), LEN));
	ASSERT_EQ(0, engine->to_device(&self->engine, iova(0), LEN));
	EXPECT_EQ(refusal(target, -EPERM), engine->from_device(&self->engine, iova(1), LEN));
	EXPECT_TRUE(memory_is(self->ram + PAGE, PAGE, 0));
}

/*
 * What system memory holds is not reached at its own address: only translations
 * lead there.
 */
TEST_F(viommu, memory_itself_is_refused)
{
	const struct engine_ops *engine = self->engine.ops;
	struct target *target = &self->target;

	ASSERT_EQ(0, engine->to_device(&self->engine, iova(0), LEN));
	memset(self->ram, 0, SIZE);
	EXPECT_EQ(refusal(target, -EINVAL), engine->from_device(&self->engine, RAM_AT, LEN));
	EXPECT_TRUE(memory_is(self->ram, SIZE, 0));
}

/*
 * One event that takes everything back, 2^64 bytes of it, unmaps all translations
 * in the section in one call, and leaves alone what is mapped next to it.
 */
TEST_F(viommu, refused_after_a_huge_unmap)
{
	const struct uvfio_iommu_entry everything = { .addr_mask = UINT64_MAX };
	const struct engine_ops *engine = self->engine.ops;
	struct target *target = &self->target;
	const uint64_t next_door = MMU_AT + MMU_IS;

	ASSERT_EQ(0, notify(self->iommu, entry(7, 1, UVFIO_IOMMU_READ_WRITE)));
	ASSERT_EQ(0, uvfio_dma_map(target->container, next_door, PAGE, self->ram + 3 * PAGE,
				   false, NULL));
	ASSERT_EQ(0, engine->to_device(&self->engine, iova(0), LEN));
	ASSERT_EQ(0, notify(self->iommu, everything));
	EXPECT_EQ(refusal(target, -EINVAL), engine->from_device(&self->engine, iova(0), LEN));
	EXPECT_EQ(refusal(target, -EINVAL), engine->from_device(&self->engine, iova(7), LEN));
	EXPECT_TRUE(memory_is(self->ram + PAGE, 2 * PAGE, 0));
	ASSERT_EQ(0, engine->from_device(&self->engine, next_door, LEN));
	EXPECT_TRUE(memory_is_filled(self->ram + 3 * PAGE, LEN, 1));
	EXPECT_EQ(0, uvfio_dma_unmap(target->container, next_door, PAGE, NULL));
}

/*
 * When the section goes, everything mapped for it goes, and events that come later
 * reach nobody.
 */
TEST_F(viommu, refused_after_removal_of_the_iommu)
{
	const struct engine_ops *engine = self->engine.ops;
	struct target *target = &self->target;
	uint64_t unmapped;

	ASSERT_EQ(0, notify(self->iommu, entry(7, 1, UVFIO_IOMMU_READ_WRITE)));
	ASSERT_EQ(0, engine->to_device(&self->engine, iova(0), LEN));
	ASSERT_EQ(0, uvfio_section_del(self->bus, MMU_AT, NULL));
	ASSERT_EQ(0, notify(self->iommu, entry(3, 2, UVFIO_IOMMU_READ_WRITE)));
	EXPECT_EQ(refusal(target, -EINVAL), engine->from_device(&self->engine, iova(3), LEN));
	EXPECT_TRUE(memory_is(self->ram + PAGE, SIZE - PAGE, 0));
	ASSERT_EQ(0, uvfio_dma_unmap_all(target->container, &unmapped, NULL));
	EXPECT_EQ(0, unmapped);
}

/*
 * A translation to where no memory is, or to more than there is, is refused without
 * asking the kernel, and what was mapped before still works.
 */
TEST_F(viommu, translations_that_lead_nowhere)
{
	const struct engine_ops *engine = self->engine.ops;
	struct uvfio_iommu_entry beyond = entry(4, 3, UVFIO_IOMMU_READ_WRITE);

	EXPECT_EQ(-EFAULT, notify(self->iommu, entry(4, 4, UVFIO_IOMMU_READ_WRITE)));
	beyond.addr_mask = 2 * PAGE - 1;
	EXPECT_EQ(-EFAULT, notify(self->iommu, beyond));
	EXPECT_EQ(0, engine->to_device(&self->engine, iova(0), LEN));
}

TEST_HARNESS_MAIN
