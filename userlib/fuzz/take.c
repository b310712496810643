// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * What calls are made of: few addresses, so that they meet, where something
 * happens: the first pages, sPAPR's second window, 2^63, the end.
 */
#include "program.h"

#define PAGES_EACH	16

static const uint64_t places[] = {
	0, 0x0800000000000000, 0x8000000000000000, -(PAGES_EACH * PAGE),
};

uint64_t take_address(struct program *p)
{
	unsigned int slot = fuzz_below(&p->in, ARRAY_SIZE(places) * PAGES_EACH);

	return places[slot / PAGES_EACH] + slot % PAGES_EACH * PAGE;
}

/* Mostly some pages, at times everything up to another place. */
void take_range(struct program *p, uint64_t *first, uint64_t *last)
{
	unsigned int size = fuzz_byte(&p->in);
	uint64_t a = take_address(p), b;

	b = size < 0xf0 ? a + size % PAGES_EACH * PAGE : take_address(p);
	if (size < 0xf0 && b < a)
		b = -PAGE;
	*first = a < b ? a : b;
	*last = (a < b ? b : a) + PAGE - 1;
}

struct container *take_container(struct program *p)
{
	struct container *c = &p->now.containers[fuzz_below(&p->in, MAX_CONTAINERS)];

	return c->handle ? c : NULL;
}

struct used_device *take_device(struct program *p)
{
	struct used_device *dev = &p->devices[fuzz_below(&p->in, MAX_DEVICES)];

	return dev->handle ? dev : NULL;
}
