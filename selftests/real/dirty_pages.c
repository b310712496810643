// SPDX-License-Identifier: GPL-2.0-only
/*
 * Dirty pages by type1: that a page the device wrote to is reported, once, and what
 * else the kernel reports with it. A device behind a real IOMMU writes unseen, so
 * type1 takes all that is mapped for it as dirty.
 */
#include "selftest.h"

#define IOVA	0x200000ULL
#define PAGES	4
#define SIZE	(PAGES * PAGE)
#define ALL	((1ULL << PAGES) - 1)

FIXTURE(dirty_pages) {
	struct target target;
	struct engine engine;
	unsigned char *memory;
};

FIXTURE_VARIANT(dirty_pages) {
	enum target_kind kind;
};

TARGET_VARIANT(dirty_pages, mock_type1, TARGET_MOCK_TYPE1);
TARGET_VARIANT(dirty_pages, mock_backend, TARGET_MOCK_BACKEND);
TARGET_VARIANT(dirty_pages, edu, TARGET_EDU);

FIXTURE_SETUP(dirty_pages)
{
	TARGET_OPEN(&self->target, variant->kind, NULL);
	ENGINE_OPEN(&self->engine, &self->target);
	self->memory = memory_new(SIZE);
	ASSERT_EQ(0, uvfio_dma_map(self->target.container, IOVA, SIZE, self->memory, false,
				   NULL));
}

FIXTURE_TEARDOWN(dirty_pages)
{
	EXPECT_EQ(0, uvfio_dma_unmap_all(self->target.container, NULL, NULL));
	engine_close(&self->engine);
	TARGET_CLOSE(&self->target);
	memory_free(self->memory, SIZE);
}

/* The bits of the pages, in @bits. Returns what the call did. */
static int get(struct target *target, uint64_t *bits)
{
	const struct uvfio_dirty_bitmap bitmap = {
		.pgsize = PAGE, .bits = bits, .size = sizeof(*bits),
	};

	*bits = 0;
	return uvfio_dirty_get(target->container, IOVA, SIZE, &bitmap, NULL);
}

/* What is dirty when the device has written to the pages of @written. */
static uint64_t expected(struct target *target, uint64_t written)
{
	return target_is_mock(target) ? written : ALL;
}

/*
 * The kernel tells by which page size and for how large a bitmap it can track; a
 * program that migrates sizes its bitmaps by that.
 */
TEST_F(dirty_pages, limits)
{
	struct uvfio_dirty_limits limits;

	ASSERT_EQ(0, uvfio_dirty_limits(self->target.container, &limits, NULL));
	EXPECT_EQ(PAGE, limits.pgsizes);
	EXPECT_LE(sizeof(uint64_t), limits.max_bitmap_size);
}

/*
 * A page the device wrote to is dirty in the next report and in no later one; a
 * page that was lost here would be lost in a migrated guest.
 */
TEST_F(dirty_pages, what_the_device_wrote)
{
	struct target *target = &self->target;
	uint64_t bits;

	ASSERT_EQ(0, uvfio_dirty_start(target->container, NULL));
	ASSERT_EQ(0, get(target, &bits));
	EXPECT_EQ(expected(target, 0), bits);
	ASSERT_EQ(0, self->engine.ops->from_device(&self->engine, IOVA + 2 * PAGE, 64));
	ASSERT_EQ(0, get(target, &bits));
	EXPECT_EQ(expected(target, 1 << 2), bits);
	ASSERT_EQ(0, get(target, &bits));
	EXPECT_EQ(expected(target, 0), bits);
	EXPECT_EQ(0, uvfio_dirty_stop(target->container, NULL));
}

/*
 * Unmapping while tracking tells what was dirty in the range, and the range is gone:
 * the last chance to learn of it.
 */
TEST_F(dirty_pages, unmap_tells_the_rest)
{
	struct target *target = &self->target;
	uint64_t bits = 0, unmapped;
	const struct uvfio_dirty_bitmap bitmap = {
		.pgsize = PAGE, .bits = &bits, .size = sizeof(bits),
	};

	ASSERT_EQ(0, uvfio_dirty_start(target->container, NULL));
	ASSERT_EQ(0, self->engine.ops->from_device(&self->engine, IOVA, 64));
	ASSERT_EQ(0, uvfio_dma_unmap_dirty(target->container, IOVA, SIZE, &bitmap, NULL));
	EXPECT_EQ(expected(target, 1), bits);
	ASSERT_EQ(0, uvfio_dma_unmap_all(target->container, &unmapped, NULL));
	EXPECT_EQ(0, unmapped);
}

/*
 * Without tracking there is no bitmap to be had, and the mapping stays as it is.
 */
TEST_F(dirty_pages, not_while_it_is_off)
{
	struct target *target = &self->target;
	uint64_t bits;
	const struct uvfio_dirty_bitmap bitmap = {
		.pgsize = PAGE, .bits = &bits, .size = sizeof(bits),
	};

	EXPECT_EQ(-EINVAL, get(target, &bits));
	EXPECT_EQ(-EINVAL, uvfio_dma_unmap_dirty(target->container, IOVA, SIZE, &bitmap,
						 NULL));
	EXPECT_EQ(0, uvfio_dma_unmap(target->container, IOVA, SIZE, NULL));
}

/*
 * Unmapping everything reports how much there was, wherever it was, and leaves
 * nothing: one call where a range of 2^64 bytes does not fit.
 */
TEST_F(dirty_pages, unmap_all)
{
	struct uvfio_container *container = self->target.container;
	uint64_t unmapped;

	ASSERT_EQ(0, uvfio_dma_map(container, 0, PAGE, self->memory, false, NULL));
	ASSERT_EQ(0, uvfio_dma_map(container, 1ULL << 38, PAGE, self->memory, false, NULL));
	ASSERT_EQ(0, uvfio_dma_unmap_all(container, &unmapped, NULL));
	EXPECT_EQ(SIZE + 2 * PAGE, unmapped);
	ASSERT_EQ(0, uvfio_dma_unmap_all(container, &unmapped, NULL));
	EXPECT_EQ(0, unmapped);
}

TEST_HARNESS_MAIN
