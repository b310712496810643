// SPDX-License-Identifier: LGPL-2.1-or-later
/* Counters of what is held: one "name value" a line. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "internal.h"

static int parse_counter(const char *line, struct mockvfio_counter *counter)
{
	const char *blank = strchr(line, ' ');
	size_t len = blank ? (size_t)(blank - line) : 0;

	if (!len || len >= sizeof(counter->name))
		return -EPROTO;
	memcpy(counter->name, line, len);
	counter->name[len] = '\0';
	return mv_parse_u64(blank + 1, &counter->value);
}

static int counters_read(const char *path, struct mockvfio_counters *counters,
			 struct mockvfio_error *err)
{
	char text[MOCKVFIO_VALUE_MAX];
	char *line, *rest = text;
	int ret;

	memset(counters, 0, sizeof(*counters));
	ret = mv_read(path, text, sizeof(text), err);
	if (ret < 0)
		return ret;
	while ((line = strsep(&rest, "\n"))) {
		if (!*line)
			continue;
		if (counters->count == MOCKVFIO_COUNTERS_MAX ||
		    parse_counter(line, &counters->v[counters->count]))
			return mv_error(err, EPROTO, path, "%s: cannot understand \"%s\"", path,
					line);
		counters->count++;
	}
	return 0;
}

int mockvfio_counters_read(struct mockvfio_profile *profile, struct mockvfio_counters *counters,
			   struct mockvfio_error *err)
{
	struct mv_path path;
	int ret;

	ret = mv_path(&path, profile->mock, err, MV_DEBUGFS "/%s/counters", profile->name);
	return ret ? ret : counters_read(path.s, counters, err);
}

int mockvfio_held_read(struct mockvfio *mock, struct mockvfio_counters *counters,
		       struct mockvfio_error *err)
{
	struct mv_path path;
	int ret;

	ret = mv_path(&path, mock, err, MV_DEBUGFS "/held");
	return ret ? ret : counters_read(path.s, counters, err);
}

int mockvfio_counter_get(const struct mockvfio_counters *counters, const char *name,
			 uint64_t *valuep)
{
	size_t i;

	for (i = 0; i < counters->count; i++) {
		if (!strcmp(counters->v[i].name, name)) {
			*valuep = counters->v[i].value;
			return 0;
		}
	}
	return -ENOENT;
}
