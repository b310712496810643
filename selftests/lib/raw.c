// SPDX-License-Identifier: GPL-2.0-only
/* VFIO without the library: see raw.h. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "raw.h"

int raw_ioctl(int fd, unsigned long request, const void *arg)
{
	int ret = ioctl(fd, request, arg);

	return ret < 0 ? -errno : ret;
}

int raw_ioctl_value(int fd, unsigned long request, unsigned long value)
{
	int ret = ioctl(fd, request, value);

	return ret < 0 ? -errno : ret;
}

int raw_map(int container, uint64_t iova, uint64_t size, const void *vaddr, uint32_t flags)
{
	const struct vfio_iommu_type1_dma_map map = {
		.argsz = sizeof(map), .flags = flags, .vaddr = (uintptr_t)vaddr, .iova = iova,
		.size = size,
	};

	return raw_ioctl(container, VFIO_IOMMU_MAP_DMA, &map);
}

int raw_unmap(int container, uint64_t iova, uint64_t size, uint32_t flags, uint64_t *unmapped)
{
	struct vfio_iommu_type1_dma_unmap unmap = {
		.argsz = sizeof(unmap), .flags = flags, .iova = iova, .size = size,
	};
	int ret;

	ret = raw_ioctl(container, VFIO_IOMMU_UNMAP_DMA, &unmap);
	if (unmapped)
		*unmapped = unmap.size;
	return ret;
}

int raw_open_group(int group_id, int *container, int *group)
{
	char path[32];
	int ret;

	*group = -1;
	*container = open("/dev/vfio/vfio", O_RDWR | O_CLOEXEC);
	if (*container < 0)
		return -errno;
	snprintf(path, sizeof(path), "/dev/vfio/%d", group_id);
	*group = open(path, O_RDWR | O_CLOEXEC);
	ret = *group < 0 ? -errno : raw_ioctl(*group, VFIO_GROUP_SET_CONTAINER, container);
	if (ret) {
		if (*group >= 0)
			close(*group);
		close(*container);
		*container = -1;
		*group = -1;
	}
	return ret;
}

int raw_set_irqs_argsz(int device, uint32_t argsz, uint32_t flags, uint32_t index, uint32_t start,
		       uint32_t count, const void *data, size_t data_size)
{
	struct {
		struct vfio_irq_set set;
		unsigned char data[256];
	} request = {
		.set = { .argsz = argsz, .flags = flags, .index = index, .start = start,
			 .count = count },
	};

	if (data_size > sizeof(request.data))
		return -E2BIG;
	if (data_size)
		memcpy(request.data, data, data_size);
	return raw_ioctl(device, VFIO_DEVICE_SET_IRQS, &request);
}

int raw_set_irqs(int device, uint32_t flags, uint32_t index, uint32_t start, uint32_t count,
		 const void *data, size_t data_size)
{
	return raw_set_irqs_argsz(device, (uint32_t)(sizeof(struct vfio_irq_set) + data_size),
				  flags, index, start, count, data, data_size);
}

int raw_feature(int device, uint32_t flags, void *data, size_t data_size)
{
	struct {
		struct vfio_device_feature feature;
		unsigned char data[256];
	} request = {
		.feature = { .argsz = sizeof(request.feature) + data_size, .flags = flags },
	};
	int ret;

	if (data_size > sizeof(request.data))
		return -E2BIG;
	if (data)
		memcpy(request.data, data, data_size);
	ret = raw_ioctl(device, VFIO_DEVICE_FEATURE, &request);
	if (data)
		memcpy(data, request.data, data_size);
	return ret;
}

int raw_set_migration_state(int device, uint32_t state, int *data_fd)
{
	struct vfio_device_feature_mig_state mig = { .device_state = state, .data_fd = -1 };
	int ret;

	ret = raw_feature(device, VFIO_DEVICE_FEATURE_SET | VFIO_DEVICE_FEATURE_MIG_DEVICE_STATE,
			  &mig, sizeof(mig));
	if (data_fd)
		*data_fd = ret ? -1 : mig.data_fd;
	return ret;
}
