// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * One object per memory space, counted.
 */
#include "address_space.h"
#include "report.h"
#include "section.h"

struct uvfio_address_space *uvfio_find_address_space(struct uvfio *ctx,
						     const void *memory)
{
	struct uvfio_address_space *as;
	struct uvfio_list *node;

	uvfio_list_for_each(node, &ctx->address_spaces) {
		as = uvfio_list_entry(node, struct uvfio_address_space, node);
		if (as->memory == memory)
			return as;
	}
	return NULL;
}

int uvfio_get_address_space(struct uvfio *ctx, const void *memory,
			    struct uvfio_address_space **out,
			    struct uvfio_error *err)
{
	struct uvfio_address_space *as = uvfio_find_address_space(ctx, memory);

	if (!as) {
		as = uvfio_zalloc(ctx, sizeof(*as));
		if (!as)
			return uvfio_fail_nomem(ctx, err,
						"uvfio_get_address_space");
		as->ctx = ctx;
		as->memory = memory;
		uvfio_list_init(&as->containers);
		uvfio_list_init(&as->listeners);
		uvfio_list_append(&ctx->address_spaces, &as->node);
	}
	as->refs++;
	*out = as;
	return 0;
}

void uvfio_put_address_space(struct uvfio_address_space *as)
{
	if (!as || --as->refs)
		return;
	uvfio_list_remove(&as->node);
	uvfio_free_sections(as);
	uvfio_free_mem(as->ctx, as);
}
