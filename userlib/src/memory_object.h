/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef UVFIO_SRC_MEMORY_OBJECT_H
#define UVFIO_SRC_MEMORY_OBJECT_H

#include <uvfio/memory.h>

#include "ctx.h"
#include "tree.h"

struct uvfio_memory {
	struct uvfio *ctx;
	unsigned int refs;
	enum uvfio_memory_type type;
	char *name;
	uint64_t last;			/* its last byte */
	uintptr_t vaddr;
	bool readonly;
	struct uvfio_iommu_ops iommu;
	void (*release)(void *opaque);
	void *opaque;
	struct uvfio_tree notifiers;	/* see viommu.c */
	unsigned int notifier_serial;	/* of the next */
	unsigned int unmap_notifiers;	/* how many of them want UVFIO_IOMMU_UNMAP */
	unsigned int map_notifiers;	/* ... UVFIO_IOMMU_MAP */
};

static inline bool uvfio_memory_is_ram(const struct uvfio_memory *memory)
{
	return memory->type == UVFIO_MEMORY_RAM ||
	       memory->type == UVFIO_MEMORY_RAM_DEVICE;
}

#endif /* UVFIO_SRC_MEMORY_OBJECT_H */
