/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What the fuzz targets share: taking bytes from the input, and giving up when
 * something is wrong.
 */
#ifndef UVFIO_FUZZ_FUZZ_H
#define UVFIO_FUZZ_FUZZ_H

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define check(condition) \
	do { \
		if (!(condition)) { \
			fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #condition); \
			abort(); \
		} \
	} while (0)

struct fuzz_input {
	const unsigned char *data;
	size_t left;
};

/* Zeroes once the input is used up. */
static inline void fuzz_take(struct fuzz_input *in, void *dst, size_t size)
{
	size_t some = size < in->left ? size : in->left;

	memset(dst, 0, size);
	if (!some)
		return;
	memcpy(dst, in->data, some);
	in->data += some;
	in->left -= some;
}

static inline unsigned char fuzz_byte(struct fuzz_input *in)
{
	unsigned char byte;

	fuzz_take(in, &byte, 1);
	return byte;
}

/* Of @n things, one. */
static inline unsigned int fuzz_below(struct fuzz_input *in, unsigned int n)
{
	return fuzz_byte(in) % n;
}

#endif /* UVFIO_FUZZ_FUZZ_H */
