/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* An event of the log as text and as JSON. */
#ifndef MOCK_VFIO_EVENT_FORMAT_H
#define MOCK_VFIO_EVENT_FORMAT_H

#include <stdio.h>

#include <mockvfio/event.h>

struct json;

/* As an object; arguments are members of "args", in the log's own notation. */
void event_json(struct json *json, const struct mockvfio_event *event);

/* As the line that it was in the log. */
void event_print(FILE *out, const struct mockvfio_event *event);

#endif /* MOCK_VFIO_EVENT_FORMAT_H */
