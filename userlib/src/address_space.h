/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef UVFIO_SRC_ADDRESS_SPACE_H
#define UVFIO_SRC_ADDRESS_SPACE_H

#include <uvfio/address_space.h>

#include "ctx.h"
#include "tree.h"

struct uvfio_address_space {
	struct uvfio *ctx;
	struct uvfio_list node;		/* in ctx->address_spaces */
	const void *memory;
	unsigned int refs;		/* the program's, listeners', containers' */
	struct uvfio_list containers;	/* in the order they were made */
	struct uvfio_list listeners;	/* in the order they were registered */
	struct uvfio_tree sections;	/* see section.c */
};

/* Without a reference; NULL when nobody holds it. */
struct uvfio_address_space *uvfio_find_address_space(struct uvfio *ctx,
						     const void *memory);

#endif /* UVFIO_SRC_ADDRESS_SPACE_H */
