/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Asserting on the event log: that exactly these calls reached the module, in
 * this order. What the log says cannot be fooled by a library that retries.
 */
#ifndef SELFTESTS_EVENTS_H
#define SELFTESTS_EVENTS_H

#include <stddef.h>

#include <mockvfio/mockvfio.h>

/*
 * Compares the events whose site matches the shell pattern @glob with @want, a
 * list that ends with NULL. An entry is a site and "key=value" words: those
 * arguments must be there with that value (numbers compare as numbers). "ret="
 * and "fault=" compare the result and the rule that struck; an entry without
 * "fault=" wants none. Returns 0, or -errno with both lists in @why.
 */
int events_check(struct mockvfio_profile *profile, const char *glob, const char *const *want,
		 char *why, size_t why_size);

/* How many events match @glob; negative errno when the log cannot be read. */
int events_count(struct mockvfio_profile *profile, const char *glob);

/* events_check() as an expectation of a test. */
#define EXPECT_EVENTS(profile, glob, ...) do {					\
	const char *const events_want[] = { __VA_ARGS__, NULL };		\
	char events_why[4096];							\
										\
	EXPECT_EQ(0, events_check(profile, glob, events_want, events_why,	\
				  sizeof(events_why)))				\
		TH_LOG("%s", events_why);					\
} while (0)

/* Empties the log, so that a test sees only what follows. */
#define CLEAR_EVENTS(profile)							\
	ASSERT_EQ(0, mockvfio_events_clear(profile, NULL))

#endif /* SELFTESTS_EVENTS_H */
