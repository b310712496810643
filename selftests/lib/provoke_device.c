// SPDX-License-Identifier: GPL-2.0-only
/* Provokers of the device's ioctls: see provoke.h. */
#include <string.h>

#include "provoke.h"
#include "raw.h"

/* An answer and all that may stand behind it. */
union answer {
	struct vfio_device_info device;
	struct vfio_region_info region;
	struct vfio_irq_info irq;
	struct vfio_pci_hot_reset_info hot_reset;
	unsigned char bytes[PROVOKE_DATA_MAX];
};

static void ask(struct stage *stage, struct seen *seen, unsigned long request, uint32_t index,
		union answer *answer)
{
	memset(answer, 0, sizeof(*answer));
	answer->device.argsz = sizeof(*answer);
	answer->region.index = index;
	seen->ret = raw_ioctl(stage->device, request, answer);
	seen->flags = answer->device.flags;
	seen->size = answer->device.argsz;
	provoke_keep(seen, answer, sizeof(*answer));
}

static void get_info(struct stage *stage, struct seen *seen)
{
	union answer answer;

	ask(stage, seen, VFIO_DEVICE_GET_INFO, 0, &answer);
}

static void get_region_info(struct stage *stage, struct seen *seen)
{
	union answer answer;

	ask(stage, seen, VFIO_DEVICE_GET_REGION_INFO, VFIO_PCI_BAR0_REGION_INDEX, &answer);
}

static void get_irq_info(struct stage *stage, struct seen *seen)
{
	union answer answer;

	ask(stage, seen, VFIO_DEVICE_GET_IRQ_INFO, VFIO_PCI_MSI_IRQ_INDEX, &answer);
	seen->size = answer.irq.count;
}

static void reset(struct stage *stage, struct seen *seen)
{
	seen->ret = provoke_reset(stage);
}

static void hot_reset_info(struct stage *stage, struct seen *seen)
{
	union answer answer;

	ask(stage, seen, VFIO_DEVICE_GET_PCI_HOT_RESET_INFO, 0, &answer);
	seen->size = answer.hot_reset.count;
}

static void hot_reset(struct stage *stage, struct seen *seen)
{
	struct {
		struct vfio_pci_hot_reset reset;
		int32_t group;
	} request = {
		.reset = { .argsz = sizeof(request), .count = 1 },
		.group = uvfio_group_fd(stage->target.group),
	};

	seen->ret = raw_ioctl(stage->device, VFIO_DEVICE_PCI_HOT_RESET, &request);
	target_enable_bus_master(&stage->target);
}

const struct provoker provoke_device[] = {
	{ .site = "device.get_info", get_info },
	{ .site = "device.get_region_info", get_region_info },
	{ .site = "device.get_irq_info", get_irq_info },
	{ .site = "device.reset", reset },
	{ .site = "device.hot_reset", hot_reset_info },
	{ .site = "device.hot_reset.info", hot_reset_info },
	{ .site = "device.hot_reset.reset", hot_reset },
	{ 0 }
};
