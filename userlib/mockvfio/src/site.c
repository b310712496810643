// SPDX-License-Identifier: LGPL-2.1-or-later
/* The module's table of fault sites, and its count of faults at each. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "internal.h"

/* "<site> <context> <errno> <effects> <call>", in columns; the call has blanks. */
static int parse_site(const char *line, struct mockvfio_site *site)
{
	int start = -1;

	if (sscanf(line, "%63s %15s %15s %191s %n", site->name, site->context, site->error,
		   site->effects, &start) != 4 || start < 0)
		return -EPROTO;
	snprintf(site->call, sizeof(site->call), "%s", line + start);
	return 0;
}

/* "<site> <count>"; the site is in the table that was read before. */
static int parse_fired(const char *line, struct mockvfio_sites *sites)
{
	char name[sizeof(sites->v->name)];
	uint64_t count;
	size_t i;

	if (sscanf(line, "%63s %" SCNu64, name, &count) != 2)
		return -EPROTO;
	for (i = 0; i < sites->count; i++)
		if (!strcmp(sites->v[i].name, name))
			sites->v[i].fired = count;
	return 0;
}

static int add_site(const char *line, struct mockvfio_sites *sites)
{
	return parse_site(line, &sites->v[sites->count++]);
}

/* Has each line of a file of debugfs parsed; @reserve makes room for all of them first. */
static int parse_lines(struct mockvfio *mock, const char *file, bool reserve,
		       int (*parse)(const char *line, struct mockvfio_sites *sites),
		       struct mockvfio_sites *sites, struct mockvfio_error *err)
{
	char *text, *line, *rest;
	struct mv_path path;
	int ret;

	ret = mv_path(&path, mock, err, MV_DEBUGFS "/%s", file);
	if (!ret)
		ret = mv_read_all(path.s, &text, err);
	if (ret)
		return ret;
	if (reserve) {
		sites->v = calloc(mv_count_lines(text), sizeof(*sites->v));
		if (!sites->v)
			ret = mv_error(err, ENOMEM, NULL, "out of memory");
	}
	for (rest = text; !ret && (line = strsep(&rest, "\n"));) {
		if (!*line || *line == '#')
			continue;
		if (parse(line, sites))
			ret = mv_error(err, EPROTO, path.s, "%s: cannot understand \"%s\"",
				       path.s, line);
	}
	free(text);
	return ret;
}

int mockvfio_sites_read(struct mockvfio *mock, struct mockvfio_sites *sites,
			struct mockvfio_error *err)
{
	int ret;

	memset(sites, 0, sizeof(*sites));
	ret = parse_lines(mock, "sites", true, add_site, sites, err);
	if (!ret)
		ret = parse_lines(mock, "fired", false, parse_fired, sites, err);
	if (ret)
		mockvfio_sites_free(sites);
	return ret;
}

void mockvfio_sites_free(struct mockvfio_sites *sites)
{
	free(sites->v);
	memset(sites, 0, sizeof(*sites));
}
