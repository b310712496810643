// SPDX-License-Identifier: GPL-2.0-only
/*
 * Finding the few steps of a walk that matter: see walk.h. Ever smaller pieces
 * are left out, as long as what is left makes the same trouble; in the end no
 * single step can be spared.
 */
#include <stdlib.h>
#include <string.h>

#include "walk.h"

/* @left = @steps without the @n from @first on. */
static size_t without(struct walk_step *left, const struct walk_step *steps, size_t nr,
		      size_t first, size_t n)
{
	if (n > nr - first)
		n = nr - first;
	memcpy(left, steps, first * sizeof(*left));
	memcpy(left + first, steps + first + n, (nr - first - n) * sizeof(*left));
	return nr - n;
}

size_t walk_shrink(struct walk_step *steps, size_t nr,
		   bool (*differs)(void *opaque, const struct walk_step *steps, size_t nr),
		   void *opaque)
{
	struct walk_step *left = calloc(nr, sizeof(*left));
	size_t piece, first, n;
	bool spared;

	for (piece = nr / 2; left && piece; piece = spared ? piece : piece / 2) {
		spared = false;
		for (first = 0; first < nr; ) {
			n = without(left, steps, nr, first, piece);
			if (!differs(opaque, left, n)) {
				first += piece;
				continue;
			}
			memcpy(steps, left, n * sizeof(*steps));
			nr = n;
			spared = true;
		}
		if (piece > nr)
			piece = nr;
	}
	free(left);
	return nr;
}
