/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The context: the root of everything one user of the library holds.
 */
#ifndef UVFIO_CONTEXT_H
#define UVFIO_CONTEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <uvfio/error.h>
#include <uvfio/sysops.h>

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

/**
 * struct uvfio - a context; opaque
 *
 * Contexts are independent of each other. The kernel lets a group be open only
 * once, so a group that is in use in one context is -EBUSY in another.
 */
struct uvfio;

/**
 * struct uvfio_options - how to create a context
 * @size: sizeof(struct uvfio_options) of the program
 * @sysops: system calls, copied; NULL for the real ones
 * @sysops_opaque: passed to each of @sysops
 * @allocator: memory, copied; NULL for malloc() and free()
 * @allocator_opaque: passed to @allocator
 * @iommu_types: IOMMU models (VFIO_TYPE1v2_IOMMU ...) in order of preference,
 *               copied; NULL for the default: type1 v2, type1, sPAPR TCE v2, sPAPR
 *               TCE. Where the kernel offers sPAPR TCE v2 and then refuses it, sPAPR
 *               TCE is tried if it is among them
 * @nr_iommu_types: entries in @iommu_types, at most 8
 * @reset_registration: called with true when the first group has been attached
 *                      and with false when the last has gone: between the two
 *                      the program is to call uvfio_reset_handler() when the
 *                      machine is reset. Must not call the library
 * @reset_registration_opaque: passed to @reset_registration
 * @target_page_size: bytes of the guest's pages, a power of two, which sections
 *                    are rounded to; 0 for 4096
 * @host_page_size: bytes of the host's pages, a power of two; 0 to ask the system
 * @balloon_inhibit: called with true when ballooning must stop, because a first
 *                   group is attached that forbids it, and with false when no
 *                   such group is left. Must not call the library
 * @balloon_inhibit_opaque: passed to @balloon_inhibit
 *
 * Zero is the default for every member but @size.
 */
struct uvfio_options {
	size_t size;
	const struct uvfio_sysops *sysops;
	void *sysops_opaque;
	const struct uvfio_allocator *allocator;
	void *allocator_opaque;
	const unsigned int *iommu_types;
	size_t nr_iommu_types;
	void (*reset_registration)(struct uvfio *ctx, bool wanted, void *opaque);
	void *reset_registration_opaque;
	uint64_t target_page_size;
	uint64_t host_page_size;
	void (*balloon_inhibit)(struct uvfio *ctx, bool inhibit, void *opaque);
	void *balloon_inhibit_opaque;
};

/**
 * uvfio_new() - create a context
 * @opts: how, or NULL for all defaults
 * @ctx: the new context, untouched on failure
 * @err: optional
 *
 * Opens nothing. Return: 0; -ENOMEM; -EINVAL for options without a size, more
 * than 8 or no IOMMU types, one the library cannot drive, a page size that is no
 * power of two, or an allocator that lacks a function; -E2BIG when a newer program
 * sets options this library does not know.
 */
int uvfio_new(const struct uvfio_options *opts, struct uvfio **ctx,
	      struct uvfio_error *err);

/**
 * uvfio_free() - destroy a context
 * @ctx: the context, or NULL
 *
 * Return: 0; -EBUSY, and nothing is destroyed, while a group, an address space or
 * a memory object that came from it is still held.
 */
int uvfio_free(struct uvfio *ctx);

/**
 * uvfio_version() - the version of the library that is linked
 *
 * Return: "major.minor.patch", a static string.
 */
const char *uvfio_version(void);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif

#endif /* UVFIO_CONTEXT_H */
