// SPDX-License-Identifier: LGPL-2.1-or-later
/* mock-vfio create: an instance of a live profile. */
#include "command.h"
#include "device.h"
#include "json.h"

int cmd_create(struct cli *cli, int argc, char **argv)
{
	bool as_json = false;
	const struct cli_option options[] = {
		{ .letter = 'j', .name = "json", .flag = &as_json },
		{ }
	};
	struct mockvfio_instance instance;
	struct mockvfio_profile *profile;
	struct json json = { .out = stdout };
	struct mockvfio_error err;
	int status, ret;

	status = cli_options(cli, options, &argc, &argv);
	if (status >= 0)
		return status;
	if (argc < 1 || argc > 2)
		return cli_usage(cli, "a profile is wanted, and at most one UUID");
	profile = cli_profile(cli, argv[0]);
	if (!profile)
		return STATUS_FAILED;
	ret = mockvfio_instance_create(profile, argc > 1 ? argv[1] : NULL, &instance, &err);
	mockvfio_profile_close(profile);
	if (ret)
		return cli_error(&err);
	if (as_json) {
		device_json(&json, &instance);
		json_end(&json);
	} else {
		printf("%s /dev/vfio/%d %s\n", instance.uuid, instance.group, instance.sysfs);
	}
	return STATUS_OK;
}
