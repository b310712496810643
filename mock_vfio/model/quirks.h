/* SPDX-License-Identifier: GPL-2.0-only OR LGPL-2.1-or-later */
/*
 * type1's quirks: ways in which older kernels, or other IOMMU back ends, answer
 * differently from the newest type1. Without any quirk the model behaves like
 * the newest type1 it knows; each quirk puts one old behaviour back. They are
 * bits, so that any set can be combined; the table in quirks.c gives each its
 * name, what it does and the releases that had it.
 */
#ifndef MODEL_QUIRKS_H
#define MODEL_QUIRKS_H

#include "quirk_words.h"

enum type1_quirk_nr {
	QUIRK_OVERLAP_EBUSY,
	QUIRK_UNMAP_OVERFLOW_4_15,
	QUIRK_UNMAP_WRAP_SILENT,
	QUIRK_MAP_LAST_PAGE_POISONS,
	QUIRK_WRAP_EINVAL,
	QUIRK_NO_ENTRY_LIMIT,
	QUIRK_NO_IOVA_RANGES,
	QUIRK_NO_MIGRATION_CAP,
	QUIRK_NO_DMA_AVAIL_CAP,
	QUIRK_NO_DIRTY_PAGES,
	QUIRK_NO_UNMAP_ALL,
	QUIRK_NO_UPDATE_VADDR,
	QUIRK_CAPS_UNALIGNED,
	QUIRK_NESTING_TYPE,
	QUIRK_DIRTY_STALE_BITS,
	QUIRK_UNMAP_EMPTY_ENOENT,
	QUIRK_NO_PGSIZES,
	QUIRK_ZERO_PGSIZES,
	NR_TYPE1_QUIRKS
};

#define TYPE1_QUIRK(name)	(1ull << QUIRK_##name)

extern const struct quirk type1_quirks[NR_TYPE1_QUIRKS];

/* quirks_of_word() in this table. */
int type1_quirks_of_word(const char *word, u64 *quirks);

#endif /* MODEL_QUIRKS_H */
