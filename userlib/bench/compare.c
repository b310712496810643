// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Interleaved rounds, medians, ratios.
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "compare.h"

#define ROUNDS	11

uint64_t bench_time(bench_fn fn, void *opaque, unsigned int n)
{
	struct timespec from, to;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &from);
	fn(opaque, n);
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &to);
	return (to.tv_sec - from.tv_sec) * 1000000000ull + to.tv_nsec - from.tv_nsec;
}

static int by_size(const void *a, const void *b)
{
	const uint64_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

uint64_t bench_median(uint64_t *times, unsigned int count)
{
	qsort(times, count, sizeof(*times), by_size);
	return times[count / 2];
}

void bench_header(const char *title, const char *unit)
{
	printf("%-52s %10s %10s %8s %8s\n", title, "plain", "ours", "ratio", "limit");
	printf("%-52s %10s %10s\n", "", unit, unit);
}

bool bench_row(const char *name, double plain, double ours, double limit)
{
	bool faster = limit < 0;
	double ratio = faster ? plain / ours : ours / plain;
	bool kept = !limit || (faster ? ratio >= -limit : ratio <= limit);

	printf("%-52s %10.1f %10.1f %8.3f", name, plain, ours, ratio);
	if (limit)
		printf(" %c%7g  %s", faster ? '>' : '<', faster ? -limit : limit,
		       kept ? "ok" : "MISSED");
	printf("\n");
	fflush(stdout);
	return kept;
}

/* A round of one of the two. */
static uint64_t measure(const struct comparison *c, bench_prepare_fn prepare, void *opaque,
			bool ours)
{
	bench_fn fn = ours ? c->ours : c->plain;

	if (prepare) {
		prepare(opaque, ours);
		fn(opaque, c->n);
	}
	return bench_time(fn, opaque, c->n);
}

bool bench_compare_prepared(const struct comparison *c, bench_prepare_fn prepare, void *opaque)
{
	uint64_t plain[ROUNDS], ours[ROUNDS];
	int i;

	/* Once without being watched: caches, page faults. */
	measure(c, prepare, opaque, false);
	measure(c, prepare, opaque, true);
	for (i = 0; i < ROUNDS; i++) {
		plain[i] = measure(c, prepare, opaque, false);
		ours[i] = measure(c, prepare, opaque, true);
	}
	return bench_row(c->name, (double)bench_median(plain, ROUNDS) / c->n,
			 (double)bench_median(ours, ROUNDS) / c->n, c->limit);
}

bool bench_compare(const struct comparison *c, void *opaque)
{
	return bench_compare_prepared(c, NULL, opaque);
}
