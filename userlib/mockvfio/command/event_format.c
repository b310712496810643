// SPDX-License-Identifier: LGPL-2.1-or-later
/* An event of the log as text and as JSON: see event_format.h. */
#include <inttypes.h>
#include <string.h>

#include "event_format.h"
#include "json.h"

static void put_args(struct json *json, const struct mockvfio_event *event)
{
	char words[MOCKVFIO_ARGS_MAX];
	char *word, *value, *rest = words;

	memcpy(words, event->args, sizeof(words));
	json_open(json, "args", '{');
	while ((word = strsep(&rest, " "))) {
		value = strchr(word, '=');
		if (!value)
			continue;
		*value++ = '\0';
		json_text(json, word, value);
	}
	json_close(json, '}');
}

void event_json(struct json *json, const struct mockvfio_event *event)
{
	json_open(json, NULL, '{');
	json_number(json, "seq", (int64_t)event->seq);
	json_text(json, "site", event->site);
	json_number(json, "time_us", (int64_t)event->time_us);
	json_number(json, "tgid", event->tgid);
	if (event->dev[0])
		json_text(json, "dev", event->dev);
	put_args(json, event);
	json_number(json, "ret", event->ret);
	if (event->fault[0])
		json_text(json, "fault", event->fault);
	json_close(json, '}');
}

void event_print(FILE *out, const struct mockvfio_event *event)
{
	fprintf(out, "%" PRIu64 " %s t=%" PRIu64 ".%06" PRIu64 " tgid=%d", event->seq,
		event->site, event->time_us / 1000000, event->time_us % 1000000, event->tgid);
	if (event->dev[0])
		fprintf(out, " dev=%s", event->dev);
	if (event->args[0])
		fprintf(out, " %s", event->args);
	fprintf(out, " ret=%" PRId64, event->ret);
	if (event->fault[0])
		fprintf(out, " fault=%s", event->fault);
	fputc('\n', out);
}
