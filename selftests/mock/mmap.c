// SPDX-License-Identifier: GPL-2.0-only
/*
 * The sparse mmap of BAR 0: two areas, a hole of ordinary memory between them
 * and registers before them that are never mapped.
 */
#include <sys/wait.h>

#include <mock_vfio.h>

#include "selftest.h"

#define HOLE	(MOCK_VFIO_BUF_AREA0_OFFSET + MOCK_VFIO_BUF_AREA0_SIZE)

FIXTURE(sparse) {
	struct target target;
	struct uvfio_region *bar0;
};

FIXTURE_SETUP(sparse)
{
	TARGET_OPEN(&self->target, TARGET_MOCK_TYPE1, NULL);
	ASSERT_EQ(0, uvfio_region_setup(self->target.dev, VFIO_PCI_BAR0_REGION_INDEX, "BAR 0",
					&self->bar0, NULL));
}

FIXTURE_TEARDOWN(sparse)
{
	uvfio_region_finalize(self->bar0);
	TARGET_CLOSE(&self->target);
}

/*
 * The capability announces exactly the two areas that the ABI header names,
 * and the library maps those and nothing else.
 */
TEST_F(sparse, areas)
{
	const struct uvfio_mmap *mmaps;
	size_t nr;

	EXPECT_TRUE(uvfio_has_region_cap(self->target.dev, VFIO_PCI_BAR0_REGION_INDEX,
					 VFIO_REGION_INFO_CAP_SPARSE_MMAP));
	ASSERT_EQ(0, uvfio_region_mmap(self->bar0, NULL));
	mmaps = uvfio_region_mmaps(self->bar0, &nr);
	ASSERT_EQ(2, nr);
	EXPECT_EQ(MOCK_VFIO_BUF_AREA0_OFFSET, mmaps[0].offset);
	EXPECT_EQ(MOCK_VFIO_BUF_AREA0_SIZE, mmaps[0].size);
	EXPECT_EQ(MOCK_VFIO_BUF_AREA1_OFFSET, mmaps[1].offset);
	EXPECT_EQ(MOCK_VFIO_BUF_AREA1_SIZE, mmaps[1].size);
	EXPECT_EQ(2, mock_counter(&self->target.mock, "mmaps"));
}

/*
 * What is written by pwrite() is seen through the mappings and the other way
 * round, at both ends of both areas: read(), write() and mmap() are one memory.
 */
TEST_F(sparse, coherent_with_pread)
{
	static const uint64_t offsets[] = {
		MOCK_VFIO_BUF_AREA0_OFFSET,
		MOCK_VFIO_BUF_AREA0_OFFSET + MOCK_VFIO_BUF_AREA0_SIZE - 8,
		MOCK_VFIO_BUF_AREA1_OFFSET,
		MOCK_VFIO_BUF_AREA1_OFFSET + MOCK_VFIO_BUF_AREA1_SIZE - 8,
	};
	volatile uint64_t *mapped;
	uint64_t value;
	size_t i;

	ASSERT_EQ(0, uvfio_region_mmap(self->bar0, NULL));
	for (i = 0; i < ARRAY_SIZE(offsets); i++) {
		mapped = uvfio_region_ptr(self->bar0, offsets[i], 8);
		ASSERT_NE(NULL, mapped);
		ASSERT_EQ(0, uvfio_region_write(self->bar0, offsets[i], 8, 0x1111 * (i + 1), NULL));
		EXPECT_EQ(0x1111 * (i + 1), *mapped);
		*mapped = ~offsets[i];
		ASSERT_EQ(0, uvfio_region_read(self->bar0, offsets[i], 8, &value, NULL));
		EXPECT_EQ(~offsets[i], value);
	}
}

/*
 * One big read() across registers' end, areas and hole shows what single
 * accesses and mappings wrote: an emulator loads a whole BAR like this.
 */
TEST_F(sparse, bulk_read)
{
	static unsigned char buf[MOCK_VFIO_BUF_SIZE];
	uint64_t value;

	ASSERT_EQ(0, uvfio_region_mmap(self->bar0, NULL));
	memory_fill(uvfio_region_ptr(self->bar0, MOCK_VFIO_BUF_AREA0_OFFSET, 1),
		    MOCK_VFIO_BUF_AREA0_SIZE, 5);
	ASSERT_EQ(0, uvfio_region_write(self->bar0, HOLE, 8, 0x0102030405060708, NULL));
	ASSERT_EQ(MOCK_VFIO_BUF_SIZE,
		  pread(uvfio_device_fd(self->target.dev), buf, sizeof(buf),
			uvfio_region_fd_offset(self->bar0) + MOCK_VFIO_BUF_OFFSET));
	EXPECT_TRUE(memory_is_filled(buf, MOCK_VFIO_BUF_AREA0_SIZE, 5));
	memcpy(&value, buf + MOCK_VFIO_BUF_AREA0_SIZE, sizeof(value));
	EXPECT_EQ(0x0102030405060708, value);
}

/*
 * The hole is memory that only traps reach: the library hands out no pointer
 * into it or across its edge, and load and store still work there.
 */
TEST_F(sparse, hole_is_trapped)
{
	uint64_t value;

	ASSERT_EQ(0, uvfio_region_mmap(self->bar0, NULL));
	EXPECT_EQ(NULL, uvfio_region_ptr(self->bar0, HOLE, 1));
	EXPECT_EQ(NULL, uvfio_region_ptr(self->bar0, HOLE - 4, 8));
	EXPECT_EQ(NULL, uvfio_region_ptr(self->bar0, MOCK_VFIO_BUF_AREA1_OFFSET - 4, 8));
	EXPECT_NE(NULL, uvfio_region_ptr(self->bar0, HOLE - 8, 8));
	EXPECT_EQ(0, uvfio_region_store(self->bar0, HOLE, 4, 0xabcdef01, NULL));
	EXPECT_EQ(0, uvfio_region_load(self->bar0, HOLE, 4, &value, NULL));
	EXPECT_EQ(0xabcdef01, value);
}

/*
 * mmap() of anything but a part of an area is EINVAL: the registers, the hole,
 * or a range that begins in an area and ends in the hole. A part of an area is
 * fine.
 */
TEST_F(sparse, mmap_outside_areas)
{
	static const struct {
		uint64_t offset, size;
		bool works;
	} ranges[] = {
		{ 0, PAGE, false },
		{ 0, MOCK_VFIO_BAR0_SIZE, false },
		{ MOCK_VFIO_REGS_SIZE, PAGE, false },
		{ HOLE, PAGE, false },
		{ HOLE - PAGE, 2 * PAGE, false },
		{ MOCK_VFIO_BUF_AREA1_OFFSET - PAGE, 2 * PAGE, false },
		{ MOCK_VFIO_BUF_AREA0_OFFSET, MOCK_VFIO_BUF_SIZE, false },
		{ HOLE - PAGE, PAGE, true },
		{ MOCK_VFIO_BUF_AREA1_OFFSET + PAGE, 2 * PAGE, true },
	};
	int fd = uvfio_device_fd(self->target.dev);
	size_t i;
	void *map;

	for (i = 0; i < ARRAY_SIZE(ranges); i++) {
		map = mmap(NULL, ranges[i].size, PROT_READ, MAP_SHARED, fd,
			   uvfio_region_fd_offset(self->bar0) + ranges[i].offset);
		if (map == MAP_FAILED)
			EXPECT_EQ(EINVAL, errno);
		EXPECT_EQ(ranges[i].works, map != MAP_FAILED)
			TH_LOG("0x%llx bytes at 0x%llx", (unsigned long long)ranges[i].size,
			       (unsigned long long)ranges[i].offset);
		if (map != MAP_FAILED)
			munmap(map, ranges[i].size);
	}
	EXPECT_EQ(0, mock_counter(&self->target.mock, "mmaps"));
}

/*
 * When one area cannot be mapped, the library undoes those before it, says so,
 * and the region works by traps; a later attempt succeeds.
 */
TEST_F(sparse, second_area_fails)
{
	const struct mockvfio_rule rule = {
		.name = "mmap", .site = "region.mmap", .skip = 1, .times = 1,
	};
	struct uvfio_error err;
	uint64_t value;

	ASSERT_EQ(0, mockvfio_fault_add(self->target.mock.profile, &rule, NULL));
	CLEAR_EVENTS(self->target.mock.profile);
	EXPECT_EQ(-EAGAIN, uvfio_region_mmap(self->bar0, &err));
	EXPECT_EQ(-EAGAIN, err.code);
	EXPECT_EVENTS(self->target.mock.profile, "region.mmap",
		      "region.mmap ret=0", "region.mmap ret=-11 fault=mmap");
	EXPECT_EQ(0, mock_counter(&self->target.mock, "mmaps"));
	EXPECT_EQ(NULL, uvfio_region_ptr(self->bar0, MOCK_VFIO_BUF_AREA0_OFFSET, 1));
	EXPECT_EQ(0, uvfio_region_load(self->bar0, MOCK_VFIO_BUF_AREA0_OFFSET, 4, &value, NULL));
	EXPECT_EQ(0, uvfio_region_mmap(self->bar0, NULL));
	EXPECT_EQ(2, mock_counter(&self->target.mock, "mmaps"));
}

/*
 * A device opened with no_mmap is never mapped: every access is trapped, which
 * is what a program wants to see them all.
 */
TEST_F(sparse, opened_without_mmap)
{
	const struct uvfio_device_options options = { .size = sizeof(options), .no_mmap = true };
	struct uvfio_region *region;
	struct uvfio_device *dev;
	uint64_t value;
	size_t nr;

	ASSERT_EQ(0, uvfio_get_device(self->target.group, self->target.name, &options, &dev,
				      NULL));
	ASSERT_EQ(0, uvfio_region_setup(dev, VFIO_PCI_BAR0_REGION_INDEX, NULL, &region, NULL));
	uvfio_region_mmaps(region, &nr);
	EXPECT_EQ(0, nr);
	EXPECT_EQ(0, uvfio_region_mmap(region, NULL));
	CLEAR_EVENTS(self->target.mock.profile);
	EXPECT_EQ(0, uvfio_region_load(region, MOCK_VFIO_BUF_AREA0_OFFSET, 4, &value, NULL));
	EXPECT_EVENTS(self->target.mock.profile, "region.*",
		      "region.read index=0 offset=0x10000 size=4 ret=4");
	uvfio_region_finalize(region);
	EXPECT_EQ(0, uvfio_put_base_device(dev, NULL));
}

/*
 * A page fault that the device refuses is a SIGBUS in the program, as it is
 * for a device whose memory is disabled or that is gone; the next access finds
 * the page.
 */
TEST_F(sparse, page_fault_refused)
{
	const struct mockvfio_rule rule = { .name = "bus", .site = "region.fault", .times = 1 };
	volatile uint32_t *pointer;

	ASSERT_EQ(0, uvfio_region_mmap(self->bar0, NULL));
	pointer = uvfio_region_ptr(self->bar0, MOCK_VFIO_BUF_AREA0_OFFSET, 4);
	ASSERT_NE(NULL, pointer);
	ASSERT_EQ(0, mockvfio_fault_add(self->target.mock.profile, &rule, NULL));
	CLEAR_EVENTS(self->target.mock.profile);
	EXPECT_TRUE(sigbus_on_read(pointer));
	EXPECT_FALSE(sigbus_on_read(pointer));
	EXPECT_EVENTS(self->target.mock.profile, "region.fault",
		      "region.fault ret=-14 fault=bus", "region.fault ret=0");
}

/*
 * A child that fork() made holds the mappings too: they count as held until it
 * ends, and the device closes cleanly after that.
 */
TEST_F(sparse, fork)
{
	volatile uint32_t *pointer;
	int status;
	pid_t child;

	ASSERT_EQ(0, uvfio_region_mmap(self->bar0, NULL));
	pointer = uvfio_region_ptr(self->bar0, MOCK_VFIO_BUF_AREA0_OFFSET, 4);
	*pointer = 1;
	child = fork();
	ASSERT_LE(0, child);
	if (!child) {
		*pointer += 1;
		_exit(mock_counter(&self->target.mock, "mmaps") != 4);
	}
	ASSERT_EQ(child, waitpid(child, &status, 0));
	EXPECT_EQ(0, status);
	EXPECT_EQ(2, *pointer);
	EXPECT_EQ(2, mock_counter(&self->target.mock, "mmaps"));
}

TEST_HARNESS_MAIN
