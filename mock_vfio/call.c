// SPDX-License-Identifier: GPL-2.0-only
/* One call through a fault site. See call.h. */

#include <linux/sched.h>
#include <linux/string.h>

#include "call.h"
#include "profile.h"

#define CREATE_TRACE_POINTS
#include "trace.h"

void mock_call_init(struct mock_call *call, struct mock_profile *profile,
		    enum mock_site site, const char *device)
{
	memset(call, 0, sizeof(*call));
	call->profile = profile;
	call->event.site = site;
	call->event.tgid = task_tgid_nr(current);
	if (device)
		strscpy(call->event.device, device, sizeof(call->event.device));
}

int mock_call_begin(struct mock_call *call)
{
	if (!static_branch_unlikely(&mock_faults_armed))
		return 0;

	if (!mock_fail_nth_fires(&call->profile->fail_nth, &call->event,
				 &call->fault))
		mock_faults_decide(&call->profile->faults, &call->event,
				   &call->fault);

	return mock_call_suffers(call, MOCK_ERRNO) ? -call->fault.error : 0;
}

long mock_call_end(struct mock_call *call, long ret)
{
	call->event.ret = ret;
	mock_event_log_add(&call->profile->events, &call->event);
	trace_call(call->profile->name, &call->event);

	return ret;
}
