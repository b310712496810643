/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The kernel log from a point in time on: what the module says when it refuses
 * a value is part of its interface.
 */
#ifndef SELFTESTS_KMSG_H
#define SELFTESTS_KMSG_H

#include <stdbool.h>

/* Opens the log at its end; negative errno where it cannot be read. */
int kmsg_open(void);

/* Whether a line logged since contains @text. Lines up to it are consumed. */
bool kmsg_contains(int fd, const char *text);

#endif /* SELFTESTS_KMSG_H */
