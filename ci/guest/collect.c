// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the kernel counts while the tests run: files of tracefs or debugfs whose
 * lines are counters. They are set up by "write" orders and read after each
 * test. What the lines mean, the harness knows; here it matters only that a
 * line that has not changed is not sent again.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "guest.h"

#define SOURCES_MAX 8

/* A line that is no counter: comments, and what a histogram says about itself. */
static const char *const skipped[] = { "#", "\n", "Totals:", "    Hits:", "    Entries:",
				       "    Dropped: 0\n" };

struct source {
	const char *label;
	const char *path;
	char *before;	/* its text after the last test */
};

static struct source sources[SOURCES_MAX];
static size_t nr_sources;

/* The words of @order from @first on, as the one text that they were. */
static void join(const struct order *order, int first, char *text, size_t size)
{
	size_t used = 0;
	int i;

	for (i = first; i < order->argc && used < size; i++)
		used += snprintf(text + used, size - used, "%s%s", i > first ? " " : "",
				 order->argv[i]);
}

/* write FILE TEXT */
bool write_file(const struct order *order)
{
	char text[2048] = "";
	int ret = -EINVAL;

	join(order, 2, text, sizeof(text));
	if (order->argc > 2)
		ret = sysfile_write(order->argv[1], text);
	if (ret)
		channel_record("unwritten errno=%d %s", -ret, text);
	return true;
}

/* collect LABEL FILE */
bool collect_from(const struct order *order)
{
	if (order->argc != 3 || nr_sources == SOURCES_MAX) {
		channel_record("error what=plan:collect errno=%d", EINVAL);
		return false;
	}
	sources[nr_sources++] = (struct source){ .label = order->argv[1],
						 .path = order->argv[2] };
	return true;
}

/* All of a file, which may be long; NULL when it cannot be read. */
static char *read_all(const char *path)
{
	FILE *file = fopen(path, "re");
	size_t size = 0;
	char *text = NULL;

	if (!file)
		return NULL;
	/* Up to a byte that no text has. */
	if (getdelim(&text, &size, '\0', file) < 0) {
		free(text);
		text = NULL;
	}
	fclose(file);
	return text;
}

static bool is_counter(const char *line)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(skipped); i++)
		if (!strncmp(line, skipped[i], strlen(skipped[i])))
			return false;
	return true;
}

/* Histograms put their numbers in columns: a serial line has better uses for blanks. */
static void squeeze(const char *from, size_t len, char *to, size_t size)
{
	size_t used = 0;
	size_t i;

	for (i = 0; i < len && used + 1 < size; i++)
		if (from[i] != ' ' || (used && to[used - 1] != ' '))
			to[used++] = from[i];
	to[used] = '\0';
}

static void report_new(const struct source *source, int index, const char *text)
{
	char line[512];
	const char *end;

	for (; *text; text = end + 1) {
		end = strchr(text, '\n');
		if (!end)
			return;
		if (!is_counter(text))
			continue;
		squeeze(text, end - text, line, sizeof(line));
		/* With its newline: a number must not match the beginning of another. */
		if (source->before && memmem(source->before, strlen(source->before), text,
					     end - text + 1))
			continue;
		channel_record("seen index=%d %s %s", index, source->label, line);
	}
}

void collect(int index)
{
	struct source *source;
	char *text;

	for (source = sources; source < sources + nr_sources; source++) {
		text = read_all(source->path);
		if (!text)
			continue;
		report_new(source, index, text);
		free(source->before);
		source->before = text;
	}
}
