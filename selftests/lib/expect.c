// SPDX-License-Identifier: GPL-2.0-only
/* Expectations that differ by kernel: see expect.h. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/utsname.h>

#include "expect.h"

unsigned int expect_kernel(void)
{
	unsigned int major, minor;
	struct utsname name;

	if (uname(&name) || sscanf(name.release, "%u.%u", &major, &minor) != 2) {
		fprintf(stderr, "# cannot tell the kernel's version\n");
		exit(EXIT_FAILURE);
	}
	return EXPECT_KERNEL(major, minor);
}

int expect_value(const struct expect_row *table)
{
	unsigned int kernel = expect_kernel();

	while (table->before && kernel >= table->before)
		table++;
	return table->value;
}
