/* SPDX-License-Identifier: GPL-2.0-only OR LGPL-2.1-or-later */
/* Error numbers by name, as rules and the site table spell them. */
#ifndef MODEL_ERRNO_NAMES_H
#define MODEL_ERRNO_NAMES_H

/* The name of a positive errno, or NULL. */
const char *mock_errno_name(int error);

/* The positive errno of that name, or 0. */
int mock_errno_by_name(const char *name);

#endif /* MODEL_ERRNO_NAMES_H */
