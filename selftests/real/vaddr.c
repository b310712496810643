// SPDX-License-Identifier: GPL-2.0-only
/*
 * VFIO_UPDATE_VADDR: the addresses of mappings are taken away and given again
 * while the device goes on, as a VMM does that replaces itself by exec().
 */
#include <string.h>
#include <sys/mman.h>

#include "selftest.h"

#define IOVA	0x200000ULL
#define RW	(VFIO_DMA_MAP_FLAG_READ | VFIO_DMA_MAP_FLAG_WRITE)
#define LEN	ENGINE_DMA_MAX

struct page {
	struct target target;
	int container;
	/* The same memory twice. */
	unsigned char *old;
	unsigned char *new;
	int memfd;
};

static void page_set_up(struct __test_metadata *_metadata, struct page *page,
			enum target_kind kind)
{
	TARGET_OPEN(&page->target, kind, NULL);
	page->container = uvfio_container_fd(page->target.container);
	page->memfd = memfd_create("vaddr", MFD_CLOEXEC);
	ASSERT_LE(0, page->memfd);
	ASSERT_EQ(0, ftruncate(page->memfd, PAGE));
	page->old = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, page->memfd, 0);
	page->new = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, page->memfd, 0);
	ASSERT_NE(MAP_FAILED, page->old);
	ASSERT_NE(MAP_FAILED, page->new);
	ASSERT_EQ(0, raw_map(page->container, IOVA, PAGE, page->old, RW));
}

static void page_tear_down(struct __test_metadata *_metadata, struct page *page)
{
	TARGET_CLOSE(&page->target);
	munmap(page->old, PAGE);
	munmap(page->new, PAGE);
	close(page->memfd);
}

FIXTURE(vaddr) {
	struct page page;
};

FIXTURE_VARIANT(vaddr) {
	enum target_kind kind;
};

TARGET_VARIANT(vaddr, edu, TARGET_EDU);

FIXTURE_SETUP(vaddr)
{
	page_set_up(_metadata, &self->page, variant->kind);
}

FIXTURE_TEARDOWN(vaddr)
{
	page_tear_down(_metadata, &self->page);
}

/*
 * While the address is away the device still reaches the memory, by the IOMMU;
 * afterwards the mapping is as before, and its memory was never copied.
 */
TEST_F(vaddr, device_goes_on)
{
	struct page *page = &self->page;
	int container = page->container;
	struct engine engine;
	uint64_t unmapped;

	ENGINE_OPEN(&engine, &page->target);
	ASSERT_EQ(0, raw_unmap(container, IOVA, PAGE, VFIO_DMA_UNMAP_FLAG_VADDR, &unmapped));
	EXPECT_EQ(PAGE, unmapped);
	munmap(page->old, PAGE);
	memory_fill(page->new, LEN, 1);
	EXPECT_EQ(0, engine.ops->to_device(&engine, IOVA, LEN));
	memset(page->new, 0, LEN);
	EXPECT_EQ(0, engine.ops->from_device(&engine, IOVA, LEN));
	EXPECT_TRUE(memory_is_filled(page->new, LEN, 1));
	ASSERT_EQ(0, raw_map(container, IOVA, PAGE, page->new, VFIO_DMA_MAP_FLAG_VADDR));
	EXPECT_EQ(0, raw_unmap(container, IOVA, PAGE, 0, &unmapped));
	EXPECT_EQ(PAGE, unmapped);
	engine_close(&engine);
}

/*
 * An address can be taken away once and given once, to a mapping of just that
 * place and size; protection is not part of it. All of them can be taken at
 * once.
 */
TEST_F(vaddr, misuse)
{
	struct page *page = &self->page;
	int container = page->container;
	uint64_t unmapped;

	EXPECT_EQ(-EINVAL, raw_map(container, IOVA, PAGE, page->new,
				   VFIO_DMA_MAP_FLAG_VADDR));
	ASSERT_EQ(0, raw_unmap(container, 0, 0,
			       VFIO_DMA_UNMAP_FLAG_VADDR | VFIO_DMA_UNMAP_FLAG_ALL, &unmapped));
	EXPECT_EQ(-EINVAL, raw_unmap(container, IOVA, PAGE, VFIO_DMA_UNMAP_FLAG_VADDR,
				     NULL));
	EXPECT_EQ(-EINVAL, raw_map(container, IOVA, 2 * PAGE, page->new,
				   VFIO_DMA_MAP_FLAG_VADDR));
	EXPECT_EQ(-EINVAL, raw_map(container, IOVA, PAGE, page->new,
				   VFIO_DMA_MAP_FLAG_VADDR | RW));
	EXPECT_EQ(-ENOENT, raw_map(container, 2 * IOVA, PAGE, page->new,
				   VFIO_DMA_MAP_FLAG_VADDR));
	EXPECT_EQ(0, raw_map(container, IOVA, PAGE, page->new, VFIO_DMA_MAP_FLAG_VADDR));
}

FIXTURE(mediated) {
	struct page page;
};

FIXTURE_VARIANT(mediated) {
	enum target_kind kind;
};

TARGET_VARIANT(mediated, mock_type1, TARGET_MOCK_TYPE1);
TARGET_VARIANT(mediated, mock_backend, TARGET_MOCK_BACKEND);

FIXTURE_SETUP(mediated)
{
	page_set_up(_metadata, &self->page, variant->kind);
}

FIXTURE_TEARDOWN(mediated)
{
	page_tear_down(_metadata, &self->page);
}

/*
 * With a mediated device in the container nobody may take an address away: it
 * is EBUSY, and the mapping stays whole, so that it can be unmapped.
 */
TEST_F(mediated, refused)
{
	struct page *page = &self->page;
	int container = page->container;
	uint64_t unmapped;

	EXPECT_EQ(-EBUSY, raw_unmap(container, IOVA, PAGE, VFIO_DMA_UNMAP_FLAG_VADDR, NULL));
	EXPECT_EQ(-EINVAL, raw_map(container, IOVA, PAGE, page->new, VFIO_DMA_MAP_FLAG_VADDR));
	EXPECT_EQ(0, raw_unmap(container, IOVA, PAGE, 0, &unmapped));
	EXPECT_EQ(PAGE, unmapped);
}

TEST_HARNESS_MAIN
