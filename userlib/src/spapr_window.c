// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * DMA windows of sPAPR version 2: one for each IOMMU section, where the section
 * is. The kernel decides where a window goes, so what it decided is checked.
 */
#include "group.h"
#include "host_window.h"
#include "kvm.h"
#include "memory_object.h"
#include "report.h"
#include "section.h"
#include "spapr.h"

#define DEFAULT_PGSIZE	0x1000

/*
 * The largest page that IOMMU, host memory and kernel have in common; 0: none. A
 * page of the guest's may be made of several smaller ones.
 */
static uint64_t choose_page(const struct uvfio_container *container,
			    const struct uvfio_memory *iommu)
{
	uint64_t pgsizes = iommu->iommu.pgsizes ? iommu->iommu.pgsizes(iommu->opaque) :
						  DEFAULT_PGSIZE;
	uint64_t limit = pgsizes & -pgsizes;
	uint64_t common;

	if (limit > container->ctx->host_page_size)
		limit = container->ctx->host_page_size;
	if (!limit)
		return 0;
	common = container->pgsizes & (limit | (limit - 1));
	while (common & (common - 1))
		common &= common - 1;
	return common;
}

/*
 * A table of few levels is fast, but its parts may be too large to be allocated:
 * another level makes them smaller.
 */
static int create_window(struct uvfio_container *container,
			 struct vfio_iommu_spapr_tce_create *create)
{
	const struct uvfio_spapr *spapr = container->model_data;
	int ret;

	for (create->levels = 1; ; create->levels++) {
		create->argsz = sizeof(*create);
		ret = uvfio_ioctl(container->ctx, container->fd,
				  VFIO_IOMMU_SPAPR_TCE_CREATE, create);
		if (ret >= 0 || create->levels >= spapr->levels)
			return ret;
	}
}

int uvfio_spapr_remove_window(struct uvfio_container *container, const char *operation,
			      uint64_t start, struct uvfio_error *err)
{
	struct vfio_iommu_spapr_tce_remove remove = {
		.argsz = sizeof(remove), .start_addr = start,
	};
	int ret = uvfio_ioctl(container->ctx, container->fd,
			      VFIO_IOMMU_SPAPR_TCE_REMOVE, &remove);

	uvfio_trace(container->ctx, vfio_spapr_remove_window, "offset=0x%llx",
		    (unsigned long long)start);
	if (ret >= 0)
		return 0;
	return uvfio_fail_errno(container->ctx, err, ret,
				UVFIO_FAILURE(operation, .iova = start,
					      .ioctl = "VFIO_IOMMU_SPAPR_TCE_REMOVE"),
				"VFIO_IOMMU_SPAPR_TCE_REMOVE of the window at 0x%llx",
				(unsigned long long)start);
}

static int fail_window(struct uvfio_container *container, struct uvfio_error *err,
		       int code, const struct uvfio_section *section,
		       const char *verdict)
{
	return uvfio_fail(container->ctx, err, code,
			  UVFIO_FAILURE("uvfio_section_add", .iova = section->start,
					.length = section->size.lo,
					.ioctl = "VFIO_IOMMU_SPAPR_TCE_CREATE"),
			  "DMA window for %s at 0x%llx: %s", section->memory->name,
			  (unsigned long long)section->start, verdict);
}

/* A window for the section: where it is, and nowhere else. */
static int open_window(struct uvfio_container *container,
		       const struct uvfio_section *section, uint64_t page,
		       struct uvfio_error *err)
{
	struct vfio_iommu_spapr_tce_create create = {
		.page_shift = __builtin_ctzll(page), .window_size = section->size.lo,
	};
	struct uvfio_error ignored;
	int ret = create_window(container, &create);

	if (ret < 0)
		return uvfio_fail_errno(container->ctx, err, ret,
					UVFIO_FAILURE("uvfio_section_add",
						      .iova = section->start,
						      .length = section->size.lo,
						      .ioctl = "VFIO_IOMMU_SPAPR_TCE_CREATE"),
					"VFIO_IOMMU_SPAPR_TCE_CREATE size 0x%llx page shift %u levels %u",
					(unsigned long long)create.window_size,
					create.page_shift, create.levels);
	uvfio_trace(container->ctx, vfio_spapr_create_window,
		    "pageshift=0x%x levels=%u winsize=0x%llx offset=0x%llx",
		    create.page_shift, create.levels,
		    (unsigned long long)create.window_size,
		    (unsigned long long)create.start_addr);
	if (create.start_addr == section->start)
		return 0;
	uvfio_spapr_remove_window(container, "uvfio_section_add", create.start_addr,
				  &ignored);
	return uvfio_fail(container->ctx, err, -EINVAL,
			  UVFIO_FAILURE("uvfio_section_add", .iova = section->start,
					.length = section->size.lo,
					.ioctl = "VFIO_IOMMU_SPAPR_TCE_CREATE"),
			  "the kernel has the DMA window at 0x%llx, not at 0x%llx",
			  (unsigned long long)create.start_addr,
			  (unsigned long long)section->start);
}

/* KVM then maps for the guest without leaving the kernel. */
static void tell_kvm(struct uvfio_container *container, const struct uvfio_memory *iommu)
{
	struct uvfio_list *node;
	int table;

	if (!container->ctx->kvm.has_vm || !iommu->iommu.spapr_tce_fd)
		return;
	table = iommu->iommu.spapr_tce_fd(iommu->opaque);
	if (table < 0)
		return;
	uvfio_list_for_each(node, &container->groups)
		uvfio_kvm_set_spapr_tce(uvfio_list_entry(node, struct uvfio_group,
							 container_node), table);
}

int uvfio_spapr_section_add(struct uvfio_container *container,
			    const struct uvfio_section *section,
			    struct uvfio_error *err)
{
	uint64_t last = section->start + uvfio_section_span(section);
	struct uvfio_error ignored;
	uint64_t page;
	int ret;

	if (section->memory->type != UVFIO_MEMORY_IOMMU)
		return 0;
	if (section->size.hi)
		return fail_window(container, err, -EINVAL, section,
				   "no window is as large as the address space");
	if (uvfio_host_win_touches(container, section->start, last))
		return fail_window(container, err, -EEXIST, section, "overlaps another");
	page = choose_page(container, section->memory);
	if (!page)
		return fail_window(container, err, -EINVAL, section,
				   "IOMMU, host memory and kernel have no page size in common");
	ret = open_window(container, section, page, err);
	if (ret)
		return ret;
	ret = uvfio_host_win_add(container, section->start, last, page, err);
	if (ret) {
		uvfio_spapr_remove_window(container, "uvfio_section_add", section->start,
					  &ignored);
		errno = -ret;
		return ret;
	}
	tell_kvm(container, section->memory);
	return 0;
}

int uvfio_spapr_section_del(struct uvfio_container *container,
			    const struct uvfio_section *section,
			    struct uvfio_error *err)
{
	uint64_t last = section->start + uvfio_section_span(section);
	int ret, deleted;

	if (section->memory->type != UVFIO_MEMORY_IOMMU)
		return 0;
	ret = uvfio_spapr_remove_window(container, "uvfio_section_del", section->start,
					err);
	/* Of two failures the second goes to the log. */
	deleted = uvfio_host_win_del(container, section->start, last,
				     ret ? NULL : err);
	if (!ret)
		return deleted;
	errno = -ret;
	return ret;
}
