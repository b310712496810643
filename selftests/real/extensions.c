// SPDX-License-Identifier: GPL-2.0-only
/*
 * What VFIO_CHECK_EXTENSION says, before and after the container has an IOMMU,
 * and what devices without graphics say.
 */
#include "selftest.h"

FIXTURE(extensions) {
	struct target target;
	int container;
	int group;
};

FIXTURE_VARIANT(extensions) {
	enum target_kind kind;
};

TARGET_VARIANT(extensions, mock_type1, TARGET_MOCK_TYPE1);
TARGET_VARIANT(extensions, mock_backend, TARGET_MOCK_BACKEND);
TARGET_VARIANT(extensions, edu, TARGET_EDU);

FIXTURE_SETUP(extensions)
{
	static const struct target_options options = { .level = TARGET_EXISTS };

	TARGET_OPEN(&self->target, variant->kind, &options);
	ASSERT_EQ(0, raw_open_group(self->target.group_id, &self->container, &self->group));
}

FIXTURE_TEARDOWN(extensions)
{
	close(self->group);
	close(self->container);
	TARGET_CLOSE(&self->target);
}

static int check(int container, unsigned long extension)
{
	return raw_ioctl_value(container, VFIO_CHECK_EXTENSION, extension);
}

/* The type of a nested IOMMU, by number: its name is gone from newer headers. */
#define TYPE1_NESTING	6

static const struct expect_row nesting[] = {
	{ EXPECT_KERNEL(6, 13), 1, "35890f85573c (\"vfio: Remove VFIO_TYPE1_NESTING_IOMMU\")" },
	{ 0, 0, NULL },
};

static const struct {
	unsigned long extension;
	int value;
} always[] = {
	{ VFIO_TYPE1_IOMMU, 1 },
	{ VFIO_TYPE1v2_IOMMU, 1 },
	{ VFIO_UNMAP_ALL, 1 },
	/* Other machines' IOMMUs, and none at all. */
	{ VFIO_SPAPR_TCE_IOMMU, 0 },
	{ VFIO_SPAPR_TCE_v2_IOMMU, 0 },
	{ VFIO_EEH, 0 },
	{ VFIO_NOIOMMU_IOMMU, 0 },
};

/*
 * What type1 has is there from the beginning, and sPAPR's IOMMU, EEH and the
 * mode without an IOMMU are not on these machines: a program that picks an
 * IOMMU by asking gets type1. Answers stay when the container has its IOMMU.
 */
TEST_F(extensions, of_type1)
{
	unsigned int i, round;

	for (round = 0; round < 2; round++) {
		for (i = 0; i < ARRAY_SIZE(always); i++)
			EXPECT_EQ(always[i].value, check(self->container, always[i].extension))
				TH_LOG("extension %lu, round %u", always[i].extension, round);
		EXPECT_EQ(expect_value(nesting), check(self->container, TYPE1_NESTING));
		if (!round)
			ASSERT_EQ(0, raw_ioctl_value(self->container, VFIO_SET_IOMMU,
						     VFIO_TYPE1v2_IOMMU));
	}
}

/*
 * Moving the addresses of mappings is only offered once it is known that no
 * mediated device is in the container, for such a device cannot stop while an
 * address is missing. Coherence is only known with an IOMMU, and then a fact.
 */
TEST_F(extensions, that_depend_on_the_device)
{
	bool real = !target_is_mock(&self->target);
	int coherent;

	EXPECT_EQ(0, check(self->container, VFIO_UPDATE_VADDR));
	EXPECT_EQ(0, check(self->container, VFIO_DMA_CC_IOMMU));
	ASSERT_EQ(0, raw_ioctl_value(self->container, VFIO_SET_IOMMU, VFIO_TYPE1v2_IOMMU));
	EXPECT_EQ(real, check(self->container, VFIO_UPDATE_VADDR));
	coherent = check(self->container, VFIO_DMA_CC_IOMMU);
	EXPECT_TRUE(coherent == 0 || coherent == 1);
}

/*
 * A device without a screen says ENOTTY when it is asked for planes, as a VMM
 * asks every device; neither probing nor asking for one makes a difference.
 */
TEST_F(extensions, no_graphics)
{
	static const uint32_t planes[] = {
		VFIO_GFX_PLANE_TYPE_PROBE | VFIO_GFX_PLANE_TYPE_DMABUF,
		VFIO_GFX_PLANE_TYPE_PROBE | VFIO_GFX_PLANE_TYPE_REGION,
		VFIO_GFX_PLANE_TYPE_REGION,
	};
	struct vfio_device_gfx_plane_info plane = { .argsz = sizeof(plane) };
	unsigned int i;
	int device;

	ASSERT_EQ(0, raw_ioctl_value(self->container, VFIO_SET_IOMMU, VFIO_TYPE1v2_IOMMU));
	device = raw_ioctl(self->group, VFIO_GROUP_GET_DEVICE_FD, self->target.name);
	ASSERT_LE(0, device);
	for (i = 0; i < ARRAY_SIZE(planes); i++) {
		plane.flags = planes[i];
		EXPECT_EQ(-ENOTTY, raw_ioctl(device, VFIO_DEVICE_QUERY_GFX_PLANE, &plane));
	}
	EXPECT_EQ(-ENOTTY, raw_ioctl_value(device, VFIO_DEVICE_GET_GFX_DMABUF, 0));
	close(device);
}

TEST_HARNESS_MAIN
