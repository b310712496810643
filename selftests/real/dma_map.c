// SPDX-License-Identifier: GPL-2.0-only
/*
 * What VFIO_IOMMU_MAP_DMA and VFIO_IOMMU_UNMAP_DMA of a type1 v2 container
 * promise, by raw ioctls: the bookkeeping, not the data (see dma_data.c). No
 * device is opened, which saves real devices their reset.
 */
#include <sys/mman.h>

#include "selftest.h"

#define IOVA	0x100000ULL
#define RW	(VFIO_DMA_MAP_FLAG_READ | VFIO_DMA_MAP_FLAG_WRITE)
#define PAGES	8

FIXTURE(dma_map) {
	struct target target;
	unsigned char *memory;
	int fd;
};

FIXTURE_VARIANT(dma_map) {
	enum target_kind kind;
};

TARGET_VARIANT(dma_map, mock_type1, TARGET_MOCK_TYPE1);
TARGET_VARIANT(dma_map, mock_backend, TARGET_MOCK_BACKEND);
TARGET_VARIANT(dma_map, edu, TARGET_EDU);
TARGET_VARIANT(dma_map, nvme, TARGET_NVME);

FIXTURE_SETUP(dma_map)
{
	static const struct target_options options = { .level = TARGET_OPEN_GROUP };

	TARGET_OPEN(&self->target, variant->kind, &options);
	self->fd = uvfio_container_fd(self->target.container);
	self->memory = memory_new(PAGES * PAGE);
}

FIXTURE_TEARDOWN(dma_map)
{
	memory_free(self->memory, PAGES * PAGE);
	TARGET_CLOSE(&self->target);
}

/*
 * Unmapping exactly what was mapped returns its size in the size field. DPDK
 * and SPDK take a smaller size as an error, so the field must be right.
 */
TEST_F(dma_map, unmap_returns_size)
{
	uint64_t size;

	ASSERT_EQ(0, raw_map(self->fd, IOVA, 3 * PAGE, self->memory, RW));
	ASSERT_EQ(0, raw_unmap(self->fd, IOVA, 3 * PAGE, 0, &size));
	EXPECT_EQ(3 * PAGE, size);
}

/*
 * Unmapping a range where nothing is mapped succeeds and reports size 0, also
 * right after an unmap of the same range. iommufd's compatibility layer said
 * ENOENT here until kernel commit afb47765f923.
 */
TEST_F(dma_map, unmap_nothing)
{
	uint64_t size;

	ASSERT_EQ(0, raw_unmap(self->fd, IOVA, PAGE, 0, &size));
	EXPECT_EQ(0, size);
	ASSERT_EQ(0, raw_map(self->fd, IOVA, PAGE, self->memory, RW));
	ASSERT_EQ(0, raw_unmap(self->fd, IOVA, PAGE, 0, NULL));
	ASSERT_EQ(0, raw_unmap(self->fd, IOVA, PAGE, 0, &size));
	EXPECT_EQ(0, size);
}

/*
 * Mapping a range a second time is EEXIST and leaves the first mapping whole:
 * DPDK 0cbce3a167 and a report on qemu-devel of "-17 (File exists)" depend on
 * this errno being told apart from EBUSY.
 */
TEST_F(dma_map, map_twice)
{
	uint64_t size;

	ASSERT_EQ(0, raw_map(self->fd, IOVA, PAGE, self->memory, RW));
	EXPECT_EQ(-EEXIST, raw_map(self->fd, IOVA, PAGE, self->memory, RW));
	EXPECT_EQ(-EEXIST, raw_map(self->fd, IOVA, PAGE, self->memory + PAGE, RW));
	ASSERT_EQ(0, raw_unmap(self->fd, IOVA, PAGE, 0, &size));
	EXPECT_EQ(PAGE, size);
}

/*
 * A mapping that overlaps another one at its front, back or middle is EEXIST,
 * one that only touches it is fine.
 */
TEST_F(dma_map, map_overlap)
{
	ASSERT_EQ(0, raw_map(self->fd, IOVA, 3 * PAGE, self->memory, RW));
	EXPECT_EQ(-EEXIST, raw_map(self->fd, IOVA - PAGE, 2 * PAGE, self->memory, RW));
	EXPECT_EQ(-EEXIST, raw_map(self->fd, IOVA + PAGE, PAGE, self->memory, RW));
	EXPECT_EQ(-EEXIST, raw_map(self->fd, IOVA + 2 * PAGE, 2 * PAGE, self->memory, RW));
	EXPECT_EQ(-EEXIST, raw_map(self->fd, IOVA - PAGE, 5 * PAGE, self->memory, RW));
	EXPECT_EQ(0, raw_map(self->fd, IOVA - PAGE, PAGE, self->memory, RW));
	EXPECT_EQ(0, raw_map(self->fd, IOVA + 3 * PAGE, PAGE, self->memory, RW));
}

/*
 * Type1 v2 refuses to unmap a part of a mapping, wherever the cut is, and
 * unmaps nothing then. DPDK 56259f7fc0 and a399d7b5a9 unmapped merged mappings
 * piece by piece and failed like this.
 */
TEST_F(dma_map, unmap_part_refused)
{
	uint64_t size;

	ASSERT_EQ(0, raw_map(self->fd, IOVA, 4 * PAGE, self->memory, RW));
	EXPECT_EQ(-EINVAL, raw_unmap(self->fd, IOVA, PAGE, 0, NULL));
	EXPECT_EQ(-EINVAL, raw_unmap(self->fd, IOVA + PAGE, PAGE, 0, NULL));
	EXPECT_EQ(-EINVAL, raw_unmap(self->fd, IOVA + PAGE, 4 * PAGE, 0, NULL));
	EXPECT_EQ(-EINVAL, raw_unmap(self->fd, IOVA - PAGE, 2 * PAGE, 0, NULL));
	ASSERT_EQ(0, raw_unmap(self->fd, IOVA, 4 * PAGE, 0, &size));
	EXPECT_EQ(4 * PAGE, size);
}

/*
 * One unmap may cover several mappings and the holes between them; its size
 * counts what was mapped. A vIOMMU's region is removed by one such call.
 */
TEST_F(dma_map, unmap_several)
{
	uint64_t size;

	ASSERT_EQ(0, raw_map(self->fd, IOVA, PAGE, self->memory, RW));
	ASSERT_EQ(0, raw_map(self->fd, IOVA + PAGE, 2 * PAGE, self->memory + PAGE, RW));
	ASSERT_EQ(0, raw_map(self->fd, IOVA + 16 * PAGE, PAGE, self->memory + 3 * PAGE, RW));
	ASSERT_EQ(0, raw_unmap(self->fd, 0, IOVA + 64 * PAGE, 0, &size));
	EXPECT_EQ(4 * PAGE, size);
}

/*
 * VFIO_DMA_UNMAP_FLAG_ALL takes everything and returns the sum; with a range
 * it is EINVAL.
 */
TEST_F(dma_map, unmap_all)
{
	uint64_t size;
	int i;

	if (raw_ioctl_value(self->fd, VFIO_CHECK_EXTENSION, VFIO_UNMAP_ALL) <= 0)
		SKIP(return, "the container lacks extension VFIO_UNMAP_ALL");
	for (i = 0; i < PAGES; i++)
		ASSERT_EQ(0, raw_map(self->fd, IOVA + 2 * i * PAGE, PAGE, self->memory + i * PAGE,
				     RW));
	EXPECT_EQ(-EINVAL, raw_unmap(self->fd, 0, PAGE, VFIO_DMA_UNMAP_FLAG_ALL, NULL));
	EXPECT_EQ(-EINVAL, raw_unmap(self->fd, PAGE, 0, VFIO_DMA_UNMAP_FLAG_ALL, NULL));
	ASSERT_EQ(0, raw_unmap(self->fd, 0, 0, VFIO_DMA_UNMAP_FLAG_ALL, &size));
	EXPECT_EQ(PAGES * PAGE, size);
	ASSERT_EQ(0, raw_unmap(self->fd, 0, 0, VFIO_DMA_UNMAP_FLAG_ALL, &size));
	EXPECT_EQ(0, size);
}

/*
 * The same memory may be mapped at several addresses, and each mapping is on
 * its own: DPDK 22677b0eef lost track of such duplicates.
 */
TEST_F(dma_map, same_memory_twice)
{
	uint64_t size;

	ASSERT_EQ(0, raw_map(self->fd, IOVA, PAGE, self->memory, RW));
	ASSERT_EQ(0, raw_map(self->fd, 2 * IOVA, PAGE, self->memory, RW));
	ASSERT_EQ(0, raw_unmap(self->fd, IOVA, PAGE, 0, &size));
	EXPECT_EQ(PAGE, size);
	ASSERT_EQ(0, raw_unmap(self->fd, 2 * IOVA, PAGE, 0, &size));
	EXPECT_EQ(PAGE, size);
}

/*
 * Permissions: read-only and write-only mappings are legal, none at all and
 * unknown flags are EINVAL.
 */
TEST_F(dma_map, map_flags)
{
	EXPECT_EQ(0, raw_map(self->fd, IOVA, PAGE, self->memory, VFIO_DMA_MAP_FLAG_READ));
	EXPECT_EQ(0, raw_map(self->fd, IOVA + PAGE, PAGE, self->memory, VFIO_DMA_MAP_FLAG_WRITE));
	EXPECT_EQ(-EINVAL, raw_map(self->fd, IOVA + 2 * PAGE, PAGE, self->memory, 0));
	EXPECT_EQ(-EINVAL, raw_map(self->fd, IOVA + 2 * PAGE, PAGE, self->memory, RW | 1u << 31));
}

/*
 * Arguments that are not multiples of a page, or empty, are EINVAL for map and
 * unmap, and the call leaves nothing behind.
 */
TEST_F(dma_map, misaligned)
{
	uint64_t size;

	EXPECT_EQ(-EINVAL, raw_map(self->fd, IOVA, 0, self->memory, RW));
	EXPECT_EQ(-EINVAL, raw_map(self->fd, IOVA + 1, PAGE, self->memory, RW));
	EXPECT_EQ(-EINVAL, raw_map(self->fd, IOVA, PAGE + 1, self->memory, RW));
	EXPECT_EQ(-EINVAL, raw_map(self->fd, IOVA, PAGE, self->memory + 1, RW));
	EXPECT_EQ(-EINVAL, raw_map(self->fd, IOVA, PAGE - 1, self->memory, RW));
	EXPECT_EQ(-EINVAL, raw_unmap(self->fd, IOVA, 0, 0, NULL));
	EXPECT_EQ(-EINVAL, raw_unmap(self->fd, IOVA + 1, PAGE, 0, NULL));
	EXPECT_EQ(-EINVAL, raw_unmap(self->fd, IOVA, PAGE + 1, 0, NULL));
	EXPECT_EQ(-EINVAL, raw_unmap(self->fd, IOVA, PAGE, 1u << 31, NULL));
	ASSERT_EQ(0, raw_unmap(self->fd, 0, 2 * IOVA, 0, &size));
	EXPECT_EQ(0, size);
}

/*
 * A structure shorter than the ioctl's first version is EINVAL: SPDK commit
 * ba00a42d27 once handed the wrong structure to UNMAP, which then took far
 * more than was meant.
 */
TEST_F(dma_map, short_argsz)
{
	struct vfio_iommu_type1_dma_unmap unmap = {
		.argsz = sizeof(unmap) - 1, .iova = IOVA, .size = PAGE,
	};
	struct vfio_iommu_type1_dma_map map = {
		.argsz = sizeof(map) - 1, .flags = RW, .vaddr = (uintptr_t)self->memory,
		.iova = IOVA, .size = PAGE,
	};

	EXPECT_EQ(-EINVAL, raw_ioctl(self->fd, VFIO_IOMMU_MAP_DMA, &map));
	EXPECT_EQ(-EINVAL, raw_ioctl(self->fd, VFIO_IOMMU_UNMAP_DMA, &unmap));
}

/* What a range whose end wraps past 2^64 gives. */
static const struct expect_row wrap_errno[] = {
	{ EXPECT_KERNEL(6, 18), -EINVAL, "6012379ede6a vfio/type1: sanitize for overflow" },
	{ 0, -EOVERFLOW, NULL },
};

/*
 * A map or unmap whose end wraps past 2^64 is refused: EINVAL, EOVERFLOW since
 * commit 6012379ede6a. The kernel's own test of it came with de8d1f2fd5a5.
 */
TEST_F(dma_map, range_wraps)
{
	EXPECT_EQ(expect_value(wrap_errno),
		  raw_map(self->fd, -(uint64_t)PAGE, 2 * PAGE, self->memory, RW));
	EXPECT_EQ(expect_value(wrap_errno),
		  raw_unmap(self->fd, -(uint64_t)PAGE, 2 * PAGE, 0, NULL));
}

/*
 * The number of mappings left, which GET_INFO reports, goes down with each map
 * and up again with each unmap. The limit came with kernel commit 492855939bdb
 * (CVE-2019-3882); SPDK and DPDK ran into it without a way to see it coming.
 */
TEST_F(dma_map, dma_avail)
{
	struct uvfio_container *container = self->target.container;
	uint32_t before, after;

	if (uvfio_container_dma_avail(container, &before, NULL) == -ENOENT)
		SKIP(return, "the container has no DMA_AVAIL capability");
	EXPECT_LT(0, before);
	ASSERT_EQ(0, raw_map(self->fd, IOVA, PAGE, self->memory, RW));
	ASSERT_EQ(0, raw_map(self->fd, IOVA + PAGE, PAGE, self->memory + PAGE, RW));
	ASSERT_EQ(0, uvfio_container_dma_avail(container, &after, NULL));
	EXPECT_EQ(before - 2, after);
	ASSERT_EQ(0, raw_unmap(self->fd, IOVA, 2 * PAGE, 0, NULL));
	ASSERT_EQ(0, uvfio_container_dma_avail(container, &after, NULL));
	EXPECT_EQ(before, after);
}

/*
 * The container reports a page size that is the host's smallest, and IOVA
 * ranges that are ascending and do not overlap. The library's 4.15 workaround
 * and its host windows are computed from them.
 */
TEST_F(dma_map, iommu_info)
{
	const struct uvfio_iova_range *ranges;
	uint64_t pgsizes = uvfio_container_pgsizes(self->target.container);
	size_t nr, i;

	EXPECT_EQ(PAGE, pgsizes & -pgsizes);
	EXPECT_EQ(VFIO_TYPE1v2_IOMMU, uvfio_container_iommu_type(self->target.container));
	ranges = uvfio_container_iova_ranges(self->target.container, &nr);
	ASSERT_LT(0, nr);
	for (i = 0; i < nr; i++) {
		EXPECT_LE(ranges[i].first, ranges[i].last);
		if (i)
			EXPECT_LT(ranges[i - 1].last, ranges[i].first);
	}
}

/*
 * The library maps and unmaps on every IOMMU, and reports EEXIST as well as an
 * unmap that found nothing: spdk#1705 lost data because both were swallowed.
 */
TEST_F(dma_map, library)
{
	struct uvfio_container *container = self->target.container;
	struct uvfio_error err;
	uint64_t size;

	ASSERT_EQ(0, uvfio_dma_map(container, IOVA, 2 * PAGE, self->memory, false, &err))
		TH_LOG("%s", err.message);
	EXPECT_EQ(-EEXIST, uvfio_dma_map(container, IOVA, PAGE, self->memory, false, &err));
	EXPECT_EQ(EEXIST, errno);
	EXPECT_EQ(-EEXIST, err.code);
	EXPECT_EQ(IOVA, err.iova);
	EXPECT_EQ(PAGE, err.length);
	ASSERT_EQ(0, uvfio_dma_unmap(container, IOVA, 2 * PAGE, &err))
		TH_LOG("%s", err.message);
	EXPECT_EQ(-EIO, uvfio_dma_unmap(container, IOVA, 2 * PAGE, &err));
	EXPECT_EQ(0, uvfio_dma_unmap_range(container, IOVA, 2 * PAGE, &size, &err));
	EXPECT_EQ(0, size);
}

/*
 * Real IOMMUs only translate their IOVA ranges: mapping in a hole between
 * them, or beyond the last, is EINVAL. Programs that took 64 bits for granted
 * met this in QEMU 3898aad323 and cloud-hypervisor's 39-bit hosts. A container of
 * mediated devices has no ranges and takes any address.
 */
TEST_F(dma_map, iova_ranges)
{
	const struct uvfio_iova_range *ranges;
	size_t nr, i;

	ranges = uvfio_container_iova_ranges(self->target.container, &nr);
	ASSERT_LT(0, nr);
	if (target_is_mock(&self->target)) {
		EXPECT_EQ(1, nr);
		EXPECT_EQ(0, ranges[0].first);
		EXPECT_EQ(UINT64_MAX, ranges[0].last);
		EXPECT_EQ(0, raw_map(self->fd, 1ULL << 63, PAGE, self->memory, RW));
		return;
	}
	EXPECT_LT(ranges[nr - 1].last, UINT64_MAX);
	for (i = 0; i < nr; i++) {
		EXPECT_EQ(-EINVAL, raw_map(self->fd, ranges[i].last + 1, PAGE, self->memory, RW));
		EXPECT_EQ(0, raw_map(self->fd, ranges[i].last + 1 - PAGE, PAGE, self->memory, RW));
	}
}

TEST_HARNESS_MAIN
