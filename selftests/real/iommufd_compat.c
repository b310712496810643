// SPDX-License-Identifier: GPL-2.0-only
/*
 * iommufd in the place of type1: programs that know containers only open
 * /dev/iommu for /dev/vfio/vfio, and its answers are to be type1's. Where they
 * are not, the difference is written down here.
 */
#include <string.h>

#include "selftest.h"

#define IOVA_A	0x200000ULL
#define IOVA_B	0x300000ULL
/* Where x86 devices write their interrupts. */
#define MSI_FIRST	0xfee00000ULL

#define RW	(VFIO_DMA_MAP_FLAG_READ | VFIO_DMA_MAP_FLAG_WRITE)

FIXTURE(iommufd_compat) {
	struct target target;
	int container;
	unsigned char *a;
	unsigned char *b;
};

FIXTURE_VARIANT(iommufd_compat) {
	enum target_kind kind;
};

TARGET_VARIANT(iommufd_compat, mock_type1, TARGET_MOCK_TYPE1);
TARGET_VARIANT(iommufd_compat, edu, TARGET_EDU);

FIXTURE_SETUP(iommufd_compat)
{
	static const struct target_options options = { .iommufd = true };

	TARGET_OPEN(&self->target, variant->kind, &options);
	self->container = uvfio_container_fd(self->target.container);
	self->a = memory_new(PAGE);
	self->b = memory_new(PAGE);
	memory_fill(self->a, PAGE, 1);
}

FIXTURE_TEARDOWN(iommufd_compat)
{
	TARGET_CLOSE(&self->target);
	memory_free(self->a, PAGE);
	memory_free(self->b, PAGE);
}

/*
 * The library's mappings reach the memory they name, both ways, and once they
 * are gone the device reaches nothing: what type1 does, by other code.
 */
TEST_F(iommufd_compat, data_or_refused)
{
	struct uvfio_container *container = self->target.container;
	struct engine engine;

	ENGINE_OPEN(&engine, &self->target);
	ASSERT_EQ(0, uvfio_dma_map(container, IOVA_A, PAGE, self->a, false, NULL));
	ASSERT_EQ(0, uvfio_dma_map(container, IOVA_B, PAGE, self->b, false, NULL));
	EXPECT_EQ(0, engine.ops->to_device(&engine, IOVA_A, ENGINE_DMA_MAX));
	EXPECT_EQ(0, engine.ops->from_device(&engine, IOVA_B, ENGINE_DMA_MAX));
	EXPECT_EQ(0, memcmp(self->a, self->b, ENGINE_DMA_MAX));
	EXPECT_EQ(0, uvfio_dma_unmap(container, IOVA_B, PAGE, NULL));
	memset(self->b, 0, PAGE);
	engine.ops->from_device(&engine, IOVA_B, ENGINE_DMA_MAX);
	EXPECT_TRUE(memory_is(self->b, PAGE, 0));
	EXPECT_EQ(0, uvfio_dma_unmap(container, IOVA_A, PAGE, NULL));
	engine_close(&engine);
}

/*
 * Unmaps behave as type1's, sizes included, but for that of an empty range: it
 * was ENOENT until afb47765f923 (6.18, and stable kernels since), which broke
 * programs that unmap to be sure.
 */
TEST_F(iommufd_compat, unmap)
{
	static const struct expect_row of_nothing[] = {
		{ EXPECT_KERNEL(6, 18), -ENOENT, "afb47765f923" },
		{ 0, 0, NULL },
	};
	int ret = raw_unmap(self->container, IOVA_A, PAGE, 0, NULL);
	uint64_t size;

	EXPECT_TRUE(ret == 0 || ret == expect_value(of_nothing))
		TH_LOG("unmap of nothing: %d", ret);
	ASSERT_EQ(0, raw_map(self->container, IOVA_A, PAGE, self->a, RW));
	EXPECT_EQ(-EEXIST, raw_map(self->container, IOVA_A, PAGE, self->a, RW));
	ASSERT_EQ(0, raw_map(self->container, IOVA_B, PAGE, self->b, RW));
	ASSERT_EQ(0, raw_unmap(self->container, IOVA_A, PAGE, 0, &size));
	EXPECT_EQ(PAGE, size);
	ASSERT_EQ(0, raw_unmap(self->container, 0, 0, VFIO_DMA_UNMAP_FLAG_ALL, &size));
	EXPECT_EQ(PAGE, size);
}

/*
 * A container of iommufd says that it is type1, in both versions, and can unmap
 * all at once; and that it has none of what iommufd does another way: addresses
 * that move, dirty pages.
 */
TEST_F(iommufd_compat, offers)
{
	static const struct {
		unsigned long extension;
		int value;
	} offers[] = {
		{ VFIO_TYPE1_IOMMU, 1 },
		{ VFIO_TYPE1v2_IOMMU, 1 },
		{ VFIO_UNMAP_ALL, 1 },
		{ VFIO_UPDATE_VADDR, 0 },
		{ VFIO_SPAPR_TCE_IOMMU, 0 },
	};
	const struct vfio_iommu_type1_dirty_bitmap start = {
		.argsz = sizeof(start), .flags = VFIO_IOMMU_DIRTY_PAGES_FLAG_START,
	};
	unsigned int i;

	EXPECT_EQ(VFIO_API_VERSION, raw_ioctl(self->container, VFIO_GET_API_VERSION, NULL));
	for (i = 0; i < ARRAY_SIZE(offers); i++)
		EXPECT_EQ(offers[i].value, raw_ioctl_value(self->container, VFIO_CHECK_EXTENSION,
							   offers[i].extension))
			TH_LOG("extension %lu", offers[i].extension);
	EXPECT_EQ(-ENOTTY, raw_ioctl(self->container, VFIO_IOMMU_DIRTY_PAGES, &start));
}

/* The ranges of addresses that can be mapped, up to @max, and how many there are. */
static unsigned int get_ranges(struct uvfio_container *container, struct vfio_iova_range *ranges,
			       unsigned int max)
{
	const struct vfio_iommu_type1_info_cap_iova_range *cap;
	struct vfio_iommu_type1_info *info;
	unsigned int nr = 0;
	size_t avail;

	if (uvfio_get_iommu_info(container, &info, NULL))
		return 0;
	cap = (const void *)uvfio_get_iommu_info_cap(info, VFIO_IOMMU_TYPE1_INFO_CAP_IOVA_RANGE,
						     &avail);
	if (cap) {
		nr = cap->nr_iovas;
		memcpy(ranges, cap->iova_ranges, (nr < max ? nr : max) * sizeof(*ranges));
	}
	uvfio_free_iommu_info(container, info);
	return nr;
}

/*
 * The addresses are those of the devices' IOMMUs: on x86 a real device cannot have
 * the addresses of MSI mapped, a mediated one has none to spare. The number of
 * mappings has no limit that is less than a number of 32 bits can say.
 */
TEST_F(iommufd_compat, limits)
{
	struct uvfio_container *container = self->target.container;
	struct vfio_iova_range ranges[4];
	uint32_t avail;

	EXPECT_NE(0, uvfio_container_pgsizes(container) & PAGE);
	ASSERT_EQ(target_is_mock(&self->target) ? 1 : 2,
		  get_ranges(container, ranges, ARRAY_SIZE(ranges)));
	EXPECT_EQ(0, ranges[0].start);
	EXPECT_EQ(target_is_mock(&self->target) ? UINT64_MAX : MSI_FIRST - 1, ranges[0].end);
	ASSERT_EQ(0, uvfio_dma_map(container, IOVA_A, PAGE, self->a, false, NULL));
	ASSERT_EQ(0, uvfio_container_dma_avail(container, &avail, NULL));
	EXPECT_EQ(UINT32_MAX, avail);
	EXPECT_EQ(0, uvfio_dma_unmap(container, IOVA_A, PAGE, NULL));
}

FIXTURE(iommufd_late) {
	struct target target;
};

FIXTURE_SETUP(iommufd_late)
{
	static const struct target_options options = {
		.level = TARGET_OPEN_GROUP, .iommufd = true,
	};

	TARGET_OPEN(&self->target, TARGET_EDU, &options);
}

FIXTURE_TEARDOWN(iommufd_late)
{
	TARGET_CLOSE(&self->target);
}

/* What the library takes for mappable is what the kernel says that is. */
static bool agree(struct uvfio_container *container)
{
	const struct uvfio_iova_range *known;
	struct vfio_iova_range ranges[4];
	struct uvfio_host_window window;
	unsigned int i, nr = get_ranges(container, ranges, ARRAY_SIZE(ranges));
	size_t nr_known;

	known = uvfio_container_iova_ranges(container, &nr_known);
	if (!nr || nr > ARRAY_SIZE(ranges) || nr_known != nr)
		return false;
	for (i = 0; i < nr; i++)
		if (known[i].first != ranges[i].start || known[i].last != ranges[i].end ||
		    uvfio_host_win_lookup(container, ranges[i].start, ranges[i].end, &window,
					  NULL) ||
		    window.max_iova != ranges[i].end)
			return false;
	return true;
}

static bool has_window(struct uvfio_container *container, uint64_t iova)
{
	return !uvfio_host_win_lookup(container, iova, iova + PAGE - 1, NULL, NULL);
}

/*
 * Other than type1, iommufd knows the limits of a device only while that is open:
 * before and after, a container that has its group says that all addresses can be
 * mapped. The library follows: with the device, those of MSI are in no window.
 */
TEST_F(iommufd_late, limits_come_with_the_device)
{
	struct uvfio_container *container = self->target.container;
	struct uvfio_device *dev;
	struct uvfio_error err;

	EXPECT_TRUE(agree(container));
	EXPECT_TRUE(has_window(container, MSI_FIRST));
	ASSERT_EQ(0, uvfio_get_device(self->target.group, self->target.name, NULL, &dev, &err))
		TH_LOG("%s", err.message);
	EXPECT_TRUE(agree(container));
	EXPECT_FALSE(has_window(container, MSI_FIRST));
	EXPECT_TRUE(has_window(container, MSI_FIRST - PAGE));
	ASSERT_EQ(0, uvfio_put_base_device(dev, &err))
		TH_LOG("%s", err.message);
	EXPECT_TRUE(agree(container));
	EXPECT_TRUE(has_window(container, MSI_FIRST));
}

TEST_HARNESS_MAIN
