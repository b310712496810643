// SPDX-License-Identifier: GPL-2.0-only
/*
 * One unmap from an address to the end of the 64-bit address space, as a vIOMMU
 * makes it: Linux 4.15 to 4.20 refuse it with EINVAL, up to 6.17 it
 * returns success and unmaps nothing. Whatever the kernel does, the library's caller
 * must not notice.
 */
#include <stdlib.h>

#include "selftest.h"

/* That of RH bug 1662291: it begins behind the MSI window. */
#define IOVA	0xfef00000ull
#define PAGES	3

FIXTURE(unmap_end) {
	struct target target;
	void *memory;
};

FIXTURE_VARIANT(unmap_end) {
	enum target_kind kind;
};

TARGET_VARIANT(unmap_end, mock_type1, TARGET_MOCK_TYPE1);
TARGET_VARIANT(unmap_end, mock_backend, TARGET_MOCK_BACKEND);
TARGET_VARIANT(unmap_end, edu, TARGET_EDU);

FIXTURE_SETUP(unmap_end)
{
	static const struct target_options options = {
		.level = TARGET_OPEN_GROUP, .iommu_type = VFIO_TYPE1v2_IOMMU,
	};

	TARGET_OPEN(&self->target, variant->kind, &options);
	self->memory = memory_new(PAGE);
}

FIXTURE_TEARDOWN(unmap_end)
{
	memory_free(self->memory, PAGE);
	TARGET_CLOSE(&self->target);
}

/*
 * Three mappings go with one unmap of everything from 0xfef00000 to 2^64, and its
 * size is theirs, on kernels that refuse that (58fec830fc19 ended it), that find
 * nothing there (ef270ec44637), and that are right: the library's second unmap, for
 * one page less, did what the first one could not. On a type1 with the bug of 4.15
 * put back the kernel is seen to refuse it.
 */
TEST_F(unmap_end, unmapped_whatever_the_kernel_does)
{
	struct uvfio_container *container = self->target.container;
	bool refuses = getenv("OLD_TYPE1_QUIRK") && variant->kind != TARGET_MOCK_BACKEND;
	struct uvfio_error err;
	uint64_t unmapped;
	int i;

	for (i = 0; i < PAGES; i++)
		ASSERT_EQ(0, uvfio_dma_map(container, IOVA + 2 * i * PAGE, PAGE,
					   self->memory, false, NULL));
	if (refuses)
		EXPECT_EQ(-EINVAL, raw_unmap(uvfio_container_fd(container), IOVA, -IOVA, 0, NULL));
	EXPECT_EQ(0, uvfio_dma_unmap_range(container, IOVA, -IOVA, &unmapped, &err))
		TH_LOG("%s", err.message);
	EXPECT_EQ(PAGES * PAGE, unmapped);
}

TEST_HARNESS_MAIN
