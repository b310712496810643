// SPDX-License-Identifier: LGPL-2.1-or-later
/* mock-vfio irq, memory, unplug: what can befall a device while it is used. */
#include <limits.h>
#include <string.h>

#include "command.h"

static const char *const irq_names[] = { "intx", "msi", "msix", "err", "req" };

static bool irq_index(const char *text, uint64_t *indexp)
{
	for (*indexp = 0; *indexp < ARRAY_SIZE(irq_names); ++*indexp)
		if (!strcmp(irq_names[*indexp], text))
			return true;
	return cli_number(text, UINT_MAX, indexp);
}

static int no_options(const struct cli *cli, int *argcp, char ***argvp)
{
	const struct cli_option none = { };

	return cli_options(cli, &none, argcp, argvp);
}

int cmd_irq(struct cli *cli, int argc, char **argv)
{
	struct mockvfio_profile *profile;
	uint64_t index, vector = 0;
	struct mockvfio_error err;
	int status, ret;

	status = no_options(cli, &argc, &argv);
	if (status >= 0)
		return status;
	if (argc < 2 || argc > 3)
		return cli_usage(cli, "a UUID and an interrupt are wanted");
	if (!irq_index(argv[1], &index))
		return cli_usage(cli, "\"%s\" is no interrupt", argv[1]);
	if (argc > 2 && !cli_number(argv[2], UINT_MAX, &vector))
		return cli_usage(cli, "\"%s\" is no vector", argv[2]);
	profile = cli_profile_of(cli, argv[0]);
	if (!profile)
		return STATUS_FAILED;
	ret = mockvfio_irq_fire(profile, argv[0], (unsigned int)index, (unsigned int)vector, &err);
	mockvfio_profile_close(profile);
	return ret ? cli_error(&err) : STATUS_OK;
}

int cmd_memory(struct cli *cli, int argc, char **argv)
{
	struct mockvfio_profile *profile;
	struct mockvfio_error err;
	int status, ret;

	status = no_options(cli, &argc, &argv);
	if (status >= 0)
		return status;
	if (argc != 2 || (strcmp(argv[1], "on") && strcmp(argv[1], "off")))
		return cli_usage(cli, "a UUID and on or off are wanted");
	profile = cli_profile_of(cli, argv[0]);
	if (!profile)
		return STATUS_FAILED;
	ret = mockvfio_memory_set(profile, argv[0], !strcmp(argv[1], "on"), &err);
	mockvfio_profile_close(profile);
	return ret ? cli_error(&err) : STATUS_OK;
}

int cmd_unplug(struct cli *cli, int argc, char **argv)
{
	struct mockvfio_profile *profile;
	struct mockvfio_error err;
	int status, ret;

	status = no_options(cli, &argc, &argv);
	if (status >= 0)
		return status;
	if (argc != 1)
		return cli_usage(cli, "a UUID is wanted");
	profile = cli_profile_of(cli, argv[0]);
	if (!profile)
		return STATUS_FAILED;
	ret = mockvfio_unplug(profile, argv[0], &err);
	mockvfio_profile_close(profile);
	return ret ? cli_error(&err) : STATUS_OK;
}
