// SPDX-License-Identifier: GPL-2.0-only
/* Answers that a rule spoils. See fault_answer.h. */

#include "fault_answer.h"

void mock_spoil_data(const struct mock_call *call, u64 offset, void *data,
		     size_t count)
{
	u64 at = call->fault.value - offset;

	if (mock_call_suffers(call, MOCK_CORRUPT) && at < count)
		((u8 *)data)[at] ^= 0xff;
}
