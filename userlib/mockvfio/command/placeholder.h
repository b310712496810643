/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* {group}, {device} and {uuid} in a command, and the same in its environment. */
#ifndef MOCK_VFIO_PLACEHOLDER_H
#define MOCK_VFIO_PLACEHOLDER_H

#include <mockvfio/mockvfio.h>

/*
 * Returns a copy of @argv with placeholders replaced by what they stand for, or
 * NULL after a message. Free it with placeholder_free().
 */
char **placeholder_replace(char **argv, const struct mockvfio_instance *instances, int count);

void placeholder_free(char **argv);

#endif /* MOCK_VFIO_PLACEHOLDER_H */
