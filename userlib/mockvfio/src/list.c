// SPDX-License-Identifier: LGPL-2.1-or-later
/* What there is: profiles, and the rules of one, in the order of their names. */
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "internal.h"

static int is_visible_dir(const struct dirent *entry)
{
	return entry->d_name[0] != '.' && entry->d_type == DT_DIR;
}

static int is_profile(const struct dirent *entry)
{
	return is_visible_dir(entry) && strcmp(entry->d_name, MOCKVFIO_EARLY);
}

/* Calls @fn for each directory in @path that is @wanted until it is not 0. */
static int list_dirs(const char *path, int (*wanted)(const struct dirent *entry),
		     int (*fn)(const char *name, void *data), void *data,
		     struct mockvfio_error *err)
{
	struct dirent **entries;
	int i, count, ret = 0;

	count = scandir(path, &entries, wanted, alphasort);
	if (count < 0)
		return mv_error(err, errno, path, "cannot read directory %s: %s", path,
				strerror(errno));
	for (i = 0; i < count; i++) {
		if (!ret)
			ret = fn(entries[i]->d_name, data);
		free(entries[i]);
	}
	free(entries);
	return ret;
}

int mockvfio_profile_list(struct mockvfio *mock, int (*fn)(const char *name, void *data),
			  void *data, struct mockvfio_error *err)
{
	struct mv_path path;
	int ret;

	ret = mv_path(&path, mock, err, MV_CONFIGFS);
	return ret ? ret : list_dirs(path.s, is_profile, fn, data, err);
}

int mockvfio_fault_list(struct mockvfio_profile *profile, int (*fn)(const char *name, void *data),
			void *data, struct mockvfio_error *err)
{
	struct mv_path path;
	int ret;

	ret = mv_config_path(&path, profile, "faults", err);
	return ret ? ret : list_dirs(path.s, is_visible_dir, fn, data, err);
}
