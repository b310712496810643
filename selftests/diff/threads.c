// SPDX-License-Identifier: GPL-2.0-only
/*
 * Several threads at one container. Where their addresses have nothing to do
 * with each other, each must get what it would get alone, whatever the order;
 * where they meet, some order explains the results if what was mapped and not
 * unmapped is what is there in the end.
 */
#include <pthread.h>
#include <string.h>

#include "selftest.h"

#define THREADS	4
#define STEPS	1500
#define WINDOW	(64 * PAGE)

FIXTURE(threads) {
	struct party party;
	unsigned char *memory;
};

FIXTURE_VARIANT(threads) {
	const struct party_ops *ops;
	enum target_kind real;
};

FIXTURE_VARIANT_ADD(threads, mock_type1) { .ops = &party_type1, .real = TARGET_MOCK_TYPE1 };
FIXTURE_VARIANT_ADD(threads, mock_backend) { .ops = &party_backend, .real = TARGET_MOCK_TYPE1 };
FIXTURE_VARIANT_ADD(threads, iommu_backend) { .ops = &party_backend, .real = TARGET_EDU };
FIXTURE_VARIANT_ADD(threads, edu) { .ops = &party_type1, .real = TARGET_EDU };

FIXTURE_SETUP(threads)
{
	const struct party_options options = {
		.real = variant->real, .type = VFIO_TYPE1v2_IOMMU,
	};
	int ret = party_open(&self->party, variant->ops, &options);

	if (ret > 0)
		SKIP(return, "%s", self->party.why);
	ASSERT_EQ(0, ret)
		TH_LOG("%s", self->party.why);
	self->memory = walk_memory_new();
}

FIXTURE_TEARDOWN(threads)
{
	walk_memory_free(self->memory);
	EXPECT_EQ(0, party_close(&self->party))
		TH_LOG("%s", self->party.why);
}

/* One thread's walk, and what came of it. */
struct walker {
	const struct walk_party *party;
	unsigned char *memory;
	struct walk_step steps[STEPS];
	struct walk_result results[STEPS];
	pthread_barrier_t *start;
};

static void *walk(void *opaque)
{
	struct walker *walker = opaque;
	size_t i;

	if (walker->start)
		pthread_barrier_wait(walker->start);
	for (i = 0; i < STEPS; i++)
		walk_run(walker->party, walker->memory, &walker->steps[i], &walker->results[i]);
	return NULL;
}

static bool walk_together(struct walker *walkers)
{
	pthread_t threads[THREADS];
	pthread_barrier_t start;
	size_t started;

	pthread_barrier_init(&start, NULL, THREADS);
	for (started = 0; started < THREADS; started++) {
		walkers[started].start = &start;
		if (pthread_create(&threads[started], NULL, walk, &walkers[started]))
			return false;
	}
	while (started--)
		pthread_join(threads[started], NULL);
	pthread_barrier_destroy(&start);
	return true;
}

static void make_walks(struct walker *walkers, const struct walk_party *party,
		       unsigned char *memory, uint64_t distance)
{
	size_t i;

	for (i = 0; i < THREADS; i++) {
		const struct walk_shape shape = { .window = WINDOW, .base = i * distance };

		walkers[i].party = party;
		walkers[i].memory = memory;
		walk_make(walkers[i].steps, STEPS, i, &shape, memory);
	}
}

static int start_tracking(const struct walk_party *party)
{
	struct vfio_iommu_type1_dirty_bitmap arg = {
		.argsz = sizeof(arg), .flags = VFIO_IOMMU_DIRTY_PAGES_FLAG_START,
	};

	return party->ioctl(party->opaque, VFIO_IOMMU_DIRTY_PAGES, &arg);
}

/* Unmaps everything, and returns its size; or -errno. */
static int64_t unmap_all(const struct walk_party *party)
{
	struct vfio_iommu_type1_dma_unmap arg = {
		.argsz = sizeof(arg), .flags = VFIO_DMA_UNMAP_FLAG_ALL,
	};
	int ret = party->ioctl(party->opaque, VFIO_IOMMU_UNMAP_DMA, &arg);

	return ret ? ret : (int64_t)arg.size;
}

/*
 * Four threads make random calls, each in a range of addresses of its own. What
 * each gets is, call by call, what it gets when it is alone on a new container.
 */
TEST_F(threads, apart)
{
	struct walker *walkers = calloc(THREADS, sizeof(*walkers));
	struct walk_result alone;
	size_t i, j;

	ASSERT_NE(NULL, walkers);
	make_walks(walkers, &self->party.walk, self->memory, 1ull << 32);
	ASSERT_EQ(0, start_tracking(&self->party.walk));
	ASSERT_TRUE(walk_together(walkers));
	ASSERT_LE(0, unmap_all(&self->party.walk));

	for (i = 0; i < THREADS; i++) {
		for (j = 0; j < STEPS; j++) {
			walk_run(&self->party.walk, self->memory, &walkers[i].steps[j], &alone);
			ASSERT_EQ(0, memcmp(&alone, &walkers[i].results[j], sizeof(alone))) {
				TH_LOG("thread %zu, step %zu", i, j);
				walk_print_step(stdout, &walkers[i].steps[j], self->memory);
				walk_print_difference(stdout, "alone", &alone, "together",
						      &walkers[i].results[j]);
			}
		}
		ASSERT_LE(0, unmap_all(&self->party.walk));
	}
	free(walkers);
}

/* Mapped less unmapped, as the calls say. */
static int64_t balance(const struct walker *walker)
{
	int64_t bytes = 0;
	size_t i;

	for (i = 0; i < STEPS; i++) {
		const struct walk_step *step = &walker->steps[i];
		const struct walk_result *result = &walker->results[i];

		if (result->ret)
			continue;
		if (step->call == WALK_MAP && !(step->flags & VFIO_DMA_MAP_FLAG_VADDR))
			bytes += step->size;
		if (step->call == WALK_UNMAP_BITMAP ||
		    (step->call == WALK_UNMAP && !(step->flags & VFIO_DMA_UNMAP_FLAG_VADDR)))
			bytes -= result->size;
	}
	return bytes;
}

/*
 * The same with one range for all: what unmapping everything finds in the end is
 * what all calls together say was mapped and not unmapped. The mock's counters
 * tell, at its end, that nothing else is left.
 */
TEST_F(threads, together)
{
	struct walker *walkers = calloc(THREADS, sizeof(*walkers));
	int64_t bytes = 0;
	size_t i;

	ASSERT_NE(NULL, walkers);
	make_walks(walkers, &self->party.walk, self->memory, 0);
	ASSERT_EQ(0, start_tracking(&self->party.walk));
	ASSERT_TRUE(walk_together(walkers));
	for (i = 0; i < THREADS; i++)
		bytes += balance(&walkers[i]);
	EXPECT_EQ(bytes, unmap_all(&self->party.walk));
	EXPECT_EQ(0, unmap_all(&self->party.walk));
	free(walkers);
}

TEST_HARNESS_MAIN
