// SPDX-License-Identifier: LGPL-2.1-or-later
/* Profiles as a whole: making, finding, switching on and off, removing. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "internal.h"

static int profile_new(struct mockvfio *mock, const char *name, struct mockvfio_profile **profilep,
		       struct mockvfio_error *err)
{
	struct mockvfio_profile *profile;

	if (!*name || *name == '.' || strchr(name, '/') || strlen(name) >= sizeof(profile->name))
		return mv_error(err, EINVAL, NULL, "\"%s\" cannot be the name of a profile", name);
	profile = calloc(1, sizeof(*profile));
	if (!profile)
		return mv_error(err, ENOMEM, NULL, "out of memory");
	profile->mock = mock;
	snprintf(profile->name, sizeof(profile->name), "%s", name);
	*profilep = profile;
	return 0;
}

int mockvfio_profile_create(struct mockvfio *mock, const char *name,
			    struct mockvfio_profile **profilep, struct mockvfio_error *err)
{
	struct mockvfio_profile *profile;
	int ret;

	ret = profile_new(mock, name, &profile, err);
	if (ret)
		return ret;
	ret = mockvfio_mkdir(profile, "", err);
	if (ret) {
		mockvfio_profile_close(profile);
		return ret;
	}
	*profilep = profile;
	return 0;
}

int mockvfio_profile_open(struct mockvfio *mock, const char *name,
			  struct mockvfio_profile **profilep, struct mockvfio_error *err)
{
	struct mockvfio_profile *profile;
	struct mv_path path;
	int ret;

	ret = profile_new(mock, name, &profile, err);
	if (ret)
		return ret;
	ret = mv_config_path(&path, profile, "", err);
	if (!ret && access(path.s, F_OK))
		ret = mv_error(err, errno, path.s, "no profile %s: %s", path.s, strerror(errno));
	if (ret) {
		mockvfio_profile_close(profile);
		return ret;
	}
	*profilep = profile;
	return 0;
}

void mockvfio_profile_close(struct mockvfio_profile *profile)
{
	free(profile);
}

const char *mockvfio_profile_name(const struct mockvfio_profile *profile)
{
	return profile->name;
}

int mockvfio_profile_set_live(struct mockvfio_profile *profile, bool live,
			      struct mockvfio_error *err)
{
	return mockvfio_set(profile, "live", live ? "1" : "0", err);
}

static int profile_remove(struct mockvfio_profile *profile, struct mockvfio_error *err)
{
	struct mv_path path;
	int ret;

	ret = mv_config_path(&path, profile, "", err);
	if (ret)
		return ret;
	ret = mv_instances_remove_all(profile, err);
	if (ret)
		return ret;
	ret = mockvfio_profile_set_live(profile, false, err);
	if (ret)
		return ret;
	ret = mv_rmdir_below(path.s, err);
	if (ret)
		return ret;
	return mv_rmdir(path.s, err);
}

int mockvfio_profile_destroy(struct mockvfio_profile *profile, struct mockvfio_error *err)
{
	int ret = profile_remove(profile, err);

	mockvfio_profile_close(profile);
	return ret;
}
