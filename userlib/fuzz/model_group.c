// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Who holds what: groups, their devices and containers, and what lives because
 * of them.
 */
#include <errno.h>

#include "fuzz.h"
#include "model.h"

/* Version 2 of sPAPR has to know of all of the system's memory, which is space 0. */
static bool keeps_space(const struct model *m, const struct container *c, unsigned int space)
{
	return c->handle && (c->space == space || (!space && c->v2 && m->shape.spapr));
}

bool model_space_exists(const struct model *m, unsigned int space)
{
	bool exists = m->spaces[space].refs;
	unsigned int i;

	for (i = 0; i < MAX_CONTAINERS; i++)
		exists |= keeps_space(m, &m->containers[i], space);
	for (i = 0; i < MAX_LISTENERS; i++)
		exists |= m->listeners[i].there && m->listeners[i].space == space;
	return exists;
}

/* Its sections go with an address space. */
void model_expire_spaces(struct model *m)
{
	unsigned int i;

	for (i = 0; i < MAX_SPACES; i++)
		if (!model_space_exists(m, i))
			memset(m->spaces[i].sections, 0, sizeof(m->spaces[i].sections));
}

bool model_memory_exists(const struct model *m, unsigned int memory)
{
	bool exists = m->memory_held[memory];
	unsigned int i, j;

	for (i = 0; i < MAX_SPACES; i++)
		for (j = 0; j < MAX_SECTIONS; j++)
			exists |= m->spaces[i].sections[j].there &&
				  m->spaces[i].sections[j].memory == memory;
	for (i = 0; memory == MEMORY_IOMMU && i < MAX_NOTIFIERS; i++)
		exists |= m->notifiers[i].there;
	return exists;
}

bool model_group_is_open(const struct model *m, unsigned int group)
{
	return m->groups[group].refs || m->groups[group].devices;
}

static struct container *new_container(struct model *m, unsigned int space,
				       struct uvfio_container *handle)
{
	struct container *c = model_find_container(m, NULL);
	unsigned int type;

	check(c);
	*c = (struct container){ .handle = handle, .space = space, .v2 = m->shape.v2 };
	if (handle) {	/* a fault may have hidden version 2 */
		type = uvfio_container_iommu_type(handle);
		c->v2 = type == VFIO_TYPE1v2_IOMMU || type == VFIO_SPAPR_TCE_v2_IOMMU;
	}
	return c;
}

/* Groups join the space's oldest container, but the last shares none with others. */
static struct container *container_to_join(struct model *m, unsigned int space,
					   unsigned int group)
{
	struct container *c, *oldest = NULL;

	for (c = m->containers; c < m->containers + MAX_CONTAINERS; c++)
		if (c->handle && c->space == space && (!oldest || c->age < oldest->age))
			oldest = c;
	return group == MAX_GROUPS - 1 ? NULL : oldest;
}

/* @handle is what the library has put the group in, NULL when it failed. */
int model_get_group(struct model *m, unsigned int space, unsigned int nr,
		    struct uvfio_container *handle, bool faulted)
{
	struct container *joined = container_to_join(m, space, nr), *c = joined;
	struct group *group = &m->groups[nr];
	int ret;

	if (model_group_is_open(m, nr)) {
		if (m->containers[group->container].space != space)
			return -EINVAL;
		group->refs++;
		return 0;
	}
	if (handle) {
		c = model_find_container(m, handle);
		check(c == joined || faulted || m->shape.spapr);
	}
	if (c) {
		model_learn_ranges(m, c);
	} else {
		c = new_container(m, space, handle);
		model_learn_ranges(m, c);
		ret = model_follow(m, c);
		if (ret)
			return ret;
	}
	c->groups++;
	*group = (struct group){ .refs = 1, .container = c - m->containers };
	return 0;
}

/* After a reference or a device less; the last takes the container along. */
void model_drop_group(struct model *m, unsigned int nr)
{
	struct group *group = &m->groups[nr];
	struct container *c = &m->containers[group->container];

	if (model_group_is_open(m, nr))
		return;
	if (--c->groups) {
		model_learn_ranges(m, c);
		return;
	}
	model_unfollow(m, c);
	c->handle = NULL;
	model_expire_spaces(m);
}

unsigned int model_inhibitors(const struct model *m)
{
	unsigned int i, nr = 0;

	for (i = 0; i < MAX_GROUPS; i++)
		nr += model_group_is_open(m, i) && !m->groups[i].balloon_allowed;
	return nr;
}

/* But KVM's device, which is the kernel's business. */
unsigned int model_files(const struct model *m)
{
	unsigned int i, nr = 0;

	for (i = 0; i < MAX_GROUPS; i++)
		nr += model_group_is_open(m, i);
	for (i = 0; i < MAX_CONTAINERS; i++)
		nr += !!m->containers[i].handle;
	for (i = 0; i < MAX_DEVICES; i++)
		nr += !!m->device_group[i];
	return nr;
}
