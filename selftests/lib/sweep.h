/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Sweeps: a client goes through a life cycle again and again, and each time
 * another one of the calls fails that reach a site of the mock, until there is
 * none left. After each it must have said the right errno, or got over it where
 * it is meant to; nothing may be held; and the same life cycle must work.
 */
#ifndef SELFTESTS_SWEEP_H
#define SELFTESTS_SWEEP_H

#include <stdbool.h>

#include "mock.h"

/* A site whose failure the client does not see, or gets over. */
struct sweep_survival {
	const char *site;	/* NULL ends a list */
	const char *why;
	const char *when;	/* glob of the life cycles it is about; NULL: all */
	bool either;		/* one of its calls may fail the life cycle, too */
};

/* An IOMMU driver that cannot take a group is passed over. */
#define SWEEP_FALLS_THROUGH								\
	{ .site = "iommu.open", .why = "the kernel's own type1 is next" },		\
	{ .site = "iommu.attach", .why = "the kernel's own type1 is next" }

struct sweep {
	struct mock *mock;
	void *client;
	/*
	 * Goes through the life cycle: starts with nothing open and ends so, whatever
	 * fails. Returns 0, or the -errno that the client met first.
	 */
	int (*cycle)(void *client);
	/* The client's own account of that errno; NULL when it has none to give. */
	const char *(*said)(const void *client);
	const struct sweep_survival *survives;
	const char *what;	/* of the life cycle, for messages */

	/* What came of it, added up over all runs. */
	unsigned int points;
	double seconds;
	char why[1536];
};

/*
 * Fails the calls one by one: all of them when the environment has
 * MOCK_VFIO_SWEEP=full, else one in SWEEP_SHARE. Returns 0; or -errno, and @why
 * says at which call what was wrong.
 */
int sweep_run(struct sweep *sweep);

/* What a run of the ordinary suite has time for. */
#define SWEEP_SHARE	13

/* Prints the line that `make check-sweep` adds up. */
void sweep_print(const struct sweep *sweep);

#endif /* SELFTESTS_SWEEP_H */
