// SPDX-License-Identifier: GPL-2.0-only
/* Failing every call of a life cycle, one by one: see sweep.h. */
#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "sweep.h"

/* No client has more descriptors than this. */
#define MAX_FDS		64

/* More than the log of one life cycle. */
#define LOG_MAX		0x40000

/* The mock's files, kept open, and the text of the log. */
struct files {
	int fail_nth;
	int counters;
	int log;
	char log_path[MOCKVFIO_PATH_MAX];
	char *text;
};

/* What there was when the sweep began, and has to be after each of its points. */
struct before {
	char counters[512];
	int fds;
};

/* The call that failed, as the event log has it. */
struct hit {
	char site[64];
	int ret;
};

static int wrong(struct sweep *sweep, unsigned int n, const struct hit *hit, const char *what)
{
	snprintf(sweep->why, sizeof(sweep->why), "%s: call %u, %s, failed with %s: %s", sweep->what,
		 n, hit->site, strerror(-hit->ret), what);
	return -EPROTO;
}

static bool wants_all(void)
{
	const char *value = getenv("MOCK_VFIO_SWEEP");

	return value && !strcmp(value, "full");
}

/* One call for all descriptors that there could be. */
static int count_fds(void)
{
	struct pollfd fds[MAX_FDS];
	int i, n = 0;

	for (i = 0; i < MAX_FDS; i++)
		fds[i] = (struct pollfd){ .fd = i };
	poll(fds, MAX_FDS, 0);
	for (i = 0; i < MAX_FDS; i++)
		n += !(fds[i].revents & POLLNVAL);
	return n;
}

static int open_file(const struct sweep *sweep, const char *directory, const char *name, int flags,
		     char *path)
{
	snprintf(path, MOCKVFIO_PATH_MAX, "/sys/kernel/%s/mock_vfio/%s/%s", directory,
		 mockvfio_profile_name(sweep->mock->profile), name);
	return open(path, flags | O_CLOEXEC);
}

static void close_files(struct files *files)
{
	close(files->fail_nth);
	close(files->counters);
	close(files->log);
	free(files->text);
}

/* libmockvfio opens its files for each access; here that would be most of the time. */
static int open_files(const struct sweep *sweep, struct files *files)
{
	char path[MOCKVFIO_PATH_MAX];

	files->fail_nth = open_file(sweep, "config", "fail_nth", O_RDWR, path);
	files->counters = open_file(sweep, "debug", "counters", O_RDONLY, path);
	files->log = open_file(sweep, "debug", "events", O_RDONLY, files->log_path);
	files->text = malloc(LOG_MAX);
	if (files->fail_nth < 0 || files->counters < 0 || files->log < 0)
		return -errno;
	return files->text ? 0 : -ENOMEM;
}

/* What is not in the log need not be formatted, which takes most of the reading. */
static int clear_log(const struct files *files)
{
	int fd = open(files->log_path, O_WRONLY | O_TRUNC | O_CLOEXEC);

	return fd < 0 ? -errno : close(fd);
}

/* A file's text as it is now; 0 or -errno. */
static int read_again(int fd, char *text, size_t size)
{
	ssize_t n = pread(fd, text, size - 1, 0);

	if (n < 0)
		return -errno;
	text[n] = '\0';
	return 0;
}

static int set_fail_nth(const struct files *files, unsigned int n)
{
	char text[16];
	int len = snprintf(text, sizeof(text), "%u", n);

	return pwrite(files->fail_nth, text, (size_t)len, 0) < 0 ? -errno : 0;
}

static int get_fail_nth(const struct files *files, uint64_t *left)
{
	char text[32];
	int ret = read_again(files->fail_nth, text, sizeof(text));

	if (ret)
		return ret;
	return sscanf(text, "%" SCNu64, left) == 1 ? 0 : -EBADMSG;
}

/* What was logged since the log was cleared. */
static int read_log(struct files *files)
{
	size_t len = 0;
	ssize_t n;

	do {
		n = read(files->log, files->text + len, LOG_MAX - 1 - len);
		if (n > 0)
			len += (size_t)n;
	} while (n > 0);
	files->text[len] = '\0';
	return n < 0 ? -errno : 0;
}

/* Finds the line of the call that failed. Returns 0 or -errno. */
static int find_hit(const char *text, struct hit *hit)
{
	const char *at = strstr(text, " fault=fail_nth\n"), *line = at;

	if (!at)
		return -ENOENT;
	while (line > text && line[-1] != '\n')
		line--;
	while (strncmp(at, " ret=", strlen(" ret=")) && at > line)
		at--;
	if (sscanf(line, "%*u %63s", hit->site) != 1 || sscanf(at, " ret=%d", &hit->ret) != 1)
		return -EBADMSG;
	return 0;
}

/* NULL when the client is to meet this site's failures. */
static const struct sweep_survival *survival(const struct sweep *sweep, const char *site)
{
	const struct sweep_survival *s;

	for (s = sweep->survives; s->site; s++)
		if (!strcmp(s->site, site) && (!s->when || !fnmatch(s->when, sweep->what, 0)))
			return s;
	return NULL;
}

/* Was what the client met what the mock answered? */
static int check_result(struct sweep *sweep, unsigned int n, const struct hit *hit, int ret)
{
	const struct sweep_survival *survives = survival(sweep, hit->site);
	const char *said = sweep->said(sweep->client);
	char text[600];

	if (survives && !ret)
		return 0;
	if (survives && !survives->either) {
		snprintf(text, sizeof(text), "the client did not get over it: %s",
			 said ? said : strerror(-ret));
		return wrong(sweep, n, hit, text);
	}
	if (ret != hit->ret) {
		snprintf(text, sizeof(text), "the client met %s%s%s", ret ? strerror(-ret) : "none",
			 said ? ": " : "", said ? said : "");
		return wrong(sweep, n, hit, text);
	}
	if (said && !strstr(said, strerror(-ret))) {
		snprintf(text, sizeof(text), "the client's message does not say so: %s", said);
		return wrong(sweep, n, hit, text);
	}
	return 0;
}

/* Is anything left that was not there before? */
static int check_held(struct sweep *sweep, const struct files *files, unsigned int n,
		      const struct hit *hit, const struct before *before)
{
	char counters[sizeof(before->counters)], text[2 * sizeof(counters) + 64];

	if (read_again(files->counters, counters, sizeof(counters)))
		return wrong(sweep, n, hit, "the counters cannot be read");
	if (strcmp(counters, before->counters)) {
		snprintf(text, sizeof(text), "the counters were\n%s and are\n%s", before->counters,
			 counters);
		return wrong(sweep, n, hit, text);
	}
	if (count_fds() != before->fds) {
		snprintf(text, sizeof(text), "%d descriptors were open, now %d are", before->fds,
			 count_fds());
		return wrong(sweep, n, hit, text);
	}
	return 0;
}

/*
 * One point: the @n-th call fails. Returns 0; 1 when there are fewer calls; or
 * -errno.
 */
static int point(struct sweep *sweep, struct files *files, const struct before *before,
		 unsigned int n)
{
	struct hit hit = { .site = "none" };
	int ret, result;
	uint64_t left;

	if (clear_log(files) || set_fail_nth(files, n))
		return wrong(sweep, n, &hit, "the mock's files cannot be written");
	result = sweep->cycle(sweep->client);
	if (get_fail_nth(files, &left))
		return wrong(sweep, n, &hit, "fail_nth cannot be read");
	if (left) {
		set_fail_nth(files, 0);
		return result ? wrong(sweep, n, &hit, "the cycle fails all the same") : 1;
	}

	if (read_log(files) || find_hit(files->text, &hit))
		return wrong(sweep, n, &hit, "the log does not say what failed");
	ret = check_result(sweep, n, &hit, result);
	if (!ret)
		ret = check_held(sweep, files, n, &hit, before);
	if (!ret && sweep->cycle(sweep->client))
		ret = wrong(sweep, n, &hit, "the next cycle fails, too");
	return ret;
}

static double now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

void sweep_print(const struct sweep *sweep)
{
	printf("# sweep: points=%u seconds=%.3f\n", sweep->points, sweep->seconds);
	/* The harness leaves a test by _exit(). */
	fflush(stdout);
}

int sweep_run(struct sweep *sweep)
{
	unsigned int n, step = wants_all() ? 1 : SWEEP_SHARE;
	struct before before;
	struct files files;
	double start = now();
	int ret;

	ret = open_files(sweep, &files);
	if (!ret)
		ret = read_again(files.counters, before.counters, sizeof(before.counters));
	if (ret)
		snprintf(sweep->why, sizeof(sweep->why), "%s: the mock's files: %s", sweep->what,
			 strerror(-ret));
	before.fds = count_fds();
	for (n = 1; !ret; n += step) {
		ret = point(sweep, &files, &before, n);
		sweep->points += !ret;
	}
	sweep->seconds += now() - start;
	close_files(&files);
	return ret < 0 ? ret : 0;
}
