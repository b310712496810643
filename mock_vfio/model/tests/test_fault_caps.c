// SPDX-License-Identifier: GPL-2.0-only OR LGPL-2.1-or-later
/* Malformed capability chains: that each shape is wrong, and in its own way. */
#include "host.h"
#include "fault_caps.h"

/* An answer with three capabilities behind its fixed part. */
struct answer {
	u32 argsz;
	u32 flags;
	u32 cap_offset;
	u32 pad;
	struct cap {
		struct vfio_info_cap_header header;
		u32 count;
		u32 data;
	} caps[3];
};

static struct mock_chain make_chain(struct answer *answer)
{
	int i;

	memset(answer, 0, sizeof(*answer));
	answer->argsz = sizeof(*answer);
	answer->cap_offset = offsetof(struct answer, caps);
	for (i = 0; i < 3; i++) {
		answer->caps[i].header.id = 2 - i;
		answer->caps[i].header.version = 1;
		answer->caps[i].header.next = offsetof(struct answer, caps[i + 1]);
	}
	answer->caps[2].header.next = 0;
	return (struct mock_chain) {
		.data = (u8 *)answer->caps, .size = sizeof(answer->caps),
		.base = offsetof(struct answer, caps),
		.cap_offset = &answer->cap_offset, .argsz = &answer->argsz,
	};
}

#define CAP(n)	offsetof(struct answer, caps[n])
#define END	sizeof(struct answer)

/* Each shape changes one word of the answer, and no other. */
static void test_shapes(void **state)
{
	static const struct {
		size_t offset;
		u32 value;
	} rows[MOCK_NR_CAPS_SHAPES] = {
		[MOCK_CAPS_VERSION]	   = { CAP(0), 0xffff0002 },
		[MOCK_CAPS_ID]		   = { CAP(0), 0x0001ffff },
		[MOCK_CAPS_COUNT]	   = { CAP(1) + 8, 0xffffffff },
		[MOCK_CAPS_NEXT_SELF]	   = { CAP(0) + 4, CAP(0) },
		[MOCK_CAPS_NEXT_FIRST]	   = { CAP(2) + 4, CAP(0) },
		[MOCK_CAPS_NEXT_HEADER]	   = { CAP(2) + 4, 4 },
		[MOCK_CAPS_NEXT_BEYOND]	   = { CAP(2) + 4, END },
		[MOCK_CAPS_NEXT_UNALIGNED] = { CAP(2) + 4, END - 7 },
		[MOCK_CAPS_OFFSET_ZERO]	   = { 8, 0 },
		[MOCK_CAPS_OFFSET_HEADER]  = { 8, 4 },
		[MOCK_CAPS_OFFSET_BEYOND]  = { 8, END },
		[MOCK_CAPS_CUT]		   = { 0, CAP(2) + 4 },
	};
	struct answer good, answer;
	struct mock_chain chain;
	size_t i;

	(void)state;
	make_chain(&good);
	for (i = 0; i < MOCK_NR_CAPS_SHAPES; i++) {
		chain = make_chain(&answer);
		mock_caps_malform(&chain, i);
		assert_int_equal(*(u32 *)((u8 *)&answer + rows[i].offset), rows[i].value);
		memcpy((u8 *)&answer + rows[i].offset, (u8 *)&good + rows[i].offset, sizeof(u32));
		assert_memory_equal(&answer, &good, sizeof(good));
	}
}

static void test_no_shape(void **state)
{
	struct answer good, answer;
	struct mock_chain chain = make_chain(&answer);

	(void)state;
	make_chain(&good);
	mock_caps_malform(&chain, MOCK_NR_CAPS_SHAPES);
	mock_caps_malform(&chain, ~0ull);
	assert_memory_equal(&answer, &good, sizeof(good));
}

/* The shapes of contents do without what only the links' need. */
static void test_contents_alone(void **state)
{
	struct answer answer;
	struct mock_chain chain = make_chain(&answer);
	u64 shape;

	(void)state;
	chain.cap_offset = NULL;
	chain.argsz = NULL;
	for (shape = 0; shape < MOCK_NR_CAPS_CONTENTS; shape++)
		mock_caps_malform(&chain, shape);
	assert_int_equal(answer.caps[0].header.id, 0xffff);
	assert_int_equal(answer.caps[0].header.next, CAP(1));
	assert_int_equal(answer.caps[2].header.next, 0);
}

/* From the end, from the middle, from the front, and then there is none left. */
static void test_unlink(void **state)
{
	struct answer answer;
	struct mock_chain chain = make_chain(&answer);

	(void)state;
	mock_caps_unlink(&chain, 7);
	assert_int_equal(answer.cap_offset, CAP(0));
	mock_caps_unlink(&chain, 1);
	assert_int_equal(answer.caps[0].header.next, CAP(2));
	mock_caps_unlink(&chain, 2);
	assert_int_equal(answer.cap_offset, CAP(2));
	mock_caps_unlink(&chain, 0);
	assert_int_equal(answer.cap_offset, 0);
}

static void test_unlink_last(void **state)
{
	struct answer answer;
	struct mock_chain chain = make_chain(&answer);

	(void)state;
	mock_caps_unlink(&chain, 0);
	assert_int_equal(answer.caps[1].header.next, 0);
	assert_null(mock_caps_find(&chain, 0));
	assert_ptr_equal(mock_caps_find(&chain, 1), &answer.caps[1].header);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_shapes),
		cmocka_unit_test(test_no_shape),
		cmocka_unit_test(test_contents_alone),
		cmocka_unit_test(test_unlink),
		cmocka_unit_test(test_unlink_last),
	};

	return cmocka_run_group_tests_name("model_fault_caps", tests, NULL, NULL);
}
