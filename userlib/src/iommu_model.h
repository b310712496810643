/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The IOMMU models the library can drive, and what differs between them.
 */
#ifndef UVFIO_SRC_IOMMU_MODEL_H
#define UVFIO_SRC_IOMMU_MODEL_H

#include <stdbool.h>

#include <uvfio/error.h>

struct uvfio_container;
struct uvfio_section;

/* Functions return 0 or -errno; NULL where a model has nothing to do. */
struct uvfio_iommu_model {
	unsigned int type;	/* as in VFIO_CHECK_EXTENSION and VFIO_SET_IOMMU */
	const char *name;
	/*
	 * The type to try when VFIO_SET_IOMMU refuses this one, if the program lets
	 * it be tried at all; 0 = none.
	 */
	unsigned int fallback;
	/*
	 * Unmapping works on mappings, not on pages: what kernels got wrong at
	 * the end of the address space they got wrong here only.
	 */
	bool unmap_exact;
	/*
	 * type1, of either version: there are VFIO_IOMMU_GET_INFO and
	 * VFIO_IOMMU_DIRTY_PAGES, and unmapping takes any range, with anything or
	 * nothing mapped in it.
	 */
	bool is_type1;
	/*
	 * A section of an IOMMU must lie in one host window. Where windows are
	 * what the hardware can do, with holes in it, a section that has a part in
	 * one will do: each of its mappings must be in one.
	 */
	bool sections_in_windows;
	/*
	 * After VFIO_SET_IOMMU: page sizes, host windows, whatever else mapping
	 * needs. Windows and IOVA ranges are freed with the container; all else it
	 * undoes itself when it fails.
	 */
	int (*set_up)(struct uvfio_container *container, struct uvfio_error *err);
	/*
	 * Another group has joined or left, or a device was opened or closed: what the
	 * container can map may differ. Failing, it changes nothing.
	 */
	int (*users_changed)(struct uvfio_container *container,
			     struct uvfio_error *err);
	/* Undoes it, before VFIO_GROUP_UNSET_CONTAINER of the last group. */
	void (*tear_down)(struct uvfio_container *container);
	/* Before the section's host window is looked up; after its unmapping. */
	int (*section_add)(struct uvfio_container *container,
			   const struct uvfio_section *section,
			   struct uvfio_error *err);
	int (*section_del)(struct uvfio_container *container,
			   const struct uvfio_section *section,
			   struct uvfio_error *err);
};

/* In the default order of preference; ends with a NULL name. */
extern const struct uvfio_iommu_model uvfio_iommu_models[];

/* NULL when the library does not know the type. */
const struct uvfio_iommu_model *uvfio_find_iommu_model(unsigned int type);

#endif /* UVFIO_SRC_IOMMU_MODEL_H */
