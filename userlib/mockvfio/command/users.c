// SPDX-License-Identifier: LGPL-2.1-or-later
/* Removing what programs may be using: see users.h. */
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "command.h"
#include "users.h"

/* How long a process that was killed may take to let go. */
#define PATIENCE_MS	10000
#define STEP_MS		20

static void sleep_ms(long ms)
{
	struct timespec time = { .tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000 };

	nanosleep(&time, NULL);
}

/* Whether a descriptor of the process is @file. */
static bool has_open(const char *root, const char *pid, const char *file)
{
	char path[MOCKVFIO_PATH_MAX + 64], link[MOCKVFIO_PATH_MAX], target[256];
	struct dirent *entry;
	bool found = false;
	ssize_t len;
	DIR *dir;

	snprintf(path, sizeof(path), "%s/proc/%s/fd", root, pid);
	dir = opendir(path);
	if (!dir)
		return false;
	while (!found && (entry = readdir(dir))) {
		snprintf(link, sizeof(link), "%s/proc/%s/fd/%.16s", root, pid, entry->d_name);
		len = readlink(link, target, sizeof(target) - 1);
		if (len < 0)
			continue;
		target[len] = '\0';
		found = !strcmp(target, file);
	}
	closedir(dir);
	return found;
}

static void name_of(const char *root, const char *pid, char *name, size_t size)
{
	char path[MOCKVFIO_PATH_MAX];
	FILE *file;

	snprintf(name, size, "?");
	snprintf(path, sizeof(path), "%s/proc/%.16s/comm", root, pid);
	file = fopen(path, "re");
	if (!file)
		return;
	if (fgets(name, (int)size, file))
		name[strcspn(name, "\n")] = '\0';
	fclose(file);
}

/* Kills or names, in @text, the processes that have the group open; how many. */
static int visit_users(const char *root, int group, bool kill_them, char *text, size_t size)
{
	char file[32], path[MOCKVFIO_PATH_MAX], name[64];
	struct dirent *entry;
	int count = 0;
	DIR *dir;

	snprintf(file, sizeof(file), "/dev/vfio/%d", group);
	snprintf(path, sizeof(path), "%s/proc", root);
	dir = opendir(path);
	if (!dir)
		return 0;
	while ((entry = readdir(dir))) {
		if (!isdigit((unsigned char)entry->d_name[0]) ||
		    !has_open(root, entry->d_name, file))
			continue;
		count++;
		if (kill_them) {
			kill(atoi(entry->d_name), SIGKILL);
			continue;
		}
		name_of(root, entry->d_name, name, sizeof(name));
		snprintf(text + strlen(text), size - strlen(text), " %.16s (%s)", entry->d_name,
			 name);
	}
	closedir(dir);
	return count;
}

static bool is_open(struct mockvfio_profile *profile)
{
	struct mockvfio_counters counters;
	uint64_t open;

	return !mockvfio_counters_read(profile, &counters, NULL) &&
	       !mockvfio_counter_get(&counters, "open", &open) && open;
}

/* A process that ends closes its files a little later than it is seen to end. */
static bool wait_closed(struct mockvfio_profile *profile, long patience_ms)
{
	for (; is_open(profile); patience_ms -= STEP_MS) {
		if (patience_ms <= 0)
			return false;
		sleep_ms(STEP_MS);
	}
	return true;
}

/* The kernel counts open devices by profile; whose they are is known by their groups. */
int users_gone(const struct cli *cli, struct mockvfio_profile *profile, const char *uuid,
	       bool kill)
{
	struct mockvfio_instance *instances;
	int i, count, users = 0;
	char text[512] = "";

	if (wait_closed(profile, 10 * STEP_MS))
		return 0;
	count = cli_instances(profile, &instances);
	if (count < 0)
		return -1;
	for (i = 0; i < count; i++)
		if (!uuid || !strcmp(instances[i].uuid, uuid))
			users += visit_users(cli->root, instances[i].group, kill, text,
					     sizeof(text));
	free(instances);
	/* It is another instance that is open. */
	if (uuid && count > 1 && !users)
		return 0;
	if (kill && wait_closed(profile, PATIENCE_MS))
		return 0;
	cli_fail("profile %s: a device is in use by%s%s", mockvfio_profile_name(profile),
		 users ? text : " a process that no longer has its group open",
		 kill ? "" : " (-f kills it)");
	return -1;
}

int users_destroy(const struct cli *cli, struct mockvfio_profile *profile, bool kill)
{
	struct mockvfio_error err;

	if (users_gone(cli, profile, NULL, kill)) {
		mockvfio_profile_close(profile);
		return -1;
	}
	if (mockvfio_profile_destroy(profile, &err)) {
		cli_error(&err);
		return -1;
	}
	return 0;
}
