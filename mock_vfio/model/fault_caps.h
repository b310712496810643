/* SPDX-License-Identifier: GPL-2.0-only OR LGPL-2.1-or-later */
/*
 * Malformed capability chains: what MOCK_CAPS does to the answer of a *_GET_INFO
 * call. A program that trusts the chain loops for ever, reads what is not there, or
 * believes too much.
 */
#ifndef MODEL_FAULT_CAPS_H
#define MODEL_FAULT_CAPS_H

#include "port.h"

/* Wrong contents first: where others walk the chain, its links must be right. */
enum mock_caps_shape {
	MOCK_CAPS_VERSION,
	MOCK_CAPS_ID,
	MOCK_CAPS_COUNT,
	MOCK_NR_CAPS_CONTENTS,
	MOCK_CAPS_NEXT_SELF = MOCK_NR_CAPS_CONTENTS,
	MOCK_CAPS_NEXT_FIRST,
	MOCK_CAPS_NEXT_HEADER,
	MOCK_CAPS_NEXT_BEYOND,
	MOCK_CAPS_NEXT_UNALIGNED,
	MOCK_CAPS_OFFSET_ZERO,
	MOCK_CAPS_OFFSET_HEADER,
	MOCK_CAPS_OFFSET_BEYOND,
	MOCK_CAPS_CUT,
	MOCK_NR_CAPS_SHAPES
};

/**
 * struct mock_chain - the capabilities of an answer
 * @data: the capabilities, at least one; their links are right
 * @size: in bytes
 * @base: where @data begins, in terms of the links
 * @cap_offset: of the answer; unused, as is @argsz, for the contents' shapes
 * @argsz: of the answer
 */
struct mock_chain {
	u8 *data;
	size_t size;
	u32 base;
	u32 *cap_offset;
	u32 *argsz;
};

/* What an answer without capabilities gets, so that there is a chain. */
#define MOCK_CAPS_STAND_IN_ID	0xfffe

struct mock_stand_in_cap {
	struct vfio_info_cap_header header;
	u64 zero;
};

#define MOCK_STAND_IN_CAP { .header = { .id = MOCK_CAPS_STAND_IN_ID, .version = 1 } }

/**
 * mock_caps_malform() - makes a chain wrong
 * @chain: a good one
 * @shape: how; what is none of them changes nothing
 */
void mock_caps_malform(const struct mock_chain *chain, u64 shape);

/**
 * mock_caps_find() - looks for a capability
 * @chain: a good one
 * @id: the capability's
 *
 * Return: the first with that id, or NULL.
 */
struct vfio_info_cap_header *mock_caps_find(const struct mock_chain *chain, u16 id);

/**
 * mock_caps_unlink() - takes a capability out of the chain
 * @chain: a good one
 * @id: the capability's; it stays where it is, but nothing leads there. Of the last
 *	one, cap_offset becomes 0
 */
void mock_caps_unlink(const struct mock_chain *chain, u16 id);

#endif /* MODEL_FAULT_CAPS_H */
