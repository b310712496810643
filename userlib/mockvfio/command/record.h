/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Which profiles belong to a run, in /run/mock-vfio: a file for each, named
 * after the profile and locked for as long as the run lives. A file that is not
 * locked is of a run that was killed, and what it made can go.
 */
#ifndef MOCK_VFIO_RECORD_H
#define MOCK_VFIO_RECORD_H

#include <stdbool.h>
#include <sys/types.h>

struct cli;

/* A run's record. */
struct record {
	char path[512];
	int fd;
};

/* Makes the record of @profile, before the profile; 0, or -1 after a message. */
int record_make(const struct cli *cli, const char *profile, struct record *record);

/* Ends the run; the record stays unless the profile is @gone. */
void record_end(struct record *record, bool gone);

/* Calls @fn for each run that was killed, while no other run can begin. */
int record_each_dead(const struct cli *cli, void (*fn)(const char *profile, pid_t pid, void *data),
		     void *data);

/* Removes what runs left behind that were killed; 0, or -1 when something has to stay. */
int record_sweep(const struct cli *cli);

#endif /* MOCK_VFIO_RECORD_H */
