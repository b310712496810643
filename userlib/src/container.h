/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef UVFIO_SRC_CONTAINER_H
#define UVFIO_SRC_CONTAINER_H

#include <uvfio/container.h>
#include <uvfio/group.h>

#include "address_space.h"
#include "iommu_model.h"
#include "tree.h"

struct uvfio_container {
	struct uvfio *ctx;
	struct uvfio_address_space *as;
	struct uvfio_list node;		/* in as->containers */
	struct uvfio_list groups;	/* by uvfio_group.container_node */
	int fd;
	const struct uvfio_iommu_model *model;
	uint64_t pgsizes;		/* never 0 */
	struct uvfio_iova_range *ranges;
	size_t nr_ranges;		/* 0 for sPAPR only */
	void *model_data;		/* the model's own */
	struct uvfio_tree windows;	/* see host_window.c */
	struct uvfio_tree sections;	/* see container_listener.c */
	struct uvfio_listener *listener; /* of as */
};

/* Join a container of the address space, or open one. */
int uvfio_connect_container(struct uvfio_group *group,
			    struct uvfio_address_space *as,
			    struct uvfio_error *err);

/* Leave it; closes it after its last group. The group is out in any case. */
int uvfio_disconnect_container(struct uvfio_group *group,
			       struct uvfio_error *err);

/* Of type1: learn page sizes and IOVA ranges, which become the host windows. */
int uvfio_type1_set_up(struct uvfio_container *container, struct uvfio_error *err);

/*
 * A group has joined, or a device was opened: the container may map less than before,
 * or more. When that cannot be learnt, nothing changes.
 *
 * Devices count because of iommufd, where it stands in for type1: a group that joins
 * limits nothing there, each of its devices does while it is open.
 */
int uvfio_container_users_changed(struct uvfio_container *container,
				  struct uvfio_error *err);

/* One has left, which cannot be refused: what cannot be learnt goes to the log. */
void uvfio_container_user_left(struct uvfio_container *container);

/*
 * Before GET_INFO and DIRTY_PAGES: by their numbers sPAPR has other calls, which would
 * read and write structures of another shape. -EOPNOTSUPP there, else 0.
 */
int uvfio_require_type1(const struct uvfio_container *container, const char *operation,
			struct uvfio_error *err);

/* Learn them again; when that fails, all is as before. */
int uvfio_type1_users_changed(struct uvfio_container *container,
			      struct uvfio_error *err);

#endif /* UVFIO_SRC_CONTAINER_H */
