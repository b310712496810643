// SPDX-License-Identifier: GPL-2.0-only OR LGPL-2.1-or-later
/* Looks words up in a quirk table. */
#include "quirk_words.h"

/* Reads "X.Y", decimal, nothing before or after. Returns 0 for all else. */
static u32 parse_release(const char *text)
{
	u32 part[2] = { 0, 0 };
	int i;

	for (i = 0; i < 2; i++) {
		const char *start = text;

		while (*text >= '0' && *text <= '9' && text - start < 3)
			part[i] = part[i] * 10 + (*text++ - '0');
		if (text == start || *text != (i ? '\0' : '.'))
			return 0;
		text++;
	}
	return KERNEL_RELEASE(part[0], part[1]);
}

static u64 quirks_of_release(const struct quirk *table, int nr, u32 release)
{
	u64 quirks = 0;
	int i;

	for (i = 0; i < nr; i++)
		if (table[i].since <= release && release < table[i].until)
			quirks |= 1ull << i;
	return quirks;
}

int quirks_of_word(const struct quirk *table, int nr, const char *word, u64 *quirks)
{
	static const char prefix[] = "kernel=";
	int i;

	if (!strncmp(word, prefix, sizeof(prefix) - 1)) {
		u32 release = parse_release(word + sizeof(prefix) - 1);

		if (!release)
			return -EINVAL;
		*quirks |= quirks_of_release(table, nr, release);
		return 0;
	}
	for (i = 0; i < nr; i++) {
		if (!strcmp(word, table[i].name)) {
			*quirks |= 1ull << i;
			return 0;
		}
	}
	return -EINVAL;
}
