/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Removing what programs may be using. The kernel makes whoever removes an
 * instance wait until it is closed, for ever if need be; so this looks first.
 */
#ifndef MOCK_VFIO_USERS_H
#define MOCK_VFIO_USERS_H

#include <stdbool.h>

#include <mockvfio/mockvfio.h>

struct cli;

/*
 * Makes sure that nobody has the instance @uuid of the profile, or any when that
 * is NULL, open. With @kill
 * the processes that have its group open are killed. Returns 0, or -1 after a
 * message that names them.
 */
int users_gone(const struct cli *cli, struct mockvfio_profile *profile, const char *uuid,
	       bool kill);

/* Removes a profile that nobody uses any more; 0, or -1 after a message. Frees the handle. */
int users_destroy(const struct cli *cli, struct mockvfio_profile *profile, bool kill);

#endif /* MOCK_VFIO_USERS_H */
