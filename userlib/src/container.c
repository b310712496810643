// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * A container's life: opened for the first group no other container of the
 * address space accepts, closed after its last group.
 */
#include <fcntl.h>
#include <stdint.h>

#include "balloon.h"
#include "container_listener.h"
#include "group.h"
#include "host_window.h"
#include "kvm.h"
#include "report.h"

#define CONTAINER_PATH	"/dev/vfio/vfio"
#define OP		"uvfio_get_group"

static const char open_hint[] =
	"is the module vfio loaded, and may this user open it?";

int uvfio_container_fd(const struct uvfio_container *container)
{
	return container->fd;
}

unsigned int uvfio_container_iommu_type(const struct uvfio_container *container)
{
	return container->model->type;
}

uint64_t uvfio_container_pgsizes(const struct uvfio_container *container)
{
	return container->pgsizes;
}

const struct uvfio_iova_range *
uvfio_container_iova_ranges(const struct uvfio_container *container, size_t *nr)
{
	*nr = container->nr_ranges;
	return container->ranges;
}

int uvfio_container_check_extension(const struct uvfio_container *container,
				    unsigned int extension)
{
	return uvfio_ioctl(container->ctx, container->fd, VFIO_CHECK_EXTENSION,
			   (void *)(uintptr_t)extension);
}

static int set_container(struct uvfio_group *group,
			 struct uvfio_container *container)
{
	int fd = container->fd;

	return uvfio_ioctl(group->ctx, group->fd, VFIO_GROUP_SET_CONTAINER, &fd);
}

static int unset_container(struct uvfio_group *group)
{
	return uvfio_ioctl(group->ctx, group->fd, VFIO_GROUP_UNSET_CONTAINER,
			   NULL);
}

/* The group's part in a container it has joined already. */
static void attach_group(struct uvfio_container *container,
			 struct uvfio_group *group)
{
	group->container = container;
	uvfio_list_append(&container->groups, &group->container_node);
	uvfio_kvm_add_group(group);
}

static void detach_group(struct uvfio_group *group)
{
	uvfio_kvm_del_group(group);
	uvfio_list_remove(&group->container_node);
	group->container = NULL;
}

int uvfio_container_users_changed(struct uvfio_container *container,
				  struct uvfio_error *err)
{
	if (!container->model->users_changed)
		return 0;
	return container->model->users_changed(container, err);
}

void uvfio_container_user_left(struct uvfio_container *container)
{
	struct uvfio_error why;

	if (uvfio_container_users_changed(container, &why))
		uvfio_log(container->ctx, UVFIO_LOG_WARNING,
			  "%s; the container keeps its limits", why.message);
}

/* Positive when no container accepts the group. */
static int join_existing(struct uvfio_group *group,
			 struct uvfio_address_space *as, struct uvfio_error *err)
{
	struct uvfio_container *container;
	struct uvfio_list *node;
	int ret;

	uvfio_list_for_each(node, &as->containers) {
		container = uvfio_list_entry(node, struct uvfio_container, node);
		if (set_container(group, container))
			continue;
		ret = uvfio_container_users_changed(container, err);
		if (ret)
			unset_container(group);
		else
			attach_group(container, group);
		return ret;
	}
	return 1;
}

static int check_api(struct uvfio_container *container, struct uvfio_error *err)
{
	int ret = uvfio_ioctl(container->ctx, container->fd,
			      VFIO_GET_API_VERSION, NULL);

	if (ret == VFIO_API_VERSION)
		return 0;
	if (ret < 0)
		return uvfio_fail_errno(container->ctx, err, ret,
					UVFIO_FAILURE(OP, .path = CONTAINER_PATH,
						      .ioctl = "VFIO_GET_API_VERSION"),
					"VFIO_GET_API_VERSION");
	return uvfio_fail(container->ctx, err, -EINVAL,
			  UVFIO_FAILURE(OP, .path = CONTAINER_PATH,
					.ioctl = "VFIO_GET_API_VERSION"),
			  "the kernel has VFIO API version %d, supported is %d",
			  ret, VFIO_API_VERSION);
}

/* The first model of the caller's preference that the kernel has. */
static int get_iommu_type(struct uvfio_container *container,
			  struct uvfio_error *err)
{
	struct uvfio *ctx = container->ctx;
	size_t i;

	for (i = 0; i < ctx->nr_iommu_types; i++) {
		if (uvfio_container_check_extension(container,
						    ctx->iommu_types[i]) > 0) {
			container->model =
				uvfio_find_iommu_model(ctx->iommu_types[i]);
			return 0;
		}
	}
	return uvfio_fail(ctx, err, -ENODEV,
			  UVFIO_FAILURE(OP, .path = CONTAINER_PATH,
					.ioctl = "VFIO_CHECK_EXTENSION",
					.hint = "is vfio_iommu_type1 loaded?"),
			  "No available IOMMU models");
}

/* What to try when the kernel refuses the model; NULL when the caller has none. */
static const struct uvfio_iommu_model *
fallback_of(const struct uvfio *ctx, const struct uvfio_iommu_model *model)
{
	size_t i;

	for (i = 0; model->fallback && i < ctx->nr_iommu_types; i++)
		if (ctx->iommu_types[i] == model->fallback)
			return uvfio_find_iommu_model(model->fallback);
	return NULL;
}

/* The model, or the one to fall back to, which becomes the container's. */
static int set_iommu(struct uvfio_container *container, struct uvfio_error *err)
{
	const struct uvfio_iommu_model *model = container->model, *fallback;
	int ret;

	for (;;) {
		ret = uvfio_ioctl(container->ctx, container->fd, VFIO_SET_IOMMU,
				  (void *)(uintptr_t)model->type);
		if (ret >= 0)
			break;
		fallback = fallback_of(container->ctx, model);
		if (!fallback)
			return uvfio_fail_errno(container->ctx, err, ret,
						UVFIO_FAILURE(OP, .path = CONTAINER_PATH,
							      .ioctl = "VFIO_SET_IOMMU"),
						"VFIO_SET_IOMMU %s", model->name);
		model = fallback;
	}
	container->model = model;
	return 0;
}

static int init_container(struct uvfio_container *container,
			  struct uvfio_group *group, struct uvfio_error *err)
{
	int ret = set_container(group, container);

	if (ret < 0)
		return uvfio_fail_errno(container->ctx, err, ret,
					UVFIO_FAILURE(OP, .path = group->path,
						      .ioctl = "VFIO_GROUP_SET_CONTAINER"),
					"group %d: VFIO_GROUP_SET_CONTAINER",
					group->id);
	ret = set_iommu(container, err);
	if (ret)
		unset_container(group);
	return ret;
}

static int open_container(struct uvfio_container *container,
			  struct uvfio_error *err)
{
	int fd = uvfio_open(container->ctx, CONTAINER_PATH, O_RDWR | O_CLOEXEC);

	if (fd < 0)
		return uvfio_fail_errno(container->ctx, err, fd,
					UVFIO_FAILURE(OP, .path = CONTAINER_PATH,
						      .hint = open_hint),
					"open %s", CONTAINER_PATH);
	container->fd = fd;
	return 0;
}

static void tear_down(struct uvfio_container *container)
{
	if (container->model->tear_down)
		container->model->tear_down(container);
}

/*
 * The way from an open container to one that is in use. The group is in it already
 * when the sections are mapped: models may have to tell KVM of it.
 */
static int start_container(struct uvfio_container *container,
			   struct uvfio_group *group, struct uvfio_error *err)
{
	struct uvfio_error why;
	int ret = check_api(container, err);

	if (!ret)
		ret = get_iommu_type(container, err);
	if (!ret)
		ret = init_container(container, group, err);
	if (ret)
		return ret;
	ret = container->model->set_up(container, err);
	if (ret)
		goto unset;
	attach_group(container, group);
	ret = uvfio_container_listen(container, &why);
	if (!ret)
		return 0;
	uvfio_pass_on(container->ctx, err, OP, &why);
	detach_group(group);
	tear_down(container);
unset:
	unset_container(group);
	return ret;
}

static void free_container(struct uvfio_container *container)
{
	uvfio_free_host_windows(container);
	uvfio_free_mem(container->ctx, container->ranges);
	uvfio_free_mem(container->ctx, container);
}

static int new_container(struct uvfio_group *group,
			 struct uvfio_address_space *as, struct uvfio_error *err)
{
	struct uvfio_container *container;
	int ret;

	container = uvfio_zalloc(group->ctx, sizeof(*container));
	if (!container)
		return uvfio_fail_nomem(group->ctx, err, OP);
	container->ctx = group->ctx;
	container->as = as;
	uvfio_list_init(&container->groups);

	ret = open_container(container, err);
	if (ret)
		goto free;
	ret = start_container(container, group, err);
	if (ret)
		goto close;

	as->refs++;
	uvfio_list_append(&as->containers, &container->node);
	return 0;
close:
	uvfio_close(container->ctx, container->fd);
free:
	free_container(container);
	return ret;
}

int uvfio_connect_container(struct uvfio_group *group,
			    struct uvfio_address_space *as,
			    struct uvfio_error *err)
{
	int ret;

	uvfio_balloon_inhibit(group->ctx, true);
	ret = join_existing(group, as, err);
	if (ret > 0)
		ret = new_container(group, as, err);
	if (ret)
		uvfio_balloon_inhibit(group->ctx, false);
	return ret;
}

static void close_container(struct uvfio_container *container)
{
	uvfio_trace(container->ctx, vfio_disconnect_container, "close container->fd=%d",
		    container->fd);
	uvfio_list_remove(&container->node);
	uvfio_close(container->ctx, container->fd);
	uvfio_put_address_space(container->as);
	free_container(container);
}

/*
 * With its last group a container loses its IOMMU: whatever still needs that, such
 * as unmapping the sections, has to come before.
 */
int uvfio_disconnect_container(struct uvfio_group *group,
			       struct uvfio_error *err)
{
	struct uvfio_container *container = group->container;
	struct uvfio *ctx = group->ctx;
	bool last;
	int ret;

	if (!group->balloon_allowed)
		uvfio_balloon_inhibit(ctx, false);
	detach_group(group);
	last = uvfio_list_empty(&container->groups);
	if (last) {
		uvfio_container_stop_listening(container);
		tear_down(container);
	}
	ret = unset_container(group);
	if (last)
		close_container(container);
	else if (ret >= 0)
		uvfio_container_user_left(container);
	if (ret < 0)
		return uvfio_fail_errno(ctx, err, ret,
					UVFIO_FAILURE("uvfio_put_group",
						      .path = group->path,
						      .ioctl = "VFIO_GROUP_UNSET_CONTAINER"),
					"group %d: VFIO_GROUP_UNSET_CONTAINER",
					group->id);
	return 0;
}
