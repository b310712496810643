/* SPDX-License-Identifier: GPL-2.0-only OR LGPL-2.1-or-later */
/*
 * What the model needs from its surroundings, under the kernel's names where
 * the kernel has one: types, a red-black tree's interface, allocation (and
 * whether memory may be kept for the next one), and access to the memory of the
 * program that made the call. Nothing else: the
 * model prints nothing, sleeps on nothing and locks nothing. Whoever calls it
 * holds a lock of his own.
 */
#ifndef MODEL_PORT_H
#define MODEL_PORT_H

#ifdef __KERNEL__
#include "port_kernel.h"
#else
#include "port_user.h"
#endif

#endif /* MODEL_PORT_H */
