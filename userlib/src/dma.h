/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef UVFIO_SRC_DMA_H
#define UVFIO_SRC_DMA_H

#include <uvfio/dma.h>

#include "container.h"

/* A range, and on whose behalf it is worked on. */
struct uvfio_dma_range {
	const char *operation;
	uint64_t iova;
	uint64_t size;
};

/*
 * Unmap with the work-arounds. *missing is how much of the range the kernel did
 * not report as unmapped, less what it cannot unmap.
 */
int uvfio_unmap_and_count(struct uvfio_container *container,
			  const struct uvfio_dma_range *range,
			  uint64_t *unmapped, uint64_t *missing,
			  struct uvfio_error *err);

/* Whatever is mapped from @first to @last, which may be all of 2^64 bytes. */
int uvfio_dma_unmap_span(struct uvfio_container *container, uint64_t first,
			 uint64_t last, struct uvfio_error *err);

#endif /* UVFIO_SRC_DMA_H */
