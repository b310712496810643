/* SPDX-License-Identifier: GPL-2.0-only */
/* What main.c uses of the kernel's VFIO selftests. */
#ifndef SUITE_H
#define SUITE_H

/* Of libvfio, the suite's library. */
extern const char *default_iommu_mode;

/* Of the suite's program; ci/upstream/Makefile makes them callable. */
int test_harness_run(int argc, char **argv);
int suite_main(int argc, char **argv);

#endif /* SUITE_H */
