// SPDX-License-Identifier: GPL-2.0-only OR LGPL-2.1-or-later
/*
 * DMA windows. The first of the two places is at IOVA 0 and at the start belongs
 * to the default window, which is made when it is first needed; the other is at
 * 2^59. A window that is created takes the first free place: programs cannot ask
 * for an address, they are told it.
 */
#include "spapr_priv.h"

#define SECOND_START	0x800000000000000ull
#define DEFAULT_SHIFT	12
#define TCE_BYTES	8ull

/* The pages TCE_CREATE refuses though TCE_GET_INFO names them. */
#define REFUSED_PGSIZES	0x1000000ull

struct spapr_window *spapr_find_window(struct spapr *s, u64 iova)
{
	int i;

	for (i = 0; i < SPAPR_MAX_WINDOWS; i++) {
		struct spapr_window *w = &s->windows[i];

		if (w->exists && iova >= w->start && iova - w->start < w->size)
			return w;
	}
	return NULL;
}

static bool page_shift_ok(const struct spapr *s, u32 shift)
{
	u64 pgsizes = s->config.pgsizes;

	if (spapr_has_quirk(s, SPAPR_QUIRK(WRONG_PGSIZES)))
		pgsizes &= ~REFUSED_PGSIZES;
	return shift < 64 && pgsizes >> shift & 1;
}

/* Each level resolves its share of the IOVA's bits. */
static int check_levels(const struct spapr *s, unsigned int bits, u32 levels)
{
	const struct spapr_traits *traits = spapr_traits(s);
	u32 each;

	if (levels < traits->min_levels || levels > traits->max_levels)
		return -EINVAL;
	if (!levels)
		levels = 1;
	each = (bits + levels - 1) / levels;
	return s->config.level_bytes && TCE_BYTES << each > s->config.level_bytes ? -ENOMEM : 0;
}

static int make(struct spapr *s, struct spapr_window *w, u32 shift, u64 size)
{
	u64 bytes = (size >> shift) * TCE_BYTES;
	int ret = s->ops->charge(s->host, bytes);

	if (ret)
		return ret;
	*w = (struct spapr_window){
		.exists = true,
		.start = w == s->windows ? 0 : SECOND_START,
		.size = size,
		.page_shift = shift,
		.charged = bytes,
		.leaves = RB_ROOT,
	};
	return 0;
}

/* Whether every group can have one more window, and in this place. */
static int check_sharing(const struct spapr *s, const struct spapr_window *w)
{
	const struct spapr_traits *traits = spapr_traits(s);

	if (s->groups->next && !traits->shares_windows)
		return -EPERM;
	return traits->default_first && w == s->windows && s->windows[1].exists ? -EPERM : 0;
}

int spapr_default_window(struct spapr *s)
{
	int ret;

	if (!s->default_pending)
		return 0;
	ret = check_sharing(s, s->windows);
	if (!ret)
		ret = make(s, s->windows, DEFAULT_SHIFT, spapr_traits(s)->default_size);
	if (!ret)
		s->default_pending = false;
	return ret;
}

int spapr_create_window(struct spapr *s, struct vfio_iommu_spapr_tce_create *create)
{
	u64 size = create->window_size;
	struct spapr_window *w = s->windows;
	int ret = spapr_default_window(s);

	if (ret)
		return ret;
	while (w->exists)
		if (++w == s->windows + SPAPR_MAX_WINDOWS)
			return -ENOSPC;
	if (!page_shift_ok(s, create->page_shift))
		return -EINVAL;
	/* A power of two, at least a page, and not beyond the second place's start. */
	if (!size || size & (size - 1) || size >> create->page_shift == 0 || size > SECOND_START)
		return -EINVAL;
	ret = check_levels(s, __builtin_ctzll(size >> create->page_shift), create->levels);
	if (!ret)
		ret = check_sharing(s, w);
	if (!ret)
		ret = make(s, w, create->page_shift, size);
	if (!ret)
		create->start_addr = w->start;
	return ret;
}

int spapr_remove_window(struct spapr *s, u64 iova)
{
	struct spapr_window *w;

	if (s->default_pending && !iova) {
		s->default_pending = false;
		return 0;
	}
	w = spapr_find_window(s, iova);
	if (!w)
		return -EINVAL;
	spapr_drop_window(s, w);
	return 0;
}

void spapr_drop_window(struct spapr *s, struct spapr_window *w)
{
	spapr_clear(s, w, 0, ~0ull);
	spapr_free_table(w);
	s->ops->uncharge(s->host, w->charged);
	w->exists = false;
}
