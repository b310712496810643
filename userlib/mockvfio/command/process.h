/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The program that a run is about, and the processes that come of it. */
#ifndef MOCK_VFIO_PROCESS_H
#define MOCK_VFIO_PROCESS_H

#include <signal.h>
#include <sys/types.h>

/* When a process began, in the kernel's clock ticks since boot; 0 when there is none such. */
unsigned long long process_start(pid_t pid);

/* How a program is to be run, and what came of it. */
struct process {
	sigset_t blocked;
	sigset_t old;
	int killed;	/* processes that it left behind */
};

/*
 * Blocks signals from here on, for good: what has been set up is to be cleaned
 * up, whoever interrupts. The program gets them, and those from before it began.
 */
void process_prepare(struct process *process);

/*
 * Runs a program until it and all that came of it have ended, passing signals
 * on. Returns its exit status as a shell has it, 126 or 127 when it could not be
 * run, or -1 after a message.
 */
int process_run(struct process *process, char **argv);

#endif /* MOCK_VFIO_PROCESS_H */
