/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef UVFIO_SRC_DEVICE_H
#define UVFIO_SRC_DEVICE_H

#include <uvfio/device.h>

#include "ctx.h"

struct uvfio_device {
	struct uvfio *ctx;
	struct uvfio_group *group;	/* holds a reference */
	struct uvfio_device_options opts;
	struct vfio_device_info *info;
	char *name;
	int fd;
	struct uvfio_list node;		/* in group->devices */
	bool realized;
	bool needs_reset;
};

#endif /* UVFIO_SRC_DEVICE_H */
