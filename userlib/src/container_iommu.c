// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * A guest's IOMMU in a container: each translation it announces becomes a
 * mapping of the memory behind it.
 */
#include "container_iommu.h"

#include "dma.h"
#include "host_window.h"
#include "memory_object.h"
#include "report.h"
#include "section.h"

#define OP	"uvfio_iommu_notify"

struct uvfio_container_iommu {
	struct uvfio_container *container;
	struct uvfio_iommu_notifier *notifier;
	uint64_t base;	/* where the IOMMU's address 0 is, modulo 2^64 */
};

static int fail_entry(struct uvfio_container *container, struct uvfio_error *err,
		      int code, const struct uvfio_iommu_entry *entry,
		      const char *verdict)
{
	return uvfio_fail(container->ctx, err, code,
			  UVFIO_FAILURE(OP, .iova = entry->iova,
					.length = entry->addr_mask + 1),
			  "IOMMU entry at 0x%llx for 0x%llx with mask 0x%llx: %s",
			  (unsigned long long)entry->iova,
			  (unsigned long long)entry->translated,
			  (unsigned long long)entry->addr_mask, verdict);
}

/* The section of system memory that holds all the entry translates to. */
static int get_target(struct uvfio_container *container,
		      const struct uvfio_iommu_entry *entry,
		      struct uvfio_section *target, struct uvfio_error *err)
{
	struct uvfio_address_space *system =
		uvfio_find_address_space(container->ctx, NULL);

	if (!system || uvfio_section_find(system, entry->translated, target) ||
	    !uvfio_memory_is_ram(target->memory))
		return fail_entry(container, err, -EFAULT, entry,
				  "translates to what is not memory");
	if (uvfio_section_span(target) - (entry->translated - target->start) <
	    entry->addr_mask)
		return fail_entry(container, err, -EFAULT, entry,
				  "its granularity does not fit the memory it translates to");
	return 0;
}

/* The memory object is held while its address is in use. */
static int map_entry(struct uvfio_container *container, uint64_t iova,
		     const struct uvfio_iommu_entry *entry, struct uvfio_error *err)
{
	struct uvfio_section target;
	bool readonly;
	void *vaddr;
	int ret = get_target(container, entry, &target, err);

	if (!ret)
		ret = uvfio_host_win_lookup(container, iova, iova + entry->addr_mask,
					    NULL, err);
	if (ret)
		return ret;
	uvfio_memory_get(target.memory);
	vaddr = uvfio_section_vaddr(&target, entry->translated);
	readonly = !(entry->access & UVFIO_IOMMU_WRITE) || target.readonly ||
		   target.memory->readonly;
	ret = uvfio_dma_map(container, iova, entry->addr_mask + 1, vaddr, readonly, err);
	uvfio_memory_put(target.memory);
	return ret;
}

static int on_entry(void *opaque, const struct uvfio_iommu_entry *entry,
		    struct uvfio_error *err)
{
	const struct uvfio_container_iommu *iommu = opaque;
	struct uvfio_container *container = iommu->container;
	uint64_t iova = iommu->base + entry->iova;

	uvfio_trace(container->ctx, vfio_iommu_map_notify, "iommu %s @ 0x%llx - 0x%llx",
		    entry->access == UVFIO_IOMMU_NONE ? "UNMAP" : "MAP",
		    (unsigned long long)iova,
		    (unsigned long long)(iova + entry->addr_mask));
	if (entry->target)
		return fail_entry(container, err, -EXDEV, entry,
				  "only system memory can be its target");
	if (entry->access == UVFIO_IOMMU_NONE)
		return uvfio_dma_unmap_span(container, iova, iova + entry->addr_mask, err);
	return map_entry(container, iova, entry, err);
}

/* Nothing beyond what is unmapped in the end may be mapped, hence no partial page. */
int uvfio_attach_iommu(struct uvfio_container *container,
		       const struct uvfio_section *section, uint64_t first, uint64_t last,
		       struct uvfio_container_iommu **out, struct uvfio_error *err)
{
	const uint64_t base = section->start - section->offset;
	struct uvfio_container_iommu *iommu = uvfio_zalloc(container->ctx, sizeof(*iommu));
	const struct uvfio_iommu_notifier_options opts = {
		.size = sizeof(opts),
		.first = first - base,
		.last = last - base,
		.events = UVFIO_IOMMU_UNMAP | UVFIO_IOMMU_MAP,
		.notify = on_entry,
		.opaque = iommu,
	};
	int ret;

	if (!iommu)
		return uvfio_fail_nomem(container->ctx, err, "uvfio_section_add");
	iommu->container = container;
	iommu->base = base;
	ret = uvfio_iommu_notifier_register(section->memory, &opts, &iommu->notifier,
					    err);
	if (!ret)
		ret = uvfio_iommu_replay(iommu->notifier, err);
	if (ret) {
		uvfio_detach_iommu(iommu);
		return ret;
	}
	*out = iommu;
	return 0;
}

void uvfio_detach_iommu(struct uvfio_container_iommu *iommu)
{
	struct uvfio *ctx = iommu->container->ctx;

	uvfio_iommu_notifier_unregister(iommu->notifier);
	uvfio_free_mem(ctx, iommu);
}
