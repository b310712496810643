// SPDX-License-Identifier: GPL-2.0-only
/*
 * The engine of edu, QEMU's educational device, whose registers are described
 * in QEMU's docs/specs/edu.txt. It reports no errors: a transfer that the
 * IOMMU refuses ends like any other and moved nothing.
 */
#include <errno.h>
#include <unistd.h>

#include "engine.h"

#define EDU_ID			0x00	/* 32: 0xRRrr00ed */
#define EDU_ID_MASK		0x0000ffff
#define EDU_ID_VALUE		0x00ed
#define EDU_IRQ_RAISE		0x60	/* 32: value is or-ed into the status */
#define EDU_IRQ_ACK		0x64	/* 32: value is cleared from the status */
#define EDU_DMA_SRC		0x80	/* 64 */
#define EDU_DMA_DST		0x88	/* 64 */
#define EDU_DMA_COUNT		0x90	/* 64 */
#define EDU_DMA_COMMAND		0x98	/* 64 */
#define EDU_DMA_RUN		0x1	/* clears when the transfer is over */
#define EDU_DMA_TO_MEMORY	0x2
#define EDU_BUFFER		0x40000	/* where the device sees its 4 KiB of memory */

#define EDU_IRQ			0x1	/* any bit will do */

/* Transfers start 100 ms after the command. */
#define EDU_POLL_US		5000
#define EDU_POLLS		1000

static int edu_init(struct engine *engine)
{
	uint64_t id;
	int ret;

	ret = uvfio_region_read(engine->bar0, EDU_ID, 4, &id, NULL);
	if (!ret && (id & EDU_ID_MASK) != EDU_ID_VALUE)
		ret = -ENODEV;
	return ret ? ret : target_enable_bus_master(engine->target);
}

static int transfer(struct engine *engine, uint64_t src, uint64_t dst, uint64_t len,
		    uint64_t direction)
{
	struct uvfio_region *bar0 = engine->bar0;
	uint64_t state;
	int ret, i;

	ret = uvfio_region_write(bar0, EDU_DMA_SRC, 8, src, NULL);
	if (!ret)
		ret = uvfio_region_write(bar0, EDU_DMA_DST, 8, dst, NULL);
	if (!ret)
		ret = uvfio_region_write(bar0, EDU_DMA_COUNT, 8, len, NULL);
	if (!ret)
		ret = uvfio_region_write(bar0, EDU_DMA_COMMAND, 8, direction | EDU_DMA_RUN, NULL);
	for (i = 0; !ret && i < EDU_POLLS; i++) {
		ret = uvfio_region_read(bar0, EDU_DMA_COMMAND, 8, &state, NULL);
		if (!ret && !(state & EDU_DMA_RUN))
			return 0;
		usleep(EDU_POLL_US);
	}
	return ret ? ret : -ETIMEDOUT;
}

static int edu_to_device(struct engine *engine, uint64_t iova, uint64_t len)
{
	return transfer(engine, iova, EDU_BUFFER, len, 0);
}

static int edu_from_device(struct engine *engine, uint64_t iova, uint64_t len)
{
	return transfer(engine, EDU_BUFFER, iova, len, EDU_DMA_TO_MEMORY);
}

static int edu_raise_irq(struct engine *engine)
{
	return uvfio_region_write(engine->bar0, EDU_IRQ_RAISE, 4, EDU_IRQ, NULL);
}

static int edu_ack_irq(struct engine *engine)
{
	return uvfio_region_write(engine->bar0, EDU_IRQ_ACK, 4, EDU_IRQ, NULL);
}

const struct engine_ops engine_edu_ops = {
	.init = edu_init,
	.to_device = edu_to_device,
	.from_device = edu_from_device,
	.raise_irq = edu_raise_irq,
	.ack_irq = edu_ack_irq,
};
