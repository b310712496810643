/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Reading from a mapping that may be gone.
 */
#ifndef SELFTESTS_SIGBUS_H
#define SELFTESTS_SIGBUS_H

#include <stdbool.h>
#include <stdint.h>

/* Whether a read from there raises SIGBUS. */
bool sigbus_on_read(const volatile uint32_t *mapped);

#endif /* SELFTESTS_SIGBUS_H */
