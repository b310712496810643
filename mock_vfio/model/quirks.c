// SPDX-License-Identifier: GPL-2.0-only OR LGPL-2.1-or-later
/*
 * The table of type1's quirks. What a quirk changes is found where the changed
 * behaviour lives: look for its bit.
 */
#include "quirks.h"

const struct quirk type1_quirks[NR_TYPE1_QUIRKS] = {
	[QUIRK_OVERLAP_EBUSY] = {
		.name = "overlap_ebusy",
		.doc = "MAP over an existing mapping fails with EBUSY, not EEXIST",
		RELEASES(3, 6, 3, 11),
		.commit = "166fd7d94afd",
	},
	[QUIRK_UNMAP_OVERFLOW_4_15] = {
		/* Since 71a7d3d78e3c. */
		.name = "unmap_overflow_4_15",
		.doc = "UNMAP fails with EINVAL when iova + size is 2^64 or more",
		RELEASES(4, 15, 5, 0),
		.commit = "58fec830fc19",
	},
	[QUIRK_UNMAP_WRAP_SILENT] = {
		.name = "unmap_wrap_silent",
		.doc = "UNMAP of a range that ends at 2^64 finds nothing: it returns 0 and size 0",
		RELEASES(3, 6, 6, 18),
		.commit = "ef270ec44637",
	},
	[QUIRK_MAP_LAST_PAGE_POISONS] = {
		.name = "map_last_page_poisons",
		.doc = "a mapping that ends at 2^64 is never found again, and hides others",
		RELEASES(3, 6, 6, 18),
		.commit = "ef270ec44637",
	},
	[QUIRK_WRAP_EINVAL] = {
		.name = "wrap_einval",
		.doc = "ranges that wrap past 2^64 fail with EINVAL, not EOVERFLOW",
		RELEASES(3, 6, 6, 18),
		.commit = "6012379ede6a",
	},
	[QUIRK_NO_ENTRY_LIMIT] = {
		/* CVE-2019-3882. */
		.name = "no_entry_limit",
		.doc = "any number of mappings: MAP never fails with ENOSPC",
		RELEASES(3, 6, 5, 1),
		.commit = "492855939bdb",
	},
	[QUIRK_NO_IOVA_RANGES] = {
		/* MAP checks them since 9b77e5c79840, of the same release. */
		.name = "no_iova_ranges",
		.doc = "no IOVA range capability, and MAP does not check the ranges",
		RELEASES(3, 6, 5, 4),
		.commit = "a717072007e8",
	},
	[QUIRK_NO_MIGRATION_CAP] = {
		.name = "no_migration_cap",
		.doc = "no migration capability",
		RELEASES(3, 6, 5, 8),
		.commit = "ad721705d09c",
	},
	[QUIRK_NO_DMA_AVAIL_CAP] = {
		.name = "no_dma_avail_cap",
		.doc = "no capability that tells how many mappings are left",
		RELEASES(3, 6, 5, 10),
		.commit = "7d6e1329652e",
	},
	[QUIRK_NO_DIRTY_PAGES] = {
		.name = "no_dirty_pages",
		.doc = "no DIRTY_PAGES ioctl (ENOTTY), no dirty bitmap from UNMAP (EINVAL)",
		RELEASES(3, 6, 5, 8),
		.commit = "d6a4c185660c",
	},
	[QUIRK_NO_UNMAP_ALL] = {
		.name = "no_unmap_all",
		.doc = "UNMAP_FLAG_ALL is unknown (EINVAL) and not offered",
		RELEASES(3, 6, 5, 12),
		.commit = "c19650995374",
	},
	[QUIRK_NO_UPDATE_VADDR] = {
		.name = "no_update_vaddr",
		.doc = "the VADDR flags of MAP and UNMAP are unknown (EINVAL) and not offered",
		RELEASES(3, 6, 5, 12),
		.commit = "c3cbab24db38",
	},
	[QUIRK_CAPS_UNALIGNED] = {
		.name = "caps_unaligned",
		.doc = "GET_INFO's capabilities follow each other without padding to 8 bytes",
		RELEASES(3, 6, 6, 6),
		.commit = "a881b496941f",
	},
	[QUIRK_NESTING_TYPE] = {
		.name = "nesting_type",
		.doc = "CHECK_EXTENSION offers VFIO_TYPE1_NESTING_IOMMU (6)",
		RELEASES(3, 17, 6, 13),
		.commit = "35890f85573c",
	},
	[QUIRK_DIRTY_STALE_BITS] = {
		.name = "dirty_stale_bits",
		.doc = "a dirty bitmap that was once shifted shows old bits above a mapping's end",
		.since = KERNEL_RELEASE(5, 8),
		.until = KERNEL_RELEASE_NOT_YET,
	},
	[QUIRK_UNMAP_EMPTY_ENOENT] = {
		/* iommufd's VFIO compatibility, up to 6.17. */
		.name = "unmap_empty_enoent",
		.doc = "UNMAP of a range without mappings fails with ENOENT, not 0 and size 0",
		.commit = "afb47765f923",
	},
	[QUIRK_NO_PGSIZES] = {
		.name = "no_pgsizes",
		.doc = "GET_INFO does not say the page sizes: no PGSIZES flag, mask 0",
	},
	[QUIRK_ZERO_PGSIZES] = {
		.name = "zero_pgsizes",
		.doc = "GET_INFO says PGSIZES with a mask of 0",
	},
};

int type1_quirks_of_word(const char *word, u64 *quirks)
{
	return quirks_of_word(type1_quirks, NR_TYPE1_QUIRKS, word, quirks);
}
