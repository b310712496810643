/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Comparing two ways to do the same thing, by the ratio of their medians: the
 * rounds of both are interleaved, so that whatever else the machine does hits
 * both. The clock is the processor time of the program, its system calls included;
 * in a guest under QEMU's -icount a nanosecond of it is an instruction.
 */
#ifndef UVFIO_BENCH_COMPARE_H
#define UVFIO_BENCH_COMPARE_H

#include <stdbool.h>
#include <stdint.h>

/* Does it @n times. */
typedef void (*bench_fn)(void *opaque, unsigned int n);

struct comparison {
	const char *name;
	bench_fn plain;
	bench_fn ours;
	unsigned int n;
	/*
	 * The largest acceptable ours / plain; negative: the smallest acceptable
	 * plain / ours; 0: to be known only.
	 */
	double limit;
};

/* Makes the machine what a round of either is to be measured on. */
typedef void (*bench_prepare_fn)(void *opaque, bool ours);

/* Nanoseconds of one call. */
uint64_t bench_time(bench_fn fn, void *opaque, unsigned int n);
uint64_t bench_median(uint64_t *times, unsigned int count);

void bench_header(const char *title, const char *unit);
/* Prints a row; whether the limit is kept. */
bool bench_compare(const struct comparison *c, void *opaque);
/* The same, with the machine prepared before each round. */
bool bench_compare_prepared(const struct comparison *c, bench_prepare_fn prepare, void *opaque);
bool bench_row(const char *name, double plain, double ours, double limit);

#endif /* UVFIO_BENCH_COMPARE_H */
