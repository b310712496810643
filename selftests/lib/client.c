// SPDX-License-Identifier: GPL-2.0-only
/* A program that uses a device through libuvfio: see client.h. */
#include <stdio.h>
#include <string.h>

#include <linux/pci_regs.h>

#include "client.h"

/* Bus mastering, so that the engine can work. */
static int enable(struct client *c)
{
	uint64_t command;
	int ret;

	ret = uvfio_region_read(c->config, PCI_COMMAND, 2, &command, &c->err);
	if (ret)
		return ret;
	return uvfio_region_write(c->config, PCI_COMMAND, 2,
				  command | PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER, &c->err);
}

static int client_open(struct client *c)
{
	int ret;

	ret = uvfio_new(NULL, &c->ctx, &c->err);
	if (!ret)
		ret = uvfio_get_address_space(c->ctx, NULL, &c->as, &c->err);
	if (!ret)
		ret = uvfio_get_group(c->as, c->instance->group, &c->group, &c->err);
	if (ret)
		return ret;
	c->container = uvfio_group_container(c->group);
	ret = uvfio_get_device(c->group, c->instance->uuid, NULL, &c->dev, &c->err);
	if (!ret)
		ret = uvfio_region_setup(c->dev, VFIO_PCI_BAR0_REGION_INDEX, "BAR 0", &c->bar0,
					 &c->err);
	if (!ret)
		ret = uvfio_region_setup(c->dev, VFIO_PCI_CONFIG_REGION_INDEX, "config", &c->config,
					 &c->err);
	return ret ? ret : enable(c);
}

static int put_device(struct client *c, struct uvfio_error *err)
{
	struct uvfio_device *dev = c->dev;

	uvfio_region_finalize(c->bar0);
	uvfio_region_finalize(c->config);
	c->bar0 = NULL;
	c->config = NULL;
	c->dev = NULL;
	return uvfio_put_base_device(dev, err);
}

static int put_group(struct client *c, struct uvfio_error *err)
{
	struct uvfio_group *group = c->group;

	c->group = NULL;
	return uvfio_put_group(group, err);
}

static int (*const closing[CLIENT_NR_ENDINGS][2])(struct client *c, struct uvfio_error *err) = {
	[CLIENT_ORDERLY]	= { put_device, put_group },
	[CLIENT_GROUP_FIRST]	= { put_group, put_device },
	[CLIENT_ABANDONED]	= { put_device, put_group },
	[CLIENT_STAYS]		= { put_device, put_group },
};

/* Of several failures the first one counts. */
static int first(struct client *c, int before, int ret, const struct uvfio_error *err)
{
	if (!before && ret)
		c->err = *err;
	return before ? before : ret;
}

static int client_close(struct client *c, int ret)
{
	struct uvfio_error err = { .code = 0 };
	int i;

	for (i = 0; i < 2; i++)
		ret = first(c, ret, closing[c->ending][i](c, &err), &err);
	uvfio_put_address_space(c->as);
	c->as = NULL;
	/* It has no struct uvfio_error. */
	err.code = 0;
	ret = first(c, ret, c->ctx ? uvfio_free(c->ctx) : 0, &err);
	c->ctx = NULL;
	return ret;
}

static int undo(struct client *c, int ret)
{
	struct uvfio_error before = c->err;
	int undone;

	if (c->ending == CLIENT_ABANDONED || !c->use->undo)
		return ret;
	undone = c->use->undo(c);
	if (ret)
		c->err = before;
	ret = ret ? ret : undone;
	if (!undone || c->ending != CLIENT_STAYS)
		return ret;
	/* It has to be rid of it. What is not there any more may be an error now. */
	before = c->err;
	c->use->undo(c);
	c->err = before;
	return ret;
}

static int stay(struct client *c)
{
	c->err.code = 0;
	return undo(c, c->use->run(c));
}

int client_cycle(void *client)
{
	struct client *c = client;
	int ret;

	if (c->ending == CLIENT_STAYS)
		return stay(c);
	c->err.code = 0;
	c->mapped = 0;
	c->started = false;
	ret = client_open(c);
	if (!ret)
		ret = undo(c, c->use->run(c));
	return client_close(c, ret);
}

const char *client_said(const void *client)
{
	const struct client *c = client;

	return c->err.code ? c->err.message : NULL;
}

/* A sweep over what is between opening and closing. */
static int sweep_open(struct sweep *sweep, struct client *c)
{
	int ret;

	ret = client_open(c);
	if (!ret)
		ret = sweep_run(sweep);
	return client_close(c, ret);
}

int client_sweep(struct sweep *sweep, const char *what, int (*run)(struct client *client),
		 int (*undo)(struct client *client), enum client_ending endings)
{
	static const char *const names[CLIENT_NR_ENDINGS] = {
		[CLIENT_ORDERLY]	= "orderly",
		[CLIENT_GROUP_FIRST]	= "group first",
		[CLIENT_ABANDONED]	= "abandoned",
		[CLIENT_STAYS]		= "stays",
	};
	const struct client_use use = { .run = run, .undo = undo };
	struct client *c = sweep->client;
	char name[64];
	int ret = 0;

	c->use = &use;
	sweep->what = name;
	for (c->ending = 0; c->ending < endings && !ret; c->ending++) {
		snprintf(name, sizeof(name), "%s, %s", what, names[c->ending]);
		ret = c->ending == CLIENT_STAYS ? sweep_open(sweep, c) : sweep_run(sweep);
	}
	c->use = NULL;
	sweep->what = NULL;
	sweep_print(sweep);
	return ret;
}
