// SPDX-License-Identifier: LGPL-2.1-or-later
/* Instances, through the mdev core's sysfs files. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "internal.h"

/* The path of @file in the profile's mdev type; -ENOENT when it is not live. */
static int type_path(struct mv_path *path, struct mockvfio_profile *profile, const char *file,
		     struct mockvfio_error *err)
{
	char dev_name[MOCKVFIO_NAME_MAX * 2];
	uint64_t live;
	int ret;

	ret = mockvfio_get_u64(profile, "live", &live, err);
	if (ret)
		return ret;
	ret = mockvfio_get(profile, "dev_name", dev_name, sizeof(dev_name), err);
	if (ret < 0)
		return ret;
	if (!live)
		return mv_error(err, ENOENT, NULL, "profile %s is not live", profile->name);
	return mv_path(path, profile->mock, err,
		       "/sys/class/mdev_bus/%s/mdev_supported_types/mock_vfio-%s/%s", dev_name,
		       profile->name, file);
}

/* Fills in an instance that exists from its UUID. */
static int instance_find(struct mockvfio *mock, const char *uuid,
			 struct mockvfio_instance *instance, struct mockvfio_error *err)
{
	char target[MOCKVFIO_PATH_MAX];
	struct mv_path path, link;
	const char *group;
	uint64_t number;
	ssize_t len;
	int ret;

	ret = mv_path(&path, mock, err, "/sys/bus/mdev/devices/%s", uuid);
	if (!ret)
		ret = mv_path(&link, mock, err, "/sys/bus/mdev/devices/%s/iommu_group", uuid);
	if (ret)
		return ret;
	len = readlink(link.s, target, sizeof(target));
	if (len < 0)
		return mv_error(err, errno, link.s, "cannot read the link %s: %s", link.s,
				strerror(errno));
	if ((size_t)len == sizeof(target))
		return mv_error(err, ENAMETOOLONG, link.s, "%s: link too long", link.s);
	target[len] = '\0';
	group = strrchr(target, '/');
	if (mv_parse_u64(group ? group + 1 : target, &number) || number > INT32_MAX)
		return mv_error(err, EPROTO, link.s, "%s: \"%s\" is no IOMMU group", link.s,
				target);

	memset(instance, 0, sizeof(*instance));
	snprintf(instance->uuid, sizeof(instance->uuid), "%s", uuid);
	instance->group = (int)number;
	snprintf(instance->sysfs, sizeof(instance->sysfs), "%s", path.s);
	return 0;
}

int mockvfio_instance_create(struct mockvfio_profile *profile, const char *uuid,
			     struct mockvfio_instance *instance, struct mockvfio_error *err)
{
	char random[MOCKVFIO_UUID_SIZE];
	struct mv_path path;
	int ret;

	ret = type_path(&path, profile, "create", err);
	if (ret)
		return ret;
	if (!uuid) {
		ret = mv_uuid_random(random, err);
		if (ret)
			return ret;
		uuid = random;
	} else if (strlen(uuid) != MOCKVFIO_UUID_SIZE - 1) {
		return mv_error(err, EINVAL, NULL, "\"%s\" is not a UUID", uuid);
	}
	ret = mv_write(path.s, uuid, 0, err);
	if (ret)
		return ret;
	ret = instance_find(profile->mock, uuid, instance, err);
	if (ret) {
		mockvfio_instance_remove(profile->mock, uuid, NULL);
		errno = -ret;
	}
	return ret;
}

int mockvfio_instance_remove(struct mockvfio *mock, const char *uuid, struct mockvfio_error *err)
{
	struct mv_path path;
	int ret;

	ret = mv_path(&path, mock, err, "/sys/bus/mdev/devices/%s", uuid);
	if (ret)
		return ret;
	if (access(path.s, F_OK))
		return mv_error(err, ENODEV, path.s, "no instance %s", path.s);
	ret = mv_path(&path, mock, err, "/sys/bus/mdev/devices/%s/remove", uuid);
	return ret ? ret : mv_write(path.s, "1", 0, err);
}

struct listing {
	struct mockvfio *mock;
	struct mockvfio_instance *instances;
	size_t max;
	int count;
	struct mockvfio_error *err;
};

static int list_one(const char *path, const char *name, void *data)
{
	struct listing *listing = data;
	size_t i = (size_t)listing->count++;

	(void)path;
	if (i >= listing->max)
		return 0;
	return instance_find(listing->mock, name, &listing->instances[i], listing->err);
}

int mockvfio_instance_list(struct mockvfio_profile *profile, struct mockvfio_instance *instances,
			   size_t max, struct mockvfio_error *err)
{
	struct listing listing = {
		.mock = profile->mock, .instances = instances, .max = max, .err = err,
	};
	struct mv_path path;
	int ret;

	ret = type_path(&path, profile, "devices", err);
	if (!ret && access(path.s, F_OK))
		ret = -ENOENT;
	if (ret)
		return ret == -ENOENT ? 0 : ret;
	ret = mv_for_each(path.s, list_one, &listing, err);
	return ret ? ret : listing.count;
}

int mv_instances_remove_all(struct mockvfio_profile *profile, struct mockvfio_error *err)
{
	struct mockvfio_instance *instances;
	int i, count, ret = 0;

	count = mockvfio_instance_list(profile, NULL, 0, err);
	if (count <= 0)
		return count;
	instances = calloc((size_t)count, sizeof(*instances));
	if (!instances)
		return mv_error(err, ENOMEM, NULL, "out of memory");
	ret = mockvfio_instance_list(profile, instances, (size_t)count, err);
	if (ret >= 0 && ret < count)
		count = ret;
	for (i = 0, ret = ret < 0 ? ret : 0; i < count && !ret; i++)
		ret = mockvfio_instance_remove(profile->mock, instances[i].uuid, err);
	free(instances);
	return ret;
}
