/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Counters of what is held on behalf of user space. Each is kept per profile
 * and for the whole module; all of them are zero when nothing uses the mock,
 * and a test that leaves one above zero has found a leak.
 */
#ifndef MOCK_VFIO_HELD_H
#define MOCK_VFIO_HELD_H

#include <linux/atomic.h>

struct mock_profile;
struct seq_file;

/**
 * enum mock_held - what is counted
 * @MOCK_HELD_INSTANCES: devices created from the profile
 * @MOCK_HELD_OPEN: devices opened by a user
 * @MOCK_HELD_MAPPINGS: DMA mappings in containers that our backend serves
 * @MOCK_HELD_PINNED_PAGES: pages pinned: by the DMA engine through
 *	vfio_pin_pages(), and by our backend for its mappings (pages that it pins
 *	on behalf of vfio_pin_pages() are the engine's and not counted twice)
 * @MOCK_HELD_EVENTFDS: eventfds set up by VFIO_DEVICE_SET_IRQS
 * @MOCK_HELD_MMAPS: VMAs that map device memory
 * @MOCK_HELD_MIG_FILES: files of migrations
 * @MOCK_NR_HELD: number of counters
 */
enum mock_held {
	MOCK_HELD_INSTANCES,
	MOCK_HELD_OPEN,
	MOCK_HELD_MAPPINGS,
	MOCK_HELD_PINNED_PAGES,
	MOCK_HELD_EVENTFDS,
	MOCK_HELD_MMAPS,
	MOCK_HELD_MIG_FILES,
	MOCK_NR_HELD
};

struct mock_held_counts {
	atomic_long_t n[MOCK_NR_HELD];
};

/* Any context. A negative @n gives back. */
void mock_held_add(struct mock_profile *profile, enum mock_held what, long n);

/* How many of it there are now, of this profile. */
long mock_held(const struct mock_profile *profile, enum mock_held what);

/* One "name value" a line; the whole module's when @profile is NULL. */
void mock_held_show(struct seq_file *s, struct mock_profile *profile);

#endif /* MOCK_VFIO_HELD_H */
