/* SPDX-License-Identifier: GPL-2.0-only */
/* Error numbers by name, as rules and the site table spell them. */
#ifndef MOCK_VFIO_ERRNO_NAMES_H
#define MOCK_VFIO_ERRNO_NAMES_H

/* The name of a positive errno, or NULL. */
const char *mock_errno_name(int error);

/* The positive errno of that name, or 0. */
int mock_errno_by_name(const char *name);

#endif /* MOCK_VFIO_ERRNO_NAMES_H */
