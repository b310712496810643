// SPDX-License-Identifier: GPL-2.0-only
/*
 * Every call fails once, in each life cycle of a program that uses a device
 * through libuvfio: memory, and what the device does with it.
 */
#include <mock_vfio.h>

#include "selftest.h"

#define PIECES	15	/* with a page of CLIENT_PAGES left for a list */

FIXTURE(library_dma) {
	struct target target;
	struct client client;
	struct sweep sweep;
};

FIXTURE_VARIANT(library_dma) {
	enum target_kind kind;
};

TARGET_VARIANT(library_dma, mock_type1, TARGET_MOCK_TYPE1);
TARGET_VARIANT(library_dma, mock_backend, TARGET_MOCK_BACKEND);

/* What the library, or the kernel under it, does not let the program see. */
static const struct sweep_survival survives[] = {
	SWEEP_FALLS_THROUGH,
	{ .site = "iommu.get_info", .why = "so when it opens, but not when it asks for limits",
	  .when = "track, *", .either = true },
	{ .site = "iommu.get_info", .why = "there is a page size that type1 always had" },
	{ .site = "iommu.check_extension", .why = "what is not offered is done without" },
	{ .site = "iommu.map_dma", .why = "EBUSY: the range is unmapped and mapped once more" },
	{ .site = "iommu.unmap_dma", .why = "a container is closed whatever it still maps",
	  .when = "add_sections, abandoned" },
	{ .site = NULL }
};

static int shape(struct mockvfio_profile *profile, struct mockvfio_error *err)
{
	return mockvfio_set(profile, "dma_logging", "1", err);
}

FIXTURE_SETUP(library_dma)
{
	static const struct target_options options = { .level = TARGET_EXISTS, .shape = shape };

	TARGET_OPEN(&self->target, variant->kind, &options);
	self->client.instance = &self->target.mock.instance;
	self->client.memory = memory_new(CLIENT_PAGES * PAGE);
	self->client.fds[0] = eventfd_new();
	self->sweep = (struct sweep) {
		.mock = &self->target.mock, .client = &self->client, .cycle = client_cycle,
		.said = client_said, .survives = survives,
	};
}

FIXTURE_TEARDOWN(library_dma)
{
	memory_free(self->client.memory, CLIENT_PAGES * PAGE);
	close(self->client.fds[0]);
	TARGET_CLOSE(&self->target);
}

/* One life cycle, with each ending before @endings. */
#define SWEEP_ENDINGS(self, run, undo, endings)						\
	ASSERT_EQ(0, client_sweep(&(self)->sweep, #run, run, undo, endings))		\
		TH_LOG("%s", (self)->sweep.why)

#define SWEEP(self, run, undo)	SWEEP_ENDINGS(self, run, undo, CLIENT_NR_ENDINGS)

static int map_pieces(struct client *c)
{
	int ret = 0;

	for (c->mapped = 0; c->mapped < PIECES && !ret; c->mapped += !ret)
		ret = uvfio_dma_map(c->container, CLIENT_IOVA + c->mapped * 2 * PAGE, PAGE,
				    c->memory + c->mapped * PAGE, false, &c->err);
	return ret;
}

static int unmap_pieces(struct client *c)
{
	int ret;

	for (; c->mapped; c->mapped--) {
		ret = uvfio_dma_unmap(c->container, CLIENT_IOVA + (c->mapped - 1) * 2 * PAGE, PAGE,
				      &c->err);
		if (ret)
			return ret;
	}
	return 0;
}

/*
 * Pieces mapped one by one and unmapped one by one: a piece that fails leaves
 * those before it, and none outlives the program.
 */
TEST_F(library_dma, pieces)
{
	SWEEP(self, map_pieces, unmap_pieces);
}

static int unmap_range(struct client *c)
{
	uint64_t unmapped;

	return uvfio_dma_unmap_range(c->container, CLIENT_IOVA, PIECES * 2 * PAGE, &unmapped,
				     &c->err);
}

/*
 * The same pieces unmapped in one call, which a vIOMMU does.
 */
TEST_F(library_dma, unmapped_at_once)
{
	SWEEP(self, map_pieces, unmap_range);
}

static int add_sections(struct client *c)
{
	struct uvfio_section section = { .size = { .lo = PAGE } };
	const struct uvfio_memory_options opts = {
		.size = sizeof(opts), .type = UVFIO_MEMORY_RAM,
		.bytes = { .lo = CLIENT_PAGES * PAGE }, .vaddr = c->memory,
	};
	int ret;

	ret = uvfio_memory_new(c->ctx, &opts, &section.memory, &c->err);
	if (ret)
		return ret;
	for (c->mapped = 0; c->mapped < PIECES && !ret; c->mapped += !ret) {
		section.start = CLIENT_IOVA + c->mapped * 2 * PAGE;
		section.offset = c->mapped * PAGE;
		ret = uvfio_section_add(c->as, &section, &c->err);
	}
	uvfio_memory_put(section.memory);
	return ret;
}

static int del_sections(struct client *c)
{
	int ret = 0;

	while (c->mapped) {
		int deleted = uvfio_section_del(c->as,
						CLIENT_IOVA + (c->mapped - 1) * 2 * PAGE,
						ret ? NULL : &c->err);

		c->mapped--;
		ret = ret ? ret : deleted;
	}
	return ret;
}

/*
 * A memory map that the container follows: a section that cannot be mapped is not
 * there, and one that cannot be unmapped is gone with its container. (So a program
 * that stays would be left with a mapping: not swept.)
 */
TEST_F(library_dma, sections)
{
	SWEEP_ENDINGS(self, add_sections, del_sections, CLIENT_STAYS);
}

static int track(struct client *c)
{
	uint64_t bits = 0;
	struct uvfio_dirty_bitmap bitmap = { .pgsize = PAGE, .bits = &bits, .size = sizeof(bits) };
	struct uvfio_dirty_limits limits;
	int ret;

	ret = uvfio_dirty_limits(c->container, &limits, &c->err);
	if (!ret)
		ret = uvfio_dma_map(c->container, CLIENT_IOVA, CLIENT_PAGES * PAGE, c->memory,
				    false, &c->err);
	if (ret)
		return ret;
	ret = uvfio_dirty_start(c->container, &c->err);
	c->started = !ret;
	if (!ret)
		ret = uvfio_dirty_get(c->container, CLIENT_IOVA, CLIENT_PAGES * PAGE, &bitmap,
				      &c->err);
	/* An emulated IOMMU tracks exactly, and nothing has written. */
	if (!ret && bits)
		ret = -EPROTO;
	return ret ? ret : uvfio_dma_unmap_dirty(c->container, CLIENT_IOVA, CLIENT_PAGES * PAGE,
						 &bitmap, &c->err);
}

static int forget(struct client *c)
{
	uint64_t unmapped;
	int ret = 0;

	if (c->started)
		ret = uvfio_dirty_stop(c->container, &c->err);
	c->started = !!ret;
	return ret ? ret : uvfio_dma_unmap_range(c->container, CLIENT_IOVA, CLIENT_PAGES * PAGE,
						 &unmapped, &c->err);
}

/*
 * Dirty tracking: limits, start, a bitmap, an unmap with a bitmap, and stop, each
 * of which fails once.
 */
TEST_F(library_dma, dirty_pages)
{
	SWEEP(self, track, forget);
}

/* A command of the engine; its own error when it says one. */
static int command(struct client *c, uint32_t what, uint64_t src, uint64_t dst, uint64_t len)
{
	uint64_t error;
	int ret;

	ret = uvfio_region_write(c->bar0, MOCK_VFIO_REG_SRC, 8, src, &c->err);
	if (!ret)
		ret = uvfio_region_write(c->bar0, MOCK_VFIO_REG_DST, 8, dst, &c->err);
	if (!ret)
		ret = uvfio_region_write(c->bar0, MOCK_VFIO_REG_LEN, 8, len, &c->err);
	if (!ret)
		ret = uvfio_region_write(c->bar0, MOCK_VFIO_REG_COMMAND, 4, what, &c->err);
	if (!ret)
		ret = uvfio_region_read(c->bar0, MOCK_VFIO_REG_ERROR, 4, &error, &c->err);
	return ret ? ret : -(int)error;
}

static int move_data(struct client *c, uint32_t how)
{
	uint64_t from = CLIENT_IOVA + PAGE - 8, to = CLIENT_IOVA + 8 * PAGE - 8;
	int ret;

	ret = uvfio_dma_map(c->container, CLIENT_IOVA, CLIENT_PAGES * PAGE, c->memory, false,
			    &c->err);
	if (ret)
		return ret;
	memory_fill(c->memory, CLIENT_PAGES * PAGE, 1);
	ret = command(c, how | MOCK_VFIO_CMD_TO_DEVICE, from, 0, 16);
	if (!ret)
		ret = command(c, how | MOCK_VFIO_CMD_FROM_DEVICE, 0, to, 16);
	if (!ret && memcmp(c->memory + PAGE - 8, c->memory + 8 * PAGE - 8, 16))
		ret = -EPROTO;
	return ret;
}

static int copy(struct client *c)
{
	return move_data(c, 0);
}

static int copy_pinned(struct client *c)
{
	return move_data(c, MOCK_VFIO_CMD_PINNED);
}

static int unmap_all(struct client *c)
{
	uint64_t unmapped;

	return uvfio_dma_unmap_all(c->container, &unmapped, &c->err);
}

/*
 * DMA by the CPU on the device's behalf: whatever fails on the way is in the
 * device's error register, and no mapping is left.
 */
TEST_F(library_dma, dma)
{
	SWEEP(self, copy, unmap_all);
}

/*
 * DMA through pinned pages: a transfer that fails halfway unpins what it had
 * pinned (a page too many would keep the unmap waiting).
 */
TEST_F(library_dma, pinned_dma)
{
	SWEEP(self, copy_pinned, unmap_all);
}

static int run_list(struct client *c)
{
	struct mock_vfio_descriptor *list = (void *)c->memory;
	int i, ret;

	ret = uvfio_dma_map(c->container, CLIENT_IOVA, CLIENT_PAGES * PAGE, c->memory, false,
			    &c->err);
	if (ret)
		return ret;
	for (i = 0; i < PIECES; i++)
		list[i] = (struct mock_vfio_descriptor) {
			.dst = CLIENT_IOVA + (unsigned int)(i + 1) * PAGE, .pattern = i, .len = 8,
			.command = MOCK_VFIO_CMD_FILL,
		};
	ret = command(c, MOCK_VFIO_CMD_LIST, CLIENT_IOVA, 0, PIECES);
	return ret ? ret : command(c, MOCK_VFIO_CMD_SUM, CLIENT_IOVA, 0, PAGE);
}

/*
 * A list of commands in memory: the one that fails ends it, and so does a list
 * that cannot be fetched.
 */
TEST_F(library_dma, list)
{
	SWEEP(self, run_list, unmap_all);
}

static int log_writes(struct client *c)
{
	const struct vfio_device_feature_dma_logging_range range = {
		.iova = CLIENT_IOVA, .length = CLIENT_PAGES * PAGE,
	};
	struct vfio_device_feature_dma_logging_control control = {
		.page_size = PAGE, .num_ranges = 1, .ranges = (uintptr_t)&range,
	};
	int ret;

	ret = uvfio_dma_map(c->container, CLIENT_IOVA, CLIENT_PAGES * PAGE, c->memory, false,
			    &c->err);
	if (ret)
		return ret;
	ret = uvfio_device_set_feature(c->dev, VFIO_DEVICE_FEATURE_DMA_LOGGING_START, &control,
				       sizeof(control), &c->err);
	c->started = !ret;
	return ret ? ret : command(c, MOCK_VFIO_CMD_FILL, 0, CLIENT_IOVA, PAGE);
}

static int stop_log(struct client *c)
{
	int ret = 0;

	if (c->started)
		ret = uvfio_device_set_feature(c->dev, VFIO_DEVICE_FEATURE_DMA_LOGGING_STOP, NULL,
					       0, &c->err);
	c->started = !!ret;
	return ret ? ret : unmap_all(c);
}

/*
 * The device's own log of what it wrote: a device whose log was on when the
 * program died starts afresh.
 */
TEST_F(library_dma, dma_logging)
{
	SWEEP(self, log_writes, stop_log);
}

TEST_HARNESS_MAIN
