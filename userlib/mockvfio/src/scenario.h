/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A scenario that was read: the steps that make a profile of it, in order. The
 * names of directories and attributes are the module's; no list of them is kept
 * here, so that a scenario can use whatever the loaded module has.
 */
#ifndef MOCKVFIO_SCENARIO_H
#define MOCKVFIO_SCENARIO_H

#include <stddef.h>

#include <mockvfio/scenario.h>

/* A directory to make, or an attribute to write. */
struct mv_step {
	char *path;		/* below the profile */
	char *value;		/* NULL for a directory */
	unsigned int line;	/* in the file, from 1 */
};

/* A feature that the module must have. */
struct mv_need {
	char *feature;
	unsigned int line;
};

struct mockvfio_scenario {
	char *file;
	char *description;
	unsigned int instances;
	unsigned int instances_line;	/* 0 when the file does not say */
	struct mv_need *needs;
	size_t need_count;
	struct mv_step *steps;
	size_t step_count;
};

/* Reads the file into @scenario, whose name is set; 0 or -errno. */
int mv_scenario_read(struct mockvfio_scenario *scenario, struct mockvfio_error *err);

#endif /* MOCKVFIO_SCENARIO_H */
