// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Opening, describing, resetting and closing a device.
 */
#include "balloon.h"
#include "device.h"
#include "group.h"
#include "info.h"
#include "report.h"

#define OP	"uvfio_get_device"

static const char open_hint[] =
	"is the device in this group, bound to its vfio bus driver and not in use?";
static const char mapped_hint[] =
	"addresses are mapped that the device keeps for itself, such as those of MSI";

const char *uvfio_device_name(const struct uvfio_device *dev)
{
	return dev->name;
}

int uvfio_device_fd(const struct uvfio_device *dev)
{
	return dev->fd;
}

struct uvfio_group *uvfio_device_group(const struct uvfio_device *dev)
{
	return dev->group;
}

uint32_t uvfio_device_flags(const struct uvfio_device *dev)
{
	return dev->info->flags;
}

uint32_t uvfio_device_num_regions(const struct uvfio_device *dev)
{
	return dev->info->num_regions;
}

uint32_t uvfio_device_num_irqs(const struct uvfio_device *dev)
{
	return dev->info->num_irqs;
}

bool uvfio_device_reset_works(const struct uvfio_device *dev)
{
	return dev->info->flags & VFIO_DEVICE_FLAGS_RESET;
}

const struct vfio_device_info *uvfio_device_info(const struct uvfio_device *dev)
{
	return dev->info;
}

static int open_device(struct uvfio_device *dev, struct uvfio_error *err)
{
	int fd = uvfio_ioctl(dev->ctx, dev->group->fd, VFIO_GROUP_GET_DEVICE_FD,
			     dev->name);

	if (fd < 0)
		return uvfio_fail_errno(dev->ctx, err, fd,
					UVFIO_FAILURE(OP, .path = dev->name,
						      .ioctl = "VFIO_GROUP_GET_DEVICE_FD",
						      .hint = fd == -EADDRINUSE ?
							      mapped_hint : open_hint),
					"%s: VFIO_GROUP_GET_DEVICE_FD in group %d",
					dev->name, dev->group->id);
	dev->fd = fd;
	return 0;
}

static int learn_device(struct uvfio_device *dev, struct uvfio_error *err)
{
	const struct vfio_device_info question = { .argsz = 0 };
	const struct uvfio_info_query query = {
		.fd = dev->fd,
		.request = VFIO_DEVICE_GET_INFO,
		.ioctl = "VFIO_DEVICE_GET_INFO",
		.operation = OP,
		.path = dev->name,
		.question = &question,
		.size = sizeof(question),
	};
	void *info;
	int ret = uvfio_query_info(dev->ctx, &query, &info, err);

	if (!ret)
		dev->info = info;
	return ret;
}

static void free_device(struct uvfio_device *dev)
{
	uvfio_free_mem(dev->ctx, dev->info);
	uvfio_free_mem(dev->ctx, dev->name);
	uvfio_free_mem(dev->ctx, dev);
}

static int copy_options(struct uvfio_device *dev,
			const struct uvfio_device_options *opts,
			struct uvfio_error *err)
{
	int ret;

	if (!opts)
		return 0;
	ret = uvfio_copy_sized(&dev->opts, sizeof(dev->opts), opts, opts->size);
	if (ret)
		return uvfio_fail(dev->ctx, err, ret,
				  UVFIO_FAILURE(OP, .path = dev->name),
				  "struct uvfio_device_options: bad size %zu",
				  opts->size);
	return 0;
}

/* The first device of a group decides for those that come while it is there. */
static int check_balloon(const struct uvfio_device *dev, struct uvfio_error *err)
{
	const struct uvfio_group *group = dev->group;

	if (dev->opts.balloon_allowed == group->balloon_allowed ||
	    uvfio_list_empty(&group->devices))
		return 0;
	return uvfio_fail(dev->ctx, err, -EINVAL, UVFIO_FAILURE(OP, .path = dev->name),
			  "%s: Inconsistent device balloon setting within group %d",
			  dev->name, group->id);
}

static void decide_on_balloon(const struct uvfio_device *dev)
{
	struct uvfio_group *group = dev->group;

	if (dev->opts.balloon_allowed == group->balloon_allowed)
		return;
	group->balloon_allowed = dev->opts.balloon_allowed;
	uvfio_balloon_inhibit(dev->ctx, !group->balloon_allowed);
}

/*
 * What the container can map with the device. Last of what can fail: closing the device
 * undoes this in the kernel, and asking again could fail.
 */
static int learn_limits(struct uvfio_device *dev, struct uvfio_error *err)
{
	struct uvfio_error why;
	int ret = uvfio_container_users_changed(dev->group->container, &why);

	return ret ? uvfio_pass_on(dev->ctx, err, OP, &why) : 0;
}

int uvfio_get_device(struct uvfio_group *group, const char *name,
		     const struct uvfio_device_options *opts,
		     struct uvfio_device **out, struct uvfio_error *err)
{
	struct uvfio_device *dev = uvfio_zalloc(group->ctx, sizeof(*dev));
	int ret;

	if (!dev)
		return uvfio_fail_nomem(group->ctx, err, OP);
	dev->ctx = group->ctx;
	dev->group = group;
	dev->name = uvfio_strdup(group->ctx, name);
	ret = dev->name ? copy_options(dev, opts, err) :
			  uvfio_fail_nomem(group->ctx, err, OP);
	if (!ret)
		ret = open_device(dev, err);
	if (ret)
		goto free;
	ret = learn_device(dev, err);
	if (!ret)
		ret = check_balloon(dev, err);
	if (!ret)
		ret = learn_limits(dev, err);
	if (ret)
		goto close;

	decide_on_balloon(dev);
	group->refs++;
	uvfio_list_append(&group->devices, &dev->node);
	uvfio_trace(dev->ctx, vfio_get_device,
		    "Device %s flags: %u, regions: %u, irqs: %u", name,
		    dev->info->flags, dev->info->num_regions,
		    dev->info->num_irqs);
	*out = dev;
	return 0;
close:
	uvfio_close(dev->ctx, dev->fd);
free:
	free_device(dev);
	errno = -ret;
	return ret;
}

int uvfio_put_base_device(struct uvfio_device *dev, struct uvfio_error *err)
{
	struct uvfio_group *group;

	if (!dev)
		return 0;
	group = dev->group;
	uvfio_trace(dev->ctx, vfio_put_base_device, "close vdev->fd=%d",
		    dev->fd);
	uvfio_list_remove(&dev->node);
	uvfio_close(dev->ctx, dev->fd);
	free_device(dev);
	if (group->refs > 1)	/* else it leaves its container, too */
		uvfio_container_user_left(group->container);
	return uvfio_put_group(group, err);
}

int uvfio_device_reset(struct uvfio_device *dev, struct uvfio_error *err)
{
	const struct uvfio_failure *what =
		UVFIO_FAILURE("uvfio_device_reset", .path = dev->name,
			      .ioctl = "VFIO_DEVICE_RESET");
	int ret;

	if (!uvfio_device_reset_works(dev))
		return uvfio_fail(dev->ctx, err, -ENOTTY, what,
				  "%s: the device has no reset", dev->name);
	ret = uvfio_ioctl(dev->ctx, dev->fd, VFIO_DEVICE_RESET, NULL);
	if (ret < 0)
		return uvfio_fail_errno(dev->ctx, err, ret, what,
					"%s: VFIO_DEVICE_RESET", dev->name);
	return 0;
}
