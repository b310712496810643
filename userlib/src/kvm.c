// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * The KVM device of type VFIO, which tells a virtual machine of its groups.
 *
 * What cannot be told is logged and no more. Only a group that was added is
 * removed, so that one failure is not reported twice.
 */
#include <stdint.h>

#include <linux/kvm.h>

#include "group.h"
#include "kvm.h"
#include "report.h"

#define OP	"uvfio_set_kvm"

static int create_device(struct uvfio *ctx)
{
	struct kvm_create_device create = { .type = KVM_DEV_TYPE_VFIO };
	int ret = uvfio_ioctl(ctx, ctx->kvm.vm_fd, KVM_CREATE_DEVICE, &create);

	if (ret < 0)
		return uvfio_fail_errno(ctx, NULL, ret,
					UVFIO_FAILURE(OP, .ioctl = "KVM_CREATE_DEVICE"),
					"KVM_CREATE_DEVICE VFIO");
	ctx->kvm.device_fd = create.fd;
	ctx->kvm.has_device = true;
	return 0;
}

static int set_attr(struct uvfio_group *group, uint64_t attr, const char *name,
		    const void *arg)
{
	struct kvm_device_attr set = {
		.group = KVM_DEV_VFIO_GROUP, .attr = attr, .addr = (uintptr_t)arg,
	};
	struct uvfio *ctx = group->ctx;
	int ret = uvfio_ioctl(ctx, ctx->kvm.device_fd, KVM_SET_DEVICE_ATTR, &set);

	uvfio_trace(ctx, uvfio_kvm_set_attr, "group %d: %s = %d", group->id, name, ret);
	if (ret >= 0)
		return 0;
	return uvfio_fail_errno(ctx, NULL, ret,
				UVFIO_FAILURE(OP, .ioctl = "KVM_SET_DEVICE_ATTR",
					      .path = group->path),
				"group %d: %s", group->id, name);
}

void uvfio_kvm_add_group(struct uvfio_group *group)
{
	struct uvfio *ctx = group->ctx;
	int32_t fd = group->fd;

	if (ctx->kvm.has_vm && (ctx->kvm.has_device || !create_device(ctx)))
		group->in_kvm = !set_attr(group, KVM_DEV_VFIO_GROUP_ADD,
					  "KVM_DEV_VFIO_GROUP_ADD", &fd);
}

void uvfio_kvm_del_group(struct uvfio_group *group)
{
	int32_t fd = group->fd;

	if (group->in_kvm)
		set_attr(group, KVM_DEV_VFIO_GROUP_DEL, "KVM_DEV_VFIO_GROUP_DEL", &fd);
	group->in_kvm = false;
}

void uvfio_kvm_set_spapr_tce(struct uvfio_group *group, int tablefd)
{
	const struct kvm_vfio_spapr_tce tce = {
		.groupfd = group->fd, .tablefd = tablefd,
	};

	if (group->in_kvm &&
	    !set_attr(group, KVM_DEV_VFIO_GROUP_SET_SPAPR_TCE,
		      "KVM_DEV_VFIO_GROUP_SET_SPAPR_TCE", &tce))
		uvfio_trace(group->ctx, vfio_spapr_group_attach,
			    "Attached groupfd %d to liobn fd %d", group->fd, tablefd);
}

void uvfio_kvm_free(struct uvfio *ctx)
{
	if (ctx->kvm.has_device)
		uvfio_close(ctx, ctx->kvm.device_fd);
	ctx->kvm = (struct uvfio_kvm){ .has_vm = false };
}

static void add_all(struct uvfio *ctx)
{
	struct uvfio_list *node;

	uvfio_list_for_each(node, &ctx->groups)
		uvfio_kvm_add_group(uvfio_list_entry(node, struct uvfio_group, node));
}

static void del_all(struct uvfio *ctx)
{
	struct uvfio_list *node;

	uvfio_list_for_each(node, &ctx->groups)
		uvfio_kvm_del_group(uvfio_list_entry(node, struct uvfio_group, node));
}

int uvfio_set_kvm(struct uvfio *ctx, int vm_fd, struct uvfio_error *err)
{
	if (vm_fd < 0) {
		del_all(ctx);
		uvfio_kvm_free(ctx);
		return 0;
	}
	if (ctx->kvm.has_vm && ctx->kvm.vm_fd != vm_fd)
		return uvfio_fail(ctx, err, -EBUSY, UVFIO_FAILURE(OP),
				  "another virtual machine is set already");
	if (ctx->kvm.has_vm)
		return 0;
	ctx->kvm.vm_fd = vm_fd;
	ctx->kvm.has_vm = true;
	add_all(ctx);
	return 0;
}
