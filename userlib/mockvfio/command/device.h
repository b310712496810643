/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The device of a scenario, for the sub-commands that make one. */
#ifndef MOCK_VFIO_DEVICE_H
#define MOCK_VFIO_DEVICE_H

#include <stdbool.h>

#include <mockvfio/mockvfio.h>

struct cli;
struct json;

/* A live profile with its instances. */
struct device {
	struct mockvfio_profile *profile;
	struct mockvfio_instance *instances;
	int count;
};

/* Makes it; all of it or, after a message and with -1, nothing. */
int device_make(const struct cli *cli, const struct mockvfio_scenario *scenario, const char *name,
		bool real_iommu, struct device *device);

/* Frees the handles; the device stays. */
void device_close(struct device *device);

/* An instance as a JSON object. */
void device_json(struct json *json, const struct mockvfio_instance *instance);

#endif /* MOCK_VFIO_DEVICE_H */
