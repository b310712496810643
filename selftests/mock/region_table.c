// SPDX-License-Identifier: GPL-2.0-only
/*
 * A table of regions: any index, any size from nothing to 2^40 bytes, any access.
 * Each one does what its access says and no more, up to its last byte.
 */
#include <linux/pci_regs.h>
#include <sys/mman.h>

#include "selftest.h"

#define GIB	(1024ULL * 1024 * 1024)
#define READ	VFIO_REGION_INFO_FLAG_READ
#define WRITE	VFIO_REGION_INFO_FLAG_WRITE
#define MMAP	VFIO_REGION_INFO_FLAG_MMAP

static const struct {
	const char *name;
	uint32_t index;
	uint64_t size;
	const char *access;
	uint32_t flags;
} regions[] = {
	{ "byte", 0, 1, "rw", READ | WRITE },
	{ "empty", 1, 0, "rwm", 0 },
	{ "four_gib", 2, 4 * GIB, "rwm", READ | WRITE | MMAP },
	{ "sub_page", 4, 0x80, "rm", READ | MMAP },
	{ "odd", 5, 4097, "r", READ },
	{ "eight_gib", 9, 8 * GIB, "rw", READ | WRITE },
	{ "write_only", 10, 4096, "w", WRITE },
	{ "write_map", 11, 8192, "wm", WRITE | MMAP },
	{ "read_map", 12, 8192, "rm", READ | MMAP },
	{ "nothing", 13, 4096, "", 0 },
	{ "largest", 30, 1024 * GIB, "rwm", READ | WRITE | MMAP },
	{ "last", 31, 4096, "rwm", READ | WRITE | MMAP },
};

FIXTURE(region_table) {
	struct target target;
	int fd;
};

static int shape(struct mockvfio_profile *profile, struct mockvfio_error *err)
{
	size_t i;
	int ret = 0;

	for (i = 0; i < ARRAY_SIZE(regions) && !ret; i++)
		ret = mockvfio_add_region(profile, regions[i].name, regions[i].index,
					  regions[i].size, regions[i].access, err);
	return ret;
}

FIXTURE_SETUP(region_table)
{
	static const struct target_options options = { .shape = shape };

	TARGET_OPEN(&self->target, TARGET_MOCK_TYPE1, &options);
	self->fd = uvfio_device_fd(self->target.dev);
}

FIXTURE_TEARDOWN(region_table)
{
	TARGET_CLOSE(&self->target);
}

static int get_info(int fd, uint32_t index, struct vfio_region_info *info)
{
	*info = (struct vfio_region_info) { .argsz = sizeof(*info), .index = index };
	return raw_ioctl(fd, VFIO_DEVICE_GET_REGION_INFO, info);
}

/*
 * Size and flags are the profile's, a region of no size has no flags, indexes that
 * the profile leaves out are empty, and num_regions follows the highest one. On
 * kernels whose core asks for the description itself it comes out the same.
 */
TEST_F(region_table, described)
{
	struct vfio_region_info info;
	size_t i;

	EXPECT_EQ(32, uvfio_device_num_regions(self->target.dev));
	for (i = 0; i < ARRAY_SIZE(regions); i++) {
		ASSERT_EQ(0, get_info(self->fd, regions[i].index, &info));
		EXPECT_EQ(regions[i].size, info.size)
			TH_LOG("%s", regions[i].name);
		EXPECT_EQ(regions[i].flags, info.flags)
			TH_LOG("%s", regions[i].name);
		EXPECT_EQ(0, info.cap_offset);
	}
	ASSERT_EQ(0, get_info(self->fd, 14, &info));
	EXPECT_EQ(0, info.size);
	EXPECT_EQ(0, info.flags);
	EXPECT_EQ(-EINVAL, get_info(self->fd, 32, &info));
}

/* What mmap() of the page of a region at @offset answers for @prot: 0 or -errno. */
static int map_page(int fd, uint64_t offset, int prot)
{
	void *page = mmap(NULL, PAGE, prot, MAP_SHARED, fd, offset);

	if (page == MAP_FAILED)
		return -errno;
	munmap(page, PAGE);
	return 0;
}

/*
 * The last byte of each region can be read, written and mapped as the region's
 * access says, and what it does not say is refused; one byte further there is
 * nothing. In a machine of 1 GiB this shows that only what is touched takes memory.
 */
TEST_F(region_table, used_to_the_last_byte)
{
	struct vfio_region_info info;
	uint64_t page, end;
	char byte = 1;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(regions); i++) {
		uint32_t flags = regions[i].flags;

		if (!regions[i].size)
			continue;
		ASSERT_EQ(0, get_info(self->fd, regions[i].index, &info));
		end = info.offset + regions[i].size;
		page = (end - 1) & ~(uint64_t)(PAGE - 1);
		EXPECT_EQ(flags & READ ? 1 : -1, pread(self->fd, &byte, 1, end - 1))
			TH_LOG("%s", regions[i].name);
		EXPECT_EQ(flags & WRITE ? 1 : -1, pwrite(self->fd, &byte, 1, end - 1))
			TH_LOG("%s", regions[i].name);
		EXPECT_EQ(!(flags & MMAP) ? -EINVAL : flags & READ ? 0 : -EPERM,
			  map_page(self->fd, page, PROT_READ))
			TH_LOG("%s", regions[i].name);
		EXPECT_EQ(!(flags & MMAP) ? -EINVAL : flags & WRITE ? 0 : -EPERM,
			  map_page(self->fd, page, PROT_WRITE))
			TH_LOG("%s", regions[i].name);
		/* Behind the largest one is the next region. */
		if (regions[i].size < 1024 * GIB)
			EXPECT_EQ(-1, pread(self->fd, &byte, 1, end))
				TH_LOG("%s", regions[i].name);
	}
	/* No size: no byte. */
	ASSERT_EQ(0, get_info(self->fd, 1, &info));
	EXPECT_EQ(-1, pread(self->fd, &byte, 1, info.offset));
	EXPECT_EQ(EINVAL, errno);
}

/*
 * A BAR that does not fit in 32 bits is a 64-bit one that takes the next register
 * as well; one that is smaller than a BAR can be is shown as the smallest.
 */
TEST_F(region_table, sized_by_config_space)
{
	static const struct {
		unsigned int bar;
		uint32_t initial, sized;
	} want[] = {
		{ 0, 0, ~15U },
		{ 1, 0, 0 },
		{ 2, PCI_BASE_ADDRESS_MEM_TYPE_64, PCI_BASE_ADDRESS_MEM_TYPE_64 },
		{ 3, 0, ~0U },
		{ 4, 0, ~127U },
		{ 5, 0, ~8191U },
	};
	struct vfio_region_info info;
	const uint32_t ones = ~0U;
	uint32_t value;
	size_t i;

	ASSERT_EQ(0, get_info(self->fd, VFIO_PCI_CONFIG_REGION_INDEX, &info));
	for (i = 0; i < ARRAY_SIZE(want); i++) {
		uint64_t at = info.offset + PCI_BASE_ADDRESS_0 + 4 * want[i].bar;

		ASSERT_EQ(4, pread(self->fd, &value, 4, at));
		EXPECT_EQ(want[i].initial, value)
			TH_LOG("BAR %u", want[i].bar);
		ASSERT_EQ(4, pwrite(self->fd, &ones, 4, at));
		ASSERT_EQ(4, pread(self->fd, &value, 4, at));
		EXPECT_EQ(want[i].sized, value)
			TH_LOG("BAR %u", want[i].bar);
	}
}

/*
 * A transfer that comes to memory of the program which is not there has done what
 * it could, and says how much; one that begins there is EFAULT. A device's file
 * does not go back in time: what was written stays.
 */
TEST_F(region_table, half_a_buffer)
{
	unsigned char *buf = mmap(NULL, 2 * PAGE, PROT_READ | PROT_WRITE,
				  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	struct vfio_region_info info;
	unsigned char byte = 0;

	ASSERT_NE(MAP_FAILED, buf);
	ASSERT_EQ(0, mprotect(buf + PAGE, PAGE, PROT_NONE));
	memset(buf, 7, PAGE);
	ASSERT_EQ(0, get_info(self->fd, 9, &info));
	EXPECT_EQ(PAGE, pwrite(self->fd, buf, 2 * PAGE, info.offset + 4 * GIB));
	EXPECT_EQ(1, pread(self->fd, &byte, 1, info.offset + 4 * GIB + PAGE - 1));
	EXPECT_EQ(7, byte);
	EXPECT_EQ(PAGE, pread(self->fd, buf, 2 * PAGE, info.offset));
	EXPECT_TRUE(memory_is(buf, PAGE, 0));
	EXPECT_EQ(-1, pread(self->fd, buf + PAGE, PAGE, info.offset));
	EXPECT_EQ(EFAULT, errno);
	EXPECT_EQ(-1, pwrite(self->fd, buf + PAGE, PAGE, info.offset));
	EXPECT_EQ(EFAULT, errno);
	munmap(buf, 2 * PAGE);
}

#define MOST_AREAS	16

/* A region with as many areas as there can be, and with one more. */
FIXTURE(areas) {
	struct target target;
};

static int shape_areas(struct mockvfio_profile *profile, struct mockvfio_error *err)
{
	char name[8];
	int i, ret;

	ret = mockvfio_add_region(profile, "bar2", 2, 64 * PAGE, "rwm", err);
	for (i = 0; i < MOST_AREAS && !ret; i++) {
		snprintf(name, sizeof(name), "a%d", i);
		/* From the last to the first, a page apart. */
		ret = mockvfio_add_area(profile, "bar2", name, (MOST_AREAS - 1 - i) * 2 * PAGE,
					PAGE, err);
	}
	return ret;
}

FIXTURE_SETUP(areas)
{
	static const struct target_options options = { .shape = shape_areas };

	TARGET_OPEN(&self->target, TARGET_MOCK_TYPE1, &options);
}

FIXTURE_TEARDOWN(areas)
{
	TARGET_CLOSE(&self->target);
}

/*
 * Sixteen areas are listed in the order in which they were made, each can be mapped
 * and no page between them; a seventeenth is refused when the profile goes live.
 */
TEST_F(areas, as_many_as_there_can_be)
{
	struct {
		struct vfio_region_info info;
		struct vfio_region_info_cap_sparse_mmap cap;
		struct vfio_region_sparse_mmap_area areas[MOST_AREAS];
	} request = { .info = { .argsz = sizeof(request), .index = 2 } };
	struct mockvfio_profile *profile = self->target.mock.profile;
	int fd = uvfio_device_fd(self->target.dev), i;

	ASSERT_EQ(0, raw_ioctl(fd, VFIO_DEVICE_GET_REGION_INFO, &request));
	ASSERT_EQ(sizeof(request.info), request.info.cap_offset);
	ASSERT_EQ(MOST_AREAS, request.cap.nr_areas);
	for (i = 0; i < MOST_AREAS; i++) {
		uint64_t offset = (MOST_AREAS - 1 - i) * 2 * PAGE;

		EXPECT_EQ(offset, request.cap.areas[i].offset);
		EXPECT_EQ(PAGE, request.cap.areas[i].size);
		EXPECT_EQ(0, map_page(fd, request.info.offset + offset, PROT_READ | PROT_WRITE));
		EXPECT_EQ(-EINVAL, map_page(fd, request.info.offset + offset + PAGE, PROT_READ));
	}

	ASSERT_EQ(0, uvfio_put_base_device(self->target.dev, NULL));
	self->target.dev = NULL;
	ASSERT_EQ(0, uvfio_put_group(self->target.group, NULL));
	self->target.group = NULL;
	ASSERT_EQ(0, mockvfio_instance_remove(self->target.mock.ctx, self->target.name, NULL));
	ASSERT_EQ(0, mockvfio_profile_set_live(profile, false, NULL));
	ASSERT_EQ(0, mockvfio_add_area(profile, "bar2", "more", 40 * PAGE, PAGE, NULL));
	EXPECT_EQ(-EINVAL, mockvfio_profile_set_live(profile, true, NULL));
}

TEST_HARNESS_MAIN
