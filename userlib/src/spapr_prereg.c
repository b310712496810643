// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Pre-registration: the kernel has to know all memory that may be mapped, and
 * pins and charges it, before the guest's first mapping. What it is told of is
 * the RAM of the system's address space, not that of the container's.
 */
#include "memory_object.h"
#include "report.h"
#include "section.h"
#include "spapr.h"

#define OP	"uvfio_section_add"

static const char nomem_hint[] = "the limit of locked memory (ulimit -l) may be too low";

static int ioctl_memory(struct uvfio_container *container, unsigned long request,
			const struct uvfio_section *section,
			struct vfio_iommu_spapr_register_memory *reg)
{
	*reg = (struct vfio_iommu_spapr_register_memory){
		.argsz = sizeof(*reg),
		.vaddr = (uintptr_t)section->memory->vaddr + section->offset,
		.size = uvfio_section_span(section) + 1,
	};
	return uvfio_ioctl(container->ctx, container->fd, request, reg);
}

/* Only memory of this process can be registered; a device's is not pinned. */
static bool wants(const struct uvfio_section *section)
{
	return section->memory->type == UVFIO_MEMORY_RAM;
}

static bool is_aligned(const struct uvfio *ctx, const struct uvfio_section *section)
{
	uint64_t bits = section->start | section->offset |
			(uvfio_section_span(section) + 1);

	return !(bits & (ctx->host_page_size - 1));
}

static int fail_memory(struct uvfio_container *container, struct uvfio_error *err,
		       int code, const struct uvfio_section *section,
		       const struct vfio_iommu_spapr_register_memory *reg,
		       const struct uvfio_failure *what)
{
	return uvfio_fail_errno(container->ctx, err, code, what,
				"%s %s vaddr 0x%llx size 0x%llx", what->ioctl,
				section->memory->name, (unsigned long long)reg->vaddr,
				(unsigned long long)reg->size);
}

static int region_add(void *opaque, const struct uvfio_section *section,
		      struct uvfio_error *err)
{
	struct uvfio_container *container = opaque;
	struct vfio_iommu_spapr_register_memory reg;
	struct uvfio *ctx = container->ctx;
	int ret;

	if (!wants(section)) {
		uvfio_trace(ctx, vfio_prereg_listener_region_add_skip, "0x%llx - 0x%llx",
			    (unsigned long long)section->start,
			    (unsigned long long)(section->start +
						 uvfio_section_span(section)));
		return 0;
	}
	if (!is_aligned(ctx, section))
		return uvfio_fail(ctx, err, -EINVAL, UVFIO_FAILURE(OP, .iova = section->start),
				  "%s at 0x%llx: address, size and offset must be multiples of the page to be registered",
				  section->memory->name, (unsigned long long)section->start);
	ret = ioctl_memory(container, VFIO_IOMMU_SPAPR_REGISTER_MEMORY, section, &reg);
	uvfio_trace(ctx, vfio_prereg_register, "va=0x%llx size=0x%llx ret=%d",
		    (unsigned long long)reg.vaddr, (unsigned long long)reg.size, ret);
	if (ret >= 0)
		return 0;
	return fail_memory(container, err, ret, section, &reg,
			   UVFIO_FAILURE(OP, .iova = section->start, .length = reg.size,
					 .ioctl = "VFIO_IOMMU_SPAPR_REGISTER_MEMORY",
					 .hint = ret == -ENOMEM ? nomem_hint : NULL));
}

static int region_del(void *opaque, const struct uvfio_section *section,
		      struct uvfio_error *err)
{
	struct uvfio_container *container = opaque;
	struct vfio_iommu_spapr_register_memory reg;
	struct uvfio *ctx = container->ctx;
	int ret;

	if (!wants(section)) {
		uvfio_trace(ctx, vfio_prereg_listener_region_del_skip, "0x%llx - 0x%llx",
			    (unsigned long long)section->start,
			    (unsigned long long)(section->start +
						 uvfio_section_span(section)));
		return 0;
	}
	ret = ioctl_memory(container, VFIO_IOMMU_SPAPR_UNREGISTER_MEMORY, section, &reg);
	uvfio_trace(ctx, vfio_prereg_unregister, "va=0x%llx size=0x%llx ret=%d",
		    (unsigned long long)reg.vaddr, (unsigned long long)reg.size, ret);
	if (ret >= 0)
		return 0;
	return fail_memory(container, err, ret, section, &reg,
			   UVFIO_FAILURE("uvfio_section_del", .iova = section->start,
					 .length = reg.size,
					 .ioctl = "VFIO_IOMMU_SPAPR_UNREGISTER_MEMORY"));
}

static const struct uvfio_listener_ops ops = {
	.size = sizeof(ops),
	.region_add = region_add,
	.region_del = region_del,
};

int uvfio_spapr_prereg(struct uvfio_container *container,
		       struct uvfio_listener **listener, struct uvfio_error *err)
{
	struct uvfio_address_space *system;
	int ret = uvfio_get_address_space(container->ctx, NULL, &system, err);

	if (ret)
		return ret;
	ret = uvfio_listener_register(system, &ops, container, listener, err);
	uvfio_put_address_space(system);
	return ret;
}
