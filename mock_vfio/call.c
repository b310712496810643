// SPDX-License-Identifier: GPL-2.0-only
/* One call through a fault site. See call.h. */

#include "call.h"
#include "profile.h"

static void decide(struct mock_call *call)
{
	if (!mock_fail_nth_fires(&call->profile->fail_nth, &call->event,
				 &call->fault))
		mock_faults_decide(&call->profile->faults, &call->event,
				   &call->fault);

	if (mock_call_suffers(call, MOCK_ERRNO))
		call->answer = -call->fault.error;
	else if (mock_call_suffers(call, MOCK_RESULT))
		call->answer = call->fault.value;
}

void mock_call_decide(struct mock_call *call)
{
	if (mock_faults_any())
		decide(call);
}

bool mock_call_enter_armed(struct mock_call *call)
{
	decide(call);
	if (mock_call_suffers(call, MOCK_WAIT) &&
	    mock_fault_wait(&call->profile->faults, &call->fault)) {
		/* Killed: as if that had been the rule's answer. */
		call->fault.effect = MOCK_RESULT;
		call->answer = -EINTR;
	}

	return !mock_call_suffers(call, MOCK_ANSWER);
}

long mock_call_end(struct mock_call *call, long ret)
{
	return mock_call_end_inline(call, ret);
}
