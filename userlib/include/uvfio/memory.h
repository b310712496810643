/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Memory objects: what the sections of an address space are made of. An object
 * is counted: as long as a section or a mapping needs it, it and the memory
 * behind it stay.
 */
#ifndef UVFIO_MEMORY_H
#define UVFIO_MEMORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <uvfio/error.h>
#include <uvfio/viommu.h>

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

struct uvfio;

/** struct uvfio_memory - a memory object; opaque */
struct uvfio_memory;

/**
 * struct uvfio_size128 - a number of bytes that may be 2^64
 * @lo: the low 64 bits
 * @hi: the high 64 bits
 *
 * A 64-bit address space has 2^64 bytes: { .lo = 0, .hi = 1 }.
 */
struct uvfio_size128 {
	uint64_t lo;
	uint64_t hi;
};

/**
 * enum uvfio_memory_type - what an object is
 * @UVFIO_MEMORY_RAM: memory of this process; not being able to map it is an error
 * @UVFIO_MEMORY_RAM_DEVICE: a device's memory, mapped into this process, such as a
 *                           BAR: mapped for other devices where the IOMMU's pages
 *                           allow it, and only warned about when that fails
 * @UVFIO_MEMORY_IOMMU: translates, see <uvfio/viommu.h>
 * @UVFIO_MEMORY_OTHER: nothing devices can reach: trapped registers, protected
 *                      memory. Left out of every mapping
 */
enum uvfio_memory_type {
	UVFIO_MEMORY_RAM,
	UVFIO_MEMORY_RAM_DEVICE,
	UVFIO_MEMORY_IOMMU,
	UVFIO_MEMORY_OTHER,
};

/**
 * struct uvfio_memory_options - a new memory object
 * @size: sizeof(struct uvfio_memory_options) of the program
 * @type: what it is
 * @name: for messages and traces, copied; NULL for the type's name
 * @bytes: how large it is, at most 2^64
 * @vaddr: RAM and RAM device: where it is in this process
 * @readonly: devices may not write it
 * @iommu: IOMMU: copied
 * @release: called when the last reference has gone, and then the memory behind
 *           it may go too; must not call the library. May be NULL
 * @opaque: passed to @release and to the functions of @iommu
 */
struct uvfio_memory_options {
	size_t size;
	enum uvfio_memory_type type;
	const char *name;
	struct uvfio_size128 bytes;
	void *vaddr;
	bool readonly;
	const struct uvfio_iommu_ops *iommu;
	void (*release)(void *opaque);
	void *opaque;
};

/**
 * uvfio_memory_new() - create a memory object
 * @ctx: the context; it must outlive the object
 * @opts: what it is
 * @memory: the object, with one reference, untouched on failure
 * @err: optional
 *
 * Return: 0; -EINVAL for no size, a type there is not, no bytes or more than
 * 2^64, memory that wraps around in this process, or an IOMMU that cannot replay;
 * -E2BIG when a newer program sets options this library does not know; -ENOMEM.
 */
int uvfio_memory_new(struct uvfio *ctx, const struct uvfio_memory_options *opts,
		     struct uvfio_memory **memory, struct uvfio_error *err);

/**
 * uvfio_memory_get() - take one more reference
 * @memory: the object
 *
 * Return: @memory.
 */
struct uvfio_memory *uvfio_memory_get(struct uvfio_memory *memory);

/**
 * uvfio_memory_put() - give a reference back
 * @memory: the object, or NULL
 *
 * A program that has added all sections of it may put it right afterwards.
 */
void uvfio_memory_put(struct uvfio_memory *memory);

/** uvfio_memory_type() - what it is */
enum uvfio_memory_type uvfio_memory_type(const struct uvfio_memory *memory);

/** uvfio_memory_name() - the name it was created with */
const char *uvfio_memory_name(const struct uvfio_memory *memory);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif

#endif /* UVFIO_MEMORY_H */
