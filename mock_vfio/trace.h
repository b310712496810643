/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The event log as a tracepoint, mock_vfio:call. It carries what a filter or a
 * histogram wants; the log itself has all arguments.
 */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM mock_vfio

#if !defined(MOCK_VFIO_TRACE_H) || defined(TRACE_HEADER_MULTI_READ)
#define MOCK_VFIO_TRACE_H

#include <linux/tracepoint.h>

#include "event.h"

TRACE_EVENT(call,
	    TP_PROTO(const char *profile, const struct mock_event *event),
	    TP_ARGS(profile, event),
	    TP_STRUCT__entry(__array(char, profile, MOCK_NAME_MAX + 1)
			     __array(char, site, 32)
			     __array(char, device, UUID_STRING_LEN + 1)
			     __array(char, fault, MOCK_NAME_MAX + 1)
			     __field(u64, index)
			     __field(u64, offset)
			     __field(u64, iova)
			     __field(u64, size)
			     __field(u64, flags)
			     __field(long, ret)),
	    TP_fast_assign(strscpy(__entry->profile, profile,
				   sizeof(__entry->profile));
			   strscpy(__entry->site, mock_site_whole(event->site),
				   sizeof(__entry->site));
			   strscpy(__entry->device, event->device ?: "",
				   sizeof(__entry->device));
			   strscpy(__entry->fault, event->fault,
				   sizeof(__entry->fault));
			   __entry->index = mock_event_arg(event, MOCK_ARG_INDEX);
			   __entry->offset = mock_event_arg(event, MOCK_ARG_OFFSET);
			   __entry->iova = mock_event_arg(event, MOCK_ARG_IOVA);
			   __entry->size = mock_event_arg(event, MOCK_ARG_SIZE);
			   __entry->flags = mock_event_arg(event, MOCK_ARG_FLAGS);
			   __entry->ret = event->ret;),
	    TP_printk("%s %s dev=%s index=%llu offset=0x%llx iova=0x%llx size=0x%llx flags=0x%llx ret=%ld fault=%s",
		      __entry->profile, __entry->site, __entry->device,
		      __entry->index, __entry->offset, __entry->iova,
		      __entry->size, __entry->flags, __entry->ret,
		      __entry->fault)
);

#endif /* MOCK_VFIO_TRACE_H */

#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH .
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE trace
#include <trace/define_trace.h>
