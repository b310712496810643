/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Sections: which memory is where in an address space. The program adds and
 * removes them as its memory map changes, and the containers of the address
 * space follow, as do a program's own listeners. Sections never overlap; adding,
 * removing and finding one takes logarithmic time.
 */
#ifndef UVFIO_SECTION_H
#define UVFIO_SECTION_H

#include <stdbool.h>
#include <stdint.h>

#include <uvfio/address_space.h>
#include <uvfio/error.h>
#include <uvfio/memory.h>

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

/**
 * struct uvfio_section - a part of a memory object, in an address space
 * @start: first address in the address space
 * @size: bytes; 2^64 is possible
 * @memory: the object
 * @offset: first byte, from the object's start
 * @readonly: devices may not write it here
 */
struct uvfio_section {
	uint64_t start;
	struct uvfio_size128 size;
	struct uvfio_memory *memory;
	uint64_t offset;
	bool readonly;
};

/**
 * uvfio_section_add() - add a section
 * @as: the address space
 * @section: the section, copied; takes a reference of its memory object
 * @err: optional
 *
 * Every container maps it, as follows. Sections of type OTHER are skipped, and so
 * are those that start at 2^63 or above (a 64-bit BAR is there while its size is
 * asked for). What is mapped are the whole target pages in it; a section without
 * any is left out silently, one whose place in the page differs between address
 * space and memory object is left out with a warning. RAM must lie in one host
 * window. A RAM device is left out unless address and size are multiples of the
 * smallest IOMMU page. For an IOMMU a notifier is registered and the translations
 * there are now are replayed.
 *
 * An sPAPR v2 container also registers all RAM of system memory, of which address,
 * size and offset must be multiples of the host's page, and opens a DMA window for
 * each IOMMU section of its address space; other sections are in no window of it.
 *
 * When one container or listener fails, those that have it already remove it
 * again, and the section is not added.
 *
 * Return: 0; -EINVAL for a section that is empty, ends beyond 2^64, or is not
 * inside its object; -EEXIST when it overlaps another; -ENXIO when no host window
 * holds it; -ENOMEM; the results of uvfio_dma_map(), of the IOMMU's functions, of
 * uvfio_iommu_replay_entry() and of other listeners; of sPAPR v2: -EINVAL for
 * misaligned RAM, for an IOMMU without a page size in common with host and kernel, or
 * when the kernel's window is elsewhere; -EEXIST when the window overlaps another;
 * -errno of VFIO_IOMMU_SPAPR_REGISTER_MEMORY and VFIO_IOMMU_SPAPR_TCE_CREATE.
 */
int uvfio_section_add(struct uvfio_address_space *as,
		      const struct uvfio_section *section,
		      struct uvfio_error *err);

/**
 * uvfio_section_del() - remove a section
 * @as: the address space
 * @start: its first address
 * @err: optional: about the first container or listener that failed
 *
 * Every container unmaps what it had mapped of it; notifiers of an IOMMU go first,
 * and then whatever is mapped in the section. Gives the reference of the memory
 * object back. The section is gone whatever the result.
 *
 * Return: 0; -ENOENT when no section starts there; the results of
 * uvfio_dma_unmap(), of uvfio_dma_unmap_range() and of other listeners.
 */
int uvfio_section_del(struct uvfio_address_space *as, uint64_t start,
		      struct uvfio_error *err);

/**
 * uvfio_section_find() - which section is at an address
 * @as: the address space
 * @address: the address
 * @section: a copy of the section; its memory object is not given a reference
 *
 * Return: 0; -ENOENT when there is none.
 */
int uvfio_section_find(const struct uvfio_address_space *as, uint64_t address,
		       struct uvfio_section *section);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif

#endif /* UVFIO_SECTION_H */
