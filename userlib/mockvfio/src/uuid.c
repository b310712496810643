// SPDX-License-Identifier: LGPL-2.1-or-later
/* A random UUID, RFC 4122 version 4. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>

#include "internal.h"

int mv_uuid_random(char uuid[MOCKVFIO_UUID_SIZE], struct mockvfio_error *err)
{
	unsigned char b[16];

	/* The kernel has enough entropy or blocks; 16 bytes never come short. */
	if (getrandom(b, sizeof(b), 0) != sizeof(b))
		return mv_error(err, errno, NULL, "cannot get random bytes for a UUID: %s",
				strerror(errno));
	b[6] = (b[6] & 0x0f) | 0x40;
	b[8] = (b[8] & 0x3f) | 0x80;
	snprintf(uuid, MOCKVFIO_UUID_SIZE,
		 "%02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-%02x%02x%02x%02x%02x%02x",
		 b[0], b[1], b[2], b[3], b[4], b[5], b[6], b[7], b[8], b[9], b[10], b[11], b[12],
		 b[13], b[14], b[15]);
	return 0;
}
