/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One call through a fault site: collect the arguments, ask the rules before
 * any work is done, log the result. Every site has this shape:
 *
 *	struct mock_call call;
 *
 *	mock_call_init(&call, profile, MOCK_SITE_IOMMU_MAP_DMA, NULL);
 *	mock_call_arg(&call, MOCK_ARG_IOVA, map.iova);
 *	ret = mock_call_begin(&call);
 *	if (!ret)
 *		ret = do_the_work();
 *	return mock_call_end(&call, ret);
 *
 * A site that offers more than MOCK_ERRNO asks mock_call_suffers() in between.
 */
#ifndef MOCK_VFIO_CALL_H
#define MOCK_VFIO_CALL_H

#include "event.h"
#include "fault.h"

struct mock_profile;

/**
 * struct mock_call - a call on its way through a site
 * @profile: whose rules and log
 * @event: what will be logged
 * @fault: what the rules decided
 */
struct mock_call {
	struct mock_profile *profile;
	struct mock_event event;
	struct mock_fault fault;
};

/* @device: the name of the device, NULL for a container's calls. Any context. */
void mock_call_init(struct mock_call *call, struct mock_profile *profile,
		    enum mock_site site, const char *device);

/* May be used after mock_call_begin() for what only the work can tell. */
static inline void mock_call_arg(struct mock_call *call, enum mock_arg arg,
				 u64 value)
{
	call->event.present |= BIT(arg);
	call->event.arg[arg] = value;
}

/* -errno when a rule makes the call fail, else 0: do the work. Any context. */
int mock_call_begin(struct mock_call *call);

/* True when a rule fired with @effect; its operand is call->fault.value. */
static inline bool mock_call_suffers(const struct mock_call *call,
				     enum mock_effect effect)
{
	return call->fault.effect == effect;
}

/* Logs the call. Returns @ret, so that it can end a function. Any context. */
long mock_call_end(struct mock_call *call, long ret);

#endif /* MOCK_VFIO_CALL_H */
