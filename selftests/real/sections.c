// SPDX-License-Identifier: GPL-2.0-only
/*
 * Sections of an address space: what the program says is there is what the device
 * reaches, no more and no less, on real containers. The host tests of libuvfio see
 * to the rules; here they meet the kernel.
 */
#include <string.h>

#include "selftest.h"

#define RAM_AT	0x200000ULL
#define BACK_AT	0x300000ULL
#define LEN	ENGINE_DMA_MAX
#define SIZE	(2 * PAGE)

FIXTURE(sections) {
	struct target target;
	struct engine engine;
	struct uvfio_address_space *as;
	struct space_log log;
	unsigned char *ram;	/* at RAM_AT, where a test puts it */
	unsigned char *back;	/* at BACK_AT: what the device read comes back here */
};

FIXTURE_VARIANT(sections) {
	enum target_kind kind;
};

TARGET_VARIANT(sections, mock_type1, TARGET_MOCK_TYPE1);
TARGET_VARIANT(sections, mock_backend, TARGET_MOCK_BACKEND);
TARGET_VARIANT(sections, edu, TARGET_EDU);

FIXTURE_SETUP(sections)
{
	struct target *target = &self->target;

	TARGET_OPEN(target, variant->kind, NULL);
	ENGINE_OPEN(&self->engine, target);
	memset(&self->log, 0, sizeof(self->log));
	space_listen(target->ctx, &self->log);
	ASSERT_EQ(0, uvfio_get_address_space(target->ctx, NULL, &self->as, NULL));
	self->ram = memory_new(SIZE);
	self->back = memory_new(SIZE);
	memory_fill(self->ram, SIZE, 1);
	ASSERT_EQ(0, space_add(target->ctx, self->as, UVFIO_MEMORY_RAM, BACK_AT, self->back,
			       SIZE, NULL));
}

FIXTURE_TEARDOWN(sections)
{
	EXPECT_STREQ("", self->log.text);
	engine_close(&self->engine);
	uvfio_put_address_space(self->as);
	TARGET_CLOSE(&self->target);
	memory_free(self->ram, SIZE);
	memory_free(self->back, SIZE);
}

/* What a transfer that VFIO refuses with @code returns: edu cannot tell. */
static int refusal(struct target *target, int code)
{
	return target_is_mock(target) ? code : 0;
}

static int add_ram(struct target *target, struct uvfio_address_space *as, void *memory,
		   uint64_t size)
{
	return space_add(target->ctx, as, UVFIO_MEMORY_RAM, RAM_AT, memory, size, NULL);
}

/*
 * A section of RAM is reached by the device at its address, both ways, as soon as
 * it is added; the program maps nothing itself. What QEMU's memory listener does
 * for a guest's RAM.
 */
TEST_F(sections, ram_reaches_the_device)
{
	const struct engine_ops *engine = self->engine.ops;

	ASSERT_EQ(0, add_ram(&self->target, self->as, self->ram, SIZE));
	ASSERT_EQ(0, engine->to_device(&self->engine, RAM_AT, LEN));
	ASSERT_EQ(0, engine->from_device(&self->engine, BACK_AT, LEN));
	EXPECT_EQ(0, memcmp(self->ram, self->back, LEN));
	ASSERT_EQ(0, engine->from_device(&self->engine, RAM_AT + PAGE, LEN));
	EXPECT_EQ(0, memcmp(self->ram, self->ram + PAGE, LEN));
}

/*
 * A section that is removed is out of the device's reach, and what is at the
 * address next is reached instead: no stale mapping stays behind.
 */
TEST_F(sections, refused_after_removal_of_a_section)
{
	const struct engine_ops *engine = self->engine.ops;
	struct target *target = &self->target;

	ASSERT_EQ(0, add_ram(target, self->as, self->ram, SIZE));
	ASSERT_EQ(0, engine->to_device(&self->engine, RAM_AT, LEN));
	ASSERT_EQ(0, uvfio_section_del(self->as, RAM_AT, NULL));
	memset(self->ram, 0, SIZE);
	EXPECT_EQ(refusal(target, -EINVAL), engine->from_device(&self->engine, RAM_AT, LEN));
	EXPECT_TRUE(memory_is(self->ram, SIZE, 0));
	/* Other memory takes its place. */
	ASSERT_EQ(0, uvfio_section_del(self->as, BACK_AT, NULL));
	ASSERT_EQ(0, add_ram(target, self->as, self->back, SIZE));
	ASSERT_EQ(0, engine->from_device(&self->engine, RAM_AT, LEN));
	EXPECT_TRUE(memory_is_filled(self->back, LEN, 1));
	EXPECT_TRUE(memory_is(self->ram, SIZE, 0));
}

/*
 * Of a section that ends within a page only the whole pages are mapped: the device
 * reaches the first page and nothing of the second. Mapping the rest would let it
 * reach memory that is not a part of the section.
 */
TEST_F(sections, half_a_page_is_refused)
{
	const struct engine_ops *engine = self->engine.ops;
	struct target *target = &self->target;

	ASSERT_EQ(0, add_ram(target, self->as, self->ram, PAGE + PAGE / 2));
	ASSERT_EQ(0, engine->to_device(&self->engine, RAM_AT, LEN));
	memset(self->ram, 0, SIZE);
	EXPECT_EQ(refusal(target, -EINVAL),
		  engine->from_device(&self->engine, RAM_AT + PAGE, LEN));
	EXPECT_TRUE(memory_is(self->ram, SIZE, 0));
	ASSERT_EQ(0, engine->from_device(&self->engine, RAM_AT, LEN));
	EXPECT_TRUE(memory_is_filled(self->ram, LEN, 1));
}

/*
 * A section the program calls read-only can be read by the device and not written,
 * though the memory behind it is writable: a ROM that shadows RAM stays as it is.
 */
TEST_F(sections, write_to_a_read_only_section_refused)
{
	const struct uvfio_memory_options opts = {
		.size = sizeof(opts), .bytes = { .lo = SIZE }, .vaddr = self->ram,
	};
	struct uvfio_section section = {
		.start = RAM_AT, .size = { .lo = SIZE }, .readonly = true,
	};
	const struct engine_ops *engine = self->engine.ops;
	struct target *target = &self->target;

	ASSERT_EQ(0, uvfio_memory_new(target->ctx, &opts, &section.memory, NULL));
	ASSERT_EQ(0, uvfio_section_add(self->as, &section, NULL));
	uvfio_memory_put(section.memory);
	ASSERT_EQ(0, engine->to_device(&self->engine, RAM_AT, LEN));
	ASSERT_EQ(0, engine->from_device(&self->engine, BACK_AT, LEN));
	EXPECT_TRUE(memory_is_filled(self->back, LEN, 1));
	memset(self->ram, 7, SIZE);
	EXPECT_EQ(refusal(target, -EPERM), engine->from_device(&self->engine, RAM_AT, LEN));
	EXPECT_TRUE(memory_is(self->ram, SIZE, 7));
}

/*
 * A device's BAR, mapped into this process, is mapped for DMA by whole pages, as
 * peer-to-peer needs it, and unmapped again: type1 takes memory that is no RAM. The
 * number of mappings that are left tells, and there is no warning.
 */
TEST_F(sections, a_bar_is_mapped)
{
	struct target *target = &self->target;
	struct uvfio_region *bar = self->engine.bar0;
	const struct uvfio_mmap *area;
	uint32_t before, after;
	size_t nr;

	area = uvfio_region_mmaps(bar, &nr);
	if (!nr || area->size < PAGE)
		SKIP(return, "BAR 0 cannot be mapped");
	ASSERT_EQ(0, uvfio_region_mmap(bar, NULL));
	if (uvfio_container_dma_avail(target->container, &before, NULL) == -ENOENT)
		SKIP(return, "the kernel does not tell how many mappings are left");
	ASSERT_EQ(0, space_add(target->ctx, self->as, UVFIO_MEMORY_RAM_DEVICE, RAM_AT,
			       area->addr, PAGE, NULL));
	ASSERT_EQ(0, uvfio_container_dma_avail(target->container, &after, NULL));
	EXPECT_EQ(before - 1, after);
	ASSERT_EQ(0, uvfio_section_del(self->as, RAM_AT, NULL));
	ASSERT_EQ(0, uvfio_container_dma_avail(target->container, &after, NULL));
	EXPECT_EQ(before, after);
}

/*
 * A part of a page of a BAR, such as the space around an MSI-X table, is not mapped
 * and nothing is wrong about that: no error, no warning, no mapping.
 */
TEST_F(sections, a_part_of_a_bars_page_is_left_out)
{
	struct target *target = &self->target;
	uint32_t before, after;

	if (uvfio_container_dma_avail(target->container, &before, NULL) == -ENOENT)
		SKIP(return, "the kernel does not tell how many mappings are left");
	ASSERT_EQ(0, space_add(target->ctx, self->as, UVFIO_MEMORY_RAM_DEVICE, RAM_AT,
			       self->ram, PAGE / 2, NULL));
	ASSERT_EQ(0, uvfio_container_dma_avail(target->container, &after, NULL));
	EXPECT_EQ(before, after);
	EXPECT_EQ(0, uvfio_section_del(self->as, RAM_AT, NULL));
}

/*
 * A second group's container, opened after the sections were added, finds them
 * mapped, and the group that was there keeps its own: replay at registration. Here
 * the same group leaves and comes back.
 */
TEST_F(sections, a_group_that_comes_back_finds_them_mapped)
{
	const struct engine_ops *engine = self->engine.ops;
	struct target *target = &self->target;

	ASSERT_EQ(0, add_ram(target, self->as, self->ram, SIZE));
	engine_close(&self->engine);
	ASSERT_EQ(0, uvfio_put_base_device(target->dev, NULL));
	target->dev = NULL;
	ASSERT_EQ(0, uvfio_put_group(target->group, NULL));
	target->group = NULL;
	ASSERT_EQ(0, uvfio_get_group(self->as, target->group_id, &target->group, NULL));
	target->container = uvfio_group_container(target->group);
	ASSERT_EQ(0, uvfio_get_device(target->group, target->name, NULL, &target->dev, NULL));
	ENGINE_OPEN(&self->engine, target);
	ASSERT_EQ(0, engine->to_device(&self->engine, RAM_AT, LEN));
	ASSERT_EQ(0, engine->from_device(&self->engine, BACK_AT, LEN));
	EXPECT_TRUE(memory_is_filled(self->back, LEN, 1));
}

/* Containers that cannot map everything; type1 lets mediated devices have it all. */
FIXTURE(hole) {
	struct target target;
	struct uvfio_address_space *as;
	unsigned char *ram;
};

FIXTURE_VARIANT(hole) {
	enum target_kind kind;
};

TARGET_VARIANT(hole, mock_backend, TARGET_MOCK_BACKEND);
TARGET_VARIANT(hole, edu, TARGET_EDU);

/* What Intel's IOMMU leaves out, for the backend: interrupts are sent there. */
#define HOLE_AT		0xfee00000ULL
#define HOLE_SIZE	0x100000ULL

static int shape_hole(struct mockvfio_profile *profile, struct mockvfio_error *err)
{
	int ret = mockvfio_add_range(profile, "low", 0, HOLE_AT - 1, err);

	return ret ? ret : mockvfio_add_range(profile, "high", HOLE_AT + HOLE_SIZE,
					      0xffffffffffffULL, err);
}

FIXTURE_SETUP(hole)
{
	static const struct target_options options = { .shape = shape_hole };

	TARGET_OPEN(&self->target, variant->kind, &options);
	ASSERT_EQ(0, uvfio_get_address_space(self->target.ctx, NULL, &self->as, NULL));
	self->ram = memory_new(SIZE);
}

FIXTURE_TEARDOWN(hole)
{
	uvfio_put_address_space(self->as);
	TARGET_CLOSE(&self->target);
	memory_free(self->ram, SIZE);
}

/*
 * RAM where the IOMMU cannot map it is refused by name of the range, before the
 * kernel is asked, and the section is not there afterwards; beside the hole it is
 * mapped.
 */
TEST_F(hole, ram_in_a_hole_of_the_iommu)
{
	struct target *target = &self->target;
	struct uvfio_section section;
	struct uvfio_error err;

	if (target_is_mock(target))
		CLEAR_EVENTS(target->mock.profile);
	EXPECT_EQ(-ENXIO, space_add(target->ctx, self->as, UVFIO_MEMORY_RAM, HOLE_AT, self->ram,
				    SIZE, &err));
	EXPECT_STREQ("can't map guest IOVA region 0xfee00000..0xfee01fff", err.message);
	EXPECT_EQ(-ENOENT, uvfio_section_find(self->as, HOLE_AT, &section));
	EXPECT_EQ(-ENXIO, space_add(target->ctx, self->as, UVFIO_MEMORY_RAM, HOLE_AT - PAGE,
				    self->ram, SIZE, NULL));
	if (target_is_mock(target))
		EXPECT_EQ(0, events_count(target->mock.profile, "iommu.map_dma"));
	EXPECT_EQ(0, space_add(target->ctx, self->as, UVFIO_MEMORY_RAM, HOLE_AT + HOLE_SIZE,
			       self->ram, SIZE, NULL));
}

TEST_HARNESS_MAIN
