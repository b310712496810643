// SPDX-License-Identifier: LGPL-2.1-or-later
/* mock-vfio remove: profiles with all that is in them. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "record.h"
#include "users.h"

struct names {
	char **v;
	int count;
};

/* All names first: a directory that is being read is not to change meanwhile. */
static int add_name(const char *name, void *data)
{
	struct names *names = data;
	char **v;

	v = reallocarray(names->v, (size_t)names->count + 1, sizeof(*v));
	if (!v)
		return -ENOMEM;
	names->v = v;
	v[names->count] = strdup(name);
	return v[names->count++] ? 0 : -ENOMEM;
}

static int remove_profiles(const struct cli *cli, char **names, int count, bool force)
{
	struct mockvfio_profile *profile;
	int i, status = STATUS_OK;

	for (i = 0; i < count; i++) {
		profile = cli_profile(cli, names[i]);
		if (!profile || users_destroy(cli, profile, force))
			status = STATUS_FAILED;
	}
	return status;
}

static int remove_all(const struct cli *cli, bool force)
{
	struct mockvfio_error err = { };
	struct names names = { };
	int i, status;

	if (mockvfio_profile_list(cli->mock, add_name, &names, &err))
		status = cli_fail("%s", err.code ? err.message : strerror(ENOMEM));
	else
		status = remove_profiles(cli, names.v, names.count, force);
	for (i = 0; i < names.count; i++)
		free(names.v[i]);
	free(names.v);
	return status;
}

int cmd_remove(struct cli *cli, int argc, char **argv)
{
	bool force = false, all = false, leftovers = false;
	const struct cli_option options[] = {
		{ .letter = 'f', .name = "force", .flag = &force },
		{ .letter = 'a', .name = "all", .flag = &all },
		{ .letter = 'l', .name = "leftovers", .flag = &leftovers },
		{ }
	};
	int status;

	status = cli_options(cli, options, &argc, &argv);
	if (status >= 0)
		return status;
	if (all + leftovers + !!argc != 1)
		return cli_usage(cli, "either names of profiles, or -a, or -l is wanted");
	/* A run's leftovers go in any case. */
	status = record_sweep(cli) ? STATUS_FAILED : STATUS_OK;
	if (all)
		status |= remove_all(cli, force);
	else
		status |= remove_profiles(cli, argv, argc, force);
	return status;
}
