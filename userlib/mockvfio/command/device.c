// SPDX-License-Identifier: LGPL-2.1-or-later
/* The device of a scenario: see device.h. */
#include <errno.h>
#include <stdlib.h>

#include "command.h"
#include "device.h"
#include "json.h"

static int make_instances(struct device *device, int wanted)
{
	struct mockvfio_error err;

	device->instances = calloc((size_t)wanted, sizeof(*device->instances));
	if (!device->instances) {
		cli_fail("out of memory");
		return -1;
	}
	for (; device->count < wanted; device->count++) {
		if (mockvfio_instance_create(device->profile, NULL,
					     &device->instances[device->count], &err)) {
			cli_error(&err);
			return -1;
		}
	}
	return 0;
}

int device_make(const struct cli *cli, const struct mockvfio_scenario *scenario, const char *name,
		bool real_iommu, struct device *device)
{
	struct mockvfio_error err;
	int ret;

	*device = (struct device){ };
	ret = mockvfio_scenario_apply(cli->mock, scenario, name, real_iommu, &device->profile,
				      &err);
	if (ret == -EEXIST)
		cli_fail("there is a profile %s already: remove it, or give another name with -n",
			 name);
	else if (ret)
		cli_error(&err);
	if (ret)
		return -1;
	if (!make_instances(device, (int)mockvfio_scenario_instances(scenario)))
		return 0;
	mockvfio_profile_destroy(device->profile, NULL);
	free(device->instances);
	return -1;
}

void device_close(struct device *device)
{
	mockvfio_profile_close(device->profile);
	free(device->instances);
}

void device_json(struct json *json, const struct mockvfio_instance *instance)
{
	char group[32];

	snprintf(group, sizeof(group), "/dev/vfio/%d", instance->group);
	json_open(json, NULL, '{');
	json_text(json, "uuid", instance->uuid);
	json_text(json, "group", group);
	json_text(json, "device", instance->sysfs);
	json_close(json, '}');
}
