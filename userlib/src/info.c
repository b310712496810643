// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * The dance all VFIO INFO ioctls share: ask, look at the argsz that comes back,
 * ask again with that much room. A driver may answer anything, so both the size
 * and the number of rounds are bounded.
 */
#include <string.h>

#include "info.h"

#define MAX_SIZE	0x100000
#define MAX_ROUNDS	8

static uint32_t get_argsz(const void *info)
{
	uint32_t argsz;

	memcpy(&argsz, info, sizeof(argsz));
	return argsz;
}

static int fail_protocol(struct uvfio *ctx, struct uvfio_error *err, int code,
			 const struct uvfio_info_query *query,
			 const char *verdict, uint32_t argsz)
{
	return uvfio_fail(ctx, err, code,
			  UVFIO_FAILURE(query->operation, .ioctl = query->ioctl,
					.path = query->path),
			  "%s: %s: %s (argsz %u)", query->path, query->ioctl,
			  verdict, argsz);
}

/* One round with room for *size bytes; *size becomes what the kernel wants. */
static int ask(struct uvfio *ctx, const struct uvfio_info_query *query,
	       uint32_t *size, void **out, struct uvfio_error *err)
{
	void *info = uvfio_zalloc(ctx, *size);
	int ret;

	if (!info)
		return uvfio_fail_nomem(ctx, err, query->operation);
	memcpy(info, query->question, query->size);
	memcpy(info, size, sizeof(*size));
	ret = uvfio_ioctl(ctx, query->fd, query->request, info);
	if (ret < 0) {
		uvfio_free_mem(ctx, info);
		return uvfio_fail_errno(ctx, err, ret,
					UVFIO_FAILURE(query->operation,
						      .ioctl = query->ioctl,
						      .path = query->path),
					"%s: %s", query->path, query->ioctl);
	}
	*size = get_argsz(info);
	*out = info;
	return 0;
}

int uvfio_query_info(struct uvfio *ctx, const struct uvfio_info_query *query,
		     void **out, struct uvfio_error *err)
{
	uint32_t room = query->size, wanted = query->size;
	unsigned int round;
	void *info = NULL;
	int ret;

	for (round = 0; round < MAX_ROUNDS; round++) {
		room = wanted;
		ret = ask(ctx, query, &wanted, &info, err);
		if (ret)
			return ret;
		if (wanted >= query->size && wanted <= room) {
			*out = info;
			return 0;
		}
		uvfio_free_mem(ctx, info);
		if (wanted < query->size)
			return fail_protocol(ctx, err, -EPROTO, query,
					     "the answer is smaller than the structure",
					     wanted);
		if (wanted > MAX_SIZE)
			return fail_protocol(ctx, err, -E2BIG, query,
					     "the kernel asks for too much memory",
					     wanted);
	}
	return fail_protocol(ctx, err, -E2BIG, query,
			     "the kernel keeps asking for more memory", wanted);
}
