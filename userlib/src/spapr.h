/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * sPAPR, what it does where type1 has nothing to do: see struct uvfio_iommu_model.
 * Version 1 has one window that is always there. Version 2 maps only memory that
 * is registered, and each IOMMU section has a window of its own.
 */
#ifndef UVFIO_SRC_SPAPR_H
#define UVFIO_SRC_SPAPR_H

#include <stdint.h>

#include <uvfio/listener.h>

#include "container.h"

/* Each level of a table resolves at least one bit of an address. */
#define UVFIO_SPAPR_MAX_LEVELS	64

/* Of version 2: what container->model_data points to. */
struct uvfio_spapr {
	uint32_t levels;			/* of a table, at most; not 0 */
	struct uvfio_listener *prereg;
};

int uvfio_spapr_v1_set_up(struct uvfio_container *container, struct uvfio_error *err);
int uvfio_spapr_v2_set_up(struct uvfio_container *container, struct uvfio_error *err);
void uvfio_spapr_v2_tear_down(struct uvfio_container *container);

/* spapr_window.c */
int uvfio_spapr_section_add(struct uvfio_container *container,
			    const struct uvfio_section *section,
			    struct uvfio_error *err);
int uvfio_spapr_section_del(struct uvfio_container *container,
			    const struct uvfio_section *section,
			    struct uvfio_error *err);
int uvfio_spapr_remove_window(struct uvfio_container *container, const char *operation,
			      uint64_t start, struct uvfio_error *err);

/* spapr_prereg.c: registers the program's memory, now and as it changes. */
int uvfio_spapr_prereg(struct uvfio_container *container,
		       struct uvfio_listener **listener, struct uvfio_error *err);

#endif /* UVFIO_SRC_SPAPR_H */
