// SPDX-License-Identifier: GPL-2.0-only
/*
 * What diff/type1.c rests on: a difference between two parties is noticed, and
 * boiled down to the steps that matter. Needs no kernel: two fake ones differ.
 */
#include <string.h>

#include "selftest.h"

#define STEPS	1000

/* What the search for the fewest steps has to keep. */
struct pair {
	struct party_options options[2];
	unsigned char *memory;
};

/* Whether two fake kernels part ways over the steps. */
static bool differ(void *opaque, const struct walk_step *steps, size_t nr)
{
	struct pair *pair = opaque;
	struct walk_result results[2];
	struct party parties[2];
	bool same = true;
	size_t i, j;

	for (j = 0; j < 2; j++)
		if (party_open(&parties[j], &party_fake, &pair->options[j]))
			exit(EXIT_FAILURE);
	for (i = 0; i < nr && same; i++) {
		for (j = 0; j < 2; j++)
			walk_run(&parties[j].walk, pair->memory, &steps[i], &results[j]);
		same = !memcmp(&results[0], &results[1], sizeof(results[0]));
	}
	for (j = 0; j < 2; j++)
		party_close(&parties[j]);
	return !same;
}

/*
 * A fake kernel that says EBUSY where the other says EEXIST differs from it in
 * a walk of a thousand steps, and two of these are enough to show it: a mapping,
 * and one that overlaps it.
 */
TEST(shrinks_to_the_cause)
{
	struct pair pair = {
		.options = {
			{ .type = VFIO_TYPE1v2_IOMMU, .quirks = "kernel=7.3" },
			{ .type = VFIO_TYPE1v2_IOMMU, .quirks = "kernel=7.3 overlap_ebusy" },
		},
	};
	struct walk_shape shape = { .device = true };
	struct walk_step steps[STEPS];

	target_print("none", "none");
	if (!&party_fake)
		SKIP(return, "no libuvfio sources: no fake kernel");
	pair.memory = walk_memory_new();
	walk_make(steps, STEPS, 1, &shape, pair.memory);
	ASSERT_TRUE(differ(&pair, steps, STEPS));
	ASSERT_EQ(2, walk_shrink(steps, STEPS, differ, &pair));
	EXPECT_EQ(WALK_MAP, steps[0].call);
	EXPECT_EQ(WALK_MAP, steps[1].call);
	EXPECT_GT(steps[0].iova + steps[0].size, steps[1].iova);
	EXPECT_GT(steps[1].iova + steps[1].size, steps[0].iova);

	/* Two that are the same do not differ. */
	pair.options[1] = pair.options[0];
	EXPECT_FALSE(differ(&pair, steps, 2));
	walk_memory_free(pair.memory);
}

TEST_HARNESS_MAIN
