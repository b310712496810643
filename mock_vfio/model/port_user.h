/* SPDX-License-Identifier: GPL-2.0-only OR LGPL-2.1-or-later */
/*
 * The model's surroundings in a user-space program: host tests, fuzzers and
 * in-process fake kernels. See port.h.
 *
 * "User memory" is the program's own. As nothing here can survive a wild
 * pointer, only the two kinds of bad address that a test wants are told apart
 * from good ones: the first page, and addresses above the user half.
 */
#ifndef MODEL_PORT_USER_H
#define MODEL_PORT_USER_H

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <linux/types.h>
#include <linux/vfio.h>

typedef __u8 u8;
typedef __u16 u16;
typedef __u32 u32;
typedef __u64 u64;
typedef __s64 s64;

#define PORT_PAGE_SIZE	4096ull
#define PORT_USER_TOP	0x800000000000ull /* 2^47 */

#define container_of(ptr, type, member) \
	((type *)((char *)(ptr) - offsetof(type, member)))
#define ARRAY_SIZE(array)	(sizeof(array) / sizeof((array)[0]))
#define min_t(type, a, b) \
	({ type a_ = (a), b_ = (b); a_ < b_ ? a_ : b_; })

/* Though it hides from ASan who uses the mapping that went last: it is tested, too. */
#define PORT_SPARES	true

static inline void *port_alloc(size_t size)
{
	return malloc(size);
}

static inline void *port_zalloc(size_t size)
{
	return calloc(1, size);
}

static inline void port_free(void *p)
{
	free(p);
}

static inline void *port_zalloc_large(size_t size)
{
	return calloc(1, size);
}

static inline void port_free_large(void *p)
{
	free(p);
}

static inline bool port_access_ok(u64 addr, u64 size)
{
	return size <= PORT_USER_TOP && addr <= PORT_USER_TOP - size;
}

static inline bool port_addr_bad(u64 addr, size_t size)
{
	return addr < PORT_PAGE_SIZE || !port_access_ok(addr, size);
}

static inline int port_copy_in(void *dst, u64 src, size_t size)
{
	if (port_addr_bad(src, size))
		return -EFAULT;
	memcpy(dst, (const void *)(uintptr_t)src, size);
	return 0;
}

static inline int port_copy_out(u64 dst, const void *src, size_t size)
{
	if (port_addr_bad(dst, size))
		return -EFAULT;
	memcpy((void *)(uintptr_t)dst, src, size);
	return 0;
}

static inline void port_breathe(void)
{
}

/* Decimal, octal or hexadecimal, nothing before or after it. */
static inline int port_parse_u64(const char *text, u64 *value)
{
	char *end;

	if (*text < '0' || *text > '9')
		return -EINVAL;
	errno = 0;
	*value = strtoull(text, &end, 0);
	return errno || *end ? -EINVAL : 0;
}

#include "port_user_tree.h"

#endif /* MODEL_PORT_USER_H */
