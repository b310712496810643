// SPDX-License-Identifier: GPL-2.0-only
/* Asserting on the event log: see events.h. */
#include <errno.h>
#include <fnmatch.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "events.h"

/* Text that grows inside a buffer of the caller. */
struct text {
	char *buf;
	size_t size;
	size_t len;
};

static void text_add(struct text *text, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

static void text_add(struct text *text, const char *fmt, ...)
{
	va_list args;
	int n;

	va_start(args, fmt);
	n = vsnprintf(text->buf + text->len, text->size - text->len, fmt, args);
	va_end(args);
	if (n > 0)
		text->len += (size_t)n;
	if (text->len >= text->size)
		text->len = text->size - 1;
}

static bool same_value(const char *have, const char *want)
{
	char *have_end, *want_end;
	unsigned long long a = strtoull(have, &have_end, 0), b = strtoull(want, &want_end, 0);

	if (*have && *want && !*have_end && !*want_end)
		return a == b;
	return !strcmp(have, want);
}

/* One "key=value" of an entry against an event. */
static bool word_matches(const struct mockvfio_event *event, const char *word)
{
	const char *value = strchr(word, '=');
	char key[32], have[MOCKVFIO_ARGS_MAX];

	if (!value)
		return false;
	snprintf(key, sizeof(key), "%.*s", (int)(value - word), word);
	value++;
	if (!strcmp(key, "ret"))
		snprintf(have, sizeof(have), "%" PRId64, event->ret);
	else if (!strcmp(key, "fault"))
		snprintf(have, sizeof(have), "%s", event->fault);
	else if (mockvfio_event_str(event, key, have, sizeof(have)))
		return false;
	return same_value(have, value);
}

static bool event_matches(const struct mockvfio_event *event, const char *want)
{
	char entry[512], *word, *rest = entry;
	bool has_fault = false;

	snprintf(entry, sizeof(entry), "%s", want);
	word = strsep(&rest, " ");
	if (strcmp(word, event->site))
		return false;
	while ((word = strsep(&rest, " "))) {
		has_fault |= !strncmp(word, "fault=", strlen("fault="));
		if (!word_matches(event, word))
			return false;
	}
	return has_fault || !*event->fault;
}

static void print_event(struct text *text, const struct mockvfio_event *event)
{
	text_add(text, "\n#   seen %" PRIu64 " %s %s ret=%" PRId64 "%s%s", event->seq, event->site,
		 event->args, event->ret, *event->fault ? " fault=" : "", event->fault);
}

static void explain(struct text *text, const struct mockvfio_events *events, const char *glob,
		    const char *const *want)
{
	size_t i;

	text_add(text, "the log of %s differs:", glob);
	for (i = 0; want[i]; i++)
		text_add(text, "\n#   want %s", want[i]);
	for (i = 0; i < events->count; i++)
		if (!fnmatch(glob, events->v[i].site, 0))
			print_event(text, &events->v[i]);
}

int events_check(struct mockvfio_profile *profile, const char *glob, const char *const *want,
		 char *why, size_t why_size)
{
	struct text text = { .buf = why, .size = why_size };
	struct mockvfio_events events;
	struct mockvfio_error err;
	bool same = true;
	size_t i, w = 0;
	int ret;

	ret = mockvfio_events_read(profile, &events, &err);
	if (ret) {
		text_add(&text, "%s", err.message);
		return ret;
	}
	for (i = 0; i < events.count && same; i++) {
		if (fnmatch(glob, events.v[i].site, 0))
			continue;
		same = want[w] && event_matches(&events.v[i], want[w]);
		w++;
	}
	/* A log that lost events proves nothing. */
	if (!same || want[w] || events.lost) {
		explain(&text, &events, glob, want);
		ret = -EBADMSG;
	}
	mockvfio_events_free(&events);
	return ret;
}

int events_count(struct mockvfio_profile *profile, const char *glob)
{
	struct mockvfio_events events;
	int ret, count = 0;
	size_t i;

	ret = mockvfio_events_read(profile, &events, NULL);
	if (ret)
		return ret;
	for (i = 0; i < events.count; i++)
		count += !fnmatch(glob, events.v[i].site, 0);
	mockvfio_events_free(&events);
	return count;
}
