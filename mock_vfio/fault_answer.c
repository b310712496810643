// SPDX-License-Identifier: GPL-2.0-only
/* Answers that a rule spoils. See fault_answer.h. */

#include "fault_answer.h"

void mock_corrupt_data(const struct mock_call *call, u64 offset, void *data,
		       size_t count)
{
	u64 at = call->fault.value - offset;

	if (at < count)
		((u8 *)data)[at] ^= 0xff;
}
