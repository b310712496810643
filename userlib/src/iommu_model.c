// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * The table of IOMMU models.
 */
#include <stddef.h>

#include <linux/vfio.h>

#include "container.h"
#include "iommu_model.h"

const struct uvfio_iommu_model uvfio_iommu_models[] = {
	{
		.type = VFIO_TYPE1v2_IOMMU,
		.name = "type1v2",
		.unmap_exact = true,
		.set_up = uvfio_type1_set_up,
	},
	{
		.type = VFIO_TYPE1_IOMMU,
		.name = "type1",
		.set_up = uvfio_type1_set_up,
	},
	{ .name = NULL },
};

const struct uvfio_iommu_model *uvfio_find_iommu_model(unsigned int type)
{
	const struct uvfio_iommu_model *model;

	for (model = uvfio_iommu_models; model->name; model++)
		if (model->type == type)
			return model;
	return NULL;
}
