// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * mock-vfio fault: rules of a profile. Sites, effects and attributes are the
 * module's words: it says which of them are wrong.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "json.h"
#include "report.h"

static int set_attribute(struct mockvfio_profile *profile, const char *rule, const char *name,
			 const char *value)
{
	char path[MOCKVFIO_PATH_MAX];
	struct mockvfio_error err;
	int ret;

	if (snprintf(path, sizeof(path), "faults/%s/%s", rule, name) >= (int)sizeof(path))
		return cli_fail("%s: %s", rule, strerror(ENAMETOOLONG));
	ret = mockvfio_set(profile, path, value, &err);
	if (!ret)
		return STATUS_OK;
	if (err.kernel[0])
		return cli_fail("%s", err.kernel);
	return cli_fail("fault %s: %s=%s: %s", rule, name, value,
			ret == -ENOENT ? "the module knows no such attribute" : strerror(-ret));
}

/* "NAME=VALUE" words; "armed" is for the end. */
static int set_attributes(struct mockvfio_profile *profile, const char *rule, char **words,
			  const char **armedp)
{
	int status = STATUS_OK;
	char *value;

	for (; *words && !status; words++) {
		value = strchr(*words, '=');
		*value++ = '\0';
		if (!strcmp(*words, "armed"))
			*armedp = value;
		else
			status = set_attribute(profile, rule, *words, value);
	}
	return status;
}

static int fault_add(struct cli *cli, struct mockvfio_profile *profile, int argc, char **argv)
{
	const char *armed = "1";
	char path[MOCKVFIO_PATH_MAX];
	struct mockvfio_error err;
	int i, status;

	if (argc < 2)
		return cli_usage(cli, "add: a rule and a site are wanted");
	for (i = 2; i < argc; i++)
		if (!strchr(argv[i], '='))
			return cli_usage(cli, "add: \"%s\" is not ATTRIBUTE=VALUE", argv[i]);
	if (snprintf(path, sizeof(path), "faults/%s", argv[0]) >= (int)sizeof(path))
		return cli_fail("%s: %s", argv[0], strerror(ENAMETOOLONG));
	if (mockvfio_mkdir(profile, path, &err))
		return cli_error(&err);
	status = set_attribute(profile, argv[0], "site", argv[1]);
	if (!status)
		status = set_attributes(profile, argv[0], argv + 2, &armed);
	if (!status)
		status = set_attribute(profile, argv[0], "armed", armed);
	if (status)
		mockvfio_fault_remove(profile, argv[0], NULL);
	return status;
}

static int arm_all(struct cli *cli, struct mockvfio_profile *profile, int argc, char **argv,
		   bool armed)
{
	struct mockvfio_error err;
	int i, status = STATUS_OK;

	if (!argc)
		return cli_usage(cli, "at least one rule is wanted");
	for (i = 0; i < argc; i++)
		if (mockvfio_fault_arm(profile, argv[i], armed, &err))
			status = cli_error(&err);
	return status;
}

static int fault_arm(struct cli *cli, struct mockvfio_profile *profile, int argc, char **argv)
{
	return arm_all(cli, profile, argc, argv, true);
}

static int fault_disarm(struct cli *cli, struct mockvfio_profile *profile, int argc, char **argv)
{
	return arm_all(cli, profile, argc, argv, false);
}

static bool is_armed(struct mockvfio_profile *profile, const char *rule)
{
	char path[MOCKVFIO_PATH_MAX];
	uint64_t armed = 0;

	snprintf(path, sizeof(path), "faults/%s/armed", rule);
	return !mockvfio_get_u64(profile, path, &armed, NULL) && armed;
}

static void print_rules(struct mockvfio_profile *profile, const struct report_rule *rules,
			int count)
{
	int i;

	printf("%-20s %-24s %-10s %-6s %8s %8s\n", "rule", "site", "effect", "armed", "seen",
	       "hits");
	for (i = 0; i < count; i++)
		printf("%-20s %-24s %-10s %-6s %8" PRIu64 " %8" PRIu64 "\n", rules[i].name,
		       rules[i].site, rules[i].effect,
		       is_armed(profile, rules[i].name) ? "yes" : "no", rules[i].stats.seen,
		       rules[i].stats.hits);
}

static int fault_list(struct cli *cli, struct mockvfio_profile *profile, int argc, char **argv)
{
	struct report_rule *rules;
	int count;

	(void)argv;
	if (argc)
		return cli_usage(cli, "list: only a profile is wanted");
	count = report_rules(profile, &rules);
	if (count < 0)
		return STATUS_FAILED;
	print_rules(profile, rules, count);
	free(rules);
	return STATUS_OK;
}

static int list_json(struct mockvfio_profile *profile)
{
	struct json json = { .out = stdout };
	struct report_rule *rules;
	int i, count;

	count = report_rules(profile, &rules);
	if (count < 0)
		return STATUS_FAILED;
	json_open(&json, NULL, '[');
	for (i = 0; i < count; i++) {
		json_open(&json, NULL, '{');
		json_text(&json, "rule", rules[i].name);
		json_bool(&json, "armed", is_armed(profile, rules[i].name));
		report_rule_json(&json, &rules[i]);
		json_close(&json, '}');
	}
	json_close(&json, ']');
	json_end(&json);
	free(rules);
	return STATUS_OK;
}

static int fault_clear(struct cli *cli, struct mockvfio_profile *profile, int argc, char **argv)
{
	struct report_rule *rules;
	struct mockvfio_error err;
	int i, count, status = STATUS_OK;

	(void)cli;
	for (i = 0; i < argc; i++)
		if (mockvfio_fault_remove(profile, argv[i], &err))
			status = cli_error(&err);
	if (argc)
		return status;
	count = report_rules(profile, &rules);
	if (count < 0)
		return STATUS_FAILED;
	for (i = 0; i < count; i++)
		if (mockvfio_fault_remove(profile, rules[i].name, &err))
			status = cli_error(&err);
	free(rules);
	return status;
}

static const struct {
	const char *name;
	int (*run)(struct cli *cli, struct mockvfio_profile *profile, int argc, char **argv);
} actions[] = {
	{ "add", fault_add },
	{ "arm", fault_arm },
	{ "disarm", fault_disarm },
	{ "list", fault_list },
	{ "clear", fault_clear },
};

int cmd_fault(struct cli *cli, int argc, char **argv)
{
	bool as_json = false;
	const struct cli_option options[] = {
		{ .letter = 'j', .name = "json", .flag = &as_json },
		{ }
	};
	struct mockvfio_profile *profile;
	int status;
	size_t i;

	status = cli_options(cli, options, &argc, &argv);
	if (status >= 0)
		return status;
	if (argc < 2)
		return cli_usage(cli, "an action and a profile are wanted");
	for (i = 0; i < ARRAY_SIZE(actions); i++)
		if (!strcmp(actions[i].name, argv[0]))
			break;
	if (i == ARRAY_SIZE(actions))
		return cli_usage(cli, "\"%s\" is none of add, arm, disarm, list, clear", argv[0]);
	if (as_json && actions[i].run != fault_list)
		return cli_usage(cli, "only list has JSON");
	profile = cli_profile(cli, argv[1]);
	if (!profile)
		return STATUS_FAILED;
	status = as_json ? list_json(profile) :
			   actions[i].run(cli, profile, argc - 2, argv + 2);
	mockvfio_profile_close(profile);
	return status;
}
