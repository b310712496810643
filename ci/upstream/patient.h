/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Included before the tests: the kernel's test framework ends a test after 30
 * seconds, which is for machines that are not emulated and kernels that do not
 * watch themselves. The harness has time-outs that know both.
 */
#include <kselftest_harness.h>

#undef TEST_TIMEOUT_DEFAULT
#define TEST_TIMEOUT_DEFAULT 1200
