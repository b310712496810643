// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Option structures that grow: a program and the library may have been built
 * against different versions of one.
 */
#include <string.h>

#include "ctx.h"

int uvfio_copy_sized(void *dst, size_t dst_size, const void *src,
		     size_t src_size)
{
	const unsigned char *bytes = src;
	size_t i;

	if (src_size < sizeof(size_t))
		return -EINVAL;
	for (i = dst_size; i < src_size; i++)
		if (bytes[i])
			return -E2BIG;
	memset(dst, 0, dst_size);
	memcpy(dst, src, src_size < dst_size ? src_size : dst_size);
	return 0;
}
