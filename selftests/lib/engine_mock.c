// SPDX-License-Identifier: GPL-2.0-only
/* The mock's engine, by its register block. */
#include <errno.h>

#include <mock_vfio.h>

#include "engine.h"

static int mock_init(struct engine *engine)
{
	uint64_t id;
	int ret;

	ret = uvfio_region_read(engine->bar0, MOCK_VFIO_REG_ID, 4, &id, NULL);
	if (!ret && id != MOCK_VFIO_ID)
		ret = -ENODEV;
	return ret ? ret : target_enable_bus_master(engine->target);
}

int engine_mock_command(struct engine *engine, uint32_t what, uint64_t src, uint64_t dst,
			uint64_t len)
{
	struct uvfio_region *bar0 = engine->bar0;
	uint64_t status, error;
	int ret;

	ret = uvfio_region_write(bar0, MOCK_VFIO_REG_SRC, 8, src, NULL);
	if (!ret)
		ret = uvfio_region_write(bar0, MOCK_VFIO_REG_DST, 8, dst, NULL);
	if (!ret)
		ret = uvfio_region_write(bar0, MOCK_VFIO_REG_LEN, 8, len, NULL);
	if (!ret)
		ret = uvfio_region_write(bar0, MOCK_VFIO_REG_COMMAND, 4, what, NULL);
	if (!ret)
		ret = uvfio_region_read(bar0, MOCK_VFIO_REG_STATUS, 4, &status, NULL);
	if (!ret)
		ret = uvfio_region_read(bar0, MOCK_VFIO_REG_ERROR, 4, &error, NULL);
	if (ret)
		return ret;
	return status & MOCK_VFIO_STATUS_DONE ? 0 : -(int)error;
}

static int mock_to_device(struct engine *engine, uint64_t iova, uint64_t len)
{
	return engine_mock_command(engine, MOCK_VFIO_CMD_TO_DEVICE, iova, 0, len);
}

static int mock_from_device(struct engine *engine, uint64_t iova, uint64_t len)
{
	return engine_mock_command(engine, MOCK_VFIO_CMD_FROM_DEVICE, 0, iova, len);
}

static int mock_raise_irq(struct engine *engine)
{
	return uvfio_region_write(engine->bar0, MOCK_VFIO_REG_IRQ_RAISE, 4, 0, NULL);
}

static int mock_ack_irq(struct engine *engine)
{
	return uvfio_region_write(engine->bar0, MOCK_VFIO_REG_IRQ_STATUS, 4,
				  MOCK_VFIO_IRQ_CAUSE_RAISE, NULL);
}

const struct engine_ops engine_mock_ops = {
	.init = mock_init,
	.to_device = mock_to_device,
	.from_device = mock_from_device,
	.raise_irq = mock_raise_irq,
	.ack_irq = mock_ack_irq,
};
