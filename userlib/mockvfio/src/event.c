// SPDX-License-Identifier: LGPL-2.1-or-later
/* A profile's event log as a whole: reading and clearing the file. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "internal.h"

#define LOST_PREFIX	"# lost "

static int log_path(struct mv_path *path, const struct mockvfio_profile *profile,
		    struct mockvfio_error *err)
{
	return mv_path(path, profile->mock, err, MV_DEBUGFS "/%s/events", profile->name);
}

static int parse_log(char *text, struct mockvfio_events *events, const char *path,
		     struct mockvfio_error *err)
{
	char *line;
	int ret;

	while ((line = strsep(&text, "\n"))) {
		if (!*line)
			continue;
		if (!strncmp(line, LOST_PREFIX, strlen(LOST_PREFIX)))
			ret = mv_parse_u64(line + strlen(LOST_PREFIX), &events->lost);
		else
			ret = mockvfio_event_parse(line, &events->v[events->count++]);
		if (ret)
			return mv_error(err, EPROTO, path, "%s: cannot understand \"%s\"", path,
					line);
	}
	return 0;
}

int mockvfio_events_read(struct mockvfio_profile *profile, struct mockvfio_events *events,
			 struct mockvfio_error *err)
{
	struct mv_path path;
	char *text;
	int ret;

	memset(events, 0, sizeof(*events));
	ret = log_path(&path, profile, err);
	if (!ret)
		ret = mv_read_all(path.s, &text, err);
	if (ret)
		return ret;
	events->v = calloc(mv_count_lines(text), sizeof(*events->v));
	if (events->v)
		ret = parse_log(text, events, path.s, err);
	else
		ret = mv_error(err, ENOMEM, NULL, "out of memory");
	free(text);
	if (ret)
		mockvfio_events_free(events);
	return ret;
}

void mockvfio_events_free(struct mockvfio_events *events)
{
	free(events->v);
	memset(events, 0, sizeof(*events));
}

int mockvfio_events_clear(struct mockvfio_profile *profile, struct mockvfio_error *err)
{
	struct mv_path path;
	int ret;

	ret = log_path(&path, profile, err);
	return ret ? ret : mv_write(path.s, "", O_TRUNC, err);
}

int mockvfio_events_open(struct mockvfio_profile *profile, struct mockvfio_error *err)
{
	struct mv_path path;
	int ret;

	ret = log_path(&path, profile, err);
	return ret ? ret : mv_open(path.s, O_RDONLY, err);
}
