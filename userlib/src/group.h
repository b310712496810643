/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef UVFIO_SRC_GROUP_H
#define UVFIO_SRC_GROUP_H

#include <uvfio/group.h>

#include "container.h"

struct uvfio_group {
	struct uvfio *ctx;
	struct uvfio_list node;			/* in ctx->groups */
	unsigned int refs;			/* the program's and the devices' */
	int id;
	int fd;
	char path[32];
	struct uvfio_container *container;
	bool balloon_allowed;			/* by its devices */
	bool in_kvm;				/* see kvm.c */
	struct uvfio_list devices;		/* by uvfio_device.node */
	struct uvfio_list container_node;	/* in container->groups */
};

#endif /* UVFIO_SRC_GROUP_H */
