// SPDX-License-Identifier: GPL-2.0-only
/*
 * Memory that a real IOMMU pins counts as locked memory of the process that
 * mapped it: kernel commits 046eca5018f8 and 18e292705ba2 fixed
 * counts that went wrong when another process unmapped it.
 */
#include <sys/wait.h>

#include "selftest.h"

#define IOVA	0x100000ULL
#define PAGES	16

FIXTURE(locked_memory) {
	struct target target;
	void *memory;
};

FIXTURE_VARIANT(locked_memory) {
	enum target_kind kind;
};

TARGET_VARIANT(locked_memory, edu, TARGET_EDU);

FIXTURE_SETUP(locked_memory)
{
	static const struct target_options options = { .level = TARGET_OPEN_GROUP };

	TARGET_OPEN(&self->target, variant->kind, &options);
	self->memory = memory_new(PAGES * PAGE);
}

FIXTURE_TEARDOWN(locked_memory)
{
	TARGET_CLOSE(&self->target);
	memory_free(self->memory, PAGES * PAGE);
}

/* The process's locked memory in pages; -1 when it cannot be read. */
static long locked_pages(void)
{
	int64_t bytes = locked_bytes();

	return bytes < 0 ? -1 : bytes / (long)PAGE;
}

/*
 * Mapping adds the pages to the process's locked memory, unmapping takes them
 * away again, and memory mapped at two addresses counts twice.
 */
TEST_F(locked_memory, accounted)
{
	struct uvfio_container *container = self->target.container;
	long before = locked_pages();

	ASSERT_LE(0, before);
	ASSERT_EQ(0, uvfio_dma_map(container, IOVA, PAGES * PAGE, self->memory, false, NULL));
	EXPECT_EQ(before + PAGES, locked_pages());
	ASSERT_EQ(0, uvfio_dma_map(container, 2 * IOVA, PAGES * PAGE, self->memory, false, NULL));
	EXPECT_EQ(before + 2 * PAGES, locked_pages());
	ASSERT_EQ(0, uvfio_dma_unmap(container, IOVA, PAGES * PAGE, NULL));
	EXPECT_EQ(before + PAGES, locked_pages());
	ASSERT_EQ(0, uvfio_dma_unmap(container, 2 * IOVA, PAGES * PAGE, NULL));
	EXPECT_EQ(before, locked_pages());
}

/*
 * A child that unmaps what its parent mapped takes it off the parent's count
 * and not off its own, which would fall below zero.
 */
TEST_F(locked_memory, unmapped_by_child)
{
	struct uvfio_container *container = self->target.container;
	long before = locked_pages();
	int status;
	pid_t child;

	ASSERT_EQ(0, uvfio_dma_map(container, IOVA, PAGES * PAGE, self->memory, false, NULL));
	EXPECT_EQ(before + PAGES, locked_pages());
	child = fork();
	ASSERT_LE(0, child);
	if (!child) {
		long own = locked_pages();

		if (uvfio_dma_unmap(container, IOVA, PAGES * PAGE, NULL))
			_exit(1);
		_exit(locked_pages() != own);
	}
	ASSERT_EQ(child, waitpid(child, &status, 0));
	EXPECT_EQ(0, status);
	EXPECT_EQ(before, locked_pages());
}

TEST_HARNESS_MAIN
