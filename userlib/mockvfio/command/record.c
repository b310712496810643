// SPDX-License-Identifier: LGPL-2.1-or-later
/* Which profiles belong to a run: see record.h. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "command.h"
#include "process.h"
#include "record.h"
#include "users.h"

#define DIRECTORY	"/run/mock-vfio"

/* The lock on the directory keeps a record from being judged before it is locked. */
static int lock_directory(const struct cli *cli, bool make)
{
	char path[MOCKVFIO_PATH_MAX];
	int fd;

	snprintf(path, sizeof(path), "%s/run", cli->root);
	if (make)
		mkdir(path, 0755);
	snprintf(path, sizeof(path), "%s" DIRECTORY, cli->root);
	if (make && mkdir(path, 0755) && errno != EEXIST) {
		cli_fail("cannot make %s: %s", path, strerror(errno));
		return -1;
	}
	fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0) {
		if (make)
			cli_fail("cannot open %s: %s", path, strerror(errno));
		return -1;
	}
	flock(fd, LOCK_EX);
	return fd;
}

int record_make(const struct cli *cli, const char *profile, struct record *record)
{
	int dir, ret = 0;

	dir = lock_directory(cli, true);
	if (dir < 0)
		return -1;
	snprintf(record->path, sizeof(record->path), "%s" DIRECTORY "/%s", cli->root, profile);
	record->fd = openat(dir, profile, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	/* For people: it is the lock that says whether the run lives. */
	if (record->fd < 0 || flock(record->fd, LOCK_EX | LOCK_NB) ||
	    dprintf(record->fd, "pid %d\nstarted %llu\n", getpid(), process_start(getpid())) < 0) {
		cli_fail("cannot make %s: %s", record->path, strerror(errno));
		if (record->fd >= 0)
			close(record->fd);
		ret = -1;
	}
	close(dir);
	return ret;
}

void record_end(struct record *record, bool gone)
{
	if (gone)
		unlink(record->path);
	close(record->fd);
}

/* Whether a record's run has ended without removing it. */
static bool is_dead(int dir, const char *name, pid_t *pidp)
{
	char text[32] = "";
	bool dead;
	int fd;

	fd = openat(dir, name, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return false;
	dead = !flock(fd, LOCK_EX | LOCK_NB);
	if (read(fd, text, sizeof(text) - 1) < 0 || sscanf(text, "pid %d", pidp) != 1)
		*pidp = 0;
	close(fd);
	return dead;
}

int record_each_dead(const struct cli *cli, void (*fn)(const char *profile, pid_t pid, void *data),
		     void *data)
{
	struct dirent **entries;
	int i, count, dir;
	pid_t pid;

	dir = lock_directory(cli, false);
	if (dir < 0)
		return 0;
	count = scandirat(dir, ".", &entries, NULL, alphasort);
	for (i = 0; i < count; i++) {
		if (entries[i]->d_name[0] != '.' && is_dead(dir, entries[i]->d_name, &pid))
			fn(entries[i]->d_name, pid, data);
		free(entries[i]);
	}
	if (count >= 0)
		free(entries);
	close(dir);
	return 0;
}

struct sweep {
	const struct cli *cli;
	int ret;
};

static void sweep_one(const char *name, pid_t pid, void *data)
{
	struct sweep *sweep = data;
	struct mockvfio_profile *profile;
	char path[MOCKVFIO_PATH_MAX];

	/* It was killed before it made one, or somebody else has removed it. */
	if (!mockvfio_profile_open(sweep->cli->mock, name, &profile, NULL)) {
		if (users_destroy(sweep->cli, profile, true)) {
			sweep->ret = -1;
			return;
		}
		fprintf(stderr, "mock-vfio: removed %s, left by process %d when it was killed\n",
			name, pid);
	}
	snprintf(path, sizeof(path), "%s" DIRECTORY "/%s", sweep->cli->root, name);
	unlink(path);
}

int record_sweep(const struct cli *cli)
{
	struct sweep sweep = { .cli = cli };

	record_each_dead(cli, sweep_one, &sweep);
	return sweep.ret;
}
