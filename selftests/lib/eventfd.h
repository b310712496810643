/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Eventfds as a test needs them: waiting with a time-out.
 */
#ifndef SELFTESTS_EVENTFD_H
#define SELFTESTS_EVENTFD_H

/*
 * An interrupt that should come is waited for long enough for a slow emulator;
 * one that should not come would come at once, so little is lost by waiting
 * less: too short a time can hide a bug but cannot invent one.
 */
#define IRQ_TIMEOUT_MS	5000
#define NO_IRQ_MS	30

/* A new non-blocking eventfd; the process ends when there is none to be had. */
int eventfd_new(void);

/*
 * Waits until the eventfd is signalled. Returns how often it was since it was
 * last read, or 0 when the time is over.
 */
int eventfd_wait(int fd, int timeout_ms);

/* Signals an eventfd. */
void eventfd_signal(int fd);

#endif /* SELFTESTS_EVENTFD_H */
