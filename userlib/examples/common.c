// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * What the examples share.
 */
#include <ctype.h>
#include <errno.h>
#include <limits.h>
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

/* Digits and nothing else: what is mistyped must not open another group. */
static int parse_number(struct session *s, const char *text)
{
	long number = -1;
	char *end = NULL;

	errno = 0;
	if (isdigit((unsigned char)text[0]))
		number = strtol(text, &end, 10);
	if (number >= 0 && number <= INT_MAX && !errno && !*end)
		return number;
	s->err = (struct uvfio_error){ .code = -EINVAL, .operation = "GROUP" };
	snprintf(s->err.message, sizeof(s->err.message), "\"%s\" is no group", text);
	return -1;
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
	return parse_number(s, number);
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

#define PCI_ID			0x00
#define PCI_COMMAND		0x04
#define PCI_COMMAND_MEMORY	0x2
#define PCI_COMMAND_MASTER	0x4

bool session_enable_pci(struct session *s)
{
	if (uvfio_region_setup(s->dev, VFIO_PCI_CONFIG_REGION_INDEX, "config",
			       &s->config, &s->err) ||
	    uvfio_region_setup(s->dev, VFIO_PCI_BAR0_REGION_INDEX, "BAR 0",
			       &s->bar0, &s->err) ||
	    uvfio_region_read(s->config, PCI_ID, 4, &s->id, &s->err) ||
	    uvfio_region_write(s->config, PCI_COMMAND, 2,
			       PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER, &s->err))
		return session_failed(s);
	return true;
}

bool session_read_reg(struct session *s, uint64_t reg, unsigned int size,
		      uint64_t *value)
{
	return !uvfio_region_read(s->bar0, reg, size, value, &s->err) ||
	       session_failed(s);
}

bool session_write_reg(struct session *s, uint64_t reg, unsigned int size,
		       uint64_t value)
{
	return !uvfio_region_write(s->bar0, reg, size, value, &s->err) ||
	       session_failed(s);
}

void session_close(struct session *s)
{
	uvfio_region_finalize(s->bar0);
	uvfio_region_finalize(s->config);
	uvfio_put_base_device(s->dev, NULL);
	uvfio_put_group(s->group, NULL);
	uvfio_free(s->ctx);
}
