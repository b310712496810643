// SPDX-License-Identifier: LGPL-2.1-or-later
/* mock-vfio stats: what is held, by a profile's devices or by all of them. */
#include <inttypes.h>

#include "command.h"
#include "json.h"

static int read_counters(const struct cli *cli, const char *name,
			 struct mockvfio_counters *counters)
{
	struct mockvfio_profile *profile;
	struct mockvfio_error err;
	int ret;

	if (!name) {
		ret = mockvfio_held_read(cli->mock, counters, &err);
	} else {
		profile = cli_profile(cli, name);
		if (!profile)
			return STATUS_FAILED;
		ret = mockvfio_counters_read(profile, counters, &err);
		mockvfio_profile_close(profile);
	}
	return ret ? cli_error(&err) : STATUS_OK;
}

int cmd_stats(struct cli *cli, int argc, char **argv)
{
	bool as_json = false;
	const struct cli_option options[] = {
		{ .letter = 'j', .name = "json", .flag = &as_json },
		{ }
	};
	struct json json = { .out = stdout };
	struct mockvfio_counters counters;
	int status;
	size_t i;

	status = cli_options(cli, options, &argc, &argv);
	if (status >= 0)
		return status;
	if (argc > 1)
		return cli_usage(cli, "at most one profile is wanted");
	status = read_counters(cli, argc ? argv[0] : NULL, &counters);
	if (status)
		return status;
	if (!as_json) {
		for (i = 0; i < counters.count; i++)
			printf("%-14s %" PRIu64 "\n", counters.v[i].name, counters.v[i].value);
		return STATUS_OK;
	}
	json_open(&json, NULL, '{');
	for (i = 0; i < counters.count; i++)
		json_number(&json, counters.v[i].name, (int64_t)counters.v[i].value);
	json_close(&json, '}');
	json_end(&json);
	return STATUS_OK;
}
