// SPDX-License-Identifier: GPL-2.0-only
/*
 * Data by DMA: that a mapping lets the device reach exactly the memory it
 * names, both ways, and that without one the device reaches nothing. The mock
 * reports a refused transfer; edu does not, so what counts is the memory.
 */
#include <string.h>

#include "selftest.h"

#define IOVA_A	0x200000ULL
#define IOVA_B	0x300000ULL
#define LEN	ENGINE_DMA_MAX

FIXTURE(dma_data) {
	struct target target;
	struct engine engine;
	unsigned char *a;
	unsigned char *b;
};

FIXTURE_VARIANT(dma_data) {
	enum target_kind kind;
};

TARGET_VARIANT(dma_data, mock_type1, TARGET_MOCK_TYPE1);
TARGET_VARIANT(dma_data, mock_backend, TARGET_MOCK_BACKEND);
TARGET_VARIANT(dma_data, edu, TARGET_EDU);

FIXTURE_SETUP(dma_data)
{
	TARGET_OPEN(&self->target, variant->kind, NULL);
	ENGINE_OPEN(&self->engine, &self->target);
	self->a = memory_new(PAGE);
	self->b = memory_new(PAGE);
	memory_fill(self->a, PAGE, 1);
}

FIXTURE_TEARDOWN(dma_data)
{
	engine_close(&self->engine);
	TARGET_CLOSE(&self->target);
	memory_free(self->a, PAGE);
	memory_free(self->b, PAGE);
}

static int map(struct target *target, uint64_t iova, void *memory, bool readonly)
{
	return uvfio_dma_map(target->container, iova, PAGE, memory, readonly, NULL);
}

static int unmap(struct target *target, uint64_t iova)
{
	return uvfio_dma_unmap(target->container, iova, PAGE, NULL);
}

/* What a transfer that VFIO refuses with @code returns: edu cannot tell. */
static int refusal(struct target *target, int code)
{
	return target_is_mock(target) ? code : 0;
}

/*
 * Data goes from memory to the device and from the device to other memory,
 * unchanged, and not a byte more than asked for is written. The base of
 * everything: a mapping reaches the memory it names.
 */
TEST_F(dma_data, both_ways)
{
	ASSERT_EQ(0, map(&self->target, IOVA_A, self->a, false));
	ASSERT_EQ(0, map(&self->target, IOVA_B, self->b, false));
	ASSERT_EQ(0, self->engine.ops->to_device(&self->engine, IOVA_A, LEN));
	ASSERT_EQ(0, self->engine.ops->from_device(&self->engine, IOVA_B, LEN));
	EXPECT_EQ(0, memcmp(self->a, self->b, LEN));
	EXPECT_TRUE(memory_is(self->b + LEN, PAGE - LEN, 0));
	EXPECT_TRUE(memory_is_filled(self->a, PAGE, 1));
	EXPECT_EQ(0, unmap(&self->target, IOVA_A));
	EXPECT_EQ(0, unmap(&self->target, IOVA_B));
}

/*
 * After an unmap the device cannot write the memory any more: no stale entry
 * in the IOMMU's caches, no page still pinned and reachable.
 */
TEST_F(dma_data, write_refused_after_unmap)
{
	ASSERT_EQ(0, map(&self->target, IOVA_A, self->a, false));
	ASSERT_EQ(0, map(&self->target, IOVA_B, self->b, false));
	ASSERT_EQ(0, self->engine.ops->to_device(&self->engine, IOVA_A, LEN));
	ASSERT_EQ(0, self->engine.ops->from_device(&self->engine, IOVA_B, 8));
	EXPECT_EQ(0, memcmp(self->a, self->b, 8));
	memset(self->b, 0, PAGE);
	ASSERT_EQ(0, unmap(&self->target, IOVA_B));
	EXPECT_EQ(refusal(&self->target, -EINVAL),
		  self->engine.ops->from_device(&self->engine, IOVA_B, LEN));
	EXPECT_TRUE(memory_is(self->b, PAGE, 0));
	EXPECT_EQ(0, unmap(&self->target, IOVA_A));
}

/*
 * After an unmap the device cannot read the memory any more: what it passes on
 * from its buffer is not what the memory holds.
 */
TEST_F(dma_data, read_refused_after_unmap)
{
	ASSERT_EQ(0, map(&self->target, IOVA_A, self->a, false));
	ASSERT_EQ(0, map(&self->target, IOVA_B, self->b, false));
	ASSERT_EQ(0, self->engine.ops->to_device(&self->engine, IOVA_A, LEN));
	ASSERT_EQ(0, unmap(&self->target, IOVA_A));
	memory_fill(self->a, PAGE, 2);
	EXPECT_EQ(refusal(&self->target, -EINVAL),
		  self->engine.ops->to_device(&self->engine, IOVA_A, LEN));
	ASSERT_EQ(0, self->engine.ops->from_device(&self->engine, IOVA_B, LEN));
	EXPECT_NE(0, memcmp(self->a, self->b, LEN));
	EXPECT_EQ(0, unmap(&self->target, IOVA_B));
}

/*
 * A read-only mapping can be read by the device and not written: a guest's ROM
 * stays as it is.
 */
TEST_F(dma_data, write_to_read_only_refused)
{
	ASSERT_EQ(0, map(&self->target, IOVA_A, self->a, true));
	ASSERT_EQ(0, map(&self->target, IOVA_B, self->b, false));
	ASSERT_EQ(0, self->engine.ops->to_device(&self->engine, IOVA_A, LEN));
	ASSERT_EQ(0, self->engine.ops->from_device(&self->engine, IOVA_B, LEN));
	EXPECT_TRUE(memory_is_filled(self->b, LEN, 1));
	memory_fill(self->a, PAGE, 3);
	EXPECT_EQ(refusal(&self->target, -EPERM),
		  self->engine.ops->from_device(&self->engine, IOVA_A, LEN));
	EXPECT_TRUE(memory_is_filled(self->a, PAGE, 3));
	EXPECT_EQ(0, unmap(&self->target, IOVA_A));
	EXPECT_EQ(0, unmap(&self->target, IOVA_B));
}

/*
 * When other memory is mapped at an address, the device writes there and no
 * longer to the memory that was mapped before: the translation that the IOMMU
 * cached is gone.
 */
TEST_F(dma_data, remapped_address)
{
	ASSERT_EQ(0, map(&self->target, IOVA_A, self->a, false));
	ASSERT_EQ(0, self->engine.ops->to_device(&self->engine, IOVA_A, LEN));
	ASSERT_EQ(0, unmap(&self->target, IOVA_A));
	ASSERT_EQ(0, map(&self->target, IOVA_A, self->b, false));
	memset(self->a, 0, PAGE);
	ASSERT_EQ(0, self->engine.ops->from_device(&self->engine, IOVA_A, LEN));
	EXPECT_TRUE(memory_is_filled(self->b, LEN, 1));
	EXPECT_TRUE(memory_is(self->a, PAGE, 0));
	EXPECT_EQ(0, unmap(&self->target, IOVA_A));
}

/*
 * One transfer crosses from one mapping into the next at the right byte, also
 * where memory is mapped in the opposite order of its addresses.
 */
TEST_F(dma_data, across_mappings)
{
	const size_t half = LEN / 2;

	ASSERT_EQ(0, map(&self->target, IOVA_A, self->a, false));
	ASSERT_EQ(0, map(&self->target, IOVA_B + PAGE, self->a, false));
	ASSERT_EQ(0, map(&self->target, IOVA_B, self->b, false));
	ASSERT_EQ(0, self->engine.ops->to_device(&self->engine, IOVA_A, LEN));
	memset(self->a, 0, PAGE);
	ASSERT_EQ(0, self->engine.ops->from_device(&self->engine, IOVA_B + PAGE - half, LEN));
	memory_fill(self->b, half, 1);
	EXPECT_EQ(0, memcmp(self->b + PAGE - half, self->b, half));
	memory_fill(self->b, LEN, 1);
	EXPECT_EQ(0, memcmp(self->a, self->b + half, half));
	EXPECT_TRUE(memory_is(self->a + half, PAGE - half, 0));
	EXPECT_EQ(0, unmap(&self->target, IOVA_A));
	EXPECT_EQ(0, uvfio_dma_unmap(self->target.container, IOVA_B, 2 * PAGE, NULL));
}

TEST_HARNESS_MAIN
