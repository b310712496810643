// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * The table of IOMMU models.
 */
#include <stddef.h>

#include <linux/vfio.h>

#include "container.h"
#include "iommu_model.h"
#include "spapr.h"

const struct uvfio_iommu_model uvfio_iommu_models[] = {
	{
		.type = VFIO_TYPE1v2_IOMMU,
		.name = "type1v2",
		.unmap_exact = true,
		.is_type1 = true,
		.set_up = uvfio_type1_set_up,
		.users_changed = uvfio_type1_users_changed,
	},
	{
		.type = VFIO_TYPE1_IOMMU,
		.name = "type1",
		.is_type1 = true,
		.set_up = uvfio_type1_set_up,
		.users_changed = uvfio_type1_users_changed,
	},
	{
		.type = VFIO_SPAPR_TCE_v2_IOMMU,
		.name = "spapr_tce_v2",
		.fallback = VFIO_SPAPR_TCE_IOMMU,
		.sections_in_windows = true,
		.set_up = uvfio_spapr_v2_set_up,
		.tear_down = uvfio_spapr_v2_tear_down,
		.section_add = uvfio_spapr_section_add,
		.section_del = uvfio_spapr_section_del,
	},
	{
		.type = VFIO_SPAPR_TCE_IOMMU,
		.name = "spapr_tce",
		.sections_in_windows = true,
		.set_up = uvfio_spapr_v1_set_up,
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
