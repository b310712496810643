// SPDX-License-Identifier: LGPL-2.1-or-later
/* mock-vfio destroy: instances go, their profile stays. */
#include "command.h"
#include "users.h"

static int destroy_one(const struct cli *cli, const char *uuid, bool force)
{
	struct mockvfio_profile *profile;
	struct mockvfio_error err;
	int ret;

	profile = cli_profile_of(cli, uuid);
	if (!profile)
		return STATUS_FAILED;
	ret = users_gone(cli, profile, uuid, force);
	mockvfio_profile_close(profile);
	if (ret)
		return STATUS_FAILED;
	return mockvfio_instance_remove(cli->mock, uuid, &err) ? cli_error(&err) : STATUS_OK;
}

int cmd_destroy(struct cli *cli, int argc, char **argv)
{
	bool force = false;
	const struct cli_option options[] = {
		{ .letter = 'f', .name = "force", .flag = &force },
		{ }
	};
	int i, status;

	status = cli_options(cli, options, &argc, &argv);
	if (status >= 0)
		return status;
	if (!argc)
		return cli_usage(cli, "at least one UUID is wanted");
	for (i = 0, status = STATUS_OK; i < argc; i++)
		status |= destroy_one(cli, argv[i], force);
	return status;
}
