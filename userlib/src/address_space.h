/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef UVFIO_SRC_ADDRESS_SPACE_H
#define UVFIO_SRC_ADDRESS_SPACE_H

#include <uvfio/address_space.h>

#include "ctx.h"

struct uvfio_address_space {
	struct uvfio *ctx;
	struct uvfio_list node;		/* in ctx->address_spaces */
	const void *memory;
	unsigned int refs;		/* the program's and the containers' */
	struct uvfio_list containers;	/* in the order they were made */
};

#endif /* UVFIO_SRC_ADDRESS_SPACE_H */
