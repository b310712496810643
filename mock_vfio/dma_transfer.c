// SPDX-License-Identifier: GPL-2.0-only
/*
 * One transfer of the DMA engine. It gathers its data in a buffer of the kernel's
 * and then scatters it, so that source and destination may overlap, and a failure
 * of one is told apart from a failure of the other in the event log.
 */

#include <linux/mm.h>
#include <linux/overflow.h>
#include <linux/slab.h>

#include "device.h"
#include "fault_answer.h"
#include "uapi/mock_vfio.h"

#define FLAGS (MOCK_VFIO_CMD_PINNED | MOCK_VFIO_CMD_ASYNC | MOCK_VFIO_CMD_IRQ)

enum place { NOWHERE, MEMORY, BUFFER, PATTERN };

static const struct {
	enum place from, to;
} commands[] = {
	[MOCK_VFIO_CMD_TO_DEVICE]	= { MEMORY,	BUFFER },
	[MOCK_VFIO_CMD_FROM_DEVICE]	= { BUFFER,	MEMORY },
	[MOCK_VFIO_CMD_COPY]		= { MEMORY,	MEMORY },
	[MOCK_VFIO_CMD_FILL]		= { PATTERN,	MEMORY },
	[MOCK_VFIO_CMD_SUM]		= { MEMORY,	NOWHERE },
};

/* The sites, by way and by direction. */
static const enum mock_site sites[2][2] = {
	{ MOCK_SITE_DMA_RW_READ,	MOCK_SITE_DMA_RW_WRITE },
	{ MOCK_SITE_DMA_PIN_READ,	MOCK_SITE_DMA_PIN_WRITE },
};

static int move(struct mock_device *mdev, const struct mock_call *call, bool pinned,
		u64 iova, void *data, size_t len, bool write)
{
	size_t all = len;
	int ret;

	/* What a short one leaves out reads as zeroes. */
	len = mock_spoil_count(call, len);
	if (!write)
		memset(data + len, 0, all - len);
	if (!len)
		return 0;

	if (write)
		mock_spoil_data(call, 0, data, len);
	ret = pinned ? mock_dma_access_pinned(mdev, iova, data, len, write) :
		       vfio_dma_rw(&mdev->vdev, iova, data, len, write);
	if (!write)
		mock_spoil_data(call, 0, data, len);

	return ret;
}

int mock_dma_access_memory(struct mock_device *mdev, bool pinned, u64 iova,
			   void *data, size_t len, bool write)
{
	struct mock_call call;
	int ret = 0;
	u64 end;

	if (check_add_overflow(iova, len - 1, &end))
		return -EOVERFLOW;

	mock_device_call(mdev, &call, sites[pinned][write]);
	mock_call_arg(&call, MOCK_ARG_IOVA, iova);
	mock_call_arg(&call, MOCK_ARG_SIZE, len);
	mock_call_arg(&call, MOCK_ARG_FLAGS, write ? VFIO_DMA_MAP_FLAG_WRITE :
						     VFIO_DMA_MAP_FLAG_READ);

	if (mock_call_enter(&call))
		ret = move(mdev, &call, pinned, iova, data, len, write);
	if (write)
		mock_dma_log_write(mdev, iova, len);

	return mock_call_end(&call, ret);
}

static int access_memory(struct mock_device *mdev,
			 const struct mock_dma_command *command, u64 iova,
			 void *data, bool write)
{
	return mock_dma_access_memory(mdev, command->code & MOCK_VFIO_CMD_PINNED,
				      iova, data, command->len, write);
}

static int access_buffer(struct mock_device *mdev,
			 const struct mock_dma_command *command, u64 offset,
			 void *data, bool write)
{
	struct mock_region *region = &mdev->regions[mdev->config->registers];

	if (offset > MOCK_VFIO_BUF_SIZE - command->len)
		return -EINVAL;

	offset += MOCK_VFIO_BUF_OFFSET;

	return write ? mock_region_write(region, offset, data, command->len) :
		       mock_region_read(region, offset, data, command->len);
}

static int gather(struct mock_device *mdev,
		  const struct mock_dma_command *command, enum place from,
		  u8 *data)
{
	__le64 pattern = cpu_to_le64(command->pattern);
	size_t i;

	switch (from) {
	case MEMORY:
		return access_memory(mdev, command, command->src, data, false);
	case BUFFER:
		return access_buffer(mdev, command, command->src, data, false);
	default:
		for (i = 0; i < command->len; i++)
			data[i] = ((u8 *)&pattern)[i % sizeof(pattern)];
		return 0;
	}
}

static int scatter(struct mock_device *mdev,
		   const struct mock_dma_command *command, enum place to,
		   u8 *data)
{
	switch (to) {
	case MEMORY:
		return access_memory(mdev, command, command->dst, data, true);
	case BUFFER:
		return access_buffer(mdev, command, command->dst, data, true);
	default:
		return 0;
	}
}

static u64 sum(const u8 *data, size_t len)
{
	u64 sum = 0;

	while (len--)
		sum += *data++;

	return sum;
}

int mock_dma_transfer(struct mock_device *mdev,
		      const struct mock_dma_command *command, u64 *checksum)
{
	u32 code = command->code & MOCK_VFIO_CMD_MASK;
	u8 *data;
	int ret;

	if (!code || code >= ARRAY_SIZE(commands) ||
	    (command->code & ~(MOCK_VFIO_CMD_MASK | FLAGS)) ||
	    !command->len || command->len > MOCK_VFIO_DMA_MAX)
		return -EINVAL;
	if (mock_memory_is_gone(mdev))
		return -ENODEV;
	if (!mock_pci_is_master(mdev))
		return -EACCES;

	data = kvmalloc(command->len, GFP_KERNEL_ACCOUNT);
	if (!data)
		return -ENOMEM;

	ret = gather(mdev, command, commands[code].from, data) ?:
	      scatter(mdev, command, commands[code].to, data);
	if (!ret)
		*checksum += sum(data, command->len);
	kvfree(data);

	return ret;
}
