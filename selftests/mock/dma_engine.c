// SPDX-License-Identifier: GPL-2.0-only
/*
 * The mock's DMA engine: each command, by vfio_dma_rw() and by pinned pages, at
 * once or from a kernel thread, and the errors its registers show.
 */
#include <mock_vfio.h>

#include "selftest.h"

#define IOVA_A	0x200000ULL
#define IOVA_B	0x300000ULL
#define SIZE	(4 * PAGE)

FIXTURE(dma_engine) {
	struct target target;
	struct engine engine;
	struct uvfio_region *bar0;
	unsigned char *a;
	unsigned char *b;
};

FIXTURE_VARIANT(dma_engine) {
	enum target_kind kind;
};

TARGET_VARIANT(dma_engine, mock_type1, TARGET_MOCK_TYPE1);
TARGET_VARIANT(dma_engine, mock_backend, TARGET_MOCK_BACKEND);

FIXTURE_SETUP(dma_engine)
{
	TARGET_OPEN(&self->target, variant->kind, NULL);
	ENGINE_OPEN(&self->engine, &self->target);
	self->bar0 = self->engine.bar0;
	self->a = memory_new(SIZE);
	self->b = memory_new(SIZE);
	memory_fill(self->a, SIZE, 1);
	ASSERT_EQ(0, uvfio_dma_map(self->target.container, IOVA_A, SIZE, self->a, true, NULL));
	ASSERT_EQ(0, uvfio_dma_map(self->target.container, IOVA_B, SIZE, self->b, false, NULL));
}

FIXTURE_TEARDOWN(dma_engine)
{
	EXPECT_EQ(0, mock_counter(&self->target.mock, "pinned_pages"));
	EXPECT_EQ(0, uvfio_dma_unmap(self->target.container, IOVA_A, SIZE, NULL));
	EXPECT_EQ(0, uvfio_dma_unmap(self->target.container, IOVA_B, SIZE, NULL));
	engine_close(&self->engine);
	TARGET_CLOSE(&self->target);
	memory_free(self->a, SIZE);
	memory_free(self->b, SIZE);
}

static uint64_t reg(struct uvfio_region *bar0, uint64_t offset, unsigned int size)
{
	uint64_t value;

	uvfio_region_read(bar0, offset, size, &value, NULL);
	return value;
}

/* Writes a command; the errno that the device's register has once it is over. */
static int run(struct uvfio_region *bar0, uint32_t command, uint64_t src, uint64_t dst,
	       uint64_t len)
{
	uint64_t status;
	int ret, i;

	uvfio_region_write(bar0, MOCK_VFIO_REG_SRC, 8, src, NULL);
	uvfio_region_write(bar0, MOCK_VFIO_REG_DST, 8, dst, NULL);
	uvfio_region_write(bar0, MOCK_VFIO_REG_LEN, 8, len, NULL);
	ret = uvfio_region_write(bar0, MOCK_VFIO_REG_COMMAND, 4, command, NULL);
	if (ret)
		return ret;
	for (i = 0; i < 1000; i++) {
		status = reg(bar0, MOCK_VFIO_REG_STATUS, 4);
		if (!(status & MOCK_VFIO_STATUS_BUSY))
			break;
		usleep(1000);
	}
	if (status == MOCK_VFIO_STATUS_DONE)
		return reg(bar0, MOCK_VFIO_REG_ERROR, 4) ? -EPROTO : 0;
	if (status == MOCK_VFIO_STATUS_ERROR)
		return -(int)reg(bar0, MOCK_VFIO_REG_ERROR, 4);
	return -ETIMEDOUT;
}

static uint64_t sum(const unsigned char *bytes, size_t len)
{
	uint64_t total = 0;

	while (len--)
		total += *bytes++;
	return total;
}

/* How a command may be carried out. */
static const uint32_t ways[] = {
	0, MOCK_VFIO_CMD_PINNED, MOCK_VFIO_CMD_ASYNC, MOCK_VFIO_CMD_ASYNC | MOCK_VFIO_CMD_PINNED,
};

/*
 * Memory to the device's buffer and back to other memory, in every way: the
 * same bytes at odd addresses across page boundaries, nothing beside them, and
 * the right checksum.
 */
TEST_F(dma_engine, to_and_from_device)
{
	const uint64_t offset = PAGE - 5, len = 2 * PAGE + 7;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(ways); i++) {
		memset(self->b, 0, SIZE);
		EXPECT_EQ(0, run(self->bar0, ways[i] | MOCK_VFIO_CMD_TO_DEVICE, IOVA_A + offset,
				 0x123, len))
			TH_LOG("way 0x%x", ways[i]);
		EXPECT_EQ(sum(self->a + offset, len), reg(self->bar0, MOCK_VFIO_REG_CHECKSUM, 8));
		EXPECT_EQ(0, run(self->bar0, ways[i] | MOCK_VFIO_CMD_FROM_DEVICE, 0x123,
				 IOVA_B + offset, len))
			TH_LOG("way 0x%x", ways[i]);
		EXPECT_TRUE(memory_is(self->b, offset, 0));
		EXPECT_EQ(0, memcmp(self->a + offset, self->b + offset, len));
		EXPECT_TRUE(memory_is(self->b + offset + len, SIZE - offset - len, 0));
	}
}

/*
 * Copies, fills and checksums do what the ABI header says, in every way, and
 * DONE counts them.
 */
TEST_F(dma_engine, copy_fill_sum)
{
	const uint64_t pattern = 0x0807060504030201;
	uint64_t done = reg(self->bar0, MOCK_VFIO_REG_DONE, 4);
	size_t i, j;

	ASSERT_EQ(0, uvfio_region_write(self->bar0, MOCK_VFIO_REG_PATTERN, 8, pattern, NULL));
	for (i = 0; i < ARRAY_SIZE(ways); i++) {
		memset(self->b, 0, SIZE);
		EXPECT_EQ(0, run(self->bar0, ways[i] | MOCK_VFIO_CMD_COPY, IOVA_A + 1, IOVA_B + 2,
				 PAGE));
		EXPECT_EQ(0, memcmp(self->a + 1, self->b + 2, PAGE));
		EXPECT_EQ(0, run(self->bar0, ways[i] | MOCK_VFIO_CMD_SUM, IOVA_A, 0, SIZE));
		EXPECT_EQ(sum(self->a, SIZE), reg(self->bar0, MOCK_VFIO_REG_CHECKSUM, 8));
		EXPECT_EQ(0, run(self->bar0, ways[i] | MOCK_VFIO_CMD_FILL, 0, IOVA_B + 3, 21));
		for (j = 0; j < 21; j++)
			EXPECT_EQ(j % 8 + 1, self->b[3 + j]);
	}
	EXPECT_EQ(done + 3 * ARRAY_SIZE(ways), reg(self->bar0, MOCK_VFIO_REG_DONE, 4));
}

/*
 * A device can move data in another thread than the one that rings its
 * doorbell, and interrupts when it is done: the usual way of real devices.
 */
TEST_F(dma_engine, completion_interrupt)
{
	int fd = eventfd_new();

	ASSERT_EQ(0, uvfio_set_irq_signaling(self->target.dev, VFIO_PCI_MSI_IRQ_INDEX, 3,
					     VFIO_IRQ_SET_ACTION_TRIGGER, fd, NULL));
	ASSERT_EQ(0, uvfio_region_write(self->bar0, MOCK_VFIO_REG_IRQ_VECTOR, 4, 3, NULL));
	EXPECT_EQ(0, run(self->bar0,
			 MOCK_VFIO_CMD_COPY | MOCK_VFIO_CMD_ASYNC | MOCK_VFIO_CMD_IRQ, IOVA_A,
			 IOVA_B, SIZE));
	EXPECT_EQ(1, eventfd_wait(fd, IRQ_TIMEOUT_MS));
	EXPECT_EQ(0, memcmp(self->a, self->b, SIZE));
	/* A failed command interrupts as well. */
	EXPECT_EQ(-EINVAL, run(self->bar0,
			       MOCK_VFIO_CMD_SUM | MOCK_VFIO_CMD_ASYNC | MOCK_VFIO_CMD_IRQ, 0, 0,
			       PAGE));
	EXPECT_EQ(1, eventfd_wait(fd, IRQ_TIMEOUT_MS));
	EXPECT_EQ(0, run(self->bar0, MOCK_VFIO_CMD_SUM, IOVA_A, 0, PAGE));
	EXPECT_EQ(0, eventfd_wait(fd, 0));
	close(fd);
}

/*
 * What VFIO refuses the device is in the error register, in every way: EINVAL
 * for memory that is not mapped, or not to the transfer's end, EPERM for
 * writing to a read-only mapping, whose memory keeps its contents.
 */
TEST_F(dma_engine, refused_addresses)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(ways); i++) {
		EXPECT_EQ(-EINVAL, run(self->bar0, ways[i] | MOCK_VFIO_CMD_SUM, 0, 0, PAGE))
			TH_LOG("way 0x%x", ways[i]);
		EXPECT_EQ(-EINVAL, run(self->bar0, ways[i] | MOCK_VFIO_CMD_SUM,
				       IOVA_A + SIZE - PAGE, 0, 2 * PAGE))
			TH_LOG("way 0x%x", ways[i]);
		EXPECT_EQ(-EPERM, run(self->bar0, ways[i] | MOCK_VFIO_CMD_FILL, 0, IOVA_A, PAGE))
			TH_LOG("way 0x%x", ways[i]);
		EXPECT_TRUE(memory_is_filled(self->a, SIZE, 1));
	}
}

/*
 * A command the engine cannot carry out is EINVAL: an unknown one, no bytes,
 * too many, or a place outside the device's buffer, also where offset and
 * length overflow.
 */
TEST_F(dma_engine, refused_commands)
{
	static const struct {
		uint32_t command;
		uint64_t src, dst, len;
	} bad[] = {
		{ 0, IOVA_A, 0, 8 },
		{ MOCK_VFIO_CMD_MASK, IOVA_A, 0, 8 },
		{ MOCK_VFIO_CMD_TO_DEVICE, IOVA_A, 0, 0 },
		{ MOCK_VFIO_CMD_TO_DEVICE, IOVA_A, 0, MOCK_VFIO_DMA_MAX + 1 },
		{ MOCK_VFIO_CMD_TO_DEVICE, IOVA_A, MOCK_VFIO_BUF_SIZE, 1 },
		{ MOCK_VFIO_CMD_TO_DEVICE, IOVA_A, MOCK_VFIO_BUF_SIZE - 4, 8 },
		{ MOCK_VFIO_CMD_FROM_DEVICE, UINT64_MAX, IOVA_B, 8 },
		{ MOCK_VFIO_CMD_FROM_DEVICE, UINT64_MAX - 7, IOVA_B, 16 },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(bad); i++)
		EXPECT_EQ(-EINVAL, run(self->bar0, bad[i].command, bad[i].src, bad[i].dst,
				       bad[i].len))
			TH_LOG("case %zu", i);
	EXPECT_EQ(0, run(self->bar0, MOCK_VFIO_CMD_SUM, IOVA_A, 0, 8));
}

/*
 * A fault on the engine's way to memory is the errno of its error register: a
 * DMA that fails although everything was set up right.
 */
TEST_F(dma_engine, faults)
{
	static const struct {
		const char *site;
		uint32_t way;
	} sites[] = { { "dma.rw", 0 }, { "dma.pin", MOCK_VFIO_CMD_PINNED } };
	size_t i;

	for (i = 0; i < 2; i++) {
		const struct mockvfio_rule rule = {
			.name = "dma", .site = sites[i].site, .error = "EIO",
			.match_iova = "0x300000-0x303fff", .times = 1,
		};

		ASSERT_EQ(0, mockvfio_fault_add(self->target.mock.profile, &rule, NULL));
		EXPECT_EQ(0, run(self->bar0, sites[i].way | MOCK_VFIO_CMD_SUM, IOVA_A, 0, PAGE));
		EXPECT_EQ(-EIO, run(self->bar0, sites[i].way | MOCK_VFIO_CMD_SUM, IOVA_B, 0,
				    PAGE));
		EXPECT_EQ(0, run(self->bar0, sites[i].way | MOCK_VFIO_CMD_SUM, IOVA_B, 0, PAGE));
		ASSERT_EQ(0, mockvfio_fault_remove(self->target.mock.profile, "dma", NULL));
	}
}

/*
 * Registers are 4 or 8 bytes wide and naturally aligned; other accesses are
 * EINVAL, unlisted offsets read as zero, and read-only ones ignore writes.
 */
TEST_F(dma_engine, registers)
{
	struct uvfio_region *bar0 = self->bar0;
	uint64_t value;

	EXPECT_EQ(MOCK_VFIO_ID, reg(bar0, MOCK_VFIO_REG_ID, 4));
	EXPECT_EQ(MOCK_VFIO_VERSION, reg(bar0, MOCK_VFIO_REG_VERSION, 4));
	EXPECT_EQ(-EINVAL, uvfio_region_read(bar0, MOCK_VFIO_REG_ID, 1, &value, NULL));
	EXPECT_EQ(-EINVAL, uvfio_region_read(bar0, MOCK_VFIO_REG_ID, 2, &value, NULL));
	EXPECT_EQ(-EINVAL, uvfio_region_read(bar0, MOCK_VFIO_REG_ID + 2, 4, &value, NULL));
	EXPECT_EQ(-EINVAL, uvfio_region_write(bar0, MOCK_VFIO_REG_SCRATCH + 4, 8, 0, NULL));
	EXPECT_EQ(0, uvfio_region_write(bar0, MOCK_VFIO_REG_ID, 4, 0, NULL));
	EXPECT_EQ(MOCK_VFIO_ID, reg(bar0, MOCK_VFIO_REG_ID, 4));
	EXPECT_EQ(0, uvfio_region_write(bar0, MOCK_VFIO_REGS_SIZE - 8, 8, UINT64_MAX, NULL));
	EXPECT_EQ(0, reg(bar0, MOCK_VFIO_REGS_SIZE - 8, 8));

	/* 64-bit registers also work in two halves. */
	EXPECT_EQ(0, uvfio_region_write(bar0, MOCK_VFIO_REG_SCRATCH, 4, 0x11111111, NULL));
	EXPECT_EQ(0, uvfio_region_write(bar0, MOCK_VFIO_REG_SCRATCH + 4, 4, 0x22222222, NULL));
	EXPECT_EQ(0x2222222211111111, reg(bar0, MOCK_VFIO_REG_SCRATCH, 8));
	EXPECT_EQ(0x22222222, reg(bar0, MOCK_VFIO_REG_SCRATCH + 4, 4));
}

/*
 * A reset stops everything: registers are zero, DONE starts again, and only
 * the count of resets goes on.
 */
TEST_F(dma_engine, reset)
{
	uint64_t resets = reg(self->bar0, MOCK_VFIO_REG_RESETS, 4);

	EXPECT_EQ(0, run(self->bar0, MOCK_VFIO_CMD_SUM, IOVA_A, 0, PAGE));
	ASSERT_EQ(0, uvfio_region_write(self->bar0, MOCK_VFIO_REG_SCRATCH, 8, 1, NULL));
	ASSERT_EQ(0, uvfio_device_reset(self->target.dev, NULL));
	EXPECT_EQ(resets + 1, reg(self->bar0, MOCK_VFIO_REG_RESETS, 4));
	EXPECT_EQ(0, reg(self->bar0, MOCK_VFIO_REG_SCRATCH, 8));
	EXPECT_EQ(0, reg(self->bar0, MOCK_VFIO_REG_SRC, 8));
	EXPECT_EQ(0, reg(self->bar0, MOCK_VFIO_REG_DONE, 4));
	EXPECT_EQ(0, reg(self->bar0, MOCK_VFIO_REG_STATUS, 4));
}

/*
 * A scatter list does its descriptors in order, by vfio_dma_rw() and by pinned
 * pages, at once and from a kernel thread: each may be another command, and the
 * checksum is that of them all.
 */
TEST_F(dma_engine, list)
{
	struct mock_vfio_descriptor *list = (void *)(self->b + 3 * PAGE);
	const uint64_t at = IOVA_B + 3 * PAGE;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(ways); i++) {
		memset(self->b, 0, SIZE);
		list[0] = (struct mock_vfio_descriptor) {
			.src = IOVA_A + 5, .len = PAGE, .command = MOCK_VFIO_CMD_TO_DEVICE,
		};
		list[1] = (struct mock_vfio_descriptor) {
			.dst = IOVA_B, .len = PAGE, .command = MOCK_VFIO_CMD_FROM_DEVICE,
		};
		list[2] = (struct mock_vfio_descriptor) {
			.dst = IOVA_B + PAGE, .pattern = 0x0101010101010101, .len = 16,
			.command = MOCK_VFIO_CMD_FILL,
		};
		EXPECT_EQ(0, run(self->bar0, ways[i] | MOCK_VFIO_CMD_LIST, at, 0, 3))
			TH_LOG("way 0x%x", ways[i]);
		EXPECT_EQ(0, memcmp(self->a + 5, self->b, PAGE));
		EXPECT_TRUE(memory_is(self->b + PAGE, 16, 1));
		EXPECT_EQ(0, self->b[PAGE + 16]);
		EXPECT_EQ(3, reg(self->bar0, MOCK_VFIO_REG_LIST_DONE, 4));
		EXPECT_EQ(2 * sum(self->a + 5, PAGE) + 16,
			  reg(self->bar0, MOCK_VFIO_REG_CHECKSUM, 8));
	}
}

/*
 * The first descriptor that fails ends the list, and the registers say which one
 * it was and why; lists within lists, flags in a descriptor, no descriptors and too
 * many of them are refused.
 */
TEST_F(dma_engine, list_errors)
{
	static const struct {
		struct mock_vfio_descriptor second;
		int error;
	} cases[] = {
		{ { .dst = IOVA_A, .len = 8, .command = MOCK_VFIO_CMD_FILL }, EPERM },
		{ { .dst = 0x100, .len = 8, .command = MOCK_VFIO_CMD_FILL }, EINVAL },
		{ { .dst = IOVA_B, .command = MOCK_VFIO_CMD_FILL }, EINVAL },
		{ { .src = IOVA_B, .len = 1, .command = MOCK_VFIO_CMD_LIST }, EINVAL },
		{ { .dst = IOVA_B, .len = 8,
		    .command = MOCK_VFIO_CMD_FILL | MOCK_VFIO_CMD_ASYNC }, EINVAL },
		{ { .dst = IOVA_B, .len = 8, .command = 0 }, EINVAL },
	};
	struct mock_vfio_descriptor *list = (void *)(self->b + PAGE);
	const uint64_t at = IOVA_B + PAGE;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		list[0] = (struct mock_vfio_descriptor) {
			.dst = IOVA_B, .pattern = 1, .len = 8, .command = MOCK_VFIO_CMD_FILL,
		};
		list[1] = cases[i].second;
		list[2] = list[0];
		EXPECT_EQ(-cases[i].error, run(self->bar0, MOCK_VFIO_CMD_LIST, at, 0, 3))
			TH_LOG("case %zu", i);
		EXPECT_EQ(1, reg(self->bar0, MOCK_VFIO_REG_LIST_DONE, 4));
	}
	EXPECT_EQ(-EINVAL, run(self->bar0, MOCK_VFIO_CMD_LIST, at, 0, 0));
	EXPECT_EQ(-EINVAL, run(self->bar0, MOCK_VFIO_CMD_LIST, at, 0, MOCK_VFIO_LIST_MAX + 1));
	EXPECT_EQ(-EINVAL, run(self->bar0, MOCK_VFIO_CMD_LIST, 0x100, 0, 1));
}

TEST_HARNESS_MAIN
