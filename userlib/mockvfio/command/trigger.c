// SPDX-License-Identifier: LGPL-2.1-or-later
/* mock-vfio irq, memory, unplug: what can befall a device while it is used. */
#include <limits.h>
#include <string.h>

#include "command.h"

/*
 * What befalls a device: a call of the library and its arguments, of which it uses
 * those that it has.
 */
struct trigger {
	int (*fire)(const struct trigger *trigger, struct mockvfio_profile *profile,
		    const char *uuid, struct mockvfio_error *err);
	unsigned int index;
	unsigned int vector;
	bool answers;
};

static int fire_irq(const struct trigger *trigger, struct mockvfio_profile *profile,
		    const char *uuid, struct mockvfio_error *err)
{
	return mockvfio_irq_fire(profile, uuid, trigger->index, trigger->vector, err);
}

static int fire_memory(const struct trigger *trigger, struct mockvfio_profile *profile,
		       const char *uuid, struct mockvfio_error *err)
{
	return mockvfio_memory_set(profile, uuid, trigger->answers, err);
}

static int fire_unplug(const struct trigger *trigger, struct mockvfio_profile *profile,
		       const char *uuid, struct mockvfio_error *err)
{
	(void)trigger;
	return mockvfio_unplug(profile, uuid, err);
}

/* Has it befall an instance, of whatever profile that is. */
static int befall(const struct cli *cli, const char *uuid, const struct trigger *trigger)
{
	struct mockvfio_profile *profile;
	struct mockvfio_error err;
	int ret;

	profile = cli_profile_of(cli, uuid);
	if (!profile)
		return STATUS_FAILED;
	ret = trigger->fire(trigger, profile, uuid, &err);
	mockvfio_profile_close(profile);
	return ret ? cli_error(&err) : STATUS_OK;
}

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
	struct trigger trigger = { .fire = fire_irq };
	uint64_t index, vector = 0;
	int status;

	status = no_options(cli, &argc, &argv);
	if (status >= 0)
		return status;
	if (argc < 2 || argc > 3)
		return cli_usage(cli, "a UUID and an interrupt are wanted");
	if (!irq_index(argv[1], &index))
		return cli_usage(cli, "\"%s\" is no interrupt", argv[1]);
	if (argc > 2 && !cli_number(argv[2], UINT_MAX, &vector))
		return cli_usage(cli, "\"%s\" is no vector", argv[2]);
	trigger.index = (unsigned int)index;
	trigger.vector = (unsigned int)vector;
	return befall(cli, argv[0], &trigger);
}

int cmd_memory(struct cli *cli, int argc, char **argv)
{
	struct trigger trigger = { .fire = fire_memory };
	int status;

	status = no_options(cli, &argc, &argv);
	if (status >= 0)
		return status;
	trigger.answers = argc == 2 && !strcmp(argv[1], "on");
	if (argc != 2 || (!trigger.answers && strcmp(argv[1], "off")))
		return cli_usage(cli, "a UUID and on or off are wanted");
	return befall(cli, argv[0], &trigger);
}

int cmd_unplug(struct cli *cli, int argc, char **argv)
{
	const struct trigger trigger = { .fire = fire_unplug };
	int status;

	status = no_options(cli, &argc, &argv);
	if (status >= 0)
		return status;
	if (argc != 1)
		return cli_usage(cli, "a UUID is wanted");
	return befall(cli, argv[0], &trigger);
}
