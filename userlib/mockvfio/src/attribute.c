// SPDX-License-Identifier: LGPL-2.1-or-later
/* Attributes and directories inside a profile, by path. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "internal.h"
#include "kmsg.h"

int mockvfio_mkdir(struct mockvfio_profile *profile, const char *below, struct mockvfio_error *err)
{
	struct mv_path path;
	struct mv_kmsg log;
	int ret;

	ret = mv_config_path(&path, profile, below, err);
	if (ret)
		return ret;
	mv_kmsg_begin(&log, profile->mock);
	return mv_kmsg_end(&log, mv_mkdir(path.s, err), err);
}

int mockvfio_rmdir(struct mockvfio_profile *profile, const char *below, struct mockvfio_error *err)
{
	struct mv_path path;
	int ret = mv_config_path(&path, profile, below, err);

	return ret ? ret : mv_rmdir(path.s, err);
}

int mockvfio_set(struct mockvfio_profile *profile, const char *below, const char *value,
		 struct mockvfio_error *err)
{
	struct mv_path path;
	struct mv_kmsg log;
	int ret;

	ret = mv_config_path(&path, profile, below, err);
	if (ret)
		return ret;
	mv_kmsg_begin(&log, profile->mock);
	/* Nothing at all never reaches an attribute: an empty value is a newline. */
	ret = mv_write(path.s, *value ? value : "\n", 0, err);
	return mv_kmsg_end(&log, ret, err);
}

int mockvfio_set_u64(struct mockvfio_profile *profile, const char *below, uint64_t value,
		     struct mockvfio_error *err)
{
	char text[24];

	snprintf(text, sizeof(text), "0x%" PRIx64, value);
	return mockvfio_set(profile, below, text, err);
}

int mockvfio_get(struct mockvfio_profile *profile, const char *below, char *buf, size_t size,
		 struct mockvfio_error *err)
{
	struct mv_path path;
	int ret;

	ret = mv_config_path(&path, profile, below, err);
	return ret ? ret : mv_read(path.s, buf, size, err);
}

int mockvfio_get_u64(struct mockvfio_profile *profile, const char *below, uint64_t *valuep,
		     struct mockvfio_error *err)
{
	struct mv_path path;
	char text[64];
	int ret;

	ret = mv_config_path(&path, profile, below, err);
	if (ret)
		return ret;
	ret = mv_read(path.s, text, sizeof(text), err);
	if (ret < 0)
		return ret;
	if (mv_parse_u64(text, valuep))
		return mv_error(err, EINVAL, path.s, "%s: \"%s\" is not a number", path.s, text);
	return 0;
}
