/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * An IOMMU driver of the fake kernel: a thin shell around a model. VFIO asks them
 * in turn, and the first that has the type a program sets gets the container.
 */
#ifndef UVFIO_FAKE_IOMMU_H
#define UVFIO_FAKE_IOMMU_H

#include "fake.h"

/*
 * All but has() are for a container that open() succeeded on. Results are 0 or
 * positive, or -errno.
 */
struct fake_iommu {
	int (*has)(const struct fake *fake, const struct fake_container *container,
		   unsigned long extension);
	int (*open)(struct fake *fake, struct fake_container *container, unsigned long type);
	int (*attach)(struct fake_container *container, struct fake_group *group);
	void (*detach)(struct fake_container *container, struct fake_group *group);
	int (*ioctl)(struct fake *fake, struct fake_container *container,
		     unsigned long request, void *arg);
	void (*release)(struct fake_container *container);
};

extern const struct fake_iommu fake_iommu_type1;
extern const struct fake_iommu fake_iommu_spapr;

#endif /* UVFIO_FAKE_IOMMU_H */
