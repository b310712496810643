// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * The machine's reset: both rounds go over all devices of all groups.
 */
#include <uvfio/reset.h>

#include "device.h"
#include "group.h"
#include "report.h"

void uvfio_device_set_realized(struct uvfio_device *dev, bool realized)
{
	dev->realized = realized;
}

void uvfio_device_set_needs_reset(struct uvfio_device *dev, bool needs_reset)
{
	dev->needs_reset = needs_reset;
}

bool uvfio_device_needs_reset(const struct uvfio_device *dev)
{
	return dev->needs_reset;
}

/* What a round does to each device; returns 0 or -errno. */
typedef int (*round_fn)(struct uvfio_device *dev, struct uvfio_error *err);

static int compute_one(struct uvfio_device *dev, struct uvfio_error *err)
{
	const struct uvfio_device_options *opts = &dev->opts;

	(void)err;
	if (opts->compute_needs_reset)
		dev->needs_reset = opts->compute_needs_reset(dev, opts->opaque);
	return 0;
}

static int reset_one(struct uvfio_device *dev, struct uvfio_error *err)
{
	int ret;

	if (!dev->needs_reset || !dev->opts.hot_reset_multi)
		return 0;
	ret = dev->opts.hot_reset_multi(dev, dev->opts.opaque);
	dev->needs_reset = ret < 0;
	if (ret >= 0)
		return 0;
	return uvfio_fail_errno(dev->ctx, err, ret,
				UVFIO_FAILURE("uvfio_reset_handler",
					      .path = dev->name),
				"%s: hot reset", dev->name);
}

/* Later failures go to the log: the caller's error is about the first. */
static int visit_realized(struct uvfio *ctx, round_fn fn,
			  struct uvfio_error *err)
{
	struct uvfio_list *g, *d;
	struct uvfio_group *group;
	struct uvfio_device *dev;
	int ret, first = 0;

	uvfio_list_for_each(g, &ctx->groups) {
		group = uvfio_list_entry(g, struct uvfio_group, node);
		uvfio_list_for_each(d, &group->devices) {
			dev = uvfio_list_entry(d, struct uvfio_device, node);
			if (!dev->realized)
				continue;
			ret = fn(dev, first ? NULL : err);
			if (!first)
				first = ret;
		}
	}
	return first;
}

int uvfio_reset_handler(struct uvfio *ctx, struct uvfio_error *err)
{
	int ret;

	visit_realized(ctx, compute_one, err);
	ret = visit_realized(ctx, reset_one, err);
	if (ret)
		errno = -ret;
	return ret;
}
