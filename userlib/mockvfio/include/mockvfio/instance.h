/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Instances: the mediated devices of a live profile, which a program opens
 * through VFIO.
 */
#ifndef _MOCKVFIO_INSTANCE_H
#define _MOCKVFIO_INSTANCE_H

#include <stddef.h>

#include <mockvfio/error.h>

#ifdef __cplusplus
extern "C" {
#endif

struct mockvfio;
struct mockvfio_profile;

/** define MOCKVFIO_UUID_SIZE - size of a UUID's text with its NUL */
#define MOCKVFIO_UUID_SIZE	37

/**
 * struct mockvfio_instance - an instance
 * @uuid: its name, as VFIO_GROUP_GET_DEVICE_FD takes it
 * @group: number N of its IOMMU group, opened as /dev/vfio/N
 * @sysfs: its directory in sysfs
 */
struct mockvfio_instance {
	char uuid[MOCKVFIO_UUID_SIZE];
	int group;
	char sysfs[MOCKVFIO_PATH_MAX];
};

/**
 * mockvfio_instance_create() - create an instance of a live profile
 * @profile: the handle of the profile
 * @uuid: the UUID to give it, or NULL for a random one
 * @instance: where to store what was created
 * @err: details of a failure, or NULL
 *
 * Return: 0; -ENOENT when the profile is not live; -EEXIST when the UUID is
 * taken; -EUSERS when the profile's max_instances are reached; another
 * negative errno.
 */
int mockvfio_instance_create(struct mockvfio_profile *profile, const char *uuid,
			     struct mockvfio_instance *instance, struct mockvfio_error *err);

/**
 * mockvfio_instance_remove() - remove an instance
 * @mock: the context
 * @uuid: its UUID
 * @err: details of a failure, or NULL
 *
 * Waits until the programs that have the device open close it; they are told
 * through the device's request interrupt.
 *
 * Return: 0; -ENODEV when there is no such instance; another negative errno.
 */
int mockvfio_instance_remove(struct mockvfio *mock, const char *uuid, struct mockvfio_error *err);

/**
 * mockvfio_instance_list() - list the instances of a profile
 * @profile: the handle of the profile
 * @instances: where to store up to @max of them; may be NULL when @max is 0
 * @max: room in @instances
 * @err: details of a failure, or NULL
 *
 * Return: how many there are, which may be more than @max; 0 also when the
 * profile is not live; or a negative errno.
 */
int mockvfio_instance_list(struct mockvfio_profile *profile, struct mockvfio_instance *instances,
			   size_t max, struct mockvfio_error *err);

#ifdef __cplusplus
}
#endif

#endif /* _MOCKVFIO_INSTANCE_H */
