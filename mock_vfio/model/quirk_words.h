/* SPDX-License-Identifier: GPL-2.0-only OR LGPL-2.1-or-later */
/*
 * A table of quirks, and the words that select from it. A quirk is a way in
 * which some kernels answer differently from the newest one; which quirks there
 * are is each model's own affair.
 */
#ifndef MODEL_QUIRK_WORDS_H
#define MODEL_QUIRK_WORDS_H

#include "port.h"

/* A kernel release as a number that compares. */
#define KERNEL_RELEASE(major, minor)	((u32)(major) << 16 | (minor))
#define KERNEL_RELEASE_NOT_YET		KERNEL_RELEASE(0xffff, 0)

/**
 * struct quirk - one row of a quirk table
 * @name: the word that selects it
 * @doc: what it does, one line
 * @since: first release that behaved so
 * @until: first release that no longer did, or KERNEL_RELEASE_NOT_YET; both are
 *	   0 when no kernel of its own accord behaved so: the quirk imitates
 *	   something else
 * @commit: what ended it, where that is known; else NULL
 */
struct quirk {
	const char *name;
	const char *doc;
	u32 since;
	u32 until;
	const char *commit;
};

#define RELEASES(since_major, since_minor, until_major, until_minor)	\
	.since = KERNEL_RELEASE(since_major, since_minor),		\
	.until = KERNEL_RELEASE(until_major, until_minor)

/**
 * quirks_of_word() - what a word of a quirk list stands for
 * @table: the quirks there are; their place in it is their bit
 * @nr: how many, at most 64
 * @word: a quirk's name, or "kernel=X.Y" for all that this release had
 * @quirks: the bits are added to this set
 *
 * Return: 0, or -EINVAL (and @quirks is untouched) when no quirk has that name
 * or the release is not of the form X.Y.
 */
int quirks_of_word(const struct quirk *table, int nr, const char *word, u64 *quirks);

#endif /* MODEL_QUIRK_WORDS_H */
