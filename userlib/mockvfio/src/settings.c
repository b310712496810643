// SPDX-License-Identifier: LGPL-2.1-or-later
/* Making a directory and setting its attributes from a table, all or nothing. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>

#include "internal.h"
#include "settings.h"

static int apply_one(struct mockvfio_profile *profile, const char *dir,
		     const struct mv_setting *setting, struct mockvfio_error *err)
{
	char below[MOCKVFIO_PATH_MAX], text[24];
	int len;

	len = snprintf(below, sizeof(below), "%s/%s", dir, setting->attribute);
	if (len < 0 || (size_t)len >= sizeof(below))
		return mv_error(err, ENAMETOOLONG, dir, "%s: path too long", dir);

	switch (setting->kind) {
	case MV_TEXT:
		return mockvfio_set(profile, below, setting->text, err);
	case MV_SIGNED:
		snprintf(text, sizeof(text), "%" PRId64, (int64_t)setting->number);
		return mockvfio_set(profile, below, text, err);
	case MV_NUMBER:
		break;
	}
	return mockvfio_set_u64(profile, below, setting->number, err);
}

int mv_settings_apply(struct mockvfio_profile *profile, const char *dir,
		      const struct mv_setting *settings, size_t count, struct mockvfio_error *err)
{
	size_t i;
	int ret;

	for (i = 0; i < count; i++) {
		ret = apply_one(profile, dir, &settings[i], err);
		if (ret)
			return ret;
	}
	return 0;
}

int mv_settings_mkdir(struct mockvfio_profile *profile, const char *dir,
		      const struct mv_setting *settings, size_t count, struct mockvfio_error *err)
{
	int ret;

	ret = mockvfio_mkdir(profile, dir, err);
	if (ret)
		return ret;
	ret = mv_settings_apply(profile, dir, settings, count, err);
	if (ret) {
		mockvfio_rmdir(profile, dir, NULL);
		errno = -ret;
	}
	return ret;
}
