// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * KVM's side of VFIO: the one device of type VFIO a virtual machine can have,
 * which holds groups open and knows their TCE tables.
 */
#include <linux/kvm.h>

#include "fake.h"

static struct fake_group *group_of_fd(struct fake *fake, int fd)
{
	if (fd < 0 || fd >= FAKE_MAX_FDS || fake->files[fd].type != FAKE_GROUP)
		return NULL;
	return fake->files[fd].object;
}

static bool is_open(const struct fake *fake, int fd)
{
	return fd >= 0 && fd < FAKE_MAX_FDS && fake->files[fd].type != FAKE_FREE;
}

/* A second device would not know what the first one holds. */
static int create_device(struct fake *fake, struct kvm_create_device *create)
{
	int fd;

	if (create->type != KVM_DEV_TYPE_VFIO)
		return -ENODEV;
	if (fake->vm.has_device)
		return -EBUSY;
	fd = fake_install(fake, FAKE_KVM_DEVICE, &fake->vm);
	if (fd < 0)
		return fd;
	fake->vm.has_device = true;
	create->fd = fd;
	return 0;
}

int fake_vm_ioctl(struct fake *fake, unsigned long request, void *arg)
{
	return request == KVM_CREATE_DEVICE ? create_device(fake, arg) : -ENOTTY;
}

static int add_group(struct fake *fake, const void *arg)
{
	int fd = *(const int32_t *)arg;
	struct fake_group *group = group_of_fd(fake, fd);

	if (!group)
		return is_open(fake, fd) ? -EINVAL : -EBADF;
	if (group->in_kvm)
		return -EEXIST;
	group->in_kvm = true;
	group->tce_table = -1;
	return 0;
}

static int del_group(struct fake *fake, const void *arg)
{
	int fd = *(const int32_t *)arg;
	struct fake_group *group = group_of_fd(fake, fd);

	if (!is_open(fake, fd))
		return -EBADF;
	if (!group || !group->in_kvm)
		return -ENOENT;
	group->in_kvm = false;
	group->tce_table = -1;
	return 0;
}

static int set_tce_table(struct fake *fake, const void *arg)
{
	const struct kvm_vfio_spapr_tce *tce = arg;
	struct fake_group *group = group_of_fd(fake, tce->groupfd);

	if (!is_open(fake, tce->groupfd))
		return -EBADF;
	if (!group || !group->in_kvm)
		return -ENOENT;
	if (!is_open(fake, tce->tablefd))
		return -EBADF;
	if (fake->files[tce->tablefd].type != FAKE_TCE_TABLE)
		return -EINVAL;
	group->tce_table = tce->tablefd;
	return 0;
}

static const struct {
	uint64_t attr;
	int (*set)(struct fake *fake, const void *arg);
} attributes[] = {
	{ KVM_DEV_VFIO_GROUP_ADD, add_group },
	{ KVM_DEV_VFIO_GROUP_DEL, del_group },
	{ KVM_DEV_VFIO_GROUP_SET_SPAPR_TCE, set_tce_table },
};

int fake_kvm_device_ioctl(struct fake *fake, unsigned long request, void *arg)
{
	const struct kvm_device_attr *attr = arg;
	size_t i;

	if (request != KVM_SET_DEVICE_ATTR)
		return -ENOTTY;
	for (i = 0; i < ARRAY_SIZE(attributes); i++)
		if (attr->group == KVM_DEV_VFIO_GROUP && attr->attr == attributes[i].attr)
			return attributes[i].set(fake, (const void *)(uintptr_t)attr->addr);
	return -ENXIO;
}

/*
 * The groups go with it, and the machine can have another one. (Kernels that
 * only let go when the machine ends are left out.)
 */
void fake_kvm_device_close(struct fake *fake)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(fake->groups); i++) {
		fake->groups[i].in_kvm = false;
		if (fake->groups[i].closed)
			fake_group_close(&fake->groups[i]);
	}
	fake->vm.has_device = false;
}

int fake_open_vm(struct fake *fake)
{
	return fake_install(fake, FAKE_VM, &fake->vm);
}

int fake_open_tce_table(struct fake *fake)
{
	return fake_install(fake, FAKE_TCE_TABLE, NULL);
}

void fake_close_fd(struct fake *fake, int fd)
{
	fake->files[fd] = (struct fake_file){ .type = FAKE_FREE };
}
