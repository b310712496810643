/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Memory that a device is to reach, and the contents by which a test tells
 * whether it did.
 */
#ifndef SELFTESTS_MEMORY_H
#define SELFTESTS_MEMORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PAGE	((size_t)4096)

/*
 * Populated anonymous memory, filled with zeros, aligned for an IOMMU with
 * pages of up to 64 KiB; the process ends without it.
 */
void *memory_new(size_t size);
void memory_free(void *memory, size_t size);

/* Bytes that differ from their neighbours and by @seed. */
void memory_fill(void *memory, size_t size, uint32_t seed);
bool memory_is_filled(const void *memory, size_t size, uint32_t seed);

/* Whether every byte is @byte. */
bool memory_is(const void *memory, size_t size, unsigned char byte);

#endif /* SELFTESTS_MEMORY_H */
