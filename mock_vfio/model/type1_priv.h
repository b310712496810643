/* SPDX-License-Identifier: GPL-2.0-only OR LGPL-2.1-or-later */
/* What the model's files share among themselves. */
#ifndef MODEL_TYPE1_PRIV_H
#define MODEL_TYPE1_PRIV_H

#include "type1.h"

/*
 * A page that a device pinned. The record is per page and not per range, as a
 * device may pin a range and unpin it in other pieces.
 */
struct type1_pin {
	struct rb_node node;
	u64 iova;
	u32 count;
	struct page *page;
};

static inline bool has_quirk(const struct type1 *t, u64 quirk)
{
	return t->config.quirks & quirk;
}

/* The smallest page size: what ranges must be aligned to, and dirty bits stand for. */
static inline unsigned int granule_shift(const struct type1 *t)
{
	return __builtin_ctzll(t->config.pgsizes);
}

static inline u64 granule(const struct type1 *t)
{
	return t->config.pgsizes & -t->config.pgsizes;
}

/* Whether a range of @size bytes, not 0, goes on beyond the last address. */
static inline bool wraps(u64 start, u64 size)
{
	return start + (size - 1) < start;
}

static inline int wrap_errno(const struct type1 *t)
{
	return has_quirk(t, TYPE1_QUIRK(WRAP_EINVAL)) ? -EINVAL : -EOVERFLOW;
}

/* mappings.c */
struct type1_mapping *mapping_first(const struct type1 *t, u64 iova, u64 size);
struct type1_mapping *mapping_next(const struct type1 *t, struct type1_mapping *m,
				   u64 iova, u64 size);
struct type1_mapping *mapping_find(const struct type1 *t, u64 iova, u64 size);
struct type1_mapping *mapping_exact(const struct type1 *t, u64 iova, u64 size);
bool mapping_bisected(const struct type1 *t, u64 iova, u64 size);
void mapping_link(struct type1 *t, struct type1_mapping *m);
void mapping_unlink(struct type1 *t, struct type1_mapping *m);

/* type1_map.c */
int type1_map(struct type1 *t, struct type1_request *r);
void type1_drop(struct type1 *t, struct type1_mapping *m);

/* type1_unmap.c */
int type1_unmap(struct type1 *t, struct type1_request *r);

/* type1_info.c */
int type1_get_info(struct type1 *t, struct type1_request *r);

/* type1_dirty.c */
bool dirty_bitmap_fits(u64 size, const struct vfio_bitmap *bitmap);
int type1_dirty_pages(struct type1 *t, struct type1_request *r);
int dirty_alloc(const struct type1 *t, struct type1_mapping *m);
int dirty_report(const struct type1 *t, struct type1_mapping *m, u64 base, u64 user_bits);

/* type1_pin.c */
void type1_unpin_all(struct type1 *t, struct type1_mapping *m);

/* The largest bitmap type1 handles: 2^31 - 1 pages. */
#define DIRTY_PAGES_MAX		0x7fffffffull
#define DIRTY_BYTES(pages)	(((u64)(pages) + 63) / 64 * 8)

#endif /* MODEL_TYPE1_PRIV_H */
