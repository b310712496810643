/* SPDX-License-Identifier: GPL-2.0-only OR LGPL-2.1-or-later */
/* The model's surroundings in the kernel module. See port.h. */
#ifndef MODEL_PORT_KERNEL_H
#define MODEL_PORT_KERNEL_H

#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/kstrtox.h>
#include <linux/mm.h>
#include <linux/rbtree.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/types.h>
#include <linux/uaccess.h>
#include <linux/vfio.h>

#define PORT_PAGE_SIZE	((u64)PAGE_SIZE)

/*
 * Whether memory may be kept to be used again: not from KASAN, which finds out who still
 * uses what is free.
 */
#define PORT_SPARES	(!IS_ENABLED(CONFIG_KASAN))

/* Memory of a bounded, small size. */
static inline void *port_alloc(size_t size)
{
	return kmalloc(size, GFP_KERNEL_ACCOUNT);
}

/* The same, zeroed. */
static inline void *port_zalloc(size_t size)
{
	return kzalloc(size, GFP_KERNEL_ACCOUNT);
}

static inline void port_free(const void *p)
{
	kfree(p);
}

/*
 * Zeroed memory of a size that the user chose, up to 256 MiB a time: it is
 * charged to him, and rather fails than brings in the OOM killer.
 */
static inline void *port_zalloc_large(size_t size)
{
	return kvzalloc(size, GFP_KERNEL_ACCOUNT | __GFP_RETRY_MAYFAIL);
}

static inline void port_free_large(const void *p)
{
	kvfree(p);
}

static inline bool port_access_ok(u64 addr, u64 size)
{
	return addr == (unsigned long)addr && size == (unsigned long)size &&
	       access_ok(u64_to_user_ptr(addr), size);
}

static inline int port_copy_in(void *dst, u64 src, size_t size)
{
	return copy_from_user(dst, u64_to_user_ptr(src), size) ? -EFAULT : 0;
}

static inline int port_copy_out(u64 dst, const void *src, size_t size)
{
	return copy_to_user(u64_to_user_ptr(dst), src, size) ? -EFAULT : 0;
}

/* Called in loops whose length the user chooses. */
static inline void port_breathe(void)
{
	cond_resched();
}

/* Decimal, octal or hexadecimal. */
static inline int port_parse_u64(const char *text, u64 *value)
{
	return kstrtou64(text, 0, value);
}

#endif /* MODEL_PORT_KERNEL_H */
