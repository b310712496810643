// SPDX-License-Identifier: GPL-2.0-only
/*
 * Provokers of a device's life: another instance is made, put into a container of
 * its own, opened, used, closed and removed. See provoke.h.
 */
#include <errno.h>
#include <pthread.h>
#include <unistd.h>

#include <kselftest.h>
#include <mock_vfio.h>

#include "eventfd.h"
#include "memory.h"
#include "provoke.h"
#include "raw.h"

/* Lets the engine of @device sum up a page through pins; its ERROR register. */
static uint32_t sum_pinned(int device)
{
	const struct {
		uint64_t offset, value;
		unsigned int size;
	} writes[] = {
		{ ((uint64_t)VFIO_PCI_CONFIG_REGION_INDEX << 40) + 4, 0x6, 2 },
		{ MOCK_VFIO_REG_SRC, PROVOKE_IOVA, 8 },
		{ MOCK_VFIO_REG_LEN, 8, 8 },
		{ MOCK_VFIO_REG_COMMAND, MOCK_VFIO_CMD_SUM | MOCK_VFIO_CMD_PINNED, 4 },
	};
	uint32_t error = ~0U;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(writes); i++) {
		if (pwrite(device, &writes[i].value, writes[i].size, writes[i].offset) !=
		    (ssize_t)writes[i].size)
			return ~0U;
	}
	if (pread(device, &error, sizeof(error), MOCK_VFIO_REG_ERROR) != sizeof(error))
		return ~0U;
	return error;
}

/* Maps a page: -ENODEV when that was not for our backend. */
static long check_served(struct stage *stage, int container)
{
	uint64_t before = mock_counter(&stage->target.mock, "mappings");
	long ret;

	ret = raw_map(container, PROVOKE_IOVA, PAGE, stage->memory,
		      VFIO_DMA_MAP_FLAG_READ | VFIO_DMA_MAP_FLAG_WRITE);
	if (!ret && mock_counter(&stage->target.mock, "mappings") == before)
		ret = -ENODEV;
	return ret;
}

static long use(struct stage *stage, const struct mockvfio_instance *instance,
		struct seen *seen, int container, int group)
{
	int device;
	long ret;

	ret = raw_ioctl_value(container, VFIO_SET_IOMMU, VFIO_TYPE1v2_IOMMU);
	if (!ret)
		ret = check_served(stage, container);
	if (ret)
		return ret;
	device = raw_ioctl(group, VFIO_GROUP_GET_DEVICE_FD, instance->uuid);
	if (device < 0)
		return device;
	seen->done = !sum_pinned(device);
	close(device);
	return 0;
}

static void live(struct stage *stage, struct seen *seen)
{
	struct mock *mock = &stage->target.mock;
	struct mockvfio_instance instance;
	int container, group;

	seen->ret = mockvfio_instance_create(mock->profile, NULL, &instance, NULL);
	if (seen->ret)
		return;
	seen->ret = raw_open_group(instance.group, &container, &group);
	if (!seen->ret) {
		seen->ret = use(stage, &instance, seen, container, group);
		close(group);
		close(container);
	}
	mockvfio_instance_remove(mock->ctx, instance.uuid, NULL);
}

struct removal {
	struct mock *mock;
	struct mockvfio_instance instance;
};

static void *remove_instance(void *arg)
{
	struct removal *removal = arg;

	mockvfio_instance_remove(removal->mock->ctx, removal->instance.uuid, NULL);
	return NULL;
}

/* Is told to let go of a device that is being removed, or is not; and lets go. */
static void request(struct stage *stage, struct seen *seen)
{
	struct removal removal = { .mock = &stage->target.mock };
	int container, group, device, fd = eventfd_new();
	pthread_t thread;

	if (mockvfio_instance_create(removal.mock->profile, NULL, &removal.instance, NULL))
		return;
	raw_open_group(removal.instance.group, &container, &group);
	raw_ioctl_value(container, VFIO_SET_IOMMU, VFIO_TYPE1v2_IOMMU);
	device = raw_ioctl(group, VFIO_GROUP_GET_DEVICE_FD, removal.instance.uuid);
	seen->ret = raw_set_irqs(device, VFIO_IRQ_SET_DATA_EVENTFD | VFIO_IRQ_SET_ACTION_TRIGGER,
				 VFIO_PCI_REQ_IRQ_INDEX, 0, 1, &fd, sizeof(fd));
	pthread_create(&thread, NULL, remove_instance, &removal);
	seen->done = eventfd_wait(fd, stage->patience_ms);
	close(device);
	close(group);
	close(container);
	pthread_join(thread, NULL);
	close(fd);
}

const struct provoker provoke_life[] = {
	{ .site = "device.probe", live },
	{ .site = "device.register", live },
	{ .site = "device.open", live },
	{ .site = "device.close", live },
	{ .site = "device.remove", live },
	{ .site = "device.request", request },
	/* VFIO goes on to the kernel's type1. */
	{ .site = "iommu.open", live, .error = ENODEV },
	{ .site = "iommu.attach", live, .error = ENODEV },
	{ .site = "iommu.detach", live },
	{ .site = "iommu.register_device", live },
	{ 0 }
};
