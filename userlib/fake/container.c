// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Containers and groups: who is attached to what, and the way into the model.
 */
#include "fake.h"

/* Nothing is pinned: the devices here do no DMA of their own. */
static int host_map(void *host, struct type1_mapping *m)
{
	(void)host;
	(void)m;
	return 0;
}

static void host_unmap(void *host, struct type1_mapping *m)
{
	(void)host;
	(void)m;
}

static int host_move(void *host, struct type1_mapping *m, u64 vaddr)
{
	(void)host;
	(void)m;
	(void)vaddr;
	return 0;
}

static int host_pin_page(void *host, struct type1_mapping *m, u64 offset,
			 struct page **page)
{
	(void)host;
	(void)m;
	(void)offset;
	(void)page;
	return -EFAULT;
}

static void host_unpin_page(void *host, struct type1_mapping *m,
			    struct page *page)
{
	(void)host;
	(void)m;
	(void)page;
}

static void host_notify_unmap(void *host, u64 iova, u64 size)
{
	(void)host;
	(void)iova;
	(void)size;
}

static const struct type1_host_ops host_ops = {
	.map = host_map,
	.unmap = host_unmap,
	.move = host_move,
	.pin_page = host_pin_page,
	.unpin_page = host_unpin_page,
	.notify_unmap = host_notify_unmap,
};

static int set_iommu(struct fake *fake, struct fake_container *container,
		     unsigned long type)
{
	if (!container->groups || container->iommu_type)
		return -EINVAL;
	if (!type1_check_extension(&fake->type1, false, type))
		return -ENODEV;
	type1_init(&container->type1, &fake->type1, type == VFIO_TYPE1v2_IOMMU,
		   &host_ops, fake);
	container->iommu_type = type;
	return 0;
}

static int model_ioctl(struct fake_container *container, unsigned long request,
		       void *arg)
{
	struct type1_request r;
	int ret;

	if (!container->iommu_type)
		return -EINVAL;
	ret = type1_request_read(&container->type1, &r, request,
				 (uintptr_t)arg);
	if (ret == -ENOTTY)
		return ret;
	if (!ret)
		ret = type1_request_run(&container->type1, &r);
	return type1_request_end(&r, ret);
}

int fake_container_ioctl(struct fake *fake, struct fake_container *container,
			 unsigned long request, void *arg)
{
	switch (request) {
	case VFIO_GET_API_VERSION:
		return fake->api_version;
	case VFIO_CHECK_EXTENSION:
		return type1_check_extension(&fake->type1,
					     container->iommu_type,
					     (uintptr_t)arg);
	case VFIO_SET_IOMMU:
		return set_iommu(fake, container, (uintptr_t)arg);
	default:
		return model_ioctl(container, request, arg);
	}
}

void fake_container_close(struct fake_container *container)
{
	if (container->iommu_type)
		type1_unmap_all(&container->type1);
	*container = (struct fake_container){ .open = false };
}

static int set_container(struct fake *fake, struct fake_group *group, int fd)
{
	struct fake_container *container;

	if (group->container)
		return -EINVAL;
	if (!group->viable)
		return -EPERM;
	if (fd < 0 || fd >= FAKE_MAX_FDS ||
	    fake->files[fd].type != FAKE_CONTAINER)
		return -EINVAL;
	container = fake->files[fd].object;
	if (container->groups && !group->joins_others)
		return -EINVAL;
	group->container = container;
	container->groups++;
	return 0;
}

static bool has_open_devices(const struct fake *fake,
			     const struct fake_group *group)
{
	const struct fake_device *device;
	int fd;

	for (fd = 0; fd < FAKE_MAX_FDS; fd++) {
		device = fake->files[fd].object;
		if (fake->files[fd].type == FAKE_DEVICE &&
		    device->group == group->id)
			return true;
	}
	return false;
}

/* The IOMMU goes with the last group, the container stays open. */
static void detach(struct fake_group *group)
{
	struct fake_container *container = group->container;

	group->container = NULL;
	if (--container->groups || !container->iommu_type)
		return;
	type1_unmap_all(&container->type1);
	container->iommu_type = 0;
}

static int get_device_fd(struct fake *fake, struct fake_group *group,
			 const char *name)
{
	struct fake_device *device = fake_device(fake, name);

	if (!group->container || !group->container->iommu_type)
		return -EINVAL;
	if (!device || device->group != group->id)
		return -ENODEV;
	return fake_install(fake, FAKE_DEVICE, device);
}

int fake_group_ioctl(struct fake *fake, struct fake_group *group,
		     unsigned long request, void *arg)
{
	struct vfio_group_status *status = arg;

	switch (request) {
	case VFIO_GROUP_GET_STATUS:
		status->flags = group->viable ? VFIO_GROUP_FLAGS_VIABLE : 0;
		if (group->container)
			status->flags |= VFIO_GROUP_FLAGS_CONTAINER_SET;
		return 0;
	case VFIO_GROUP_SET_CONTAINER:
		return set_container(fake, group, *(int *)arg);
	case VFIO_GROUP_UNSET_CONTAINER:
		if (!group->container)
			return -EINVAL;
		if (has_open_devices(fake, group))
			return -EBUSY;
		detach(group);
		return 0;
	case VFIO_GROUP_GET_DEVICE_FD:
		return get_device_fd(fake, group, arg);
	default:
		return -ENOTTY;
	}
}

void fake_group_close(struct fake_group *group)
{
	if (group->container)
		detach(group);
	group->open = false;
}
