/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Fault sites: where a rule can strike, and where rules have struck. */
#ifndef _MOCKVFIO_SITE_H
#define _MOCKVFIO_SITE_H

#include <stddef.h>
#include <stdint.h>

#include <mockvfio/error.h>

#ifdef __cplusplus
extern "C" {
#endif

struct mockvfio;

/** define MOCKVFIO_EFFECTS_MAX - size of a site's effects as text with the NUL */
#define MOCKVFIO_EFFECTS_MAX	192

/**
 * struct mockvfio_site - a row of the module's table
 * @name: its name, as a rule takes it
 * @context: what the module may do there: "process" can sleep
 * @error: the default errno's name; "-" where a call cannot fail
 * @effects: what a rule can do there, separated by commas, the default first
 * @call: the call it is about, for a person
 * @fired: how often rules have fired there since the module was loaded
 */
struct mockvfio_site {
	char name[64];
	char context[16];
	char error[16];
	char effects[MOCKVFIO_EFFECTS_MAX];
	char call[96];
	uint64_t fired;
};

/**
 * struct mockvfio_sites - the module's table of sites
 * @v: the sites, in the module's order
 * @count: how many
 */
struct mockvfio_sites {
	struct mockvfio_site *v;
	size_t count;
};

/**
 * mockvfio_sites_read() - read the module's table of sites
 * @mock: the context
 * @sites: where to store it; free it with mockvfio_sites_free()
 * @err: details of a failure, or NULL
 *
 * Return: 0; -EPROTO when a line cannot be understood; another negative errno.
 */
int mockvfio_sites_read(struct mockvfio *mock, struct mockvfio_sites *sites,
			struct mockvfio_error *err);

/**
 * mockvfio_sites_free() - free a table of sites
 * @sites: the table; empty afterwards
 */
void mockvfio_sites_free(struct mockvfio_sites *sites);

#ifdef __cplusplus
}
#endif

#endif /* _MOCKVFIO_SITE_H */
