// SPDX-License-Identifier: GPL-2.0-only OR LGPL-2.1-or-later
/*
 * Long random sequences of MAP, UNMAP and pins, compared step by step with a
 * reference that is too simple to be wrong: an array with one entry a page, for
 * a small address space that ends at 2^64. SEED and STEPS in the environment
 * change what is run.
 */
#include "host.h"

#define PAGES	96
#define BASE	(0 - PAGES * PAGE)

/* For each page: the mapping it belongs to, 0 for none, and how often it is pinned. */
struct reference {
	int owner[PAGES];
	int pins[PAGES];
	int next_owner;
	u64 mapped;
};

static u64 random_state;

static u32 random_below(u32 n)
{
	random_state = random_state * 6364136223846793005ull + 1442695040888963407ull;
	return (random_state >> 33) % n;
}

static u64 env_number(const char *name, u64 value)
{
	const char *text = getenv(name);

	return text ? strtoull(text, NULL, 0) : value;
}

static bool is_start(const struct reference *ref, int page)
{
	return ref->owner[page] && (!page || ref->owner[page - 1] != ref->owner[page]);
}

static bool is_end(const struct reference *ref, int page)
{
	return ref->owner[page] && (page == PAGES - 1 || ref->owner[page + 1] != ref->owner[page]);
}

static int reference_map(struct reference *ref, int first, int n)
{
	int i;

	for (i = first; i < first + n; i++)
		if (ref->owner[i])
			return -EEXIST;
	ref->next_owner++;
	for (i = first; i < first + n; i++)
		ref->owner[i] = ref->next_owner;
	ref->mapped++;
	return 0;
}

static u64 forget(struct reference *ref, int owner)
{
	u64 size = 0;
	int i;

	for (i = 0; i < PAGES; i++) {
		if (ref->owner[i] != owner)
			continue;
		ref->owner[i] = 0;
		ref->pins[i] = 0;
		size += PAGE;
	}
	ref->mapped--;
	return size;
}

static int reference_unmap(struct reference *ref, bool v2, int first, int n, u64 *size)
{
	int i;

	*size = 0;
	if (v2 && ((ref->owner[first] && !is_start(ref, first)) ||
		   (ref->owner[first + n - 1] && !is_end(ref, first + n - 1))))
		return -EINVAL;
	if (ref->owner[first] && !is_start(ref, first))
		return 0;
	for (i = first; i < first + n; i++)
		if (ref->owner[i])
			*size += forget(ref, ref->owner[i]);
	return 0;
}

static int reference_pin(struct reference *ref, int first, int n)
{
	int i;

	for (i = first; i < first + n; i++)
		if (!ref->owner[i])
			return -EINVAL;
	for (i = first; i < first + n; i++)
		ref->pins[i]++;
	return n;
}

static void reference_unpin(struct reference *ref, int first, int n)
{
	int i;

	for (i = first; i < first + n; i++)
		if (ref->pins[i])
			ref->pins[i]--;
}

static void compare(const struct host *h, const struct reference *ref)
{
	long pinned = 0;
	int i;

	for (i = 0; i < PAGES; i++)
		pinned += !!ref->pins[i];
	assert_int_equal(h->pages, pinned);
	assert_int_equal(h->mappings, ref->mapped);
	assert_int_equal(h->t.avail, TYPE1_DMA_AVAIL_DEFAULT - ref->mapped);
}

static void step(struct host *h, struct reference *ref)
{
	int first = random_below(PAGES), n = 1 + random_below(random_below(8) ? 6 : PAGES);
	struct page *pages[PAGES];
	u64 iova, size, want;
	int ret;

	n = n < PAGES - first ? n : PAGES - first;
	iova = BASE + first * PAGE;
	switch (random_below(8)) {
	case 0 ... 3:
		assert_int_equal(host_map(h, iova, n * PAGE), reference_map(ref, first, n));
		break;
	case 4 ... 5:
		ret = host_unmap(h, iova, n * PAGE, &size);
		assert_int_equal(ret, reference_unmap(ref, h->t.v2, first, n, &want));
		if (!ret)
			assert_int_equal(size, want);
		break;
	case 6:
		ret = type1_pin(&h->t, iova, n, RW, pages);
		assert_int_equal(ret, h->t.v2 ? reference_pin(ref, first, n) : -EACCES);
		break;
	default:
		type1_unpin(&h->t, iova, n);
		reference_unpin(ref, first, n);
	}
	compare(h, ref);
}

/* An unmap makes the device drop all pins of a mapping, as the reference does. */
static void drop_pins(void *host, u64 iova, u64 size)
{
	struct type1_mapping *m;
	struct host *h = host;
	u64 offset, one = 1;

	assert_int_equal(type1_access(&h->t, iova, false, &m, &offset, &one), 0);
	while (!RB_EMPTY_ROOT(&m->pins))
		type1_unpin(&h->t, iova, size / PAGE);
}

/*
 * The black nodes on each way down, or the test fails: they must be the same
 * number, no red node is below a red one, and the order is that of IOVAs.
 */
static int check_tree(const struct rb_node *node, bool below_red)
{
	const struct type1_mapping *m = rb_entry(node, struct type1_mapping, node);
	int black;

	if (!node)
		return 0;
	assert_false(node->red && below_red);
	if (node->rb_left)
		assert_true(rb_entry(node->rb_left, struct type1_mapping, node)->iova < m->iova);
	if (node->rb_right)
		assert_true(rb_entry(node->rb_right, struct type1_mapping, node)->iova > m->iova);
	black = check_tree(node->rb_left, node->red);
	assert_int_equal(check_tree(node->rb_right, node->red), black);
	return black + !node->red;
}

static void run(bool v2)
{
	u64 seed = env_number("SEED", 1), steps = env_number("STEPS", 200000), i;
	struct reference ref = { 0 };
	struct type1_host_ops ops;
	struct host h;

	random_state = seed;
	host_init_default(&h, TYPE1_EMULATED, v2, 0);
	ops = *h.t.ops;
	ops.notify_unmap = drop_pins;
	h.t.ops = &ops;
	print_message("SEED=%llu STEPS=%llu\n", (unsigned long long)seed,
		      (unsigned long long)steps);
	for (i = 0; i < steps; i++) {
		step(&h, &ref);
		check_tree(h.t.mappings.rb_node, false);
	}
	host_done(&h);
}

/* Version 1. */
static void test_random_v1(void **state)
{
	(void)state;
	run(false);
}

/* Version 2, with pins. */
static void test_random_v2(void **state)
{
	(void)state;
	run(true);
}

/* 65535 mappings, shuffled and in order: the tree stays a red-black one. */
static void test_many(void **state)
{
	struct host h;
	u32 i, n = TYPE1_DMA_AVAIL_DEFAULT;

	(void)state;
	host_init_default(&h, TYPE1_EMULATED, true, 0);
	/* An odd multiplier visits every residue once. */
	for (i = 0; i < n + 1; i++)
		assert_int_equal(host_map(&h, (i * 40503u & 0xffff) * 2 * PAGE, PAGE),
				 i < n ? 0 : -ENOSPC);
	for (i = 0; i < n; i++) {
		assert_int_equal(host_unmapped(&h, (i * 40503u & 0xffff) * 2 * PAGE, PAGE), PAGE);
		if (i % 4096 == 0)
			check_tree(h.t.mappings.rb_node, false);
	}
	for (i = 0; i < n; i++)
		assert_int_equal(host_map(&h, i * PAGE, PAGE), 0);
	assert_in_range(check_tree(h.t.mappings.rb_node, false), 8, 16);
	assert_int_equal(host_unmapped(&h, 0, n * PAGE), n * PAGE);
	host_done(&h);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_random_v1),
		cmocka_unit_test(test_random_v2),
		cmocka_unit_test(test_many),
	};

	return cmocka_run_group_tests_name("model_random", tests, NULL, NULL);
}
