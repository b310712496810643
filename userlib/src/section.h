/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef UVFIO_SRC_SECTION_H
#define UVFIO_SRC_SECTION_H

#include <uvfio/section.h>

#include "address_space.h"

/* The section that starts next after @start, or, the first of all; or NULL. */
const struct uvfio_section *
uvfio_next_section(const struct uvfio_address_space *as,
		   const struct uvfio_section *section);

/* The one that starts last before it, or, the last of all; or NULL. */
const struct uvfio_section *
uvfio_previous_section(const struct uvfio_address_space *as,
		       const struct uvfio_section *section);

/* Bytes of a section less one, which fits 64 bits where the bytes may not. */
static inline uint64_t uvfio_section_span(const struct uvfio_section *section)
{
	return section->size.lo - 1;
}

/* Where in this process an address in a section of RAM is. */
void *uvfio_section_vaddr(const struct uvfio_section *section, uint64_t address);

/* All of them, when the address space goes and nobody listens any more. */
void uvfio_free_sections(struct uvfio_address_space *as);

#endif /* UVFIO_SRC_SECTION_H */
