// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Containers and groups: who is attached to what, and which IOMMU serves a container.
 */
#include "iommu.h"

static const struct fake_iommu *const drivers[] = {
	&fake_iommu_type1, &fake_iommu_spapr,
};

/* What any driver has; of a container whose IOMMU is set, what that one has. */
static int check_extension(struct fake *fake, struct fake_container *container,
			   unsigned long extension)
{
	size_t i;
	int ret = 0;

	if (container->iommu)
		return container->iommu->has(fake, container, extension);
	for (i = 0; i < ARRAY_SIZE(drivers) && !ret; i++)
		ret = drivers[i]->has(fake, container, extension);
	return ret;
}

static int attach(struct fake *fake, struct fake_container *container,
		  const struct fake_iommu *driver, struct fake_group *group)
{
	int ret = fake_fault_at(fake, MOCK_SITE_IOMMU_ATTACH);

	return ret ? ret : driver->attach(container, group);
}

static int attach_all(struct fake *fake, struct fake_container *container,
		      const struct fake_iommu *driver)
{
	size_t i, done;
	int ret = 0;

	for (done = 0; done < ARRAY_SIZE(fake->groups); done++) {
		if (fake->groups[done].container == container)
			ret = attach(fake, container, driver, &fake->groups[done]);
		if (ret)
			break;
	}
	for (i = 0; ret && i < done; i++)
		if (fake->groups[i].container == container)
			driver->detach(container, &fake->groups[i]);
	return ret;
}

static int try_driver(struct fake *fake, struct fake_container *container,
		      const struct fake_iommu *driver, unsigned long type)
{
	int ret = fake_fault_at(fake, MOCK_SITE_IOMMU_OPEN);

	if (!ret)
		ret = driver->open(fake, container, type);
	if (ret)
		return ret;
	ret = attach_all(fake, container, driver);
	if (ret) {
		driver->release(container);
		return ret;
	}
	container->iommu = driver;
	return 0;
}

/* A driver that has the type and fails leaves it to the next one. */
static int set_iommu(struct fake *fake, struct fake_container *container,
		     unsigned long type)
{
	int ret = -ENODEV;
	size_t i;

	if (!container->groups || container->iommu)
		return -EINVAL;
	for (i = 0; i < ARRAY_SIZE(drivers) && ret; i++)
		if (drivers[i]->has(fake, container, type))
			ret = try_driver(fake, container, drivers[i], type);
	return ret;
}

int fake_container_ioctl(struct fake *fake, struct fake_container *container,
			 unsigned long request, void *arg)
{
	switch (request) {
	case VFIO_GET_API_VERSION:
		return fake->api_version;
	case VFIO_CHECK_EXTENSION:
		return check_extension(fake, container, (uintptr_t)arg);
	case VFIO_SET_IOMMU:
		return set_iommu(fake, container, (uintptr_t)arg);
	default:
		if (!container->iommu)
			return -EINVAL;
		return container->iommu->ioctl(fake, container, request, arg);
	}
}

static void release_iommu(struct fake_container *container)
{
	container->iommu->release(container);
	container->iommu = NULL;
}

/* Its groups hold a container, whose file may be closed before they leave. */
static void forget_unused(struct fake_container *container)
{
	if (container->open || container->groups)
		return;
	if (container->iommu)
		release_iommu(container);
	*container = (struct fake_container){ .open = false };
}

void fake_container_close(struct fake_container *container)
{
	container->open = false;
	forget_unused(container);
}

static int set_container(struct fake *fake, struct fake_group *group, int fd)
{
	struct fake_container *container;
	int ret;

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
	ret = container->iommu ? attach(fake, container, container->iommu, group) : 0;
	if (ret)
		return ret;
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

/* By a device that is open. */
bool fake_container_is_used(const struct fake *fake,
			    const struct fake_container *container)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(fake->groups); i++)
		if (fake->groups[i].container == container &&
		    has_open_devices(fake, &fake->groups[i]))
			return true;
	return false;
}

/* The IOMMU goes with the last group, the container stays open. */
static void detach(struct fake_group *group)
{
	struct fake_container *container = group->container;

	group->container = NULL;
	container->groups--;
	if (container->iommu) {
		container->iommu->detach(container, group);
		if (!container->groups)
			release_iommu(container);
	}
	forget_unused(container);
}

static int get_device_fd(struct fake *fake, struct fake_group *group,
			 const char *name)
{
	struct fake_device *device = fake_device(fake, name);

	if (!group->container || !group->container->iommu)
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
	group->closed = group->in_kvm;
	if (group->in_kvm)
		return;
	if (group->container)
		detach(group);
	group->open = false;
}
