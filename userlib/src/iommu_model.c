// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * The table of IOMMU models.
 */
#include <stddef.h>

#include <linux/vfio.h>

#include "iommu_model.h"

const struct uvfio_iommu_model uvfio_iommu_models[] = {
	{ VFIO_TYPE1v2_IOMMU, "type1v2", true },
	{ VFIO_TYPE1_IOMMU, "type1", false },
	{ 0, NULL, false },
};

const struct uvfio_iommu_model *uvfio_find_iommu_model(unsigned int type)
{
	const struct uvfio_iommu_model *model;

	for (model = uvfio_iommu_models; model->name; model++)
		if (model->type == type)
			return model;
	return NULL;
}
