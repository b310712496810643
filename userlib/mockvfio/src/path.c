// SPDX-License-Identifier: LGPL-2.1-or-later
/* Building paths below the context's root. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "internal.h"

int mv_path(struct mv_path *path, const struct mockvfio *mock, struct mockvfio_error *err,
	    const char *fmt, ...)
{
	size_t root = strlen(mock->root);
	va_list args;
	int len;

	memcpy(path->s, mock->root, root);
	va_start(args, fmt);
	len = vsnprintf(path->s + root, sizeof(path->s) - root, fmt, args);
	va_end(args);
	if (len < 0 || (size_t)len >= sizeof(path->s) - root)
		return mv_error(err, ENAMETOOLONG, path->s, "%s...: path too long", path->s);
	return 0;
}

int mv_config_path(struct mv_path *path, const struct mockvfio_profile *profile, const char *below,
		   struct mockvfio_error *err)
{
	return mv_path(path, profile->mock, err, MV_CONFIGFS "/%s%s%s", profile->name,
		       *below ? "/" : "", below);
}
