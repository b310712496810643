/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A program that uses a device through libuvfio: opens everything, does
 * something with it, and closes in one of several orders, or goes on with what it
 * has open. It goes on closing when calls fail, as a program has to that wants to
 * live on.
 */
#ifndef SELFTESTS_CLIENT_H
#define SELFTESTS_CLIENT_H

#include <uvfio/uvfio.h>

#include "mock.h"
#include "sweep.h"

#define CLIENT_VECTORS	8
#define CLIENT_IOVA	0x100000ULL
#define CLIENT_PAGES	16

enum client_ending {
	CLIENT_ORDERLY,		/* undoes what was done; device, then group */
	CLIENT_GROUP_FIRST,	/* the same; the device keeps the group open */
	CLIENT_ABANDONED,	/* only closes: interrupts stay set up, memory mapped */
	CLIENT_STAYS,		/* undoes what was done, if need be in two attempts; stays open */
	CLIENT_NR_ENDINGS
};

struct client;

/* What is done with an open device. Both return 0 or -errno. */
struct client_use {
	int (*run)(struct client *client);
	int (*undo)(struct client *client);	/* of any part of it; NULL: nothing to undo */
};

struct client {
	/* Set by the user of this file. */
	const struct mockvfio_instance *instance;
	const struct client_use *use;
	enum client_ending ending;
	unsigned char *memory;		/* CLIENT_PAGES pages */
	int32_t fds[CLIENT_VECTORS];	/* eventfds */
	void *data;			/* for @use */

	/* While it is open. */
	struct uvfio *ctx;
	struct uvfio_address_space *as;
	struct uvfio_group *group;
	struct uvfio_container *container;
	struct uvfio_device *dev;
	struct uvfio_region *bar0;
	struct uvfio_region *config;
	unsigned int mapped;		/* pieces, counted by @use */
	bool started;			/* something that @use has to stop */

	/* What went wrong first; the code is 0 for what the library has no words for. */
	struct uvfio_error err;
};

/* The life cycle, as struct sweep wants it. */
int client_cycle(void *client);
const char *client_said(const void *client);

/*
 * Sweeps over the life cycle of @sweep's client with a use of its own, once with each
 * ending before @endings, and prints what that came to. Returns what sweep_run() does.
 */
int client_sweep(struct sweep *sweep, const char *what, int (*run)(struct client *client),
		 int (*undo)(struct client *client), enum client_ending endings);

#endif /* SELFTESTS_CLIENT_H */
