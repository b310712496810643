/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Address spaces: which memory a group's devices see, in sections (<uvfio/section.h>).
 * All groups of one address space share its containers; a group can be in one
 * address space only.
 */
#ifndef UVFIO_ADDRESS_SPACE_H
#define UVFIO_ADDRESS_SPACE_H

#include <uvfio/error.h>

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

struct uvfio;

/** struct uvfio_address_space - the VFIO side of one memory space; opaque */
struct uvfio_address_space;

/**
 * uvfio_get_address_space() - the address space of a memory space
 * @ctx: the context
 * @memory: identifies the memory space, never dereferenced: the address of the
 *          program's own object for it, or NULL for system memory, which is what
 *          IOMMUs translate to and, without any, the only one there is
 * @as: the address space, with one more reference
 * @err: optional
 *
 * The same @memory gives the same object for as long as somebody holds it: the
 * program, or a container in it.
 *
 * Return: 0; -ENOMEM.
 */
int uvfio_get_address_space(struct uvfio *ctx, const void *memory,
			    struct uvfio_address_space **as,
			    struct uvfio_error *err);

/**
 * uvfio_put_address_space() - give a reference back
 * @as: the address space, or NULL
 *
 * It goes away, and its sections with it, when the program, its containers and its
 * listeners have all given it up, so a program that only needs it for
 * uvfio_get_group() may put it right afterwards.
 */
void uvfio_put_address_space(struct uvfio_address_space *as);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif

#endif /* UVFIO_ADDRESS_SPACE_H */
