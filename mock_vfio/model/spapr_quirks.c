// SPDX-License-Identifier: GPL-2.0-only OR LGPL-2.1-or-later
/*
 * The table of sPAPR's quirks. What a quirk changes is found where the changed
 * behaviour lives: look for its bit.
 */
#include "spapr_quirks.h"

const struct quirk spapr_quirks[NR_SPAPR_QUIRKS] = {
	[QUIRK_SPAPR_MAP_EBUSY] = {
		/* Until 05c6cfb9dce0, which exchanges entries. */
		.name = "spapr_map_ebusy",
		.doc = "MAP over an existing mapping fails with EBUSY instead of replacing it",
		RELEASES(3, 10, 4, 2),
	},
	[QUIRK_SPAPR_UNREGISTER_EBUSY] = {
		/* What programs have to expect by the interface, and DPDK met. */
		.name = "spapr_unregister_ebusy",
		.doc = "UNREGISTER_MEMORY of memory that is mapped fails with EBUSY",
	},
	[QUIRK_SPAPR_UNMAP_PAST_END] = {
		/* Seen in 6.12, not in 7.2; nothing in between was measured. */
		.name = "spapr_unmap_past_end",
		.doc = "UNMAP that crosses a window's end returns 0: only its start is checked",
		RELEASES(3, 10, 7, 2),
	},
	[QUIRK_SPAPR_WRONG_PGSIZES] = {
		/* POWER9 with the radix MMU; DPDK's db90b4969e retries because of it. */
		.name = "spapr_wrong_pgsizes",
		.doc = "TCE_GET_INFO names 16 MiB pages, which TCE_CREATE refuses",
		RELEASES(4, 2, 4, 18),
	},
};

int spapr_quirks_of_word(const char *word, u64 *quirks)
{
	return quirks_of_word(spapr_quirks, NR_SPAPR_QUIRKS, word, quirks);
}
