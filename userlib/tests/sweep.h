/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Sweeping: one run for each fallible call there is and each errno it may say.
 */
#ifndef UVFIO_TESTS_SWEEP_H
#define UVFIO_TESTS_SWEEP_H

#include "env.h"

#define SWEEP_ERRNOS	8

/* A kind of system call, or an allocation, and what it says when it fails. */
struct sweep_call {
	enum fake_op op;
	enum fake_file_type file;	/* of an ioctl: its numbers have several uses */
	unsigned long request;
	const char *name;
	int errnos[SWEEP_ERRNOS];	/* 0-ended when there are fewer */
};

/* What the nth failure hit; the test fails when it is in no table. */
const struct sweep_call *sweep_hit(const struct fake *fake);

/*
 * One run, in which the nth call fails with @error. Returns what that hit, or NULL
 * when there is no nth call.
 */
typedef const struct sweep_call *(*sweep_point)(const void *subject, unsigned int n,
						int error);

/* All of them. Returns how many runs there were. */
unsigned int sweep_all(sweep_point point, const void *subject);

/*
 * That for each of @nr scenarios, @size bytes large, whose first member is their
 * name. Says how many points there were.
 */
void sweep_scenarios(sweep_point point, const void *scenarios, size_t size, size_t nr);

/* Where a test is, until that has passed. Its teardown says where it failed. */
void sweep_at(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void sweep_passed(void);
int sweep_tell_where(void **state);

/* A listener that takes every section, and does nothing about it. */
extern const struct uvfio_listener_ops sweep_listener;

/* What is held, by the library and in the kernel. */
struct sweep_held {
	unsigned int files;
	unsigned int mmaps;
	unsigned int allocations;	/* every list entry and listener is one */
	unsigned int inhibitors;
	unsigned int mappings;
	unsigned int eventfds;
	uint64_t locked;		/* by sPAPR */
};

struct sweep_held sweep_count(const struct env *env);
void sweep_assert_same(const struct sweep_held *before, const struct sweep_held *after);

/* A call that worked, whatever it got over, left the error as it was: all zeroes. */
void sweep_assert_quiet(const struct env *env);

/* Make a call, with such an error. */
int sweep_run(struct env *env, int (*run)(struct env *env));

/* A failed call tells of the failure it met: the right code, the right ioctl. */
void sweep_assert_told(const struct env *env, int ret, const struct sweep_call *hit,
		       int error);

/* Failures the library is meant to get over. */
struct sweep_survival {
	enum fake_op op;
	unsigned long request;
	int error;		/* 0 = all */
	int but;		/* not this one */
};

/* The list ends in one of all zeroes, which is no fallible call; may be NULL. */
bool sweep_survives(const struct sweep_survival *list, const struct sweep_call *hit,
		    int error);

#endif /* UVFIO_TESTS_SWEEP_H */
