/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Answers that a rule spoils: the work is done, but what user space is told of it is
 * not quite true. Each of these does nothing unless the call suffers just that.
 */
#ifndef MOCK_VFIO_FAULT_ANSWER_H
#define MOCK_VFIO_FAULT_ANSWER_H

#include "call.h"
#include "model/fault_caps.h"

/* MOCK_NOFLAGS, on the answer's @flags. */
static inline void mock_spoil_flags(const struct mock_call *call, u32 *flags)
{
	if (mock_call_suffers(call, MOCK_NOFLAGS))
		*flags &= ~call->fault.value;
}

/* MOCK_SIZE, on an integer. */
#define mock_spoil_size(call, size) do {				\
	if (mock_call_suffers(call, MOCK_SIZE))				\
		*(size) = (call)->fault.value;				\
} while (0)

/* MOCK_SHORT, on how much there is to do. */
static inline size_t mock_spoil_count(const struct mock_call *call, size_t count)
{
	if (mock_call_suffers(call, MOCK_SHORT))
		return min_t(u64, count, call->fault.value);

	return count;
}

/* MOCK_CAPS. */
static inline void mock_spoil_caps(const struct mock_call *call,
				   const struct mock_chain *chain)
{
	if (mock_call_suffers(call, MOCK_CAPS))
		mock_caps_malform(chain, call->fault.value);
}

/* What mock_spoil_data() does to a call that suffers it. */
void mock_corrupt_data(const struct mock_call *call, u64 offset, void *data,
		       size_t count);

/*
 * MOCK_CORRUPT, on @count bytes at @data, which are those from @offset on of all that
 * the call is about.
 */
static inline void mock_spoil_data(const struct mock_call *call, u64 offset,
				   void *data, size_t count)
{
	if (mock_call_suffers(call, MOCK_CORRUPT))
		mock_corrupt_data(call, offset, data, count);
}

#endif /* MOCK_VFIO_FAULT_ANSWER_H */
