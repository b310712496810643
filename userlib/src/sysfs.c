// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * The one thing the library reads from sysfs: which group a device is in.
 */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <uvfio/group.h>

#include "report.h"

#define OP	"uvfio_group_of_device"

static int parse_group(const char *target)
{
	const char *name = strrchr(target, '/');
	unsigned long number;
	char *end;

	name = name ? name + 1 : target;
	if (*name < '0' || *name > '9')
		return -EPROTO;
	errno = 0;
	number = strtoul(name, &end, 10);
	return *end || errno || number > INT_MAX ? -EPROTO : (int)number;
}

int uvfio_group_of_device(struct uvfio *ctx, const char *path,
			  struct uvfio_error *err)
{
	const struct uvfio_failure *what = UVFIO_FAILURE(OP, .path = path);
	char link[PATH_MAX], target[PATH_MAX];
	ssize_t len;
	int ret;

	ret = snprintf(link, sizeof(link), "%s/iommu_group", path);
	if (ret < 0 || (size_t)ret >= sizeof(link))
		return uvfio_fail_errno(ctx, err, -ENAMETOOLONG, what,
					"device directory");
	len = ctx->sys.readlink(ctx->sys_opaque, link, target, sizeof(target));
	if (len < 0)
		return uvfio_fail_errno(ctx, err, -errno, what, "readlink %s",
					link);
	/* readlink() does not terminate, and a full buffer may have been cut. */
	if ((size_t)len >= sizeof(target))
		return uvfio_fail_errno(ctx, err, -ENAMETOOLONG, what,
					"target of %s", link);
	target[len] = '\0';
	ret = parse_group(target);
	if (ret < 0)
		return uvfio_fail(ctx, err, ret, what,
				  "%s points to %s, which is no group", link,
				  target);
	return ret;
}
