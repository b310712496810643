// SPDX-License-Identifier: LGPL-2.1-or-later
/* mock-vfio events: the log of a profile, and what is added to it. */
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "command.h"
#include "event_format.h"
#include "json.h"

#define LOOK_MS	500

/* One line of the log: an event, or how many were lost. */
static int print_line(const char *line, bool as_json)
{
	struct json json = { .out = stdout };
	struct mockvfio_event event;

	if (!as_json) {
		fputs(line, stdout);
		return STATUS_OK;
	}
	if (line[0] == '#')
		return STATUS_OK;
	if (mockvfio_event_parse(line, &event))
		return cli_fail("cannot understand \"%.*s\"", (int)strcspn(line, "\n"), line);
	event_json(&json, &event);
	json_end(&json);
	return STATUS_OK;
}

/* Prints what there is. */
static int print_rest(FILE *log, bool as_json)
{
	char *line = NULL;
	size_t size = 0;
	int status = STATUS_OK;

	while (!status && getline(&line, &size, log) > 0)
		status = print_line(line, as_json);
	if (!status && ferror(log))
		status = cli_fail("cannot read the event log: %s", strerror(errno));
	free(line);
	clearerr(log);
	/* Whoever follows wants to see it now; whoever has gone away ends this. */
	if (!status && fflush(stdout))
		status = cli_fail("cannot write the output: %s", strerror(errno));
	return status;
}

static int follow(FILE *log, bool as_json)
{
	struct pollfd more = { .fd = fileno(log), .events = POLLIN };
	int status;

	do {
		/* Nobody is woken when the profile goes; the next look finds it gone. */
		if (poll(&more, 1, LOOK_MS) < 0)
			return cli_fail("cannot wait for events: %s", strerror(errno));
		if (more.revents & POLLHUP)
			return STATUS_OK;
		status = print_rest(log, as_json);
	} while (!status);
	return status;
}

int cmd_events(struct cli *cli, int argc, char **argv)
{
	bool following = false, clear = false, as_json = false;
	const struct cli_option options[] = {
		{ .letter = 'f', .name = "follow", .flag = &following },
		{ .letter = 'c', .name = "clear", .flag = &clear },
		{ .letter = 'j', .name = "json", .flag = &as_json },
		{ }
	};
	struct mockvfio_profile *profile;
	struct mockvfio_error err;
	int status, fd;
	FILE *log;

	status = cli_options(cli, options, &argc, &argv);
	if (status >= 0)
		return status;
	if (argc != 1)
		return cli_usage(cli, "one profile is wanted");
	profile = cli_profile(cli, argv[0]);
	if (!profile)
		return STATUS_FAILED;
	fd = mockvfio_events_open(profile, &err);
	log = fd < 0 ? NULL : fdopen(fd, "r");
	status = log ? print_rest(log, as_json) : cli_error(&err);
	if (!status && clear && mockvfio_events_clear(profile, &err))
		status = cli_error(&err);
	/* The log goes with its profile; a handle on that one is no longer needed. */
	mockvfio_profile_close(profile);
	if (!status && following)
		status = follow(log, as_json);
	if (log)
		fclose(log);
	return status;
}
