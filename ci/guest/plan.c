// SPDX-License-Identifier: GPL-2.0-only
/*
 * The plan: the harness's orders, written by ci/harness_lib/guestplan.py.
 *
 *	env NAME=VALUE			for the tests
 *	module FILE [PARAMETERS]	load it
 *	try FILE [PARAMETERS]		load it after those, if this machine can
 *	write FILE TEXT			of the kernel's; one that it refuses is reported
 *	bind VENDOR:DEVICE		give each such PCI device to vfio-pci
 *	sections			say where the modules' sections are
 *	hold				wait for the harness before anything runs
 *	audit MODULE			name whose counters and unload are reported at the end
 *	kmemleak			and what the kernel's leak detector then finds
 *	collect LABEL FILE		report what is new in it after each test
 *	gcov DIRECTORY			and the coverage data in it
 *	test MILLISECONDS NAME PROGRAM [ARGUMENTS]
 *	shell PROGRAM			a session on the console instead of tests
 *
 * Empty lines and lines that start with # are skipped.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "guest.h"

static int split(char *line, struct order *order)
{
	char *save = NULL;
	char *word;

	order->argc = 0;
	for (word = strtok_r(line, " \t\n", &save); word; word = strtok_r(NULL, " \t\n", &save)) {
		if (order->argc == PLAN_WORDS_MAX)
			return -E2BIG;
		order->argv[order->argc++] = word;
	}
	order->argv[order->argc] = NULL;
	return 0;
}

static int append(struct plan *plan, char *line)
{
	struct order order;
	struct order *orders;
	int ret;

	ret = split(line, &order);
	if (ret || !order.argc || order.argv[0][0] == '#') {
		free(line);
		return ret;
	}
	orders = realloc(plan->orders, (plan->count + 1) * sizeof(*orders));
	if (!orders) {
		free(line);
		return -ENOMEM;
	}
	orders[plan->count++] = order;
	plan->orders = orders;
	return 0;
}

/* The orders keep pointing into their lines: a plan lives as long as the guest. */
int plan_read(const char *path, struct plan *plan)
{
	char *line = NULL;
	size_t size = 0;
	int ret = 0;
	FILE *file;

	*plan = (struct plan){ 0 };
	file = fopen(path, "re");
	if (!file)
		return -errno;
	while (!ret && getline(&line, &size, file) >= 0) {
		ret = append(plan, line);
		line = NULL;
		size = 0;
	}
	free(line);
	fclose(file);
	return ret;
}
