// SPDX-License-Identifier: GPL-2.0-only
/*
 * LIST, the DMA engine's scatter list: descriptors in the user's memory, each one
 * a transfer. Between two of them it can be paused, and goes on from there; that
 * is how a device is migrated in the middle of its work.
 */

#include <linux/delay.h>
#include <linux/minmax.h>
#include <linux/sched/signal.h>

#include "device.h"
#include "uapi/mock_vfio.h"

/* The last flag that a descriptor inherits. */
#define INHERITED MOCK_VFIO_CMD_PINNED

static int fetch(struct mock_device *mdev,
		 const struct mock_dma_command *list, u32 n,
		 struct mock_dma_command *command)
{
	struct mock_vfio_descriptor descriptor;
	u64 iova = list->src + (u64)n * sizeof(descriptor);
	int ret;

	ret = mock_dma_access_memory(mdev, list->code & MOCK_VFIO_CMD_PINNED,
				     iova, &descriptor, sizeof(descriptor),
				     false);
	if (ret)
		return ret;

	*command = (struct mock_dma_command) {
		.src = le64_to_cpu((__force __le64)descriptor.src),
		.dst = le64_to_cpu((__force __le64)descriptor.dst),
		.pattern = le64_to_cpu((__force __le64)descriptor.pattern),
		.len = le32_to_cpu((__force __le32)descriptor.len),
		.code = le32_to_cpu((__force __le32)descriptor.command),
	};
	if (command->code & ~MOCK_VFIO_CMD_MASK)
		return -EINVAL;
	command->code |= list->code & INHERITED;

	return 0;
}

static void wait_for_pace(struct mock_device *mdev)
{
	u32 us = min_t(u32, READ_ONCE(mdev->dma.pace), MOCK_VFIO_PACE_MAX);

	if (us)
		usleep_range(us, us + us / 4 + 1);
}

int mock_dma_list(struct mock_device *mdev,
		  const struct mock_dma_command *command)
{
	struct mock_dma *dma = &mdev->dma;
	struct mock_dma_command one;
	int ret;

	if (!command->len || command->len > MOCK_VFIO_LIST_MAX)
		return -EINVAL;
	if (!mock_pci_is_master(mdev))
		return -EACCES;

	while (dma->list_done < command->len) {
		wait_for_pace(mdev);
		if (READ_ONCE(dma->paused))
			return MOCK_DMA_PAUSED;
		if (fatal_signal_pending(current))
			return -EINTR;

		ret = fetch(mdev, command, dma->list_done, &one) ?:
		      mock_dma_transfer(mdev, &one, &dma->checksum);
		if (ret)
			return ret;
		WRITE_ONCE(dma->list_done, dma->list_done + 1);
	}

	return 0;
}
