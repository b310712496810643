// SPDX-License-Identifier: LGPL-2.1-or-later
/* The shape of a device: regions, sparse areas, interrupts, IOVA ranges. */
#include <errno.h>
#include <stdio.h>

#include "internal.h"
#include "settings.h"

struct dir_name {
	char s[MOCKVFIO_PATH_MAX];
};

static int make_dir(struct mockvfio_profile *profile, const struct dir_name *dir, int len,
		    const struct mv_setting *settings, size_t count, struct mockvfio_error *err)
{
	if (len < 0 || (size_t)len >= sizeof(dir->s))
		return mv_error(err, ENAMETOOLONG, NULL, "%s...: path too long", dir->s);
	return mv_settings_mkdir(profile, dir->s, settings, count, err);
}

int mockvfio_add_region(struct mockvfio_profile *profile, const char *name, unsigned int index,
			uint64_t size, const char *access, struct mockvfio_error *err)
{
	const struct mv_setting settings[] = {
		{ .attribute = "index", .kind = MV_NUMBER, .number = index },
		{ .attribute = "size", .kind = MV_NUMBER, .number = size },
		{ .attribute = "access", .kind = MV_TEXT, .text = access },
	};
	struct dir_name dir;
	int len = snprintf(dir.s, sizeof(dir.s), "regions/%s", name);

	return make_dir(profile, &dir, len, settings, ARRAY_SIZE(settings), err);
}

int mockvfio_add_area(struct mockvfio_profile *profile, const char *region, const char *name,
		      uint64_t offset, uint64_t size, struct mockvfio_error *err)
{
	const struct mv_setting settings[] = {
		{ .attribute = "offset", .kind = MV_NUMBER, .number = offset },
		{ .attribute = "size", .kind = MV_NUMBER, .number = size },
	};
	struct dir_name dir;
	int len = snprintf(dir.s, sizeof(dir.s), "regions/%s/areas/%s", region, name);

	return make_dir(profile, &dir, len, settings, ARRAY_SIZE(settings), err);
}

int mockvfio_add_irq(struct mockvfio_profile *profile, const char *name, unsigned int index,
		     unsigned int count, const char *flags, struct mockvfio_error *err)
{
	const struct mv_setting settings[] = {
		{ .attribute = "index", .kind = MV_NUMBER, .number = index },
		{ .attribute = "count", .kind = MV_NUMBER, .number = count },
		{ .attribute = "flags", .kind = MV_TEXT, .text = flags },
	};
	struct dir_name dir;
	int len = snprintf(dir.s, sizeof(dir.s), "irqs/%s", name);

	return make_dir(profile, &dir, len, settings, ARRAY_SIZE(settings), err);
}

int mockvfio_add_range(struct mockvfio_profile *profile, const char *name, uint64_t first,
		       uint64_t last, struct mockvfio_error *err)
{
	const struct mv_setting settings[] = {
		{ .attribute = "first", .kind = MV_NUMBER, .number = first },
		{ .attribute = "last", .kind = MV_NUMBER, .number = last },
	};
	struct dir_name dir;
	int len = snprintf(dir.s, sizeof(dir.s), "iommu_backend/ranges/%s", name);

	return make_dir(profile, &dir, len, settings, ARRAY_SIZE(settings), err);
}
