// SPDX-License-Identifier: LGPL-2.1-or-later
/* Run-time triggers: files in a directory of debugfs that each instance has. */
#include <stdio.h>

#include "internal.h"

static int trigger(struct mockvfio_profile *profile, const char *uuid, const char *file,
		   const char *value, struct mockvfio_error *err)
{
	struct mv_path path;
	int ret;

	ret = mv_path(&path, profile->mock, err, MV_DEBUGFS "/%s/devices/%s/%s", profile->name,
		      uuid, file);
	return ret ? ret : mv_write(path.s, value, 0, err);
}

int mockvfio_irq_fire(struct mockvfio_profile *profile, const char *uuid, unsigned int index,
		      unsigned int vector, struct mockvfio_error *err)
{
	char text[32];

	snprintf(text, sizeof(text), "%u %u", index, vector);
	return trigger(profile, uuid, "irq", text, err);
}

int mockvfio_memory_set(struct mockvfio_profile *profile, const char *uuid, bool answers,
			struct mockvfio_error *err)
{
	return trigger(profile, uuid, "memory", answers ? "1" : "0", err);
}

int mockvfio_unplug(struct mockvfio_profile *profile, const char *uuid,
		    struct mockvfio_error *err)
{
	return trigger(profile, uuid, "unplug", "1", err);
}
