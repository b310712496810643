// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Groups, opened once each and counted.
 */
#include <fcntl.h>
#include <stdio.h>

#include "group.h"
#include "report.h"

#define OP	"uvfio_get_group"

static const char busy_hint[] = "the group is in use by another process";
static const char viable_hint[] =
	"all devices of the group must be bound to their vfio bus driver";

int uvfio_group_fd(const struct uvfio_group *group)
{
	return group->fd;
}

int uvfio_group_id(const struct uvfio_group *group)
{
	return group->id;
}

struct uvfio_container *uvfio_group_container(const struct uvfio_group *group)
{
	return group->container;
}

static struct uvfio_group *find(struct uvfio *ctx, int id)
{
	struct uvfio_group *group;
	struct uvfio_list *node;

	uvfio_list_for_each(node, &ctx->groups) {
		group = uvfio_list_entry(node, struct uvfio_group, node);
		if (group->id == id)
			return group;
	}
	return NULL;
}

static int open_group(struct uvfio_group *group, struct uvfio_error *err)
{
	int fd = uvfio_open(group->ctx, group->path, O_RDWR | O_CLOEXEC);

	if (fd < 0)
		return uvfio_fail_errno(group->ctx, err, fd,
					UVFIO_FAILURE(OP, .path = group->path,
						      .hint = fd == -EBUSY ?
							      busy_hint : NULL),
					"open %s", group->path);
	group->fd = fd;
	return 0;
}

static int check_viable(struct uvfio_group *group, struct uvfio_error *err)
{
	struct vfio_group_status status = { .argsz = sizeof(status) };
	int ret = uvfio_ioctl(group->ctx, group->fd, VFIO_GROUP_GET_STATUS,
			      &status);

	if (ret < 0)
		return uvfio_fail_errno(group->ctx, err, ret,
					UVFIO_FAILURE(OP, .path = group->path,
						      .ioctl = "VFIO_GROUP_GET_STATUS"),
					"group %d: VFIO_GROUP_GET_STATUS",
					group->id);
	if (status.flags & VFIO_GROUP_FLAGS_VIABLE)
		return 0;
	return uvfio_fail(group->ctx, err, -EPERM,
			  UVFIO_FAILURE(OP, .path = group->path,
					.ioctl = "VFIO_GROUP_GET_STATUS",
					.hint = viable_hint),
			  "group %d is not viable", group->id);
}

static void register_reset(struct uvfio *ctx, bool wanted)
{
	if (ctx->reset_registration)
		ctx->reset_registration(ctx, wanted,
					ctx->reset_registration_opaque);
}

static void link_group(struct uvfio_group *group)
{
	bool first = uvfio_list_empty(&group->ctx->groups);

	uvfio_list_append(&group->ctx->groups, &group->node);
	if (first)
		register_reset(group->ctx, true);
}

static void unlink_group(struct uvfio_group *group)
{
	uvfio_list_remove(&group->node);
	if (uvfio_list_empty(&group->ctx->groups))
		register_reset(group->ctx, false);
}

static int new_group(struct uvfio_address_space *as, int id,
		     struct uvfio_group **out, struct uvfio_error *err)
{
	struct uvfio_group *group = uvfio_zalloc(as->ctx, sizeof(*group));
	int ret;

	if (!group)
		return uvfio_fail_nomem(as->ctx, err, OP);
	group->ctx = as->ctx;
	group->id = id;
	snprintf(group->path, sizeof(group->path), "/dev/vfio/%d", id);
	uvfio_list_init(&group->devices);
	uvfio_list_init(&group->container_node);

	ret = open_group(group, err);
	if (ret)
		goto free;
	ret = check_viable(group, err);
	if (!ret)
		ret = uvfio_connect_container(group, as, err);
	if (ret)
		goto close;

	link_group(group);
	*out = group;
	return 0;
close:
	uvfio_close(group->ctx, group->fd);
free:
	uvfio_free_mem(as->ctx, group);
	errno = -ret;
	return ret;
}

int uvfio_get_group(struct uvfio_address_space *as, int id,
		    struct uvfio_group **out, struct uvfio_error *err)
{
	struct uvfio_group *group = find(as->ctx, id);
	int ret;

	if (!group) {
		ret = new_group(as, id, &group, err);
		if (ret)
			return ret;
	} else if (group->container->as != as) {
		return uvfio_fail(as->ctx, err, -EINVAL,
				  UVFIO_FAILURE(OP, .path = group->path),
				  "group %d used in multiple address spaces", id);
	}
	group->refs++;
	*out = group;
	return 0;
}

/* Devices that are open hold a reference each: nobody else has those to give. */
static bool is_held_by_devices_only(const struct uvfio_group *group)
{
	unsigned int devices = 0;
	struct uvfio_list *node;

	uvfio_list_for_each(node, &group->devices)
		devices++;
	return group->refs <= devices;
}

int uvfio_put_group(struct uvfio_group *group, struct uvfio_error *err)
{
	int ret;

	if (!group)
		return 0;
	if (is_held_by_devices_only(group))
		return uvfio_fail(group->ctx, err, -EINVAL,
				  UVFIO_FAILURE("uvfio_put_group", .path = group->path),
				  "group %d: a reference too many is given back: its devices keep it",
				  group->id);
	if (--group->refs)
		return 0;
	ret = uvfio_disconnect_container(group, err);
	unlink_group(group);
	uvfio_trace(group->ctx, vfio_put_group, "close group->fd=%d", group->fd);
	uvfio_close(group->ctx, group->fd);
	uvfio_free_mem(group->ctx, group);
	if (ret)
		errno = -ret;
	return ret;
}
