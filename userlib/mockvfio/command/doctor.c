// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * mock-vfio doctor: what is missing on this machine, and what to do. A table of
 * checks, each a file that must be there or a function.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "command.h"
#include "json.h"
#include "record.h"

/* The outcome of a check. Only what is missing fails the doctor. */
enum outcome {
	FINE,
	NOTE,
	MISSING,
};

static const char *const outcome_names[] = {
	[FINE] = "ok", [NOTE] = "note", [MISSING] = "missing",
};

/* One answer of a check: more than what the table says, where it is known. */
struct answer {
	enum outcome outcome;
	char text[512];
};

static bool exists(const struct cli *cli, const char *path)
{
	char full[MOCKVFIO_PATH_MAX];

	snprintf(full, sizeof(full), "%s%s", cli->root, path);
	return !access(full, F_OK);
}

/* Whether a file has a line that holds @word. */
static bool holds(const struct cli *cli, const char *path, const char *word)
{
	char full[MOCKVFIO_PATH_MAX], *line = NULL;
	bool found = false;
	size_t size = 0;
	FILE *file;

	snprintf(full, sizeof(full), "%s%s", cli->root, path);
	file = fopen(full, "re");
	if (!file)
		return false;
	while (!found && getline(&line, &size, file) > 0)
		found = strstr(line, word);
	free(line);
	fclose(file);
	return found;
}

/* Whether the kernel was built with a module, loaded or not. */
static bool kernel_has(const struct cli *cli, const char *module)
{
	char path[256], word[64];
	struct utsname name;

	uname(&name);
	snprintf(word, sizeof(word), "/%s.ko", module);
	snprintf(path, sizeof(path), "/lib/modules/%s/modules.dep", name.release);
	if (holds(cli, path, word))
		return true;
	snprintf(path, sizeof(path), "/lib/modules/%s/modules.builtin", name.release);
	return holds(cli, path, word);
}

static void check_root(const struct cli *cli, struct answer *answer)
{
	(void)cli;
	if (!geteuid())
		return;
	answer->outcome = MISSING;
	snprintf(answer->text, sizeof(answer->text),
		 "only root can configure devices: run mock-vfio as root");
}

static void check_kernel(const struct cli *cli, struct answer *answer)
{
	unsigned int major = 0, minor = 0;
	struct utsname name;

	(void)cli;
	uname(&name);
	if (sscanf(name.release, "%u.%u", &major, &minor) == 2 &&
	    (major > 6 || (major == 6 && minor >= 1)))
		return;
	answer->outcome = MISSING;
	snprintf(answer->text, sizeof(answer->text),
		 "this is Linux %s, and mock_vfio is for 6.1 and later", name.release);
}

static void check_mount(const struct cli *cli, struct answer *answer, const char *type,
			const char *where)
{
	char word[64];

	snprintf(word, sizeof(word), " %s %s ", where, type);
	if (holds(cli, "/proc/mounts", word))
		return;
	answer->outcome = MISSING;
	snprintf(answer->text, sizeof(answer->text),
		 "%s is not mounted: mount -t %s none %s", type, type, where);
}

static void check_configfs(const struct cli *cli, struct answer *answer)
{
	check_mount(cli, answer, "configfs", "/sys/kernel/config");
}

static void check_debugfs(const struct cli *cli, struct answer *answer)
{
	check_mount(cli, answer, "debugfs", "/sys/kernel/debug");
}

static void check_module(const struct cli *cli, struct answer *answer, const char *module,
			 const char *option)
{
	char path[128];

	snprintf(path, sizeof(path), "/sys/module/%s", module);
	if (exists(cli, path))
		return;
	answer->outcome = MISSING;
	if (kernel_has(cli, module))
		snprintf(answer->text, sizeof(answer->text), "%s is not loaded: modprobe %s",
			 module, module);
	else
		snprintf(answer->text, sizeof(answer->text),
			 "%s is not loaded, and this kernel seems to lack it (%s): cloud flavours often do, take another one",
			 module, option);
}

static void check_vfio(const struct cli *cli, struct answer *answer)
{
	check_module(cli, answer, "vfio", "CONFIG_VFIO");
}

static void check_type1(const struct cli *cli, struct answer *answer)
{
	check_module(cli, answer, "vfio_iommu_type1", "CONFIG_VFIO_IOMMU_TYPE1");
}

static void check_mdev(const struct cli *cli, struct answer *answer)
{
	check_module(cli, answer, "mdev", "CONFIG_VFIO_MDEV");
}

static void check_mock(const struct cli *cli, struct answer *answer)
{
	if (exists(cli, "/sys/module/mock_vfio"))
		return;
	answer->outcome = MISSING;
	snprintf(answer->text, sizeof(answer->text),
		 "mock_vfio is not loaded: modprobe mock_vfio, or build it (make modules) and insmod it");
}

static void check_container(const struct cli *cli, struct answer *answer)
{
	if (exists(cli, "/dev/vfio/vfio"))
		return;
	answer->outcome = MISSING;
	snprintf(answer->text, sizeof(answer->text),
		 "there is no /dev/vfio/vfio: modprobe vfio; a kernel without CONFIG_VFIO_CONTAINER has none");
}

/* /proc/modules names the module that was loaded last first; built-in ones are not in it. */
static void check_order(const struct cli *cli, struct answer *answer)
{
	char path[MOCKVFIO_PATH_MAX], line[512];
	bool type1_later = false;
	FILE *file;

	snprintf(path, sizeof(path), "%s/proc/modules", cli->root);
	file = fopen(path, "re");
	if (!file)
		return;
	while (fgets(line, sizeof(line), file)) {
		if (!strncmp(line, "vfio_iommu_type1 ", 17))
			type1_later = true;
		if (!strncmp(line, "mock_vfio ", 10))
			break;
	}
	if (type1_later && !feof(file)) {
		answer->outcome = MISSING;
		snprintf(answer->text, sizeof(answer->text),
			 "vfio_iommu_type1 was loaded after mock_vfio, and is asked before its backend: rmmod mock_vfio, then load it again");
	}
	fclose(file);
}

static void count_dead(const char *profile, pid_t pid, void *data)
{
	(void)profile;
	(void)pid;
	++*(int *)data;
}

static void check_leftovers(const struct cli *cli, struct answer *answer)
{
	int count = 0;

	record_each_dead(cli, count_dead, &count);
	if (!count)
		return;
	answer->outcome = NOTE;
	snprintf(answer->text, sizeof(answer->text),
		 "%d run%s killed before it could clean up: mock-vfio remove -l", count,
		 count == 1 ? " was" : "s were");
}

struct inspection {
	const struct cli *cli;
	struct answer *answer;
};

/* Names the scenarios that this module on this kernel cannot make. */
static void inspect_scenario(const char *path, void *data)
{
	struct inspection *inspection = data;
	struct answer *answer = inspection->answer;
	struct mockvfio *mock = inspection->cli->mock;
	struct mockvfio_scenario *scenario = NULL;
	struct mockvfio_error err;
	size_t len;

	if (mockvfio_scenario_load(path, &scenario, &err) ||
	    (mock && mockvfio_scenario_check(mock, scenario, &err))) {
		answer->outcome = NOTE;
		len = strlen(answer->text);
		snprintf(answer->text + len, sizeof(answer->text) - len, "%s%s", len ? "; " : "",
			 err.message);
	}
	mockvfio_scenario_free(scenario);
}

static void check_scenarios(const struct cli *cli, struct answer *answer)
{
	struct inspection inspection = { .cli = cli, .answer = answer };
	int ret = cli_each_scenario(inspect_scenario, &inspection);

	if (!ret)
		return;
	answer->outcome = NOTE;
	snprintf(answer->text, sizeof(answer->text),
		 "cannot read %s: %s; MOCK_VFIO_SCENARIOS can say where they are",
		 cli_scenario_dir(), strerror(-ret));
}

static const struct {
	const char *name;
	const char *fine;	/* what there is to say when nothing is wrong */
	void (*check)(const struct cli *cli, struct answer *answer);
} checks[] = {
	{ "root", "runs as root", check_root },
	{ "kernel", "Linux 6.1 or later", check_kernel },
	{ "configfs", "mounted", check_configfs },
	{ "debugfs", "mounted", check_debugfs },
	{ "vfio", "loaded", check_vfio },
	{ "type1", "vfio_iommu_type1 is loaded", check_type1 },
	{ "mdev", "loaded", check_mdev },
	{ "module", "mock_vfio is loaded", check_mock },
	{ "container", "/dev/vfio/vfio is there", check_container },
	{ "order", "mock_vfio was loaded after vfio_iommu_type1", check_order },
	{ "scenarios", "all can be made", check_scenarios },
	{ "leftovers", "none", check_leftovers },
};

static void put_answer(struct json *json, const char *name, const struct answer *answer)
{
	if (!json) {
		printf("%-8s %-10s %s\n", outcome_names[answer->outcome], name, answer->text);
		return;
	}
	json_open(json, NULL, '{');
	json_text(json, "check", name);
	json_text(json, "outcome", outcome_names[answer->outcome]);
	json_text(json, "text", answer->text);
	json_close(json, '}');
}

int cmd_doctor(struct cli *cli, int argc, char **argv)
{
	bool as_json = false;
	const struct cli_option options[] = {
		{ .letter = 'j', .name = "json", .flag = &as_json },
		{ }
	};
	struct json json = { .out = stdout };
	struct answer answer;
	int status;
	size_t i;

	status = cli_options(cli, options, &argc, &argv);
	if (status >= 0)
		return status;
	if (argc)
		return cli_usage(cli, "nothing but options is wanted");
	status = STATUS_OK;
	if (as_json)
		json_open(&json, NULL, '[');
	for (i = 0; i < ARRAY_SIZE(checks); i++) {
		answer = (struct answer){ .outcome = FINE };
		checks[i].check(cli, &answer);
		if (answer.outcome == FINE)
			snprintf(answer.text, sizeof(answer.text), "%s", checks[i].fine);
		put_answer(as_json ? &json : NULL, checks[i].name, &answer);
		if (answer.outcome == MISSING)
			status = STATUS_FAILED;
	}
	if (as_json) {
		json_close(&json, ']');
		json_end(&json);
	}
	return status;
}
