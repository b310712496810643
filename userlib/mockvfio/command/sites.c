// SPDX-License-Identifier: LGPL-2.1-or-later
/* mock-vfio sites: where rules can strike, how, and how often they have. */
#include <inttypes.h>

#include "command.h"
#include "json.h"

static void print_sites(const struct mockvfio_sites *sites)
{
	size_t i;

	printf("%-24s %-13s %5s  %s\n", "site", "default errno", "fired", "effects");
	for (i = 0; i < sites->count; i++)
		printf("%-24s %-13s %5" PRIu64 "  %s\n", sites->v[i].name, sites->v[i].error,
		       sites->v[i].fired, sites->v[i].effects);
}

static void put_sites(struct json *json, const struct mockvfio_sites *sites)
{
	size_t i;

	json_open(json, NULL, '[');
	for (i = 0; i < sites->count; i++) {
		json_open(json, NULL, '{');
		json_text(json, "site", sites->v[i].name);
		json_text(json, "context", sites->v[i].context);
		json_text(json, "errno", sites->v[i].error);
		json_text(json, "effects", sites->v[i].effects);
		json_text(json, "call", sites->v[i].call);
		json_number(json, "fired", (int64_t)sites->v[i].fired);
		json_close(json, '}');
	}
	json_close(json, ']');
	json_end(json);
}

int cmd_sites(struct cli *cli, int argc, char **argv)
{
	bool as_json = false;
	const struct cli_option options[] = {
		{ .letter = 'j', .name = "json", .flag = &as_json },
		{ }
	};
	struct json json = { .out = stdout };
	struct mockvfio_sites sites;
	struct mockvfio_error err;
	int status;

	status = cli_options(cli, options, &argc, &argv);
	if (status >= 0)
		return status;
	if (argc)
		return cli_usage(cli, "nothing but options is wanted");
	if (mockvfio_sites_read(cli->mock, &sites, &err))
		return cli_error(&err);
	if (as_json)
		put_sites(&json, &sites);
	else
		print_sites(&sites);
	mockvfio_sites_free(&sites);
	return STATUS_OK;
}
