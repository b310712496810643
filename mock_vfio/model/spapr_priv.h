/* SPDX-License-Identifier: GPL-2.0-only OR LGPL-2.1-or-later */
/* What the files of the sPAPR model share among themselves. */
#ifndef MODEL_SPAPR_PRIV_H
#define MODEL_SPAPR_PRIV_H

#include "spapr.h"

static inline bool spapr_has_quirk(const struct spapr *s, u64 quirk)
{
	return s->config.quirks & quirk;
}

/**
 * struct spapr_traits - what a platform is like
 * @pgsizes: of dynamic windows
 * @default_size: of the default window, which starts at 0
 * @min_levels: fewest levels of a table that TCE_CREATE accepts
 * @max_levels: most levels
 * @shares_windows: groups can share a container's windows
 * @default_first: no window at 0 can be made while there is another
 */
struct spapr_traits {
	u64 pgsizes;
	u64 default_size;
	u32 min_levels;
	u32 max_levels;
	bool shares_windows;
	bool default_first;
};

/* spapr.c */
const struct spapr_traits *spapr_traits(const struct spapr *s);

/* spapr_window.c */
struct spapr_window *spapr_find_window(struct spapr *s, u64 iova);
int spapr_default_window(struct spapr *s);
int spapr_create_window(struct spapr *s, struct vfio_iommu_spapr_tce_create *create);
int spapr_remove_window(struct spapr *s, u64 iova);
void spapr_drop_window(struct spapr *s, struct spapr_window *w);

/* spapr_table.c */

/* A page table entry: the program's address, with what is allowed in its low bits. */
struct spapr_tce {
	u64 vaddr_prot;
	struct page *page;	/* that version 1 pinned */
};

#define TCE_PROT	(VFIO_DMA_MAP_FLAG_READ | VFIO_DMA_MAP_FLAG_WRITE)

struct spapr_tce *spapr_tce_find(const struct spapr_window *w, u64 nr);
struct spapr_tce *spapr_tce_get(struct spapr_window *w, u64 nr);
struct spapr_tce *spapr_tce_first(const struct spapr_window *w, u64 *nr, u64 end);
void spapr_free_table(struct spapr_window *w);

/* spapr_map.c */
int spapr_map(struct spapr *s, const struct vfio_iommu_type1_dma_map *map);
int spapr_unmap(struct spapr *s, const struct vfio_iommu_type1_dma_unmap *unmap);
void spapr_clear(struct spapr *s, struct spapr_window *w, u64 first, u64 end);

/* spapr_memory.c */
int spapr_register(struct spapr *s, u64 vaddr, u64 size);
int spapr_unregister(struct spapr *s, u64 vaddr, u64 size);
struct spapr_memory *spapr_find_memory(const struct spapr *s, u64 vaddr, u64 size);
void spapr_forget_memory(struct spapr *s);

#endif /* MODEL_SPAPR_PRIV_H */
