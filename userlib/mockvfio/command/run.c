// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * mock-vfio run: a device for as long as a program runs. Whatever becomes of
 * the program, the device goes afterwards; and when this process is killed, the
 * next one that changes anything removes what was left (record.h).
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "command.h"
#include "device.h"
#include "event_format.h"
#include "placeholder.h"
#include "process.h"
#include "record.h"
#include "report.h"
#include "run.h"
#include "users.h"

/* The longest name that the module takes for a profile. */
#define NAME_LEN_MAX	31

/* What is asked for. */
struct order {
	const char *path;
	bool real_iommu;
	bool events;
	const char *json;
	FILE *json_out;		/* open before anything is done: NULL when there is none */
	char **argv;
};

/* Unique while this process lives, and telling: "<scenario>.<pid>". */
static void choose_name(const char *scenario, char *name)
{
	char pid[16];
	int len;

	len = snprintf(pid, sizeof(pid), ".%d", getpid());
	snprintf(name, NAME_LEN_MAX + 1, "%.*s%s", NAME_LEN_MAX - len, scenario, pid);
}

/* What a script finds its device by, when placeholders are not enough. */
static void set_environment(const struct device *device)
{
	char group[32];

	snprintf(group, sizeof(group), "/dev/vfio/%d", device->instances[0].group);
	setenv("MOCK_VFIO_PROFILE", mockvfio_profile_name(device->profile), 1);
	setenv("MOCK_VFIO_GROUP", group, 1);
	setenv("MOCK_VFIO_DEVICE", device->instances[0].sysfs, 1);
	setenv("MOCK_VFIO_UUID", device->instances[0].uuid, 1);
}

/* Tells what happened; 0, or -1 after a message. */
static int tell(const struct order *order, struct report *report, struct mockvfio_profile *profile)
{
	size_t i;
	int ret;

	ret = report_read(report, profile);
	if (!ret) {
		report_print(report);
		for (i = 0; order->events && i < report->events.count; i++)
			event_print(stderr, &report->events.v[i]);
		if (order->json_out && report_json(report, order->json_out)) {
			cli_fail("cannot write %s: %s", order->json, strerror(errno));
			ret = -1;
		}
	}
	report_free(report);
	return ret;
}

/* Runs the program on the device; its status, or RUN_FAILED. */
static int run_on(const struct cli *cli, const struct order *order, const char *scenario,
		  struct device *device, struct process *process)
{
	struct report report = {
		.scenario = scenario, .profile = mockvfio_profile_name(device->profile),
	};
	int status = -1, told = 0;
	char **argv;

	argv = placeholder_replace(order->argv, device->instances, device->count);
	if (argv) {
		set_environment(device);
		status = process_run(process, argv);
		placeholder_free(argv);
	}
	if (status >= 0) {
		report.status = status;
		report.killed = process->killed;
		told = tell(order, &report, device->profile);
	}
	free(device->instances);
	/* The run's own processes are gone; whoever still has it was given it by them. */
	if (users_destroy(cli, device->profile, true) || told || status < 0)
		return status > 0 ? status : RUN_FAILED;
	return status;
}

static bool is_gone(const struct cli *cli, const char *name)
{
	struct mockvfio_profile *profile;

	if (mockvfio_profile_open(cli->mock, name, &profile, NULL))
		return true;
	mockvfio_profile_close(profile);
	return false;
}

static int run_scenario(const struct cli *cli, const struct order *order,
			const struct mockvfio_scenario *scenario)
{
	char stem[MOCKVFIO_NAME_MAX], name[NAME_LEN_MAX + 1];
	struct process process;
	struct record record;
	struct device device;
	int status = RUN_FAILED;

	cli_scenario_name(order->path, stem, sizeof(stem));
	choose_name(stem, name);
	process_prepare(&process);
	if (record_make(cli, name, &record))
		return RUN_FAILED;
	if (!device_make(cli, scenario, name, order->real_iommu, &device))
		status = run_on(cli, order, stem, &device, &process);
	/* What could not be removed stays on record, for the next one to try. */
	record_end(&record, is_gone(cli, name));
	return status;
}

/* The scenario is read, and the report's file open, before a device is made. */
static int run_order(const struct cli *cli, struct order *order)
{
	struct mockvfio_scenario *scenario;
	struct mockvfio_error err;
	int status;

	if (mockvfio_scenario_load(order->path, &scenario, &err)) {
		cli_error(&err);
		return RUN_FAILED;
	}
	if (order->json) {
		order->json_out = fopen(order->json, "we");
		if (!order->json_out) {
			cli_fail("cannot write %s: %s", order->json, strerror(errno));
			mockvfio_scenario_free(scenario);
			return RUN_FAILED;
		}
	}
	record_sweep(cli);
	status = run_scenario(cli, order, scenario);
	if (order->json_out)
		fclose(order->json_out);
	mockvfio_scenario_free(scenario);
	return status;
}

int cmd_run(struct cli *cli, int argc, char **argv)
{
	struct order order = { };
	const struct cli_option options[] = {
		{ .letter = 'r', .name = "real-iommu", .flag = &order.real_iommu },
		{ .letter = 'e', .name = "events", .flag = &order.events },
		{ .letter = 'j', .name = "json", .value = &order.json },
		{ }
	};
	char path[MOCKVFIO_PATH_MAX];
	int status;

	status = cli_options(cli, options, &argc, &argv);
	if (status >= 0)
		return status;
	if (argc < 2)
		return cli_usage(cli, argc ? "no command is given" : "no scenario is given");
	if (cli_scenario_path(argv[0], path, sizeof(path)))
		return RUN_FAILED;
	order.path = path;
	order.argv = argv + 1;
	return run_order(cli, &order);
}
