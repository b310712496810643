/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef UVFIO_SRC_CONTAINER_IOMMU_H
#define UVFIO_SRC_CONTAINER_IOMMU_H

#include <uvfio/section.h>

#include "container.h"

/* A container's interest in a section of an IOMMU. */
struct uvfio_container_iommu;

/*
 * Register the notifier for the whole pages of the section, which are at @first to
 * @last in the address space, then map the translations there are.
 */
int uvfio_attach_iommu(struct uvfio_container *container,
		       const struct uvfio_section *section, uint64_t first, uint64_t last,
		       struct uvfio_container_iommu **iommu,
		       struct uvfio_error *err);

/* No event arrives any more; what is mapped stays. */
void uvfio_detach_iommu(struct uvfio_container_iommu *iommu);

#endif /* UVFIO_SRC_CONTAINER_IOMMU_H */
