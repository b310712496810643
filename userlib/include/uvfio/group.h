/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Groups: the unit the kernel hands out, opened once and attached to a
 * container of its address space.
 */
#ifndef UVFIO_GROUP_H
#define UVFIO_GROUP_H

#include <uvfio/address_space.h>
#include <uvfio/container.h>
#include <uvfio/error.h>

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

struct uvfio;

/** struct uvfio_group - an open and attached /dev/vfio/N; opaque */
struct uvfio_group;

/**
 * uvfio_get_group() - open a group and attach it to an address space
 * @as: the address space
 * @groupid: N of /dev/vfio/N
 * @group: the group, with one more reference
 * @err: optional
 *
 * Containers the address space has already are tried first, in the order they
 * were made; a new one is opened when none accepts the group, and all sections of
 * the address space are mapped in it. A type1 container that a group joins is asked
 * again what it can map. A group that is held already is only given
 * another reference. Each group forbids ballooning (<uvfio/balloon.h>).
 *
 * Return: 0; -EINVAL when the group is held in another address space or the
 * container speaks another VFIO API version; -EPERM when the group is not
 * viable, that is, a device of it is bound to a host driver; -ENODEV when no
 * IOMMU model is available; -ENOMEM; -errno of open() and of the ioctls; the results
 * of uvfio_section_add() for the sections there are. On failure nothing is left open
 * or mapped.
 */
int uvfio_get_group(struct uvfio_address_space *as, int groupid,
		    struct uvfio_group **group, struct uvfio_error *err);

/**
 * uvfio_put_group() - give a reference back
 * @group: the group, or NULL
 * @err: optional
 *
 * Each device holds a reference of its own. With the last reference the group
 * leaves its container and is closed, and so is the container when this was its
 * last group, after the sections have been unmapped; what fails of that goes to the
 * log. The reference is gone whatever the result.
 *
 * Return: 0; -errno of VFIO_GROUP_UNSET_CONTAINER; -EINVAL, and nothing is done, when
 * only the open devices hold the group: there is no reference to give back.
 */
int uvfio_put_group(struct uvfio_group *group, struct uvfio_error *err);

/** uvfio_group_fd() - the group's file descriptor, the library's; 0 is valid */
int uvfio_group_fd(const struct uvfio_group *group);

/** uvfio_group_id() - N of /dev/vfio/N */
int uvfio_group_id(const struct uvfio_group *group);

/**
 * uvfio_group_container() - the container it is attached to
 * @group: the group
 *
 * For DMA mapping. Groups of one address space may share it.
 *
 * Return: the container, the library's: valid until its last group is put.
 */
struct uvfio_container *uvfio_group_container(const struct uvfio_group *group);

/**
 * uvfio_group_of_device() - look a device's group up in sysfs
 * @ctx: the context
 * @path: the device's directory, such as /sys/bus/pci/devices/0000:00:04.0
 * @err: optional
 *
 * Return: the group's number; -ENAMETOOLONG when @path or the link's target is
 * longer than PATH_MAX; -EPROTO when the target does not end in a number;
 * -errno of readlink(), -ENOENT among them when the device has no group.
 */
int uvfio_group_of_device(struct uvfio *ctx, const char *path,
			  struct uvfio_error *err);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif

#endif /* UVFIO_GROUP_H */
