/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One call through a fault site: collect the arguments, ask the rules before
 * any work is done, log the result. Every site has this shape:
 *
 *	struct mock_call call;
 *	int ret = 0;
 *
 *	mock_call_init(&call, profile, MOCK_SITE_IOMMU_MAP_DMA, NULL);
 *	mock_call_arg(&call, MOCK_ARG_IOVA, map.iova);
 *	if (mock_call_enter(&call))
 *		ret = do_the_work();
 *	return mock_call_end(&call, ret);
 *
 * A site that offers more than MOCK_CALL asks mock_call_suffers() in between, or
 * has its answer spoiled (fault_answer.h).
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
 * @fault: what the rules decided; one of MOCK_ANSWER: there is no work to do
 * @answer: the call's result then
 */
struct mock_call {
	struct mock_profile *profile;
	struct mock_event event;
	struct mock_fault fault;
	long answer;
};

/*
 * @device: the name of the device, NULL for a container's calls. Any context. A call
 * is big and every site has one, so only what is looked at is set.
 */
static inline void mock_call_init(struct mock_call *call, struct mock_profile *profile,
				  enum mock_site site, const char *device)
{
	call->profile = profile;
	if (MOCK_HAS_FAULTS)
		call->fault.effect = MOCK_NO_EFFECT;
	mock_event_init(&call->event, site, device);
}

/* May be used after mock_call_enter() for what only the work can tell. */
static inline void mock_call_arg(struct mock_call *call, enum mock_arg arg,
				 u64 value)
{
	call->event.present |= BIT(arg);
	call->event.arg[arg] = value;
}

/* mock_call_enter() where any rule is armed. */
bool mock_call_enter_armed(struct mock_call *call);

/*
 * Asks the rules, and waits if they say so. True: do the work. Context: the
 * site's; if that offers MOCK_WAIT, process context, and no lock held that
 * others could want.
 */
static inline bool mock_call_enter(struct mock_call *call)
{
	return !mock_faults_any() || mock_call_enter_armed(call);
}

/* Asks the rules, and leaves all but an answer to the caller. Any context. */
void mock_call_decide(struct mock_call *call);

/* True when a rule fired with one of @effects; its operand is call->fault.value. */
static inline bool mock_call_suffers(const struct mock_call *call,
				     unsigned int effects)
{
	return MOCK_HAS_FAULTS && (call->fault.effect & effects);
}

/* mock_call_end() for the calls whose rate is compared with the kernel's own. */
static inline long mock_call_end_inline(struct mock_call *call, long ret)
{
	if (mock_call_suffers(call, MOCK_ANSWER))
		ret = call->answer;
	call->event.ret = ret;
	mock_event_log_add(call->profile, &call->event);

	return ret;
}

/*
 * Logs the call. Returns its result, which is @ret unless the rules answered. Any
 * context.
 */
long mock_call_end(struct mock_call *call, long ret);

#endif /* MOCK_VFIO_CALL_H */
