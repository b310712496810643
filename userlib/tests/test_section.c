// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Memory objects, the sections made of them, and who is told.
 */
#include <stdio.h>
#include <stdlib.h>

#include "space.h"

static int env_empty(void **state)
{
	env_context(state);
	space_open(*state);
	return 0;
}

/* Listeners write down what they hear, in one text. */
struct ear {
	const char *name;
	uint64_t refuse;	/* region_add of the section that starts here */
	uint64_t keep;		/* region_del of it fails */
	bool silent;		/* without filling in the error */
};

static char heard[4096];

static void note(const char *what, const struct ear *ear, uint64_t start)
{
	size_t len = strlen(heard);

	snprintf(heard + len, sizeof(heard) - len, "%s%s%llx ", what, ear->name,
		 (unsigned long long)start >> 12);
}

static int refuse(const struct ear *ear, struct uvfio_error *err)
{
	if (!ear->silent)
		snprintf(err->message, sizeof(err->message), "%s had enough", ear->name);
	return -EDOM;
}

static int on_add(void *opaque, const struct uvfio_section *section,
		  struct uvfio_error *err)
{
	const struct ear *ear = opaque;

	note("+", ear, section->start);
	return section->start == ear->refuse ? refuse(ear, err) : 0;
}

static int on_del(void *opaque, const struct uvfio_section *section,
		  struct uvfio_error *err)
{
	const struct ear *ear = opaque;

	note("-", ear, section->start);
	return section->start == ear->keep ? refuse(ear, err) : 0;
}

static const struct uvfio_listener_ops ear_ops = {
	.size = sizeof(ear_ops), .region_add = on_add, .region_del = on_del,
};

#define NOWHERE	0xbad	/* no section starts there */
#define EAR(letter) \
	{ .name = letter, .refuse = NOWHERE, .keep = NOWHERE }

static struct uvfio_listener *listen(struct env *env, struct ear *ear)
{
	struct uvfio_listener *listener;

	assert_int_equal(uvfio_listener_register(env->as, &ear_ops, ear, &listener,
						 &env->err), 0);
	return listener;
}

static void assert_heard(const char *expected)
{
	assert_string_equal(heard, expected);
	heard[0] = '\0';
}

static int add(struct env *env, uint64_t start, uint64_t size)
{
	return space_add_ram(env, start, size, 0x1000);
}

static int replay_nothing(void *opaque, struct uvfio_iommu_notifier *notifier,
			  struct uvfio_error *err)
{
	(void)opaque;
	(void)notifier;
	(void)err;
	return 0;
}

static void what_can_be_no_object(void **state)
{
	static const struct uvfio_iommu_ops no_replay = { .size = sizeof(no_replay) };
	static const struct uvfio_iommu_ops no_size = { .replay = replay_nothing };
	static const struct {
		struct uvfio_iommu_ops ops;
		void *more;
	} newer = {
		.ops = { .size = sizeof(newer), .replay = replay_nothing },
		.more = heard,
	};
	static const struct {
		enum uvfio_memory_type type;
		struct uvfio_size128 bytes;
		uintptr_t vaddr;
		const struct uvfio_iommu_ops *iommu;
		int code;
		const char *message;
	} cases[] = {
		{ UVFIO_MEMORY_OTHER + 1, { .lo = 1 }, 0, NULL, -EINVAL, "unknown type" },
		{ UVFIO_MEMORY_RAM, { .lo = 0 }, 0, NULL, -EINVAL, "no bytes" },
		{ UVFIO_MEMORY_OTHER, { .lo = 1, .hi = 1 }, 0, NULL, -EINVAL,
		  "more than 2^64" },
		{ UVFIO_MEMORY_OTHER, { .hi = 2 }, 0, NULL, -EINVAL, "more than 2^64" },
		{ UVFIO_MEMORY_RAM, { .hi = 1 }, 0, NULL, -EINVAL, "left of the process" },
		{ UVFIO_MEMORY_RAM_DEVICE, { .lo = 0x1001 }, -0x1000, NULL, -EINVAL,
		  "left of the process" },
		{ UVFIO_MEMORY_IOMMU, { .lo = 1 }, 0, NULL, -EINVAL, "uvfio_iommu_ops" },
		{ UVFIO_MEMORY_IOMMU, { .lo = 1 }, 0, &no_replay, -EINVAL, "replay" },
		{ UVFIO_MEMORY_IOMMU, { .lo = 1 }, 0, &no_size, -EINVAL, "bad size 0" },
		{ UVFIO_MEMORY_IOMMU, { .lo = 1 }, 0, &newer.ops, -E2BIG, "bad size" },
	};
	struct uvfio_memory_options opts;
	struct uvfio_memory *memory;
	struct env *env = *state;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		opts = (struct uvfio_memory_options){
			.size = sizeof(opts), .type = cases[i].type,
			.bytes = cases[i].bytes, .vaddr = VADDR(cases[i].vaddr),
			.iommu = cases[i].iommu,
		};
		assert_failed(env, uvfio_memory_new(env->ctx, &opts, &memory, &env->err),
			      cases[i].code);
		assert_contains(env->err.message, cases[i].message);
	}
	opts.size = 0;
	assert_failed(env, uvfio_memory_new(env->ctx, &opts, &memory, &env->err), -EINVAL);
	assert_contains(env->err.message, "struct uvfio_memory_options: bad size 0");
	/* To the last byte of the process there is room. */
	memory = space_memory(env, UVFIO_MEMORY_RAM_DEVICE, -0x1000, 0x1000);
	assert_string_equal(uvfio_memory_name(memory), "RAM device");
	assert_int_equal(uvfio_memory_type(memory), UVFIO_MEMORY_RAM_DEVICE);
	uvfio_memory_put(memory);
	uvfio_memory_put(NULL);
}

static void what_can_be_no_section(void **state)
{
	static const struct {
		struct uvfio_section section;
		const char *message;
	} cases[] = {
		{ { .size = { .lo = 0 } }, "is empty" },
		{ { .size = { .hi = 2 } }, "ends beyond 2^64" },
		{ { .size = { .hi = 1, .lo = 1 } }, "ends beyond 2^64" },
		{ { .start = 1, .size = { .hi = 1 } }, "ends beyond 2^64" },
		{ { .start = -0x1000ull, .size = { .lo = 0x1001 } }, "ends beyond 2^64" },
		{ { .size = { .lo = 0x10001 } }, "not inside its memory object" },
		{ { .size = { .lo = 1 }, .offset = 0x10000 }, "not inside" },
		{ { .size = { .lo = 2 }, .offset = UINT64_MAX }, "not inside" },
		{ { .size = { .hi = 1 } }, "2^64 and 0x0 bytes is not inside" },
	};
	struct env *env = *state;
	struct uvfio_memory *memory =
		space_memory(env, UVFIO_MEMORY_RAM, 0x1000, 0x10000);
	struct uvfio_section section;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		section = cases[i].section;
		section.memory = memory;
		assert_failed(env, uvfio_section_add(env->as, &section, &env->err), -EINVAL);
		assert_contains(env->err.message, cases[i].message);
	}
	section = (struct uvfio_section){
		.start = -0x10000ull, .size = { .lo = 0x10000 }, .memory = memory,
	};
	assert_int_equal(uvfio_section_add(env->as, &section, &env->err), 0);
	uvfio_memory_put(memory);
}

static void sections_do_not_overlap(void **state)
{
	static const struct {
		uint64_t start, size;
	} cases[] = {
		{ 0x1000, 0x1000 }, { 0x1800, 1 }, { 0, 0x4000 }, { 0, 0x1001 },
		{ 0x1fff, 0x1000 },
	};
	struct env *env = *state;
	size_t i;

	assert_int_equal(add(env, 0x1000, 0x1000), 0);
	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		assert_failed(env, add(env, cases[i].start, cases[i].size), -EEXIST);
		assert_contains(env->err.message, "overlaps another");
	}
	assert_int_equal(add(env, 0x2000, 0x1000), 0);
	assert_int_equal(add(env, 0, 0x1000), 0);
	assert_failed(env, space_del(env, 0x1001), -ENOENT);
	assert_contains(env->err.message, "no section starts at 0x1001");
}

static void sections_are_found(void **state)
{
	struct env *env = *state;
	struct uvfio_section section;

	errno = 0;
	assert_int_equal(uvfio_section_find(env->as, 0, &section), -ENOENT);
	assert_int_equal(errno, ENOENT);
	assert_int_equal(add(env, 0x1000, 0x1000), 0);
	assert_int_equal(uvfio_section_find(env->as, 0xfff, &section), -ENOENT);
	assert_int_equal(uvfio_section_find(env->as, 0x2000, &section), -ENOENT);
	assert_int_equal(uvfio_section_find(env->as, 0x1fff, &section), 0);
	assert_int_equal(section.start, 0x1000);
	assert_int_equal(section.size.lo, 0x1000);
}

/* Small sections in a small space, against the plainest list there is. */
#define SPACE	64

static void every_set_of_sections_agrees_with_a_list(void **state)
{
	int owner[SPACE];	/* the start of the section there, or -1 */
	struct env *env = *state;
	struct uvfio_section section;
	unsigned int seed = 1;
	int i, step, start, end, expected;

	for (i = 0; i < SPACE; i++)
		owner[i] = -1;
	for (step = 0; step < 20000; step++) {
		start = rand_r(&seed) % SPACE;
		end = start + 1 + rand_r(&seed) % 5;
		if (end > SPACE)
			end = SPACE;
		expected = 0;
		if (rand_r(&seed) & 1) {
			for (i = start; i < end; i++)
				if (owner[i] >= 0)
					expected = -EEXIST;
			assert_int_equal(add(env, start, end - start), expected);
			for (i = start; i < end && !expected; i++)
				owner[i] = start;
		} else {
			expected = owner[start] == start ? 0 : -ENOENT;
			assert_int_equal(space_del(env, start), expected);
			for (i = start; i < SPACE && owner[i] == start; i++)
				owner[i] = -1;
		}
		expected = owner[start] >= 0 ? 0 : -ENOENT;
		assert_int_equal(uvfio_section_find(env->as, start, &section), expected);
		if (!expected)
			assert_int_equal(section.start, owner[start]);
	}
}

/* In order: a tree without balance becomes a list, and does not finish. */
static void a_hundred_thousand_sections(void **state)
{
	const uint64_t nr = 100000, size = 0x1000;
	struct env *env = *state;
	struct uvfio_memory *memory =
		space_memory(env, UVFIO_MEMORY_RAM, 0x1000, nr * size);
	uint64_t i;

	env->fake->type1.dma_avail = nr;
	uvfio_set_trace(env->ctx, NULL, NULL);
	assert_int_equal(space_connect(env), 0);
	for (i = 0; i < nr; i++)
		assert_int_equal(space_add(env, uvfio_memory_get(memory), i * size, size,
					   i * size), 0);
	assert_int_equal(env->fake->containers[0].type1.avail, 0);
	for (i = nr; i--; )
		assert_int_equal(space_del(env, i * size), 0);
	assert_int_equal(env->fake->containers[0].type1.avail, nr);
	uvfio_memory_put(memory);
}

static void listeners_are_told_in_order(void **state)
{
	struct ear a = EAR("a"), b = EAR("b");
	struct env *env = *state;
	struct uvfio_listener *la = listen(env, &a), *lb = listen(env, &b);

	heard[0] = '\0';
	assert_int_equal(add(env, 0x1000, 0x1000), 0);
	assert_heard("+a1 +b1 ");
	assert_int_equal(space_del(env, 0x1000), 0);
	assert_heard("-b1 -a1 ");
	assert_int_equal(uvfio_listener_unregister(la, NULL), 0);
	assert_int_equal(add(env, 0x1000, 0x1000), 0);
	assert_heard("+b1 ");
	assert_int_equal(uvfio_listener_unregister(lb, NULL), 0);
	assert_heard("-b1 ");
	assert_int_equal(uvfio_listener_unregister(NULL, NULL), 0);
}

static void registering_replays(void **state)
{
	struct ear a = EAR("a");
	struct env *env = *state;
	struct uvfio_listener *listener;

	heard[0] = '\0';
	assert_int_equal(add(env, 0x3000, 0x1000), 0);
	assert_int_equal(add(env, UINT64_MAX, 1), 0);	/* and nothing after it */
	assert_int_equal(add(env, 0, 0x1000), 0);
	listener = listen(env, &a);
	assert_heard("+a0 +a3 +afffffffffffff ");
	/* It keeps the address space. */
	uvfio_put_address_space(env->as);
	env->as = NULL;
	assert_int_equal(uvfio_listener_unregister(listener, NULL), 0);
	assert_heard("-afffffffffffff -a3 -a0 ");
}

static void a_replay_that_fails_is_taken_back(void **state)
{
	struct ear a = EAR("a");
	struct env *env = *state;
	struct uvfio_listener *listener;
	uint64_t i;

	heard[0] = '\0';
	for (i = 0; i < 4; i++)
		assert_int_equal(add(env, i << 12, 0x1000), 0);
	a.refuse = 0x2000;
	a.keep = 0x1000;	/* the first failure is the one that counts */
	assert_failed(env, uvfio_listener_register(env->as, &ear_ops, &a, &listener,
						   &env->err), -EDOM);
	assert_string_equal(env->err.message, "a had enough");
	assert_string_equal(env->err.operation, "uvfio_listener_register");
	assert_heard("+a0 +a1 +a2 -a1 -a0 ");
	assert_int_equal(space_del(env, 0), 0);
	assert_heard("");
}

static void a_listener_that_refuses(void **state)
{
	struct ear a = EAR("a"), b = EAR("b"), c = EAR("c"), d = EAR("d");
	struct env *env = *state;
	struct uvfio_listener *la = listen(env, &a), *lb = listen(env, &b);
	struct uvfio_listener *lc = listen(env, &c), *ld = listen(env, &d);
	struct uvfio_section section;

	heard[0] = '\0';
	c.refuse = 0x1000;
	a.keep = 0x1000;
	assert_failed(env, add(env, 0x1000, 0x1000), -EDOM);
	assert_heard("+a1 +b1 +c1 -b1 -a1 ");
	assert_string_equal(env->err.message, "c had enough");
	assert_string_equal(env->err.operation, "uvfio_section_add");
	assert_contains(env->log, "warning taking a section back: a had enough");
	assert_int_equal(uvfio_section_find(env->as, 0x1000, &section), -ENOENT);
	c.refuse = NOWHERE;
	assert_int_equal(add(env, 0x1000, 0x1000), 0);
	uvfio_listener_unregister(la, NULL);
	uvfio_listener_unregister(lb, NULL);
	uvfio_listener_unregister(lc, NULL);
	uvfio_listener_unregister(ld, NULL);
}

static void a_listener_that_fails_to_remove(void **state)
{
	struct ear a = EAR("a"), b = EAR("b");
	struct env *env = *state;
	struct uvfio_listener *la = listen(env, &a), *lb = listen(env, &b);

	heard[0] = '\0';
	assert_int_equal(add(env, 0x1000, 0x1000), 0);
	a.keep = 0x1000;
	b.keep = 0x1000;
	assert_failed(env, space_del(env, 0x1000), -EDOM);
	assert_heard("+a1 +b1 -b1 -a1 ");
	assert_string_equal(env->err.message, "b had enough");
	assert_string_equal(env->err.operation, "uvfio_section_del");
	assert_contains(env->log, "warning a had enough");
	assert_failed(env, space_del(env, 0x1000), -ENOENT);

	assert_int_equal(add(env, 0x1000, 0x1000), 0);
	assert_failed(env, uvfio_listener_unregister(la, &env->err), -EDOM);
	assert_string_equal(env->err.operation, "uvfio_listener_unregister");
	assert_failed(env, uvfio_listener_unregister(lb, &env->err), -EDOM);
}

static void a_listener_without_words(void **state)
{
	struct ear a = EAR("a");
	struct env *env = *state;
	struct uvfio_listener *listener = listen(env, &a);

	a.refuse = 0x1000;
	a.silent = true;
	assert_failed(env, add(env, 0x1000, 0x1000), -EDOM);
	assert_string_equal(env->err.message,
			    "a listener failed for the section at 0x1000");
	uvfio_listener_unregister(listener, NULL);
}

static void bad_listeners(void **state)
{
	static const struct {
		struct uvfio_listener_ops ops;
		void *more;
	} newer = {
		.ops = { sizeof(newer), on_add, on_del }, .more = heard,
	};
	static const struct {
		struct uvfio_listener_ops ops;
		int code;
	} cases[] = {
		{ { 0, on_add, on_del }, -EINVAL },
		{ { sizeof(ear_ops), NULL, on_del }, -EINVAL },
		{ { sizeof(ear_ops), on_add, NULL }, -EINVAL },
	};
	struct env *env = *state;
	struct uvfio_listener *listener;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(cases); i++)
		assert_failed(env, uvfio_listener_register(env->as, &cases[i].ops, NULL,
							   &listener, &env->err),
			      cases[i].code);
	assert_failed(env, uvfio_listener_register(env->as, &newer.ops, NULL, &listener,
						   &env->err), -E2BIG);
}

static unsigned int releases;

static void on_release(void *opaque)
{
	releases++;
	assert_ptr_equal(opaque, &releases);
}

static void memory_of_the_address_space_goes_with_it(void **state)
{
	const struct uvfio_memory_options opts = {
		.size = sizeof(opts), .type = UVFIO_MEMORY_RAM, .name = "pc.ram",
		.bytes = { .lo = 0x1000 }, .release = on_release, .opaque = &releases,
	};
	struct env *env = *state;
	struct uvfio_memory *memory;

	releases = 0;
	assert_int_equal(uvfio_memory_new(env->ctx, &opts, &memory, NULL), 0);
	assert_string_equal(uvfio_memory_name(memory), "pc.ram");
	assert_int_equal(space_add(env, memory, 0, 0x1000, 0), 0);
	assert_int_equal(releases, 0);
	uvfio_put_address_space(env->as);
	env->as = NULL;
	assert_int_equal(releases, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		test_on(env_empty, what_can_be_no_object),
		test_on(env_empty, what_can_be_no_section),
		test_on(env_empty, sections_do_not_overlap),
		test_on(env_empty, sections_are_found),
		test_on(env_empty, every_set_of_sections_agrees_with_a_list),
		test_on(env_empty, a_hundred_thousand_sections),
		test_on(env_empty, listeners_are_told_in_order),
		test_on(env_empty, registering_replays),
		test_on(env_empty, a_replay_that_fails_is_taken_back),
		test_on(env_empty, a_listener_that_refuses),
		test_on(env_empty, a_listener_that_fails_to_remove),
		test_on(env_empty, a_listener_without_words),
		test_on(env_empty, bad_listeners),
		test_on(env_empty, memory_of_the_address_space_goes_with_it),
	};

	return cmocka_run_group_tests_name("section", tests, NULL, NULL);
}
