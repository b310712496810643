// SPDX-License-Identifier: LGPL-2.1-or-later
/* mock-vfio apply: a live profile and its instances, of a scenario. */
#include "command.h"
#include "device.h"
#include "json.h"
#include "record.h"

static void print_device(const struct device *device)
{
	int i;

	printf("profile %s\n", mockvfio_profile_name(device->profile));
	for (i = 0; i < device->count; i++)
		printf("  %s /dev/vfio/%d %s\n", device->instances[i].uuid,
		       device->instances[i].group, device->instances[i].sysfs);
}

static void print_json(const struct device *device)
{
	struct json json = { .out = stdout };
	int i;

	json_open(&json, NULL, '{');
	json_text(&json, "profile", mockvfio_profile_name(device->profile));
	json_open(&json, "instances", '[');
	for (i = 0; i < device->count; i++)
		device_json(&json, &device->instances[i]);
	json_close(&json, ']');
	json_close(&json, '}');
	json_end(&json);
}

int cmd_apply(struct cli *cli, int argc, char **argv)
{
	const char *name = NULL;
	bool real_iommu = false, as_json = false;
	const struct cli_option options[] = {
		{ .letter = 'r', .name = "real-iommu", .flag = &real_iommu },
		{ .letter = 'n', .name = "name", .value = &name },
		{ .letter = 'j', .name = "json", .flag = &as_json },
		{ }
	};
	char path[MOCKVFIO_PATH_MAX], stem[MOCKVFIO_NAME_MAX];
	struct mockvfio_scenario *scenario;
	struct mockvfio_error err;
	struct device device;
	int status;

	status = cli_options(cli, options, &argc, &argv);
	if (status >= 0)
		return status;
	if (argc != 1)
		return cli_usage(cli, "one scenario is wanted");
	if (cli_scenario_path(argv[0], path, sizeof(path)))
		return STATUS_FAILED;
	if (mockvfio_scenario_load(path, &scenario, &err))
		return cli_error(&err);
	record_sweep(cli);
	cli_scenario_name(path, stem, sizeof(stem));
	status = device_make(cli, scenario, name ? name : stem, real_iommu, &device);
	mockvfio_scenario_free(scenario);
	if (status)
		return STATUS_FAILED;
	if (as_json)
		print_json(&device);
	else
		print_device(&device);
	device_close(&device);
	return STATUS_OK;
}
