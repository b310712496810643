/* SPDX-License-Identifier: GPL-2.0-only OR LGPL-2.1-or-later */
/*
 * Quirks of the sPAPR IOMMU driver: what older kernels answered otherwise than
 * the newest one that was measured (7.2). Bits, as type1's are; the table is in
 * spapr_quirks.c.
 */
#ifndef MODEL_SPAPR_QUIRKS_H
#define MODEL_SPAPR_QUIRKS_H

#include "quirk_words.h"

enum spapr_quirk_nr {
	QUIRK_SPAPR_MAP_EBUSY,
	QUIRK_SPAPR_UNREGISTER_EBUSY,
	QUIRK_SPAPR_UNMAP_PAST_END,
	QUIRK_SPAPR_WRONG_PGSIZES,
	NR_SPAPR_QUIRKS
};

#define SPAPR_QUIRK(name)	(1ull << QUIRK_SPAPR_##name)

extern const struct quirk spapr_quirks[NR_SPAPR_QUIRKS];

/* quirks_of_word() in this table. */
int spapr_quirks_of_word(const char *word, u64 *quirks);

#endif /* MODEL_SPAPR_QUIRKS_H */
