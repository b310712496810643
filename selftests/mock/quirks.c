// SPDX-License-Identifier: GPL-2.0-only
/*
 * The backend's quirks: each is what some kernel really did, and what the
 * library does about it. The kernel broke UNMAP of a range that ends at 2^64
 * twice: in 4.15 with EINVAL (71a7d3d78e3c, fixed by 58fec830fc19 in 5.0), and
 * silently, returning 0 and unmapping nothing, until 6.18.
 */
#include <inttypes.h>

#include "selftest.h"

#define PAGES	8

FIXTURE(unmap_top) {
	struct target target;
	struct mockvfio_profile *profile;
	void *memory;
};

/* What the library's first UNMAP of a range that ends at 2^64 meets. */
FIXTURE_VARIANT(unmap_top) {
	const char *quirks;
	const char *pgsizes;	/* NULL for the default */
	unsigned int iommu_type;
	uint64_t page;		/* the smallest the backend maps */
	int ret;		/* of the first UNMAP */
	bool retried;		/* a second one must follow */
};

FIXTURE_VARIANT_ADD(unmap_top, overflow_4_15) {
	.quirks = "unmap_overflow_4_15", .page = PAGE, .ret = -EINVAL, .retried = true,
};

FIXTURE_VARIANT_ADD(unmap_top, overflow_4_15_64k) {
	.quirks = "unmap_overflow_4_15", .pgsizes = "0x10000", .page = 0x10000, .ret = -EINVAL,
	.retried = true,
};

FIXTURE_VARIANT_ADD(unmap_top, overflow_4_15_no_pgsizes) {
	.quirks = "unmap_overflow_4_15 no_pgsizes", .page = PAGE, .ret = -EINVAL, .retried = true,
};

FIXTURE_VARIANT_ADD(unmap_top, overflow_4_15_zero_pgsizes) {
	.quirks = "unmap_overflow_4_15 zero_pgsizes", .page = PAGE, .ret = -EINVAL,
	.retried = true,
};

FIXTURE_VARIANT_ADD(unmap_top, overflow_4_15_type1_v1) {
	.quirks = "unmap_overflow_4_15", .iommu_type = VFIO_TYPE1_IOMMU, .page = PAGE,
	.ret = -EINVAL,
};

FIXTURE_VARIANT_ADD(unmap_top, wrap_silent) {
	.quirks = "unmap_wrap_silent", .page = PAGE, .retried = true,
};

FIXTURE_VARIANT_ADD(unmap_top, fixed) {
	.quirks = "-", .page = PAGE,
};

FIXTURE_SETUP(unmap_top)
{
	const struct target_options options = {
		.level = TARGET_OPEN_GROUP, .iommu_type = variant->iommu_type,
		.quirks = variant->quirks, .pgsizes = variant->pgsizes,
	};

	TARGET_OPEN(&self->target, TARGET_MOCK_BACKEND, &options);
	self->profile = self->target.mock.profile;
	self->memory = memory_new(PAGES * variant->page);
}

FIXTURE_TEARDOWN(unmap_top)
{
	memory_free(self->memory, PAGES * variant->page);
	TARGET_CLOSE(&self->target);
}

/* Checks that the UNMAPs were those of @sizes in pages, each at the same address. */
static int check_unmaps(struct mockvfio_profile *profile, uint64_t iova, uint64_t page,
			const int *rets, const int *pages, size_t count, char *why,
			size_t why_size)
{
	char text[4][128];
	const char *want[5] = { NULL };
	size_t i;

	for (i = 0; i < count; i++) {
		snprintf(text[i], sizeof(text[i]),
			 "iommu.unmap_dma iova=0x%" PRIx64 " size=0x%" PRIx64 " ret=%d", iova,
			 (uint64_t)pages[i] * page, rets[i]);
		want[i] = text[i];
	}
	return events_check(profile, "iommu.unmap_dma", want, why, why_size);
}

/*
 * Unmapping a range that ends at 2^64, of which all but the last page is
 * mapped: where the kernel refuses or forgets it, the library asks once more
 * for one page less, the smallest that the IOMMU has (64 KiB here, and 4 KiB
 * where the kernel does not say, since shifting by ctz of zero is undefined).
 * Where the kernel is right, or for type1 v1, it asks once only. QEMU
 * 567d7d3e6b and 1b296c3def, a5dba9bc05.
 */
TEST_F(unmap_top, whole_range)
{
	const uint64_t page = variant->page, size = PAGES * page, iova = -size;
	const int rets[] = { variant->ret, 0 }, pages[] = { PAGES, PAGES - 1 };
	const int want = variant->retried ? 0 : variant->ret;
	struct uvfio_error err;
	uint64_t unmapped;
	char why[4096];

	ASSERT_EQ(0, uvfio_dma_map(self->target.container, iova, size - page, self->memory, false,
				   NULL));
	CLEAR_EVENTS(self->profile);
	EXPECT_EQ(want, uvfio_dma_unmap_range(self->target.container, iova, size, &unmapped,
					      &err))
		TH_LOG("%s", err.message);
	EXPECT_EQ(want ? 0 : size - page, unmapped);
	EXPECT_EQ(0, check_unmaps(self->profile, iova, page, rets, pages, 1 + variant->retried,
				  why, sizeof(why)))
		TH_LOG("%s", why);
}

/*
 * A range that ends one page short of 2^64 is unmapped by one call whatever
 * the quirk, and nothing is left out of it.
 */
TEST_F(unmap_top, one_page_below)
{
	const uint64_t page = variant->page, size = (PAGES - 1) * page, iova = -(PAGES * page);
	const int rets[] = { 0 }, pages[] = { PAGES - 1 };
	char why[4096];

	ASSERT_EQ(0, uvfio_dma_map(self->target.container, iova, size, self->memory, false, NULL));
	CLEAR_EVENTS(self->profile);
	EXPECT_EQ(0, uvfio_dma_unmap(self->target.container, iova, size, NULL));
	EXPECT_EQ(0, check_unmaps(self->profile, iova, page, rets, pages, 1, why, sizeof(why)))
		TH_LOG("%s", why);
}

/*
 * Any other errno at 2^64, and EINVAL anywhere else, is passed on after one
 * UNMAP: the workaround must not repeat calls that failed for a reason of
 * their own.
 */
TEST_F(unmap_top, other_failures)
{
	const uint64_t page = variant->page, size = PAGES * page;
	static const struct {
		const char *error;
		int ret;
		bool top;
	} cases[] = {
		{ "ENOMEM", -ENOMEM, true }, { "EFAULT", -EFAULT, true },
		{ "EINVAL", -EINVAL, false },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		const struct mockvfio_rule rule = {
			.name = "unmap", .site = "iommu.unmap_dma", .error = cases[i].error,
			.times = -1,
		};
		uint64_t iova = 16 * page;

		if (cases[i].top)
			iova = -size;
		ASSERT_EQ(0, mockvfio_fault_add(self->profile, &rule, NULL));
		CLEAR_EVENTS(self->profile);
		EXPECT_EQ(cases[i].ret,
			  uvfio_dma_unmap(self->target.container, iova, size, NULL));
		EXPECT_EQ(1, events_count(self->profile, "iommu.unmap_dma"));
		ASSERT_EQ(0, mockvfio_fault_remove(self->profile, "unmap", NULL));
	}
}

/*
 * EINVAL that persists ends the workaround after its second UNMAP, or after
 * the first for type1 v1: no endless loop.
 */
TEST_F(unmap_top, einval_persists)
{
	const struct mockvfio_rule rule = {
		.name = "unmap", .site = "iommu.unmap_dma", .error = "EINVAL", .times = -1,
	};
	const uint64_t page = variant->page, size = PAGES * page;
	const int calls = variant->iommu_type == VFIO_TYPE1_IOMMU ? 1 : 2;

	ASSERT_EQ(0, mockvfio_fault_add(self->profile, &rule, NULL));
	CLEAR_EVENTS(self->profile);
	EXPECT_EQ(-EINVAL, uvfio_dma_unmap(self->target.container, -size, size, NULL));
	EXPECT_EQ(calls, events_count(self->profile, "iommu.unmap_dma"));
}

/*
 * All 2^64 bytes do not fit one size field: two halves unmap them, and the
 * upper one needs the workaround as any range that ends there. QEMU 1b296c3def
 * and libvfio-user#593.
 */
TEST_F(unmap_top, two_halves)
{
	const uint64_t page = variant->page, half = 1ULL << 63;
	struct uvfio_container *container = self->target.container;
	bool works = variant->retried || !variant->ret;
	uint64_t unmapped;

	ASSERT_EQ(0, uvfio_dma_map(container, page, page, self->memory, false, NULL));
	ASSERT_EQ(0, uvfio_dma_map(container, half, page, self->memory, false, NULL));
	EXPECT_EQ(0, uvfio_dma_unmap_range(container, 0, half, &unmapped, NULL));
	EXPECT_EQ(page, unmapped);
	EXPECT_EQ(works ? 0 : -EINVAL,
		  uvfio_dma_unmap_range(container, half, half, &unmapped, NULL));
	EXPECT_EQ(works ? page : 0, unmapped);
}

/* Other quirks, each set by its test. */
FIXTURE(quirk) {
	struct target target;
	void *memory;
};

FIXTURE_VARIANT(quirk) {
	const char *quirks;
};

FIXTURE_VARIANT_ADD(quirk, overlap_ebusy) { .quirks = "overlap_ebusy" };
FIXTURE_VARIANT_ADD(quirk, unmap_empty_enoent) { .quirks = "unmap_empty_enoent" };
FIXTURE_VARIANT_ADD(quirk, none) { .quirks = "-" };

FIXTURE_SETUP(quirk)
{
	const struct target_options options = {
		.level = TARGET_OPEN_GROUP, .quirks = variant->quirks,
	};

	TARGET_OPEN(&self->target, TARGET_MOCK_BACKEND, &options);
	self->memory = memory_new(2 * PAGE);
}

FIXTURE_TEARDOWN(quirk)
{
	memory_free(self->memory, 2 * PAGE);
	TARGET_CLOSE(&self->target);
}

/*
 * On a type1 that answers EBUSY for an overlap, as it did before 3.11, the
 * library's retry replaces a mapping of the same range; today's EEXIST is
 * passed on and the mapping stays.
 */
TEST_F(quirk, map_over_mapping)
{
	bool ebusy = !strcmp(variant->quirks, "overlap_ebusy");
	struct uvfio_container *container = self->target.container;

	ASSERT_EQ(0, uvfio_dma_map(container, 0, PAGE, self->memory, false, NULL));
	CLEAR_EVENTS(self->target.mock.profile);
	EXPECT_EQ(ebusy ? 0 : -EEXIST,
		  uvfio_dma_map(container, 0, PAGE, self->memory + PAGE, false, NULL));
	EXPECT_EQ(ebusy ? 3 : 1, events_count(self->target.mock.profile, "iommu.*map_dma"));
	EXPECT_EQ(0, uvfio_dma_unmap(container, 0, PAGE, NULL));
}

/*
 * Unmapping a range where nothing is mapped is no failure, whether the kernel
 * says 0 or, as iommufd's compatibility layer did before afb47765f923, ENOENT.
 */
TEST_F(quirk, unmap_nothing)
{
	bool enoent = !strcmp(variant->quirks, "unmap_empty_enoent");
	uint64_t unmapped;

	EXPECT_EQ(0, uvfio_dma_unmap_range(self->target.container, 0, PAGE, &unmapped, NULL));
	EXPECT_EQ(0, unmapped);
	EXPECT_EQ(enoent ? -ENOENT : 0,
		  raw_unmap(uvfio_container_fd(self->target.container), 0, PAGE, 0, NULL));
}

TEST_HARNESS_MAIN
