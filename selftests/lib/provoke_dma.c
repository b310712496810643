// SPDX-License-Identifier: GPL-2.0-only
/* Provokers of the DMA engine, and of what it asks of the container: see provoke.h. */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include <mock_vfio.h>

#include "memory.h"
#include "provoke.h"
#include "raw.h"

#define LEN		16
#define PATTERN		0x5a

/* How many bytes of the pattern arrived. */
static uint64_t count(const unsigned char *bytes)
{
	uint64_t n = 0;
	size_t i;

	for (i = 0; i < LEN; i++)
		n += bytes[i] == PATTERN;
	return n;
}

/* Rings the doorbell: 0, or what the write or the command failed with. */
static long command(struct stage *stage, uint32_t code)
{
	ssize_t n;

	provoke_set_reg(stage, MOCK_VFIO_REG_LEN, 8, LEN);
	n = pwrite(stage->device, &code, sizeof(code), MOCK_VFIO_REG_COMMAND);
	if (n < 0)
		return -errno;
	return -(long)provoke_reg(stage, MOCK_VFIO_REG_ERROR, 4);
}

static void run(struct stage *stage, struct seen *seen, uint32_t code)
{
	uint64_t done = provoke_reg(stage, MOCK_VFIO_REG_DONE, 4);

	seen->ret = command(stage, code);
	seen->done = provoke_reg(stage, MOCK_VFIO_REG_DONE, 4) - done;
}

/* From memory to the buffer. */
static void to_device(struct stage *stage, struct seen *seen, uint32_t flags)
{
	unsigned char bytes[LEN] = { 0 };

	memset(stage->memory, PATTERN, PAGE);
	provoke_map(stage);
	if (pwrite(stage->device, bytes, LEN, MOCK_VFIO_BUF_OFFSET) != LEN)
		return;
	provoke_set_reg(stage, MOCK_VFIO_REG_SRC, 8, PROVOKE_IOVA);
	provoke_set_reg(stage, MOCK_VFIO_REG_DST, 8, 0);
	run(stage, seen, MOCK_VFIO_CMD_TO_DEVICE | flags);
	if (pread(stage->device, bytes, LEN, MOCK_VFIO_BUF_OFFSET) == LEN)
		provoke_keep(seen, bytes, LEN);
	seen->amount = count(bytes);
	provoke_reset(stage);
	provoke_unmap(stage);
}

/* And back. */
static void from_device(struct stage *stage, struct seen *seen, uint32_t flags)
{
	memset(stage->memory, 0, PAGE);
	provoke_map(stage);
	provoke_set_reg(stage, MOCK_VFIO_REG_DST, 8, PROVOKE_IOVA);
	provoke_set_reg(stage, MOCK_VFIO_REG_PATTERN, 8, 0x0101010101010101ULL * PATTERN);
	run(stage, seen, MOCK_VFIO_CMD_FILL | flags);
	provoke_keep(seen, stage->memory, LEN);
	seen->amount = count(stage->memory);
	provoke_reset(stage);
	provoke_unmap(stage);
}

static void rw_read(struct stage *stage, struct seen *seen)
{
	to_device(stage, seen, 0);
}

static void rw_write(struct stage *stage, struct seen *seen)
{
	from_device(stage, seen, 0);
}

static void pin_read(struct stage *stage, struct seen *seen)
{
	to_device(stage, seen, MOCK_VFIO_CMD_PINNED);
}

static void pin_write(struct stage *stage, struct seen *seen)
{
	from_device(stage, seen, MOCK_VFIO_CMD_PINNED);
}

/*
 * Unmaps what the engine has pinned: a rule keeps it so until the engine is asked
 * to let go, or too long a time has passed.
 */
static void unmap_pinned(struct stage *stage, struct seen *seen)
{
	const struct mockvfio_rule hold = {
		.name = "hold", .site = "dma.unpin", .effect = "delay", .value = 3000, .times = 1,
	};
	struct mockvfio_profile *profile = stage->target.mock.profile;
	struct mockvfio_fault_stats stats = { 0 };
	unsigned int begin;

	provoke_map(stage);
	mockvfio_fault_add(profile, &hold, NULL);
	provoke_set_reg(stage, MOCK_VFIO_REG_SRC, 8, PROVOKE_IOVA);
	command(stage, MOCK_VFIO_CMD_SUM | MOCK_VFIO_CMD_PINNED | MOCK_VFIO_CMD_ASYNC);
	begin = provoke_clock_ms();
	while (!stats.hits && provoke_clock_ms() - begin < 5000)
		mockvfio_fault_stats(profile, "hold", &stats, NULL);
	seen->ret = raw_unmap(stage->container, PROVOKE_IOVA, PAGE, 0, NULL);
	seen->done = !seen->ret;
	provoke_reset(stage);
	mockvfio_fault_remove(profile, "hold", NULL);
	provoke_unmap(stage);
}

const struct provoker provoke_dma[] = {
	{ .site = "dma.start", rw_read },
	{ .site = "dma.rw", rw_read },
	{ .site = "dma.rw.read", rw_read },
	{ .site = "dma.rw.write", rw_write },
	{ .site = "dma.pin", pin_read },
	{ .site = "dma.pin.read", pin_read },
	{ .site = "dma.pin.write", pin_write },
	{ .site = "dma.unpin", pin_read },
	{ .site = "dma.complete", rw_read },
	{ .site = "iommu.dma_rw", rw_write },
	{ .site = "iommu.pin_pages", pin_write },
	{ .site = "iommu.notify", unmap_pinned, .every_time = true },
	{ 0 }
};
