/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef UVFIO_SRC_REGION_H
#define UVFIO_SRC_REGION_H

#include <stdatomic.h>

#include <uvfio/region.h>

#include "device.h"

struct uvfio_region {
	struct uvfio_device *dev;
	char *name;
	uint32_t index;
	uint32_t flags;
	uint64_t size;
	uint64_t fd_offset;
	struct uvfio_mmap *mmaps;
	size_t nr_mmaps;
	bool mapped;		/* every area is */
	bool exited;
	/*
	 * Whether accesses may use the mappings. Readers look only at this; the
	 * addresses were written before it was first set and stay until the
	 * region is finalized.
	 */
	atomic_bool direct;
	/*
	 * The largest mapping, for uvfio_region_load() and _store() to look at first;
	 * the bytes of it that they may read and write.
	 */
	struct {
		char *addr;
		uint64_t offset;
		uint64_t readable, writable;
	} largest;
};

/*
 * The areas of a SPARSE_MMAP capability, without empty ones. Returns 0 with
 * region->mmaps and nr_mmaps set, -ENODEV when there is no such capability,
 * -EPROTO when it is malformed (*why says how), -ENOMEM.
 */
int uvfio_setup_region_sparse_mmaps(struct uvfio_region *region,
				    const struct vfio_region_info *info,
				    const char **why);

#endif /* UVFIO_SRC_REGION_H */
