// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * What the examples share.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common.h"

void session_usage(const char *program)
{
	fprintf(stderr,
		"usage: %s GROUP DEVICE\n"
		"GROUP: a number, /dev/vfio/N, or the device's sysfs directory\n"
		"DEVICE: PCI address, mdev UUID ...\n"
		"UVFIO_TRACE=1 in the environment shows what the library does,\n"
		"UVFIO_TRACE=dma only the events whose names contain \"dma\"\n",
		program);
}

static void show_trace(void *opaque, const char *event, const char *args)
{
	const char *wanted = opaque;

	if (!strcmp(wanted, "1") || strstr(event, wanted))
		fprintf(stderr, "%s %s\n", event, args);
}

static void show_log(void *opaque, enum uvfio_log_level level, const char *message)
{
	(void)opaque;
	(void)level;
	fprintf(stderr, "%s\n", message);
}

bool session_failed(const struct session *s)
{
	fprintf(stderr, "%s: %s\n", s->err.operation, s->err.message);
	if (s->err.hint[0])
		fprintf(stderr, "hint: %s\n", s->err.hint);
	return false;
}

/* A negative result is an error in s->err. */
static int group_number(struct session *s, const char *group)
{
	static const char dev[] = "/dev/vfio/";
	const char *number = group;

	if (!strncmp(group, dev, strlen(dev)))
		number += strlen(dev);
	else if (strchr(group, '/'))
		return uvfio_group_of_device(s->ctx, group, &s->err);
	return atoi(number);
}

static bool open_group(struct session *s, const char *group)
{
	struct uvfio_address_space *as;
	int number = group_number(s, group);
	int ret;

	if (number < 0 || uvfio_get_address_space(s->ctx, NULL, &as, &s->err))
		return session_failed(s);
	ret = uvfio_get_group(as, number, &s->group, &s->err);
	uvfio_put_address_space(as);	/* its container keeps it */
	return ret ? session_failed(s) : true;
}

bool session_open(struct session *s, const char *group, const char *device)
{
	char *wanted = getenv("UVFIO_TRACE");

	memset(s, 0, sizeof(*s));
	if (uvfio_new(NULL, &s->ctx, &s->err))
		return session_failed(s);
	uvfio_set_log(s->ctx, UVFIO_LOG_INFO, show_log, NULL);
	if (wanted)
		uvfio_set_trace(s->ctx, show_trace, wanted);
	if (open_group(s, group)) {
		if (!uvfio_get_device(s->group, device, NULL, &s->dev, &s->err))
			return true;
		session_failed(s);
	}
	session_close(s);
	return false;
}

void session_close(struct session *s)
{
	uvfio_put_base_device(s->dev, NULL);
	uvfio_put_group(s->group, NULL);
	uvfio_free(s->ctx);
}
