/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What most tests start from: a fake kernel, a context on it, and the device
 * "dev" of group 10 opened. Everything must be let go of at the end.
 */
#ifndef UVFIO_TESTS_ENV_H
#define UVFIO_TESTS_ENV_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../fake/fake.h"

struct env {
	struct fake *fake;
	struct uvfio *ctx;
	struct uvfio_address_space *as;
	struct uvfio_group *group;
	struct uvfio_container *container;
	struct uvfio_device *dev;
	struct uvfio_error err;

	char log[8192];		/* lines of the log hook */
	char trace[8192];	/* "event args" lines of the trace hook */
	unsigned int eois;
};

/* The stages, each on top of the one before. */
int env_fake(void **state);	/* the fake only: tests that configure it first */
int env_context(void **state);
int env_device(void **state);
int env_end(void **state);

/* Bring an env_fake() one up; the types are the IOMMU models to try, 0-ended. */
void env_new_context(struct env *env, const unsigned int *types);
void env_open_device(struct env *env);
/* Back to an env_fake(). */
void env_close(struct env *env);

/* A failed call's result, errno and struct uvfio_error agree. */
#define assert_failed(env, call, code_) \
	do { \
		memset(&(env)->err, 0, sizeof((env)->err)); \
		errno = 0; \
		assert_int_equal(call, code_); \
		assert_int_equal(errno, -(code_)); \
		assert_int_equal((env)->err.code, code_); \
		assert_non_null((env)->err.operation); \
		assert_true((env)->err.message[0]); \
	} while (0)

#define assert_contains(text, part)	assert_non_null(strstr(text, part))

#define test_on(stage, function) \
	cmocka_unit_test_setup_teardown(function, stage, env_end)

#endif /* UVFIO_TESTS_ENV_H */
