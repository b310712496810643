/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Address spaces with sections in them: the test's memory map, which libuvfio's
 * containers follow.
 */
#ifndef SELFTESTS_SPACE_H
#define SELFTESTS_SPACE_H

#include <stdint.h>

#include <uvfio/uvfio.h>

/*
 * Adds a section that is all of a new memory object, which goes with it. Returns what
 * uvfio_section_add() does, with @err, which may be NULL.
 */
int space_add(struct uvfio *ctx, struct uvfio_address_space *as, enum uvfio_memory_type type,
	      uint64_t start, void *memory, uint64_t size, struct uvfio_error *err);

/* Warnings of the library, one line each, in @text, as long as the context is there. */
struct space_log {
	char text[1024];
};

void space_listen(struct uvfio *ctx, struct space_log *log);

#endif /* SELFTESTS_SPACE_H */
