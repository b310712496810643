// SPDX-License-Identifier: LGPL-2.1-or-later
/* Finding what is named on the command line. */
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "command.h"

#define SUFFIX	".yaml"

const char *cli_scenario_dir(void)
{
	const char *dir = getenv("MOCK_VFIO_SCENARIOS");

	return dir ? dir : MOCK_VFIO_DATADIR "/scenarios";
}

int cli_scenario_path(const char *name, char *path, size_t size)
{
	int len;

	/* What looks like a file is one, so that a typo is told as such. */
	if (strchr(name, '/') || !access(name, R_OK))
		len = snprintf(path, size, "%s", name);
	else
		len = snprintf(path, size, "%s/%s" SUFFIX, cli_scenario_dir(), name);
	if (len < 0 || (size_t)len >= size)
		return cli_fail("%s: %s", name, strerror(ENAMETOOLONG));
	if (access(path, R_OK))
		return cli_fail("no scenario \"%s\": cannot read %s: %s (see list -s)",
				name, path, strerror(errno));
	return STATUS_OK;
}

void cli_scenario_name(const char *path, char *name, size_t size)
{
	const char *slash = strrchr(path, '/');
	size_t len;

	snprintf(name, size, "%s", slash ? slash + 1 : path);
	len = strlen(name);
	if (len > strlen(SUFFIX) && !strcmp(name + len - strlen(SUFFIX), SUFFIX))
		name[len - strlen(SUFFIX)] = '\0';
}

static int is_scenario(const struct dirent *entry)
{
	const char *dot = strrchr(entry->d_name, '.');

	return dot && !strcmp(dot, SUFFIX);
}

int cli_each_scenario(void (*fn)(const char *path, void *data), void *data)
{
	char path[MOCKVFIO_PATH_MAX];
	struct dirent **entries;
	int i, count;

	count = scandir(cli_scenario_dir(), &entries, is_scenario, alphasort);
	if (count < 0)
		return -errno;
	for (i = 0; i < count; i++) {
		snprintf(path, sizeof(path), "%s/%s", cli_scenario_dir(), entries[i]->d_name);
		fn(path, data);
		free(entries[i]);
	}
	free(entries);
	return 0;
}

struct mockvfio_profile *cli_profile(const struct cli *cli, const char *name)
{
	struct mockvfio_profile *profile;
	struct mockvfio_error err;

	if (mockvfio_profile_open(cli->mock, name, &profile, &err)) {
		cli_error(&err);
		return NULL;
	}
	return profile;
}

int cli_instances(struct mockvfio_profile *profile, struct mockvfio_instance **instancesp)
{
	struct mockvfio_instance *instances;
	struct mockvfio_error err;
	int count, room;

	room = mockvfio_instance_list(profile, NULL, 0, &err);
	if (room < 0) {
		cli_error(&err);
		return -1;
	}
	instances = calloc((size_t)room + 1, sizeof(*instances));
	if (!instances) {
		cli_fail("out of memory");
		return -1;
	}
	count = mockvfio_instance_list(profile, instances, (size_t)room, &err);
	if (count < 0) {
		free(instances);
		cli_error(&err);
		return -1;
	}
	*instancesp = instances;
	return count < room ? count : room;
}

struct search {
	const struct cli *cli;
	const char *uuid;
	struct mockvfio_profile *found;
};

static int look_into(const char *name, void *data)
{
	struct search *search = data;
	struct mockvfio_instance *instances;
	struct mockvfio_profile *profile;
	int i, count;

	profile = cli_profile(search->cli, name);
	if (!profile)
		return -1;
	count = cli_instances(profile, &instances);
	for (i = 0; i < count && !search->found; i++)
		if (!strcmp(instances[i].uuid, search->uuid))
			search->found = profile;
	if (count >= 0)
		free(instances);
	if (!search->found)
		mockvfio_profile_close(profile);
	return count < 0 ? -1 : !!search->found;
}

struct mockvfio_profile *cli_profile_of(const struct cli *cli, const char *uuid)
{
	struct search search = { .cli = cli, .uuid = uuid };

	if (!mockvfio_profile_list(cli->mock, look_into, &search, NULL))
		cli_fail("no instance %s", uuid);
	return search.found;
}

bool cli_number(const char *text, uint64_t max, uint64_t *valuep)
{
	unsigned long long value;
	char *end;

	/* strtoull() would take blanks and a sign. */
	if (!isdigit((unsigned char)text[0]))
		return false;
	errno = 0;
	value = strtoull(text, &end, 0);
	if (errno || *end || value > max)
		return false;
	*valuep = value;
	return true;
}
