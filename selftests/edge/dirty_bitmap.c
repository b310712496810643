// SPDX-License-Identifier: GPL-2.0-only
/*
 * Bitmaps of dirty pages that make no sense. The kernel's type1 computes with
 * the page size before it looks at it.
 */
#include "selftest.h"

#define IOVA	0x100000ULL
#define RW	(VFIO_DMA_MAP_FLAG_READ | VFIO_DMA_MAP_FLAG_WRITE)

FIXTURE(dirty_bitmap) {
	struct target target;
	uint64_t bits;
	void *memory;
	int fd;
};

FIXTURE_VARIANT(dirty_bitmap) {
	enum target_kind kind;
};

TARGET_VARIANT(dirty_bitmap, mock_type1, TARGET_MOCK_TYPE1);
TARGET_VARIANT(dirty_bitmap, mock_backend, TARGET_MOCK_BACKEND);
TARGET_VARIANT(dirty_bitmap, edu, TARGET_EDU);

FIXTURE_SETUP(dirty_bitmap)
{
	static const struct target_options options = { .level = TARGET_OPEN_GROUP };
	static const struct vfio_iommu_type1_dirty_bitmap start = {
		.argsz = sizeof(start), .flags = VFIO_IOMMU_DIRTY_PAGES_FLAG_START,
	};

	TARGET_OPEN(&self->target, variant->kind, &options);
	self->fd = uvfio_container_fd(self->target.container);
	self->memory = memory_new(PAGE);
	ASSERT_EQ(0, raw_map(self->fd, IOVA, PAGE, self->memory, RW));
	ASSERT_EQ(0, raw_ioctl(self->fd, VFIO_IOMMU_DIRTY_PAGES, &start));
}

FIXTURE_TEARDOWN(dirty_bitmap)
{
	TARGET_CLOSE(&self->target);
	memory_free(self->memory, PAGE);
}

static int get_bitmap(int container, uint64_t pgsize, uint64_t *bits)
{
	const struct {
		struct vfio_iommu_type1_dirty_bitmap head;
		struct vfio_iommu_type1_dirty_bitmap_get range;
	} arg = {
		.head = { .argsz = sizeof(arg), .flags = VFIO_IOMMU_DIRTY_PAGES_FLAG_GET_BITMAP },
		.range = {
			.iova = IOVA, .size = PAGE,
			.bitmap = { .pgsize = pgsize, .size = sizeof(*bits), .data = (void *)bits },
		},
	};

	return raw_ioctl(container, VFIO_IOMMU_DIRTY_PAGES, &arg);
}

static int unmap_bitmap(int container, uint64_t pgsize, uint64_t *bits)
{
	const struct {
		struct vfio_iommu_type1_dma_unmap head;
		struct vfio_bitmap bitmap;
	} arg = {
		.head = {
			.argsz = sizeof(arg), .flags = VFIO_DMA_UNMAP_FLAG_GET_DIRTY_BITMAP,
			.iova = IOVA, .size = PAGE,
		},
		.bitmap = { .pgsize = pgsize, .size = sizeof(*bits), .data = (void *)bits },
	};

	return raw_ioctl(container, VFIO_IOMMU_UNMAP_DMA, &arg);
}

/*
 * Pages of size 0 are EINVAL, for the bitmap as for the unmap with one, and the
 * mapping stays. type1 up to 7.3 at least shifts by the order of 0 before it
 * refuses it, which a kernel with UBSAN reports; our random comparison with the
 * backend found that.
 */
TEST_F(dirty_bitmap, no_page_size)
{
	EXPECT_EQ(-EINVAL, get_bitmap(self->fd, 0, &self->bits));
	EXPECT_EQ(-EINVAL, unmap_bitmap(self->fd, 0, &self->bits));
	EXPECT_EQ(0, get_bitmap(self->fd, PAGE, &self->bits));
	EXPECT_EQ(0, unmap_bitmap(self->fd, PAGE, &self->bits));
}

/*
 * Pages larger than the IOMMU's smallest are EINVAL, although the kernel could
 * count in them: the bitmap has the resolution of the mappings or none.
 */
TEST_F(dirty_bitmap, large_page_size)
{
	EXPECT_EQ(-EINVAL, get_bitmap(self->fd, 2 * PAGE, &self->bits));
	EXPECT_EQ(-EINVAL, unmap_bitmap(self->fd, 2 * PAGE, &self->bits));
}

TEST_HARNESS_MAIN
