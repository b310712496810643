// SPDX-License-Identifier: LGPL-2.1-or-later
/* {group}, {device} and {uuid} in a command: see placeholder.h. */
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "placeholder.h"

static void put_group(FILE *out, const struct mockvfio_instance *instance)
{
	fprintf(out, "/dev/vfio/%d", instance->group);
}

static void put_device(FILE *out, const struct mockvfio_instance *instance)
{
	fputs(instance->sysfs, out);
}

static void put_uuid(FILE *out, const struct mockvfio_instance *instance)
{
	fputs(instance->uuid, out);
}

static const struct {
	const char *name;
	void (*put)(FILE *out, const struct mockvfio_instance *instance);
} placeholders[] = {
	{ "group", put_group },
	{ "device", put_device },
	{ "uuid", put_uuid },
};

/*
 * Writes what the placeholder at @text stands for and returns its length; 0 when
 * there is none, so that other programs' braces stay; -1 after a message.
 */
static int put_placeholder(FILE *out, const char *text, const struct mockvfio_instance *instances,
			   int count)
{
	int number, length;
	size_t i, len;

	for (i = 0; i < ARRAY_SIZE(placeholders); i++) {
		len = strlen(placeholders[i].name);
		if (strncmp(text + 1, placeholders[i].name, len) != 0)
			continue;
		number = 1;
		length = 0;
		if (text[1 + len] != '}' && sscanf(text + 1 + len, "%3d%n", &number, &length) != 1)
			continue;
		length += (int)len + 1;
		if (text[length] != '}')
			continue;
		if (number < 1 || number > count) {
			cli_fail("%.*s: the scenario has %d device%s", length + 1, text, count,
				 count == 1 ? "" : "s");
			return -1;
		}
		placeholders[i].put(out, &instances[number - 1]);
		return length + 1;
	}
	return 0;
}

static char *replace(const char *text, const struct mockvfio_instance *instances, int count)
{
	char *result = NULL;
	size_t size;
	FILE *out;
	int len = 0;

	out = open_memstream(&result, &size);
	if (!out) {
		cli_fail("out of memory");
		return NULL;
	}
	while (*text && len >= 0) {
		len = *text == '{' ? put_placeholder(out, text, instances, count) : 0;
		if (!len)
			fputc(*text++, out);
		else if (len > 0)
			text += len;
	}
	if (!fclose(out) && len >= 0)
		return result;
	free(result);
	return NULL;
}

char **placeholder_replace(char **argv, const struct mockvfio_instance *instances, int count)
{
	char **copy;
	int i, argc;

	for (argc = 0; argv[argc]; argc++)
		;
	copy = calloc((size_t)argc + 1, sizeof(*copy));
	if (!copy) {
		cli_fail("out of memory");
		return NULL;
	}
	for (i = 0; i < argc; i++) {
		copy[i] = replace(argv[i], instances, count);
		if (!copy[i]) {
			placeholder_free(copy);
			return NULL;
		}
	}
	return copy;
}

void placeholder_free(char **argv)
{
	int i;

	for (i = 0; argv[i]; i++)
		free(argv[i]);
	free(argv);
}
