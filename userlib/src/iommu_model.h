/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The IOMMU models the library can drive.
 */
#ifndef UVFIO_SRC_IOMMU_MODEL_H
#define UVFIO_SRC_IOMMU_MODEL_H

#include <stdbool.h>

struct uvfio_iommu_model {
	unsigned int type;	/* as in VFIO_CHECK_EXTENSION and VFIO_SET_IOMMU */
	const char *name;
	/*
	 * Unmapping works on mappings, not on pages: what kernels got wrong at
	 * the end of the address space they got wrong here only.
	 */
	bool unmap_exact;
};

/* In the default order of preference; ends with a NULL name. */
extern const struct uvfio_iommu_model uvfio_iommu_models[];

/* NULL when the library does not know the type. */
const struct uvfio_iommu_model *uvfio_find_iommu_model(unsigned int type);

#endif /* UVFIO_SRC_IOMMU_MODEL_H */
