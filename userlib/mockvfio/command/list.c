// SPDX-License-Identifier: LGPL-2.1-or-later
/* mock-vfio list: profiles and their instances, or the scenarios that are ready. */
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "device.h"
#include "json.h"

/* What is listed, as text or as JSON. */
struct listing {
	const struct cli *cli;
	struct json *json;	/* NULL for text */
	bool failed;
};

static void put_profile(struct listing *listing, const char *name, bool live,
			const struct mockvfio_instance *instances, int count)
{
	struct json *json = listing->json;
	int i;

	if (!json) {
		printf("%s%s\n", name, live ? "" : " (not live)");
		for (i = 0; i < count; i++)
			printf("  %s /dev/vfio/%d %s\n", instances[i].uuid, instances[i].group,
			       instances[i].sysfs);
		return;
	}
	json_open(json, NULL, '{');
	json_text(json, "profile", name);
	json_bool(json, "live", live);
	json_open(json, "instances", '[');
	for (i = 0; i < count; i++)
		device_json(json, &instances[i]);
	json_close(json, ']');
	json_close(json, '}');
}

/* A profile that goes away meanwhile is told about, and the others are listed. */
static int list_profile(const char *name, void *data)
{
	struct listing *listing = data;
	struct mockvfio_instance *instances;
	struct mockvfio_profile *profile;
	uint64_t live = 0;
	int count = -1;

	profile = cli_profile(listing->cli, name);
	if (profile && !mockvfio_get_u64(profile, "live", &live, NULL))
		count = cli_instances(profile, &instances);
	if (count < 0) {
		listing->failed = true;
	} else {
		put_profile(listing, name, live, instances, count);
		free(instances);
	}
	mockvfio_profile_close(profile);
	return 0;
}

static int list_profiles(struct listing *listing)
{
	struct mockvfio_error err;

	if (!listing->cli->mock)
		return cli_no_module(listing->cli);
	if (mockvfio_profile_list(listing->cli->mock, list_profile, listing, &err))
		return cli_error(&err);
	return listing->failed ? STATUS_FAILED : STATUS_OK;
}

static void put_scenario(struct listing *listing, const char *name,
			 const struct mockvfio_scenario *scenario)
{
	struct json *json = listing->json;

	if (!json) {
		printf("%-18s %s\n", name, mockvfio_scenario_description(scenario));
		return;
	}
	json_open(json, NULL, '{');
	json_text(json, "scenario", name);
	json_text(json, "description", mockvfio_scenario_description(scenario));
	json_number(json, "instances", mockvfio_scenario_instances(scenario));
	json_close(json, '}');
}

static void list_scenario(const char *path, void *data)
{
	struct listing *listing = data;
	struct mockvfio_scenario *scenario;
	char name[MOCKVFIO_NAME_MAX];
	struct mockvfio_error err;

	if (mockvfio_scenario_load(path, &scenario, &err)) {
		listing->failed = true;
		cli_error(&err);
		return;
	}
	cli_scenario_name(path, name, sizeof(name));
	put_scenario(listing, name, scenario);
	mockvfio_scenario_free(scenario);
}

static int list_scenarios(struct listing *listing)
{
	int ret = cli_each_scenario(list_scenario, listing);

	if (ret)
		return cli_fail("cannot read %s: %s", cli_scenario_dir(), strerror(-ret));
	return listing->failed ? STATUS_FAILED : STATUS_OK;
}

int cmd_list(struct cli *cli, int argc, char **argv)
{
	bool scenarios = false, as_json = false;
	const struct cli_option options[] = {
		{ .letter = 's', .name = "scenarios", .flag = &scenarios },
		{ .letter = 'j', .name = "json", .flag = &as_json },
		{ }
	};
	struct json json = { .out = stdout };
	struct listing listing = { .cli = cli };
	int status;

	status = cli_options(cli, options, &argc, &argv);
	if (status >= 0)
		return status;
	if (argc)
		return cli_usage(cli, "nothing but options is wanted");
	if (as_json) {
		listing.json = &json;
		json_open(&json, NULL, '[');
	}
	status = scenarios ? list_scenarios(&listing) : list_profiles(&listing);
	if (as_json) {
		json_close(&json, ']');
		json_end(&json);
	}
	return status;
}
