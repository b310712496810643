/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A container that the backend serves.
 *
 * VFIO hands every callback the pointer that our open() returned, and reads
 * that pointer without a lock for ioctls: a program that takes its last group
 * out of a container while another thread is in an ioctl makes VFIO pass what
 * was just released. So it is no pointer but a number, never one of a container
 * that is gone, and each callback holds a reference while it works.
 */
#ifndef MOCK_VFIO_BACKEND_CONTAINER_H
#define MOCK_VFIO_BACKEND_CONTAINER_H

#include <linux/kref.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/types.h>

#include "model/type1.h"

struct iommu_group;
struct mock_profile;
struct mock_program;
struct vfio_device;

/**
 * struct mock_container - one container
 * @ref: held by VFIO until release(), and by each callback
 * @handle: its number
 * @by_handle: in the table of the containers that can be found
 * @rcu: whoever looks it up may still see it when it is gone
 * @type: what VFIO_SET_IOMMU asked for
 * @lock: protects what follows it; see backend_container.c for the order
 * @owner: the profile whose rules and log apply: the first one attached. Set
 *	   before VFIO lets an ioctl through, and kept until the end
 * @groups: struct container_group: the groups attached
 * @type1: the mappings and how they behave
 * @program: who mapped last; NULL when none of its mappings is left
 * @device_lock: protects @devices; taken outside of @lock
 * @devices: open devices that want to hear of unmaps
 */
struct mock_container {
	struct kref ref;
	unsigned long handle;
	struct hlist_node by_handle;
	struct rcu_head rcu;
	unsigned long type;

	struct mutex lock; /* of owner, groups, type1 and program */
	struct mock_profile *owner;
	struct list_head groups;
	struct type1 type1;
	struct mock_program *program;

	struct mutex device_lock; /* of devices */
	struct list_head devices;
};

/* The handle that VFIO keeps, or ERR_PTR(-errno). */
void *mock_container_open(unsigned long type);
void mock_container_release(void *handle);

/* NULL when there is no such container (any more). */
struct mock_container *mock_container_get(void *handle);
void mock_container_put(struct mock_container *c);

/* Waits until the last reference to the last container is gone. */
void mock_container_wait_gone(void);

int mock_container_attach(struct mock_container *c, struct iommu_group *group);
void mock_container_detach(struct mock_container *c, struct iommu_group *group);

void mock_container_add_device(struct mock_container *c, struct vfio_device *vdev);
void mock_container_del_device(struct mock_container *c, struct vfio_device *vdev);
bool mock_container_has_device(struct mock_container *c);

#endif /* MOCK_VFIO_BACKEND_CONTAINER_H */
