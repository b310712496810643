// SPDX-License-Identifier: GPL-2.0-only
/*
 * The mock IOMMU backend and the in-process fake kernel against the kernel's own
 * type1: the same random walk (lib/walk.h), taken by each, must give the same
 * results, sizes, infos, bitmaps and memory. Backend and fake are told to behave
 * like the kernel that runs.
 *
 * Two real type1s are compared with: the one that serves a container of mdevs,
 * by the mock device itself, and the one with an IOMMU behind it, by edu.
 * TYPE1_DIFF_SEED in the environment is the first walk's seed, and TYPE1_DIFF_SCALE
 * how many times as many steps are taken; OLD_TYPE1_QUIRK is what the kernel's type1
 * does besides, where it is not the kernel's own (ci/type1). A failure prints the
 * fewest steps that still make the difference, as they would be in C.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "selftest.h"

#define WALK_STEPS	1000

/* A container with this many mappings at most is full again and again. */
#define FEW_MAPPINGS	20

/* The search for the fewest steps ends after so many seconds. */
#define SHRINK_SECONDS	20

#define MAX_SECONDS	3600

FIXTURE(type1) {
	unsigned char *memory;
	struct walk_step *steps;
	struct walk_result *results;
};

FIXTURE_VARIANT(type1) {
	enum target_kind real;
	unsigned int type;
	size_t walks;
	/* Mappings that touch the last page, which kernels up to 6.17 lose. */
	bool top;
};

FIXTURE_VARIANT_ADD(type1, emulated_v2) {
	.real = TARGET_MOCK_TYPE1, .type = VFIO_TYPE1v2_IOMMU, .walks = 8,
};

FIXTURE_VARIANT_ADD(type1, emulated_v2_top) {
	.real = TARGET_MOCK_TYPE1, .type = VFIO_TYPE1v2_IOMMU, .walks = 8, .top = true,
};

FIXTURE_VARIANT_ADD(type1, emulated_v1) {
	.real = TARGET_MOCK_TYPE1, .type = VFIO_TYPE1_IOMMU, .walks = 4,
};

FIXTURE_VARIANT_ADD(type1, iommu_v2) {
	.real = TARGET_EDU, .type = VFIO_TYPE1v2_IOMMU, .walks = 8,
};

FIXTURE_VARIANT_ADD(type1, iommu_v1) {
	.real = TARGET_EDU, .type = VFIO_TYPE1_IOMMU, .walks = 4,
};

FIXTURE_SETUP(type1)
{
	self->memory = walk_memory_new();
	self->steps = calloc(WALK_STEPS, sizeof(*self->steps));
	self->results = calloc(WALK_STEPS, sizeof(*self->results));
	ASSERT_NE(NULL, self->steps);
	ASSERT_NE(NULL, self->results);
	ASSERT_EQ(0, locked_obey_limit());
}

FIXTURE_TEARDOWN(type1)
{
	walk_memory_free(self->memory);
	free(self->steps);
	free(self->results);
}

static uint64_t env_number(const char *name, uint64_t value)
{
	const char *text = getenv(name);

	return text ? strtoull(text, NULL, 0) : value;
}

/* A walk, and who takes it. */
struct comparison {
	struct party_options options;
	struct walk_shape shape;
	const struct party_ops *const *parties;	/* the first one is right; NULL ends them */
	const struct party_ops *other;		/* who differed */
	size_t at;				/* in which step */
	unsigned char *memory;
	struct walk_result *results;		/* the first one's */
	struct walk_result other_result;
	time_t deadline;			/* of shrinking */
	char why[1000];				/* why a party could not go */
};

/* Takes the steps. The first party's results are kept, the others' compared with them. */
static int take(struct comparison *c, const struct party *party, const struct walk_step *steps,
		size_t nr)
{
	bool first = party->ops == c->parties[0];
	size_t i;

	for (i = 0; i < nr; i++) {
		struct walk_result *result = first ? &c->results[i] : &c->other_result;

		walk_run(&party->walk, c->memory, &steps[i], result);
		if (!first && memcmp(result, &c->results[i], sizeof(*result))) {
			c->other = party->ops;
			c->at = i;
			return 1;
		}
	}
	return 0;
}

/* One party's walk. Returns 0; 1 when it differs; or -errno, and -ENODEV to skip. */
static int go(struct comparison *c, const struct party_ops *ops, const struct walk_step *steps,
	      size_t nr)
{
	struct party party;
	int ret, closed;

	walk_memory_reset(c->memory);
	locked_set_limit(UINT64_MAX);
	ret = party_open(&party, ops, &c->options);
	if (ret) {
		snprintf(c->why, sizeof(c->why), "%s: %.900s", ops->name, party.why);
		return ret < 0 ? ret : -ENODEV;
	}
	ret = take(c, &party, steps, nr);
	closed = party_close(&party);
	if (closed)
		snprintf(c->why, sizeof(c->why), "%s: %.900s", ops->name, party.why);
	return closed ? closed : ret;
}

static int compare(struct comparison *c, const struct walk_step *steps, size_t nr)
{
	const struct party_ops *const *party;
	int ret = 0;

	c->other = NULL;
	for (party = c->parties; *party && !ret; party++)
		ret = go(c, *party, steps, nr);
	return ret;
}

static bool still_differs(void *opaque, const struct walk_step *steps, size_t nr)
{
	struct comparison *c = opaque;

	return time(NULL) < c->deadline && compare(c, steps, nr) == 1;
}

/* Says what differs, and how to see it again. */
static void report(struct comparison *c, struct walk_step *steps, uint64_t seed)
{
	size_t nr = c->at + 1, i;

	printf("# step %zu differs; to repeat it: TYPE1_DIFF_SEED=%" PRIu64 "\n", c->at, seed);
	walk_print_step(stdout, &steps[c->at], c->memory);
	walk_print_difference(stdout, c->parties[0]->name, &c->results[c->at], c->other->name,
			      &c->other_result);
	fflush(stdout);

	c->deadline = time(NULL) + SHRINK_SECONDS;
	nr = walk_shrink(steps, nr, still_differs, c);
	compare(c, steps, nr);
	printf("# the fewest steps found that make a difference%s:\n",
	       c->options.dma_avail ? " (few mappings allowed)" : "");
	for (i = 0; i < nr; i++)
		walk_print_step(stdout, &steps[i], c->memory);
	if (c->other)
		walk_print_difference(stdout, c->parties[0]->name, &c->results[c->at],
				      c->other->name, &c->other_result);
	fflush(stdout);
}

/* What a type1 that is not the kernel's own does; NULL: it is. */
static const char *old_quirks(void)
{
	const char *quirk = getenv("OLD_TYPE1_QUIRK");
	unsigned int kernel = expect_kernel();
	static char words[128];

	if (!quirk)
		return NULL;
	snprintf(words, sizeof(words), "kernel=%u.%u %s", kernel >> 8, kernel & 0xff, quirk);
	return words;
}

/* What the walk of a seed is like follows from the seed, too. */
static void choose(struct comparison *c, uint64_t seed)
{
	c->options.dma_avail = seed % 4 == 3 ? FEW_MAPPINGS : 0;
	c->shape.lock_limit = seed % 2;
}

static double seconds_since(const struct timespec *start)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec - start->tv_sec + (now.tv_nsec - start->tv_nsec) / 1e9;
}

/*
 * Everything that a type1 container can be asked, in a long random order, with
 * good and bad arguments, gives on the mock IOMMU backend and on the fake kernel
 * what it gives on the kernel's type1: same errno, same unmapped size, same
 * capabilities byte by byte, same dirty bits, same data where the device wrote,
 * same memory locked. Every other test that uses the backend rests on this.
 */
TEST_F_TIMEOUT(type1, same_results, MAX_SECONDS)
{
	const struct party_ops *const parties[] = {
		&party_type1, &party_backend, &party_fake, NULL,
	};
	const uint64_t seed = env_number("TYPE1_DIFF_SEED", 1);
	const uint64_t walks = variant->walks * env_number("TYPE1_DIFF_SCALE", 1);
	struct comparison c = {
		.options = {
			.real = variant->real, .type = variant->type,
			.device = variant->real == TARGET_MOCK_TYPE1,
			.quirks = old_quirks(),
		},
		.shape = { .top = variant->top, .device = variant->real == TARGET_MOCK_TYPE1 },
		.parties = parties, .memory = self->memory, .results = self->results,
	};
	struct timespec start;
	double seconds;
	uint64_t i;
	int ret = 0;

	clock_gettime(CLOCK_MONOTONIC, &start);
	for (i = 0; i < walks && !ret; i++) {
		choose(&c, seed + i);
		walk_make(self->steps, WALK_STEPS, seed + i, &c.shape, self->memory);
		ret = compare(&c, self->steps, WALK_STEPS);
		c.options.silent = true;
	}
	if (ret == -ENODEV)
		SKIP(return, "%s", c.why);
	ASSERT_LE(0, ret)
		TH_LOG("%s", c.why);
	EXPECT_EQ(0, ret)
		report(&c, self->steps, seed + i - 1);
	seconds = seconds_since(&start);
	TH_LOG("operations: %" PRIu64 " in %.1f s, %.0f a second; seed %" PRIu64,
	       i * WALK_STEPS, seconds, i * WALK_STEPS / seconds, seed);
}

TEST_HARNESS_MAIN
