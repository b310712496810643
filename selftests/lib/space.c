// SPDX-License-Identifier: GPL-2.0-only
/* Address spaces with sections: see space.h. */
#include <stdio.h>
#include <string.h>

#include "space.h"

int space_add(struct uvfio *ctx, struct uvfio_address_space *as, enum uvfio_memory_type type,
	      uint64_t start, void *memory, uint64_t size, struct uvfio_error *err)
{
	const struct uvfio_memory_options opts = {
		.size = sizeof(opts), .type = type, .bytes = { .lo = size }, .vaddr = memory,
	};
	struct uvfio_section section = { .start = start, .size = { .lo = size } };
	int ret;

	ret = uvfio_memory_new(ctx, &opts, &section.memory, err);
	if (ret)
		return ret;
	ret = uvfio_section_add(as, &section, err);
	uvfio_memory_put(section.memory);
	return ret;
}

static void on_log(void *opaque, enum uvfio_log_level level, const char *message)
{
	struct space_log *log = opaque;
	size_t len = strlen(log->text);

	(void)level;
	snprintf(log->text + len, sizeof(log->text) - len, "%s\n", message);
}

void space_listen(struct uvfio *ctx, struct space_log *log)
{
	uvfio_set_log(ctx, UVFIO_LOG_WARNING, on_log, log);
}
