// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Operations on the one endpoint of a container or of an address space.
 */
#include <uvfio/eeh.h>

#include "container.h"
#include "report.h"

static const char *const names[] = {
	[VFIO_EEH_PE_DISABLE] = "DISABLE",
	[VFIO_EEH_PE_ENABLE] = "ENABLE",
	[VFIO_EEH_PE_UNFREEZE_IO] = "UNFREEZE_IO",
	[VFIO_EEH_PE_UNFREEZE_DMA] = "UNFREEZE_DMA",
	[VFIO_EEH_PE_GET_STATE] = "GET_STATE",
	[VFIO_EEH_PE_RESET_DEACTIVATE] = "RESET_DEACTIVATE",
	[VFIO_EEH_PE_RESET_HOT] = "RESET_HOT",
	[VFIO_EEH_PE_RESET_FUNDAMENTAL] = "RESET_FUNDAMENTAL",
	[VFIO_EEH_PE_CONFIGURE] = "CONFIGURE",
	[VFIO_EEH_PE_INJECT_ERR] = "INJECT_ERR",
};

/* Zero, one, or more than one. */
static bool has_exactly_one(const struct uvfio_list *list)
{
	return !uvfio_list_empty(list) && list->next == list->prev;
}

bool uvfio_eeh_container_ok(const struct uvfio_container *container)
{
	return has_exactly_one(&container->groups);
}

int uvfio_eeh_container_op(struct uvfio_container *container, uint32_t op,
			   struct uvfio_error *err)
{
	const char *operation = "uvfio_eeh_container_op";
	struct vfio_eeh_pe_op arg = { .argsz = sizeof(arg), .op = op };
	const char *name = op < sizeof(names) / sizeof(*names) ? names[op] : "unknown";
	int ret;

	if (!uvfio_eeh_container_ok(container))
		return uvfio_fail(container->ctx, err, -EPERM, UVFIO_FAILURE(operation),
				  "EEH operation 0x%x (%s): not exactly one group in the container",
				  op, name);
	ret = uvfio_ioctl(container->ctx, container->fd, VFIO_EEH_PE_OP, &arg);
	if (ret >= 0)
		return ret;
	return uvfio_fail_errno(container->ctx, err, ret,
				UVFIO_FAILURE(operation, .ioctl = "VFIO_EEH_PE_OP"),
				"VFIO_EEH_PE_OP 0x%x (%s)", op, name);
}

static struct uvfio_container *only_container(const struct uvfio_address_space *as)
{
	if (!has_exactly_one(&as->containers))
		return NULL;
	return uvfio_list_entry(as->containers.next, struct uvfio_container, node);
}

bool uvfio_eeh_as_ok(const struct uvfio_address_space *as)
{
	const struct uvfio_container *container = only_container(as);

	return container && uvfio_eeh_container_ok(container);
}

int uvfio_eeh_as_op(struct uvfio_address_space *as, uint32_t op,
		    struct uvfio_error *err)
{
	struct uvfio_container *container = only_container(as);

	if (!container)
		return uvfio_fail(as->ctx, err, -ENODEV, UVFIO_FAILURE("uvfio_eeh_as_op"),
				  "not exactly one container in the address space");
	return uvfio_eeh_container_op(container, op, err);
}
