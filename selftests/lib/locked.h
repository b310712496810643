/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Locked memory of this process: how much there is, and its limit. Memory that a
 * device can reach counts.
 */
#ifndef SELFTESTS_LOCKED_H
#define SELFTESTS_LOCKED_H

#include <stdint.h>

/* In bytes, or -errno when it cannot be read. */
int64_t locked_bytes(void);

/* Sets RLIMIT_MEMLOCK, which only counts for a program without CAP_IPC_LOCK. */
int locked_set_limit(uint64_t bytes);

/* Gives CAP_IPC_LOCK up, for the rest of this thread's life. Returns 0 or -errno. */
int locked_obey_limit(void);

#endif /* SELFTESTS_LOCKED_H */
