/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Ballooning: a guest that gives memory back to the host takes pages away that
 * devices reach through pinned mappings. Each attached group forbids it, unless
 * its devices can live with it (struct uvfio_device_options.balloon_allowed).
 */
#ifndef UVFIO_BALLOON_H
#define UVFIO_BALLOON_H

#include <uvfio/context.h>

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

/**
 * uvfio_balloon_inhibitors() - how many groups forbid ballooning
 * @ctx: the context
 *
 * struct uvfio_options has a hook that is called when this becomes 0 or ceases
 * to be.
 *
 * Return: the number of groups; 0 when ballooning is allowed.
 */
unsigned int uvfio_balloon_inhibitors(const struct uvfio *ctx);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif

#endif /* UVFIO_BALLOON_H */
