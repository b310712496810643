// SPDX-License-Identifier: GPL-2.0-only
/* Memory that a device is to reach: see memory.h. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "memory.h"

#define ALIGNMENT	((size_t)0x10000)

static void *map(void *where, size_t size, int prot, int flags)
{
	void *memory = mmap(where, size, prot, MAP_PRIVATE | MAP_ANONYMOUS | flags, -1, 0);

	if (memory == MAP_FAILED) {
		perror("# mmap");
		exit(EXIT_FAILURE);
	}
	return memory;
}

void *memory_new(size_t size)
{
	uintptr_t room = (uintptr_t)map(NULL, size + ALIGNMENT, PROT_NONE, 0);
	uintptr_t start = (room + ALIGNMENT - 1) & ~(ALIGNMENT - 1);

	/* What is left of the room costs nothing but addresses. */
	return map((void *)start, size, PROT_READ | PROT_WRITE, MAP_FIXED | MAP_POPULATE);
}

void memory_free(void *memory, size_t size)
{
	munmap(memory, size);
}

/* A multiplicative hash: no period shorter than the sizes tests use. */
static unsigned char pattern(size_t i, uint32_t seed)
{
	return (unsigned char)(((uint32_t)i * 2654435761u + seed * 40503u) >> 23);
}

void memory_fill(void *memory, size_t size, uint32_t seed)
{
	unsigned char *bytes = memory;
	size_t i;

	for (i = 0; i < size; i++)
		bytes[i] = pattern(i, seed);
}

bool memory_is_filled(const void *memory, size_t size, uint32_t seed)
{
	const unsigned char *bytes = memory;
	size_t i;

	for (i = 0; i < size; i++)
		if (bytes[i] != pattern(i, seed))
			return false;
	return true;
}

bool memory_is(const void *memory, size_t size, unsigned char byte)
{
	const unsigned char *bytes = memory;
	size_t i;

	for (i = 0; i < size; i++)
		if (bytes[i] != byte)
			return false;
	return true;
}
