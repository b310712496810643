/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Asking for an INFO structure of unknown size.
 */
#ifndef UVFIO_SRC_INFO_H
#define UVFIO_SRC_INFO_H

#include "report.h"

struct uvfio_info_query {
	int fd;
	unsigned long request;
	const char *ioctl;	/* its name */
	const char *operation;
	const char *path;	/* of what the question is about */
	const void *question;	/* starts with argsz, flags */
	uint32_t size;		/* of the question */
};

/*
 * On success *info is to be freed with uvfio_free_mem(); its argsz is at least
 * the question's size and at most the buffer's.
 */
int uvfio_query_info(struct uvfio *ctx, const struct uvfio_info_query *query,
		     void **info, struct uvfio_error *err);

#endif /* UVFIO_SRC_INFO_H */
