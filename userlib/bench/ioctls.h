/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A page mapped and unmapped by raw ioctls: what everything else is compared with. */
#ifndef UVFIO_BENCH_IOCTLS_H
#define UVFIO_BENCH_IOCTLS_H

#include <stdint.h>

#define PAGE		0x1000u

/* For reading and writing; -errno. */
int map_page(int container, uint64_t iova, void *memory);
int unmap_page(int container, uint64_t iova);

#endif /* UVFIO_BENCH_IOCTLS_H */
