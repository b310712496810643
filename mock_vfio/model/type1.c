// SPDX-License-Identifier: GPL-2.0-only OR LGPL-2.1-or-later
/* A container's IOMMU as a whole: its start, its end, what it says it can do. */
#include "type1_priv.h"

/* What an Intel IOMMU with 48 address bits reports; the hole is the MSI window. */
static const struct type1_range intel_ranges[] = {
	{ 0, 0xfedfffff },
	{ 0xfef00000, 0xffffffffffff },
};

/* VFIO_TYPE1_NESTING_IOMMU, which newer headers don't define. */
#define OLD_TYPE1_NESTING_IOMMU	6

#define INTEL_PGSIZES		0x40201000ull /* 4 KiB, 2 MiB, 1 GiB */

static u64 effective_pgsizes(const struct type1_config *config)
{
	u64 pgsizes = config->pgsizes;

	if (!pgsizes)
		pgsizes = config->model == TYPE1_IOMMU ? INTEL_PGSIZES : ~0ull;
	if (pgsizes & (PORT_PAGE_SIZE - 1))
		pgsizes = (pgsizes & ~(PORT_PAGE_SIZE - 1)) | PORT_PAGE_SIZE;
	return pgsizes;
}

static void fill_defaults(struct type1_config *config)
{
	config->pgsizes = effective_pgsizes(config);
	if (config->quirks & TYPE1_QUIRK(NO_IOVA_RANGES)) {
		config->nr_ranges = 0;
	} else if (config->model == TYPE1_IOMMU && !config->nr_ranges) {
		memcpy(config->ranges, intel_ranges, sizeof(intel_ranges));
		config->nr_ranges = ARRAY_SIZE(intel_ranges);
	}
}

void type1_init(struct type1 *t, const struct type1_config *config, bool v2,
		const struct type1_host_ops *ops, void *host)
{
	*t = (struct type1){
		.config = *config,
		.v2 = v2,
		.ops = ops,
		.host = host,
		.mappings = RB_ROOT,
		.avail = config->dma_avail,
		.all_dirty = config->model == TYPE1_IOMMU,
	};
	fill_defaults(&t->config);
}

void type1_unmap_all(struct type1 *t)
{
	struct rb_node *node;

	while ((node = rb_first(&t->mappings))) {
		struct type1_mapping *m = rb_entry(node, struct type1_mapping, node);

		type1_unpin_all(t, m);
		type1_drop(t, m);
		port_breathe();
	}
	port_free(t->spare);
	t->spare = NULL;
}

bool type1_has_config(const struct type1 *t, const struct type1_config *config)
{
	const struct type1_config *a = &t->config;
	struct type1_config b = *config;

	fill_defaults(&b);
	return a->model == b.model && a->types == b.types && a->pgsizes == b.pgsizes &&
	       a->dma_avail == b.dma_avail && a->quirks == b.quirks &&
	       a->nr_ranges == b.nr_ranges &&
	       !memcmp(a->ranges, b.ranges, a->nr_ranges * sizeof(*a->ranges));
}

int type1_check_extension(const struct type1_config *config, bool set,
			  unsigned long extension)
{
	switch (extension) {
	case VFIO_TYPE1_IOMMU:
	case VFIO_TYPE1v2_IOMMU:
		return config->types >> extension & 1;
	case OLD_TYPE1_NESTING_IOMMU:
		return !!(config->quirks & TYPE1_QUIRK(NESTING_TYPE));
	case VFIO_UNMAP_ALL:
		return !(config->quirks & TYPE1_QUIRK(NO_UNMAP_ALL));
	case VFIO_UPDATE_VADDR:
		/* Emulated devices use addresses at any time: they can't go away. */
		return set && config->model == TYPE1_IOMMU &&
		       !(config->quirks & TYPE1_QUIRK(NO_UPDATE_VADDR));
	case VFIO_DMA_CC_IOMMU:
		/* True of no IOMMU at all, and not of QEMU's Intel one. */
		return set && config->model == TYPE1_EMULATED;
	default:
		return 0;
	}
}
