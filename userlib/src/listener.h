/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef UVFIO_SRC_LISTENER_H
#define UVFIO_SRC_LISTENER_H

#include <uvfio/listener.h>

#include "address_space.h"

struct uvfio_listener {
	struct uvfio_address_space *as;	/* holds a reference */
	struct uvfio_list node;		/* in as->listeners */
	struct uvfio_listener_ops ops;
	void *opaque;
};

static inline struct uvfio_listener *uvfio_listener_of(struct uvfio_list *node)
{
	return uvfio_list_entry(node, struct uvfio_listener, node);
}

/* Call region_add or region_del; after a failure *why is filled in any case. */
int uvfio_tell_add(struct uvfio_listener *listener,
		   const struct uvfio_section *section, struct uvfio_error *why);
int uvfio_tell_del(struct uvfio_listener *listener,
		   const struct uvfio_section *section, struct uvfio_error *why);

#endif /* UVFIO_SRC_LISTENER_H */
