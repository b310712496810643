// SPDX-License-Identifier: GPL-2.0-only OR LGPL-2.1-or-later
/* Malformed capability chains. See fault_caps.h. */
#include "fault_caps.h"

static struct vfio_info_cap_header *first(const struct mock_chain *chain)
{
	return (void *)chain->data;
}

static struct vfio_info_cap_header *next(const struct mock_chain *chain,
					 const struct vfio_info_cap_header *header)
{
	return header->next ? (void *)(chain->data + (header->next - chain->base)) : NULL;
}

static struct vfio_info_cap_header *last(const struct mock_chain *chain)
{
	struct vfio_info_cap_header *header = first(chain);

	while (next(chain, header))
		header = next(chain, header);
	return header;
}

static u32 offset_of(const struct mock_chain *chain, const struct vfio_info_cap_header *header)
{
	return chain->base + (u32)((const u8 *)header - chain->data);
}

static u32 end(const struct mock_chain *chain)
{
	return chain->base + chain->size;
}

static void wrong_version(const struct mock_chain *chain)
{
	first(chain)->version = 0xffff;
}

static void wrong_id(const struct mock_chain *chain)
{
	first(chain)->id = 0xffff;
}

/*
 * Sparse areas and IOVA ranges have id 1, and their number behind the header; so
 * has the stand-in.
 */
static void wrong_count(const struct mock_chain *chain)
{
	struct vfio_info_cap_header *header = mock_caps_find(chain, 1);

	memset((header ? header : first(chain)) + 1, 0xff, sizeof(u32));
}

static void next_self(const struct mock_chain *chain)
{
	first(chain)->next = offset_of(chain, first(chain));
}

static void next_first(const struct mock_chain *chain)
{
	last(chain)->next = offset_of(chain, first(chain));
}

/* Into the structure before the capabilities, which begins with argsz and flags. */
static void next_header(const struct mock_chain *chain)
{
	last(chain)->next = sizeof(u32);
}

static void next_beyond(const struct mock_chain *chain)
{
	last(chain)->next = end(chain);
}

static void next_unaligned(const struct mock_chain *chain)
{
	last(chain)->next = end(chain) - sizeof(struct vfio_info_cap_header) + 1;
}

static void offset_zero(const struct mock_chain *chain)
{
	*chain->cap_offset = 0;
}

static void offset_header(const struct mock_chain *chain)
{
	*chain->cap_offset = sizeof(u32);
}

static void offset_beyond(const struct mock_chain *chain)
{
	*chain->cap_offset = end(chain);
}

/* The answer ends inside its last capability's header. */
static void cut(const struct mock_chain *chain)
{
	*chain->argsz = offset_of(chain, last(chain)) + sizeof(u32);
}

static void (*const shapes[MOCK_NR_CAPS_SHAPES])(const struct mock_chain *chain) = {
	[MOCK_CAPS_VERSION]		= wrong_version,
	[MOCK_CAPS_ID]			= wrong_id,
	[MOCK_CAPS_COUNT]		= wrong_count,
	[MOCK_CAPS_NEXT_SELF]		= next_self,
	[MOCK_CAPS_NEXT_FIRST]		= next_first,
	[MOCK_CAPS_NEXT_HEADER]		= next_header,
	[MOCK_CAPS_NEXT_BEYOND]		= next_beyond,
	[MOCK_CAPS_NEXT_UNALIGNED]	= next_unaligned,
	[MOCK_CAPS_OFFSET_ZERO]		= offset_zero,
	[MOCK_CAPS_OFFSET_HEADER]	= offset_header,
	[MOCK_CAPS_OFFSET_BEYOND]	= offset_beyond,
	[MOCK_CAPS_CUT]			= cut,
};

void mock_caps_malform(const struct mock_chain *chain, u64 shape)
{
	if (shape < MOCK_NR_CAPS_SHAPES)
		shapes[shape](chain);
}

struct vfio_info_cap_header *mock_caps_find(const struct mock_chain *chain, u16 id)
{
	struct vfio_info_cap_header *header;

	for (header = first(chain); header; header = next(chain, header)) {
		if (header->id == id)
			return header;
	}
	return NULL;
}

void mock_caps_unlink(const struct mock_chain *chain, u16 id)
{
	struct vfio_info_cap_header *gone = mock_caps_find(chain, id), *header;

	if (!gone)
		return;
	if (*chain->cap_offset == offset_of(chain, gone)) {
		*chain->cap_offset = gone->next;
		return;
	}
	for (header = first(chain); header; header = next(chain, header)) {
		if (header->next == offset_of(chain, gone))
			header->next = gone->next;
	}
}
