// SPDX-License-Identifier: GPL-2.0-only
/* VFIO's character devices: see cdev.h. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cdev.h"
#include "raw.h"

/* Of linux/vfio.h since 6.6. */
#define BIND_IOMMUFD		_IO(VFIO_TYPE, VFIO_BASE + 18)
#define ATTACH_IOMMUFD_PT	_IO(VFIO_TYPE, VFIO_BASE + 19)
#define DETACH_IOMMUFD_PT	_IO(VFIO_TYPE, VFIO_BASE + 20)

struct bind {
	uint32_t argsz;
	uint32_t flags;
	int32_t iommufd;
	uint32_t out_devid;
};

struct attach {
	uint32_t argsz;
	uint32_t flags;
	uint32_t pt_id;
};

struct detach {
	uint32_t argsz;
	uint32_t flags;
};

/* Of linux/iommufd.h since 6.2. */
#define IOMMU_DESTROY		_IO(';', 0x80)
#define IOMMU_IOAS_ALLOC	_IO(';', 0x81)
#define IOMMU_IOAS_MAP		_IO(';', 0x85)

struct destroy {
	uint32_t size;
	uint32_t id;
};

struct ioas_alloc {
	uint32_t size;
	uint32_t flags;
	uint32_t out_ioas_id;
};

#define IOAS_MAP_FIXED_IOVA	0x1
#define IOAS_MAP_WRITEABLE	0x2
#define IOAS_MAP_READABLE	0x4

struct ioas_map {
	uint32_t size;
	uint32_t flags;
	uint32_t ioas_id;
	uint32_t reserved;
	uint64_t user_va;
	uint64_t length;
	uint64_t iova;
};

/* The one entry of @directory that begins with @prefix. */
static int find_entry(const char *directory, const char *prefix, char *name, size_t size)
{
	DIR *dir = opendir(directory);
	struct dirent *entry = NULL;
	int ret = -ENOENT;
	size_t length;

	if (!dir)
		return -errno;
	do {
		entry = readdir(dir);
	} while (entry && strncmp(entry->d_name, prefix, strlen(prefix)));
	if (entry) {
		length = strlen(entry->d_name) + 1;
		ret = length <= size ? 0 : -ENAMETOOLONG;
		if (!ret)
			memcpy(name, entry->d_name, length);
	}
	closedir(dir);
	return ret;
}

int cdev_open_device(const struct target *target)
{
	const char *bus = target_is_mock(target) ? "/sys/bus/mdev/devices" : PCI_SYSFS;
	char directory[128], name[32], path[64];
	int ret;

	snprintf(directory, sizeof(directory), "%s/%s/vfio-dev", bus, target->name);
	ret = find_entry(directory, "vfio", name, sizeof(name));
	if (ret)
		return ret;
	snprintf(path, sizeof(path), "/dev/vfio/devices/%s", name);
	ret = open(path, O_RDWR | O_CLOEXEC);
	return ret < 0 ? -errno : ret;
}

int cdev_open(struct cdev *cdev, enum target_kind kind)
{
	static const struct target_options options = { .level = TARGET_EXISTS, .iommufd = true };
	char why[sizeof(cdev->target.why)];
	int ret;

	cdev->iommufd = -1;
	cdev->device = -1;
	ret = target_open(&cdev->target, kind, &options);
	if (ret)
		return ret;
	ret = cdev_open_device(&cdev->target);
	cdev->device = ret;
	if (ret >= 0) {
		cdev->iommufd = open("/dev/iommu", O_RDWR | O_CLOEXEC);
		ret = cdev->iommufd < 0 ? -errno : cdev_ioas_alloc(cdev->iommufd, &cdev->ioas);
	}
	if (!ret)
		return 0;
	snprintf(why, sizeof(why), "%s: %s", cdev->target.name, ret == -ENOENT ?
		 "no vfio-dev: this kernel has no CONFIG_VFIO_DEVICE_CDEV" : strerror(-ret));
	cdev_close(cdev);
	memcpy(cdev->target.why, why, sizeof(why));
	return ret == -ENOENT ? 1 : ret;
}

int cdev_close(struct cdev *cdev)
{
	if (cdev->device >= 0)
		close(cdev->device);
	if (cdev->iommufd >= 0)
		close(cdev->iommufd);
	return target_close(&cdev->target);
}

int cdev_bind(int device, uint32_t argsz, uint32_t flags, int iommufd, uint32_t *devid)
{
	struct bind bind = { .argsz = argsz, .flags = flags, .iommufd = iommufd };
	int ret = raw_ioctl(device, BIND_IOMMUFD, &bind);

	if (devid)
		*devid = bind.out_devid;
	return ret;
}

int cdev_attach(int device, uint32_t argsz, uint32_t flags, uint32_t *id)
{
	struct attach attach = { .argsz = argsz, .flags = flags, .pt_id = *id };
	int ret = raw_ioctl(device, ATTACH_IOMMUFD_PT, &attach);

	*id = attach.pt_id;
	return ret;
}

int cdev_detach(int device, uint32_t flags)
{
	const struct detach detach = { .argsz = sizeof(detach), .flags = flags };

	return raw_ioctl(device, DETACH_IOMMUFD_PT, &detach);
}

int cdev_ioas_alloc(int iommufd, uint32_t *ioas)
{
	struct ioas_alloc alloc = { .size = sizeof(alloc) };
	int ret = raw_ioctl(iommufd, IOMMU_IOAS_ALLOC, &alloc);

	*ioas = alloc.out_ioas_id;
	return ret;
}

int cdev_ioas_map(int iommufd, uint32_t ioas, uint64_t iova, void *memory, size_t size)
{
	const struct ioas_map map = {
		.size = sizeof(map),
		.flags = IOAS_MAP_FIXED_IOVA | IOAS_MAP_WRITEABLE | IOAS_MAP_READABLE,
		.ioas_id = ioas, .user_va = (uintptr_t)memory, .length = size, .iova = iova,
	};

	return raw_ioctl(iommufd, IOMMU_IOAS_MAP, &map);
}

int cdev_destroy(int iommufd, uint32_t id)
{
	const struct destroy destroy = { .size = sizeof(destroy), .id = id };

	return raw_ioctl(iommufd, IOMMU_DESTROY, &destroy);
}
