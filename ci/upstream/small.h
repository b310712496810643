/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Included before vfio_pci_driver_test.c, which maps a gigabyte for each of its
 * tests: pinning that takes longer than the tests' own time-out where the guest
 * is emulated. 64 MiB hold the most that any of its devices copies at once.
 */
#include <linux/sizes.h>

#undef SZ_1G
#define SZ_1G SZ_64M
