// SPDX-License-Identifier: GPL-2.0-only OR LGPL-2.1-or-later
/* A container's sPAPR IOMMU as a whole: its start, its end, who is in it. */
#include "spapr_priv.h"

#define GIB	0x40000000ull

static const struct spapr_traits platforms[] = {
	[SPAPR_PSERIES] = {
		.pgsizes = 0x1211000, /* 4 KiB, 64 KiB, 2 MiB, 16 MiB */
		.default_size = GIB,
		.min_levels = 0,
		.max_levels = 1,
		.default_first = true,
	},
	[SPAPR_POWERNV] = {
		.pgsizes = 0x40211000, /* 4 KiB, 64 KiB, 2 MiB, 1 GiB */
		.default_size = 2 * GIB,
		.min_levels = 1,
		.max_levels = 5,
		.shares_windows = true,
	},
};

const struct spapr_traits *spapr_traits(const struct spapr *s)
{
	return &platforms[s->config.platform];
}

int spapr_init(struct spapr *s, const struct spapr_config *config, unsigned long type,
	       const struct spapr_host_ops *ops, void *host)
{
	if (type != VFIO_SPAPR_TCE_IOMMU && type != VFIO_SPAPR_TCE_v2_IOMMU)
		return -EINVAL;
	*s = (struct spapr){
		.config = *config,
		.v2 = type == VFIO_SPAPR_TCE_v2_IOMMU,
		.ops = ops,
		.host = host,
		.memory = RB_ROOT,
	};
	if (!s->config.pgsizes)
		s->config.pgsizes = spapr_traits(s)->pgsizes;
	return 0;
}

void spapr_release(struct spapr *s)
{
	int i;

	for (i = 0; i < SPAPR_MAX_WINDOWS; i++)
		if (s->windows[i].exists)
			spapr_drop_window(s, &s->windows[i]);
	spapr_forget_memory(s);
	if (s->enabled && !s->v2)
		s->ops->uncharge(s->host, spapr_traits(s)->default_size);
	s->enabled = false;
}

int spapr_attach(struct spapr *s, struct spapr_group *group)
{
	bool has_windows = s->windows[0].exists || s->windows[1].exists;

	if (s->v2 && s->config.no_ddw)
		return -EINVAL;
	if (!s->v2 && s->groups)
		return -EBUSY;
	if (s->groups && has_windows && !spapr_traits(s)->shares_windows)
		return -EPERM;
	if (!s->groups && !s->windows[0].exists)
		s->default_pending = true;
	group->next = s->groups;
	s->groups = group;
	return 0;
}

void spapr_detach(struct spapr *s, struct spapr_group *group)
{
	struct spapr_group **link = &s->groups;
	int i;

	while (*link != group)
		link = &(*link)->next;
	*link = group->next;
	for (i = 0; i < SPAPR_MAX_WINDOWS; i++)
		if (s->windows[i].exists)
			spapr_clear(s, &s->windows[i], 0, ~0ull);
}

int spapr_check_extension(const struct spapr_config *config, unsigned long extension)
{
	switch (extension) {
	case VFIO_SPAPR_TCE_IOMMU:
	case VFIO_SPAPR_TCE_v2_IOMMU:
	case VFIO_EEH:
		return config->types >> extension & 1;
	default:
		return 0;
	}
}
