// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Counting who forbids ballooning; the program hears of the first and the last.
 */
#include "balloon.h"

#include "ctx.h"

unsigned int uvfio_balloon_inhibitors(const struct uvfio *ctx)
{
	return ctx->balloon_inhibitors;
}

void uvfio_balloon_inhibit(struct uvfio *ctx, bool inhibit)
{
	unsigned int before = ctx->balloon_inhibitors;

	ctx->balloon_inhibitors += inhibit ? 1 : -1;
	if (ctx->balloon_inhibit && !before != !ctx->balloon_inhibitors)
		ctx->balloon_inhibit(ctx, inhibit, ctx->balloon_inhibit_opaque);
}
