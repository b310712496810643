/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Listeners: who is told of the sections of an address space. Each container is
 * one; a program may have its own.
 */
#ifndef UVFIO_LISTENER_H
#define UVFIO_LISTENER_H

#include <stddef.h>

#include <uvfio/address_space.h>
#include <uvfio/error.h>
#include <uvfio/section.h>

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

/** struct uvfio_listener - a registered listener; opaque */
struct uvfio_listener;

/**
 * struct uvfio_listener_ops - what a listener does
 * @size: sizeof(struct uvfio_listener_ops) of the program
 * @region_add: a section has been added, or was there at registration; returns 0,
 *              or -errno with @err filled, and then the listener does not have
 *              the section
 * @region_del: a section that @region_add accepted goes; returns 0, or -errno
 *              with @err filled, and the section is gone all the same
 *
 * @err is never NULL. Neither may add or remove sections or listeners of the
 * same address space.
 */
struct uvfio_listener_ops {
	size_t size;
	int (*region_add)(void *opaque, const struct uvfio_section *section,
			  struct uvfio_error *err);
	int (*region_del)(void *opaque, const struct uvfio_section *section,
			  struct uvfio_error *err);
};

/**
 * uvfio_listener_register() - be told of an address space's sections
 * @as: the address space; the listener takes a reference of it
 * @ops: what to do, copied; both functions are needed
 * @opaque: passed to @ops
 * @listener: the listener, untouched on failure
 * @err: optional
 *
 * The sections there are now are replayed, in ascending order. When one is not
 * accepted, those before it are removed again, in descending order, and the
 * listener is not registered. Of later changes, the listener that was registered
 * first learns first of a section that is added, and last of one that is removed.
 *
 * Return: 0; what region_add() said; -EINVAL for no size or a missing function;
 * -E2BIG when a newer program sets functions this library does not know; -ENOMEM.
 */
int uvfio_listener_register(struct uvfio_address_space *as,
			    const struct uvfio_listener_ops *ops, void *opaque,
			    struct uvfio_listener **listener,
			    struct uvfio_error *err);

/**
 * uvfio_listener_unregister() - be told no more
 * @listener: the listener, or NULL
 * @err: optional: about the first section that failed
 *
 * Calls region_del() for each section, in descending order, and gives the
 * reference of the address space back.
 *
 * Return: 0, or what region_del() said first; the listener is gone in any case.
 */
int uvfio_listener_unregister(struct uvfio_listener *listener,
			      struct uvfio_error *err);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif

#endif /* UVFIO_LISTENER_H */
