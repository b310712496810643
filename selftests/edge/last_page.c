// SPDX-License-Identifier: GPL-2.0-only
/*
 * The last page of the 64-bit address space. A container of
 * mediated devices has no IOVA ranges, so that it can be mapped there; type1
 * lost such a mapping until 6.18, because iova + size was 0 in its comparisons.
 * On our backend the quirks of the running kernel say the same.
 */
#include "selftest.h"

#define LAST	(-(uint64_t)PAGE)
#define RW	(VFIO_DMA_MAP_FLAG_READ | VFIO_DMA_MAP_FLAG_WRITE)
#define FIXED	"1196f1f897d4, ef270ec44637 vfio/type1: handle the end of the address space"

static const struct expect_row map_again[] = {
	{ EXPECT_KERNEL(6, 18), 0, FIXED },	/* a duplicate is not noticed */
	{ 0, -EEXIST, NULL },
};

static const struct expect_row unmapped_size[] = {
	{ EXPECT_KERNEL(6, 18), 0, FIXED },	/* nothing is found */
	{ 0, PAGE, NULL },
};

static const struct expect_row library_unmap[] = {
	{ EXPECT_KERNEL(6, 18), -EIO, FIXED },	/* success of the kernel, but nothing unmapped */
	{ 0, 0, NULL },
};

FIXTURE(last_page) {
	struct target target;
	void *memory;
	int fd;
};

FIXTURE_VARIANT(last_page) {
	enum target_kind kind;
};

TARGET_VARIANT(last_page, mock_type1, TARGET_MOCK_TYPE1);
TARGET_VARIANT(last_page, mock_backend, TARGET_MOCK_BACKEND);

FIXTURE_SETUP(last_page)
{
	static const struct target_options options = { .level = TARGET_OPEN_GROUP };

	TARGET_OPEN(&self->target, variant->kind, &options);
	self->fd = uvfio_container_fd(self->target.container);
	self->memory = memory_new(PAGE);
}

FIXTURE_TEARDOWN(last_page)
{
	memory_free(self->memory, PAGE);
	TARGET_CLOSE(&self->target);
}

/*
 * Mapping the last page succeeds; a second map of it and its unmap answer as
 * the kernel's version does. The container can be closed whatever it lost.
 */
TEST_F(last_page, map_and_unmap)
{
	uint64_t size;

	ASSERT_EQ(0, raw_map(self->fd, LAST, PAGE, self->memory, RW));
	EXPECT_EQ(expect_value(map_again), raw_map(self->fd, LAST, PAGE, self->memory, RW));
	EXPECT_EQ(0, raw_unmap(self->fd, LAST, PAGE, 0, &size));
	EXPECT_EQ(expect_value(unmapped_size), size);
}

/*
 * UNMAP_ALL finds the last page in the same kernels as an ordinary unmap.
 */
TEST_F(last_page, unmap_all)
{
	uint64_t size;

	ASSERT_EQ(0, raw_map(self->fd, LAST, PAGE, self->memory, RW));
	EXPECT_EQ(0, raw_unmap(self->fd, 0, 0, VFIO_DMA_UNMAP_FLAG_ALL, &size));
	EXPECT_EQ(expect_value(unmapped_size), size);
}

/*
 * The library cannot unmap what the kernel lost, but it does not call that
 * success either: EIO says that less was unmapped than asked for.
 */
TEST_F(last_page, library_reports_loss)
{
	struct uvfio_container *container = self->target.container;
	struct uvfio_error err;

	ASSERT_EQ(0, uvfio_dma_map(container, LAST, PAGE, self->memory, false, NULL));
	EXPECT_EQ(expect_value(library_unmap), uvfio_dma_unmap(container, LAST, PAGE, &err));
}

/*
 * Without a mapping of the last page, the page before it maps and unmaps like
 * any other: the damage is confined to one page.
 */
TEST_F(last_page, page_before)
{
	uint64_t size;

	ASSERT_EQ(0, raw_map(self->fd, LAST - PAGE, PAGE, self->memory, RW));
	EXPECT_EQ(-EEXIST, raw_map(self->fd, LAST - PAGE, PAGE, self->memory, RW));
	EXPECT_EQ(0, raw_unmap(self->fd, LAST - PAGE, PAGE, 0, &size));
	EXPECT_EQ(PAGE, size);
}

TEST_HARNESS_MAIN
