// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Calls about groups, KVM, resets, and what is said of an address space as a whole.
 */
#include <errno.h>

#include "program.h"

static bool kernel_keeps(const struct program *p, unsigned int group)
{
	return p->fake->groups[group].open && !model_group_is_open(&p->now, group);
}

static void get_group(struct program *p)
{
	unsigned int space = fuzz_below(&p->in, MAX_SPACES);
	unsigned int nr = fuzz_below(&p->in, MAX_GROUPS);
	bool kept = kernel_keeps(p, nr);
	struct uvfio_container *container = NULL;
	int want = -EBUSY;

	if (!p->spaces[space])
		return;
	p->ret = uvfio_get_group(p->spaces[space], p->fake->groups[nr].id, &p->groups[nr],
				 &p->err);
	if (!p->ret)
		container = uvfio_group_container(p->groups[nr]);
	if (!kept)
		want = model_get_group(&p->now, space, nr, container, oracle_faulted(p));
	oracle_judge(p, want, AS_BEFORE);
}

static void put_group_nr(struct program *p, unsigned int nr)
{
	p->ret = uvfio_put_group(p->groups[nr], &p->err);
	p->now.groups[nr].refs--;
	model_drop_group(&p->now, nr);
	oracle_judge(p, 0, AS_AFTER);
}

static void put_group(struct program *p)
{
	unsigned int nr = fuzz_below(&p->in, MAX_GROUPS);

	if (p->now.groups[nr].refs)
		put_group_nr(p, nr);
}

bool release_group(struct program *p)
{
	unsigned int nr;

	for (nr = 0; nr < MAX_GROUPS; nr++) {
		if (!p->now.groups[nr].refs)
			continue;
		put_group_nr(p, nr);
		return true;
	}
	return false;
}

/* A reference more than there is: the devices keep theirs. */
static void put_group_too_often(struct program *p)
{
	unsigned int nr = fuzz_below(&p->in, MAX_GROUPS);

	if (p->now.groups[nr].refs || !p->now.groups[nr].devices)
		return;
	p->ret = uvfio_put_group(p->groups[nr], &p->err);
	oracle_judge(p, -EINVAL, AS_BEFORE);
}

static void set_kvm(struct program *p)
{
	unsigned int i = fuzz_below(&p->in, MAX_VMS + 1);
	int fd = i < MAX_VMS ? p->vms[i] : -1;
	int want = fd >= 0 && p->now.has_vm && p->now.vm != fd ? -EBUSY : 0;

	p->ret = uvfio_set_kvm(p->ctx, fd, &p->err);
	if (!want) {
		p->now.has_vm = fd >= 0;
		p->now.vm = fd;
	}
	oracle_judge(p, want, AS_BEFORE);
}

/* One group, and for an address space one container: nothing else is an endpoint. */
static void eeh(struct program *p)
{
	unsigned int space = fuzz_below(&p->in, MAX_SPACES);
	unsigned int op = fuzz_below(&p->in, 12);
	const struct container *c, *only = NULL;
	unsigned int nr = 0;
	bool ok;

	for (c = p->now.containers; c < p->now.containers + MAX_CONTAINERS; c++) {
		if (!c->handle || c->space != space)
			continue;
		check(uvfio_eeh_container_ok(c->handle) == (c->groups == 1));
		only = c;
		nr++;
	}
	if (!p->spaces[space])
		return;
	ok = nr == 1 && only->groups == 1;
	check(uvfio_eeh_as_ok(p->spaces[space]) == ok);
	p->ret = uvfio_eeh_as_op(p->spaces[space], op, &p->err);
	check(ok || p->ret == (nr == 1 ? -EPERM : -ENODEV));
	check(!ok || p->ret < 0 || p->now.shape.spapr);
	oracle_accept(p, AS_BEFORE);
}

static void reset_all(struct program *p)
{
	struct used_device *dev;

	p->ret = uvfio_reset_handler(p->ctx, &p->err);
	check(!p->ret);
	for (dev = p->devices; dev < p->devices + MAX_DEVICES; dev++) {
		if (!dev->handle)
			continue;
		check(dev->hot_resets == (dev->realized && dev->needs_reset));
		dev->hot_resets = 0;
	}
}

/* Not while anything is held; when it may, it is the end of a run. */
static void free_too_early(struct program *p)
{
	bool held = false;
	unsigned int i;

	for (i = 0; i < MAX_SPACES; i++)
		held |= model_space_exists(&p->now, i);
	for (i = 0; i < MAX_MEMORIES; i++)
		held |= p->memories[i].lives;
	if (held)
		check(uvfio_free(p->ctx) == -EBUSY);
}

static const call_fn table[] = {
	get_group, get_group, get_group, put_group, put_group_too_often, set_kvm, eeh,
	reset_all, free_too_early,
};

CALLS(group_calls, table);
