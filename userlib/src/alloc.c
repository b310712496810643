// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Memory through the context's allocator.
 */
#include <string.h>

#include "ctx.h"

void *uvfio_zalloc(struct uvfio *ctx, size_t size)
{
	void *ptr = ctx->mem.alloc(ctx->mem_opaque, size);

	return ptr ? memset(ptr, 0, size) : NULL;
}

char *uvfio_strdup(struct uvfio *ctx, const char *s)
{
	size_t size = strlen(s) + 1;
	char *copy = ctx->mem.alloc(ctx->mem_opaque, size);

	return copy ? memcpy(copy, s, size) : NULL;
}

/* What is given back on the way out of a failure leaves that its errno. */
void uvfio_free_mem(struct uvfio *ctx, void *ptr)
{
	int saved = errno;

	ctx->mem.free(ctx->mem_opaque, ptr);
	errno = saved;
}
