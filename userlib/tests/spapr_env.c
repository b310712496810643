// SPDX-License-Identifier: LGPL-2.1-or-later
#include "spapr_env.h"

static int bus;

struct spapr_env spapr;

static int on_replay(void *opaque, struct uvfio_iommu_notifier *notifier,
		     struct uvfio_error *err)
{
	(void)opaque;
	(void)notifier;
	(void)err;
	return 0;
}

static uint64_t on_pgsizes(void *opaque)
{
	return ((struct spapr_env *)opaque)->pgsizes;
}

static int on_tce_fd(void *opaque)
{
	struct spapr_env *me = opaque;

	me->tables_asked_for++;
	return me->tce_table;
}

static const struct uvfio_iommu_ops ops = {
	.size = sizeof(ops), .replay = on_replay, .pgsizes = on_pgsizes,
	.spapr_tce_fd = on_tce_fd,
};

int spapr_add_ram(struct env *env, uint64_t start, uint64_t size, uintptr_t vaddr)
{
	struct uvfio_address_space *as = env->as;
	int ret;

	env->as = spapr.system;
	ret = space_add_ram(env, start, size, vaddr);
	env->as = as;
	return ret;
}

void spapr_open(struct env *env)
{
	space_open(env);
	spapr.system = env->as;
	assert_int_equal(spapr_add_ram(env, RAM_AT, RAM_SIZE, RAM_VADDR), 0);
	assert_int_equal(uvfio_get_address_space(env->ctx, &bus, &env->as, NULL), 0);
}

void spapr_close(void)
{
	uvfio_put_address_space(spapr.system);
	spapr.system = NULL;
}

int env_spapr(void **state)
{
	struct env *env;

	env_fake(state);
	env = *state;
	spapr = (struct spapr_env){ .pgsizes = 0x1000, .tce_table = -1 };
	fake_be_spapr(env->fake, SPAPR_POWERNV);
	env_new_context(env, NULL);
	spapr_open(env);
	return 0;
}

int env_spapr_group(void **state)
{
	struct env *env;

	env_spapr(state);
	env = *state;
	assert_int_equal(space_connect(env), 0);
	fake_forget_calls(env->fake);
	return 0;
}

int spapr_end(void **state)
{
	struct env *env = *state;

	uvfio_put_group(env->group, NULL);
	env->group = NULL;
	spapr_close();
	return env_end(state);
}

int spapr_add_iommu(struct env *env, uint64_t start, uint64_t size,
		    struct uvfio_memory **iommu)
{
	const struct uvfio_memory_options opts = {
		.size = sizeof(opts), .type = UVFIO_MEMORY_IOMMU, .name = "tce",
		.bytes = { .lo = size, .hi = !size }, .iommu = &ops, .opaque = &spapr,
	};
	struct uvfio_section section = {
		.start = start, .size = { .lo = size, .hi = !size },
	};
	int ret;

	ret = uvfio_memory_new(env->ctx, &opts, &section.memory, &env->err);
	if (ret)
		return ret;
	ret = uvfio_section_add(env->as, &section, &env->err);
	/* The section holds it. */
	uvfio_memory_put(section.memory);
	if (iommu)
		*iommu = section.memory;
	errno = ret ? -ret : errno;
	return ret;
}

int spapr_translate(struct env *env, struct uvfio_memory *iommu)
{
	const struct uvfio_iommu_entry entry = {
		.translated = RAM_AT, .addr_mask = 0xfff,
		.access = UVFIO_IOMMU_READ_WRITE,
	};

	return uvfio_iommu_notify(iommu, &entry, &env->err);
}
