/* SPDX-License-Identifier: GPL-2.0-only OR LGPL-2.1-or-later */
/*
 * Quirks: ways in which older kernels, or other IOMMU back ends, answer
 * differently from the newest type1. Without any quirk the model behaves like
 * the newest type1 it knows; each quirk puts one old behaviour back. They are
 * bits, so that any set can be combined; the table in quirks.c gives each its
 * name, what it does and the releases that had it.
 */
#ifndef MODEL_QUIRKS_H
#define MODEL_QUIRKS_H

#include "port.h"

enum type1_quirk_nr {
	QUIRK_OVERLAP_EBUSY,
	QUIRK_UNMAP_OVERFLOW_4_15,
	QUIRK_UNMAP_WRAP_SILENT,
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

/* A kernel release as a number that compares. */
#define KERNEL_RELEASE(major, minor)	((u32)(major) << 16 | (minor))
#define KERNEL_RELEASE_NOT_YET		KERNEL_RELEASE(0xffff, 0)

/**
 * struct type1_quirk - one row of the quirk table
 * @name: the word that selects it
 * @doc: what it does, one line
 * @since: first release that behaved so
 * @until: first release that no longer did, or KERNEL_RELEASE_NOT_YET; both are
 *	   0 when no type1 ever behaved so: the quirk imitates something else
 */
struct type1_quirk {
	const char *name;
	const char *doc;
	u32 since;
	u32 until;
};

extern const struct type1_quirk type1_quirks[NR_TYPE1_QUIRKS];

/**
 * type1_quirks_of_word() - what a word of a quirk list stands for
 * @word: a quirk's name, or "kernel=X.Y" for all that this release had
 * @quirks: the bits are added to this set
 *
 * Return: 0, or -EINVAL (and @quirks is untouched) when no quirk has that name
 * or the release is not of the form X.Y.
 */
int type1_quirks_of_word(const char *word, u64 *quirks);

#endif /* MODEL_QUIRKS_H */
