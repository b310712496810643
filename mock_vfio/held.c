// SPDX-License-Identifier: GPL-2.0-only
/* Counters of what is held. See held.h. */

#include <linux/seq_file.h>

#include "held.h"
#include "profile.h"

static const char * const held_names[MOCK_NR_HELD] = {
	[MOCK_HELD_INSTANCES]		= "instances",
	[MOCK_HELD_OPEN]		= "open",
	[MOCK_HELD_MAPPINGS]		= "mappings",
	[MOCK_HELD_PINNED_PAGES]	= "pinned_pages",
	[MOCK_HELD_EVENTFDS]		= "eventfds",
	[MOCK_HELD_MMAPS]		= "mmaps",
	[MOCK_HELD_MIG_FILES]		= "mig_files",
};

static struct mock_held_counts held_by_module;

void mock_held_add(struct mock_profile *profile, enum mock_held what, long n)
{
	atomic_long_add(n, &profile->held.n[what]);
	atomic_long_add(n, &held_by_module.n[what]);
}

long mock_held(const struct mock_profile *profile, enum mock_held what)
{
	return atomic_long_read(&profile->held.n[what]);
}

void mock_held_show(struct seq_file *s, struct mock_profile *profile)
{
	struct mock_held_counts *counts =
		profile ? &profile->held : &held_by_module;
	int i;

	for (i = 0; i < MOCK_NR_HELD; i++)
		seq_printf(s, "%s %ld\n", held_names[i],
			   atomic_long_read(&counts->n[i]));
}
