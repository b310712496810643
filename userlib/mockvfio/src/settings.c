// SPDX-License-Identifier: LGPL-2.1-or-later
/* Making a directory and setting its attributes from a table, all or nothing. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "internal.h"
#include "settings.h"

static bool is_bool(enum mv_kind kind)
{
	return kind == MV_FLAG || kind == MV_NOT;
}

size_t mv_settings_of(const void *object, const struct mv_member *members, size_t count,
		      struct mv_setting *settings)
{
	size_t i, used = 0;

	for (i = 0; i < count; i++) {
		const char *member = (const char *)object + members[i].offset;
		struct mv_setting *setting = &settings[used];

		*setting = (struct mv_setting){
			.attribute = members[i].attribute, .kind = members[i].kind,
		};
		if (setting->kind == MV_TEXT)
			memcpy(&setting->text, member, sizeof(setting->text));
		else if (is_bool(setting->kind))
			setting->number = *(const bool *)member;
		else
			memcpy(&setting->number, member, sizeof(setting->number));
		if (setting->text || setting->number || members[i].always)
			used++;
	}
	return used;
}

static const char *number_text(const struct mv_setting *setting, char *buf, size_t size)
{
	if (setting->kind == MV_NUMBER)
		snprintf(buf, size, "0x%" PRIx64, setting->number);
	else if (setting->kind == MV_SIGNED)
		snprintf(buf, size, "%" PRId64, (int64_t)setting->number);
	else
		snprintf(buf, size, "%d", (setting->kind == MV_FLAG) == !!setting->number);
	return buf;
}

static int apply_one(struct mockvfio_profile *profile, const char *dir,
		     const struct mv_setting *setting, struct mockvfio_error *err)
{
	char below[MOCKVFIO_PATH_MAX], number[24];
	int len;

	len = snprintf(below, sizeof(below), "%s%s%s", dir, *dir ? "/" : "", setting->attribute);
	if (len < 0 || (size_t)len >= sizeof(below))
		return mv_error(err, ENAMETOOLONG, dir, "%s: path too long", dir);
	return mockvfio_set(profile, below, setting->kind == MV_TEXT ? setting->text :
			    number_text(setting, number, sizeof(number)), err);
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
