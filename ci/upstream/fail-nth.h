/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Included before iommufd_fail_nth.c, after patient.h. It lets each allocation
 * fail in turn until there is none left, and gives up after 400, which is all
 * that it uses ASSERT_GT for: "an arbitrary limit", its comment says, that has
 * to be made bigger when it is hit. A kernel that watches itself allocates more,
 * and by chance hits it or not.
 */
#undef ASSERT_GT
#define ASSERT_GT(limit, seen) __EXPECT(10 * (limit), "10 * " #limit, seen, #seen, >, 1)
