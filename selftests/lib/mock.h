/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The mock device of a test: a profile of its own and one instance, made
 * fresh for every test and taken down again with a check that nothing is held.
 */
#ifndef SELFTESTS_MOCK_H
#define SELFTESTS_MOCK_H

#include <stdint.h>

#include <mockvfio/mockvfio.h>

/* Shapes a new profile before it goes live. Returns 0 or -errno, and fills in @err. */
typedef int (*mock_shape_fn)(struct mockvfio_profile *profile, struct mockvfio_error *err);

struct mock {
	struct mockvfio *ctx;
	struct mockvfio_profile *profile;
	struct mockvfio_instance instance;
	char why[1024];		/* what went wrong in the last call that failed */
};

/* All of a test's profiles have this name: what a killed test left is found and removed. */
#define MOCK_PROFILE	"selftest"

/*
 * Makes the profile, not live. Returns 0; 1 when the module is missing, so
 * that the test must be skipped; or -errno. @why tells in both cases.
 */
int mock_profile_open(struct mock *mock, mock_shape_fn shape);

/* Makes the profile live and creates the instance. Returns 0 or -errno. */
int mock_go_live(struct mock *mock);

/* Both in a row. */
int mock_open(struct mock *mock, mock_shape_fn shape);

/*
 * Removes everything. Returns 0, or -errno; -EBUSY when a counter of what the
 * profile holds, instances apart, was not zero before.
 */
int mock_close(struct mock *mock);

/* The value of one counter; UINT64_MAX when it cannot be read. */
uint64_t mock_counter(struct mock *mock, const char *name);

/*
 * The shape of a device that our IOMMU backend serves, as the type1 of the
 * kernel that runs would: one expectation holds for both.
 */
int mock_shape_backend(struct mockvfio_profile *profile, struct mockvfio_error *err);

#endif /* SELFTESTS_MOCK_H */
