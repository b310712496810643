// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * A container follows its address space: what becomes of each section.
 */
#include "container_listener.h"

#include <uvfio/listener.h>

#include "container_iommu.h"
#include "dma.h"
#include "host_window.h"
#include "memory_object.h"
#include "report.h"
#include "section.h"

/* A section the container has taken. The address space holds its memory. */
struct entry {
	struct uvfio_tree_node node;	/* key = its first address */
	uint64_t first, last;		/* the whole pages in it */
	bool mapped;
	struct uvfio_container_iommu *iommu;
};

/*
 * What may not be mapped at all. Addresses with bit 63 are there for a moment only,
 * while a guest finds out the size of a 64-bit BAR.
 */
static bool is_skipped(const struct uvfio_section *section)
{
	return section->memory->type == UVFIO_MEMORY_OTHER || section->start >> 63;
}

static bool is_misaligned(const struct uvfio_section *section, uint64_t page)
{
	return (section->start ^ section->offset) & (page - 1);
}

/* False when there is not one whole page. Ends are inclusive: 2^64 has 65 bits. */
static bool whole_pages(const struct uvfio_section *section, uint64_t page,
			uint64_t *first, uint64_t *last)
{
	uint64_t mask = page - 1;

	*first = (section->start + mask) & ~mask;
	*last = section->start + uvfio_section_span(section);
	if (~*last & mask) {
		if (*last < page)
			return false;
		*last = (*last & ~mask) - 1;
	}
	return *first <= *last;
}

static bool wants(struct uvfio_container *container, const struct uvfio_section *section,
		  uint64_t *first, uint64_t *last)
{
	uint64_t page = container->ctx->target_page_size;

	if (is_skipped(section)) {
		uvfio_trace(container->ctx, vfio_listener_region_add_skip,
			    "SKIPPING 0x%llx - 0x%llx",
			    (unsigned long long)section->start,
			    (unsigned long long)(section->start +
						 uvfio_section_span(section)));
		return false;
	}
	if (is_misaligned(section, page)) {
		uvfio_log(container->ctx, UVFIO_LOG_WARNING,
			  "%s: section at 0x%llx starts at 0x%llx in its memory object, elsewhere in a page: not mapped",
			  section->memory->name, (unsigned long long)section->start,
			  (unsigned long long)section->offset);
		return false;
	}
	return whole_pages(section, page, first, last);
}

static int map(struct uvfio_container *container, struct entry *entry,
	       const struct uvfio_section *section, struct uvfio_error *err)
{
	void *vaddr = uvfio_section_vaddr(section, entry->first);

	entry->mapped = true;	/* or there is no entry */
	uvfio_trace(container->ctx, vfio_listener_region_add_ram,
		    "[ram] 0x%llx - 0x%llx [%p]",
		    (unsigned long long)entry->first,
		    (unsigned long long)entry->last, vaddr);
	return uvfio_dma_map(container, entry->first, entry->last - entry->first + 1,
			     vaddr, section->readonly || section->memory->readonly, err);
}

static int add_ram(struct uvfio_container *container, struct entry *entry,
		   const struct uvfio_section *section, struct uvfio_error *err)
{
	int ret = uvfio_host_win_lookup(container, entry->first, entry->last, NULL, err);

	return ret ? ret : map(container, entry, section, err);
}

/* A part of a page of a device must not take the rest of it along. */
static int add_ram_device(struct uvfio_container *container, struct entry *entry,
			  const struct uvfio_section *section,
			  struct uvfio_error *err)
{
	uint64_t size = entry->last - entry->first + 1;
	struct uvfio_host_window window;
	uint64_t page;
	int ret = uvfio_host_win_lookup(container, entry->first, entry->last, &window,
					err);

	if (ret)
		return ret;
	page = window.pgsizes & -window.pgsizes;
	if (!((entry->first | size) & (page - 1)))
		return map(container, entry, section, err);
	uvfio_trace(container->ctx, vfio_listener_region_add_no_dma_map,
		    "Region \"%s\" 0x%llx size=0x%llx is not aligned to 0x%llx and cannot be mapped for DMA",
		    section->memory->name, (unsigned long long)entry->first,
		    (unsigned long long)size, (unsigned long long)page);
	return 0;
}

static int add_iommu(struct uvfio_container *container, struct entry *entry,
		     const struct uvfio_section *section, struct uvfio_error *err)
{
	struct uvfio_error ignored;
	int ret;

	if (container->model->sections_in_windows) {
		ret = uvfio_host_win_lookup(container, entry->first, entry->last, NULL,
					    err);
		if (ret)
			return ret;
	} else if (!uvfio_host_win_touches(container, entry->first, entry->last)) {
		return uvfio_fail_no_window(container, err, "uvfio_section_add",
					    entry->first, entry->last);
	}
	uvfio_trace(container->ctx, vfio_listener_region_add_iommu,
		    "[iommu] 0x%llx - 0x%llx",
		    (unsigned long long)entry->first, (unsigned long long)entry->last);
	ret = uvfio_attach_iommu(container, section, entry->first, entry->last,
				 &entry->iommu, err);
	if (ret)	/* a part of the translations may be mapped */
		uvfio_dma_unmap_span(container, entry->first, entry->last, &ignored);
	return ret;
}

typedef int (*add_fn)(struct uvfio_container *container, struct entry *entry,
		      const struct uvfio_section *section, struct uvfio_error *err);

static const add_fn add_by_type[] = {
	[UVFIO_MEMORY_RAM] = add_ram,
	[UVFIO_MEMORY_RAM_DEVICE] = add_ram_device,
	[UVFIO_MEMORY_IOMMU] = add_iommu,
};

static int model_add(struct uvfio_container *container,
		     const struct uvfio_section *section, struct uvfio_error *err)
{
	if (!container->model->section_add)
		return 0;
	return container->model->section_add(container, section, err);
}

static int model_del(struct uvfio_container *container,
		     const struct uvfio_section *section, struct uvfio_error *err)
{
	if (!container->model->section_del)
		return 0;
	return container->model->section_del(container, section, err);
}

static int take(struct uvfio_container *container, struct entry *entry,
		const struct uvfio_section *section, struct uvfio_error *err)
{
	struct uvfio_error ignored;
	int ret = model_add(container, section, err);

	if (ret)
		return ret;
	ret = add_by_type[section->memory->type](container, entry, section, err);
	if (ret) {
		model_del(container, section, &ignored);
		return ret;
	}
	entry->node.key = section->start;
	uvfio_tree_insert(&container->sections, &entry->node);
	return 0;
}

/* Devices that cannot reach another's memory still work. */
static int region_add(void *opaque, const struct uvfio_section *section,
		      struct uvfio_error *err)
{
	struct uvfio_container *container = opaque;
	struct entry *entry;
	uint64_t first, last;
	int ret;

	if (!wants(container, section, &first, &last))
		return 0;
	entry = uvfio_zalloc(container->ctx, sizeof(*entry));
	if (!entry)
		return uvfio_fail_nomem(container->ctx, err, "uvfio_section_add");
	entry->first = first;
	entry->last = last;
	ret = take(container, entry, section, err);
	if (!ret)
		return 0;
	uvfio_free_mem(container->ctx, entry);
	if (section->memory->type != UVFIO_MEMORY_RAM_DEVICE)
		return ret;
	uvfio_log(container->ctx, UVFIO_LOG_WARNING,
		  "%s: %s: not mapped for other devices, PCI peer-to-peer may not work",
		  section->memory->name, err->message);
	return 0;
}

/* What was mapped for an IOMMU goes in one, without asking for translations. */
static int unmap(struct uvfio_container *container, struct entry *entry,
		 struct uvfio_error *err)
{
	uvfio_trace(container->ctx, vfio_listener_region_del, "0x%llx - 0x%llx",
		    (unsigned long long)entry->first, (unsigned long long)entry->last);
	if (entry->iommu) {
		uvfio_detach_iommu(entry->iommu);
		return uvfio_dma_unmap_span(container, entry->first, entry->last, err);
	}
	if (entry->mapped)
		return uvfio_dma_unmap(container, entry->first,
				       entry->last - entry->first + 1, err);
	return 0;
}

static struct entry *find(struct uvfio_container *container, uint64_t start)
{
	struct uvfio_tree_node *node = uvfio_tree_floor(&container->sections, start);

	if (!node || node->key != start)
		return NULL;
	return uvfio_tree_entry(node, struct entry, node);
}

static int region_del(void *opaque, const struct uvfio_section *section,
		      struct uvfio_error *err)
{
	struct uvfio_container *container = opaque;
	struct entry *entry = find(container, section->start);
	struct uvfio_error why, first = { .code = 0 };

	if (!entry) {
		uvfio_trace(container->ctx, vfio_listener_region_del_skip,
			    "SKIPPING 0x%llx - 0x%llx",
			    (unsigned long long)section->start,
			    (unsigned long long)(section->start +
						 uvfio_section_span(section)));
		return 0;
	}
	if (unmap(container, entry, &why))
		uvfio_keep_first(container->ctx, &first, &why);
	if (model_del(container, section, &why))
		uvfio_keep_first(container->ctx, &first, &why);
	uvfio_tree_remove(&container->sections, &entry->node);
	uvfio_free_mem(container->ctx, entry);
	return first.code ? uvfio_pass_on(container->ctx, err, "uvfio_section_del",
					  &first) : 0;
}

static const struct uvfio_listener_ops ops = {
	.size = sizeof(ops),
	.region_add = region_add,
	.region_del = region_del,
};

int uvfio_container_listen(struct uvfio_container *container, struct uvfio_error *err)
{
	return uvfio_listener_register(container->as, &ops, container,
				       &container->listener, err);
}

void uvfio_container_stop_listening(struct uvfio_container *container)
{
	struct uvfio_error why;

	if (uvfio_listener_unregister(container->listener, &why))
		uvfio_log(container->ctx, UVFIO_LOG_WARNING,
			  "unmapping the sections of a container: %s", why.message);
}
