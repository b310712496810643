/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Counters of what is held: mappings, pinned pages, eventfds and the like.
 * All return to zero when nothing is in use; one that does not is a leak.
 */
#ifndef _MOCKVFIO_COUNTER_H
#define _MOCKVFIO_COUNTER_H

#include <stddef.h>
#include <stdint.h>

#include <mockvfio/error.h>

#ifdef __cplusplus
extern "C" {
#endif

struct mockvfio;
struct mockvfio_profile;

/** define MOCKVFIO_COUNTERS_MAX - room for counters in struct mockvfio_counters */
#define MOCKVFIO_COUNTERS_MAX	32

/**
 * struct mockvfio_counter - one counter
 * @name: its name
 * @value: its value
 */
struct mockvfio_counter {
	char name[32];
	uint64_t value;
};

/**
 * struct mockvfio_counters - all counters of a profile or of the module
 * @v: the counters in the module's order
 * @count: how many
 *
 * They are kept by name rather than as members so that a check for "all zero"
 * covers counters this library has never heard of.
 */
struct mockvfio_counters {
	struct mockvfio_counter v[MOCKVFIO_COUNTERS_MAX];
	size_t count;
};

/**
 * mockvfio_counters_read() - read the counters of a profile
 * @profile: the handle of the profile
 * @counters: where to store them
 * @err: details of a failure, or NULL
 *
 * Return: 0; -EPROTO when a line cannot be understood; another negative errno.
 */
int mockvfio_counters_read(struct mockvfio_profile *profile, struct mockvfio_counters *counters,
			   struct mockvfio_error *err);

/**
 * mockvfio_held_read() - read the counters of the whole module
 * @mock: the context
 * @counters: where to store them
 * @err: details of a failure, or NULL
 *
 * Return: as mockvfio_counters_read().
 */
int mockvfio_held_read(struct mockvfio *mock, struct mockvfio_counters *counters,
		       struct mockvfio_error *err);

/**
 * mockvfio_counter_get() - look up a counter by name
 * @counters: the counters
 * @name: the name
 * @valuep: where to store the value
 *
 * Return: 0, or -ENOENT.
 */
int mockvfio_counter_get(const struct mockvfio_counters *counters, const char *name,
			 uint64_t *valuep);

#ifdef __cplusplus
}
#endif

#endif /* _MOCKVFIO_COUNTER_H */
