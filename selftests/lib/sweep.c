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

/*
 * More calls than any cycle makes: what is written in place of 0, as a count that is
 * taken back has the module patch its code, and again for the next one.
 */
#define NEVER		UINT32_MAX

/* The mock's files, kept open. */
struct files {
	int set;	/* the attribute fail_nth */
	int failed;	/* what came of it */
	int counters;
};

/* What there was when the sweep began, and has to be after each of its points. */
struct before {
	char counters[512];
	int fds;
};

/* The call that failed, as the mock has it. */
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

static int open_file(const struct sweep *sweep, const char *directory, const char *name, int flags)
{
	char path[MOCKVFIO_PATH_MAX];

	snprintf(path, sizeof(path), "/sys/kernel/%s/mock_vfio/%s/%s", directory,
		 mockvfio_profile_name(sweep->mock->profile), name);
	return open(path, flags | O_CLOEXEC);
}

static void close_files(struct files *files)
{
	close(files->set);
	close(files->failed);
	close(files->counters);
}

/* libmockvfio opens its files for each access; here that would be most of the time. */
static int open_files(const struct sweep *sweep, struct files *files)
{
	files->set = open_file(sweep, "config", "fail_nth", O_WRONLY);
	files->failed = open_file(sweep, "debug", "fail_nth", O_RDONLY);
	files->counters = open_file(sweep, "debug", "counters", O_RDONLY);
	return files->set < 0 || files->failed < 0 || files->counters < 0 ? -errno : 0;
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

	return pwrite(files->set, text, (size_t)len, 0) < 0 ? -errno : 0;
}

/*
 * What came of our count; nobody else has one in this profile. Returns 1 when a call
 * has failed, 0 when none has, or -errno.
 */
static int get_failed(const struct files *files, struct hit *hit)
{
	char text[128];
	uint64_t left;
	int pid, ret;

	ret = read_again(files->failed, text, sizeof(text));
	if (ret)
		return ret;
	ret = sscanf(text, "%d left=%" SCNu64 " %63s ret=%d", &pid, &left, hit->site, &hit->ret);
	if (ret < 2 || pid != getpid())
		return -EBADMSG;
	if (left)
		return 0;
	return ret == 4 ? 1 : -EBADMSG;
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

	if (set_fail_nth(files, n))
		return wrong(sweep, n, &hit, "fail_nth cannot be written");
	result = sweep->cycle(sweep->client);
	ret = get_failed(files, &hit);
	if (ret < 0)
		return wrong(sweep, n, &hit, "the mock does not say what failed");
	if (!ret) {
		set_fail_nth(files, NEVER);
		return result ? wrong(sweep, n, &hit, "the cycle fails all the same") : 1;
	}

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
