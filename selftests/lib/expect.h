/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Expectations that differ by kernel are data: a table of version ranges, each
 * with the commit that made the difference, in place of conditions in tests.
 */
#ifndef SELFTESTS_EXPECT_H
#define SELFTESTS_EXPECT_H

/* What kernels older than @before answer; the last row has @before 0 and takes the rest. */
struct expect_row {
	unsigned int before;	/* EXPECT_KERNEL(major, minor) */
	int value;
	const char *commit;	/* what changed at @before */
};

#define EXPECT_KERNEL(major, minor)	(((major) << 8) | (minor))

/* The kernel that runs, as EXPECT_KERNEL() makes it. */
unsigned int expect_kernel(void);

/* The value for the kernel that runs. */
int expect_value(const struct expect_row *table);

#endif /* SELFTESTS_EXPECT_H */
