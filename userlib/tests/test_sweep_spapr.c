// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * The sweep of sPAPR machines, with a virtual machine that learns of the groups:
 * the nth system call or allocation fails, for each n there is and each errno it
 * has. Afterwards nothing more is held than before, the result says what failed,
 * and the same call then works.
 */
#include <stdio.h>

#include <linux/kvm.h>

#include "spapr_env.h"
#include "sweep.h"

struct scenario {
	const char *name;
	int (*run)(struct env *env);
	void (*undo)(struct env *env);
	void (*prepare)(struct env *env);
	bool v1;		/* is tried first */
	bool connected;		/* starts with a group */
	bool consumes;		/* what it ends is gone, even when it fails */
	const struct sweep_survival *survives;
};

/* KVM need not know: the first two rows of each. */
static const struct sweep_survival quiet[] = {
	{ FAKE_IOCTL, KVM_CREATE_DEVICE, 0, 0 },
	{ FAKE_IOCTL, KVM_SET_DEVICE_ATTR, 0, 0 },
	{ 0 }
};

/* There is another type. */
static const struct sweep_survival choosing[] = {
	{ FAKE_IOCTL, KVM_CREATE_DEVICE, 0, 0 },
	{ FAKE_IOCTL, KVM_SET_DEVICE_ATTR, 0, 0 },
	{ FAKE_IOCTL, VFIO_CHECK_EXTENSION, 0, 0 },
	{ 0 }
};

/* With more levels, the window may fit. */
static const struct sweep_survival opening[] = {
	{ FAKE_IOCTL, KVM_CREATE_DEVICE, 0, 0 },
	{ FAKE_IOCTL, KVM_SET_DEVICE_ATTR, 0, 0 },
	{ FAKE_IOCTL, VFIO_IOMMU_SPAPR_TCE_CREATE, 0, 0 },
	{ 0 }
};

/* Version 1 is tried instead of version 2. */
static const struct sweep_survival falling_back[] = {
	{ FAKE_IOCTL, KVM_CREATE_DEVICE, 0, 0 },
	{ FAKE_IOCTL, KVM_SET_DEVICE_ATTR, 0, 0 },
	{ FAKE_IOCTL, VFIO_CHECK_EXTENSION, 0, 0 },
	{ FAKE_IOCTL, VFIO_SET_IOMMU, 0, 0 },
	{ 0 }
};

static const struct sweep_survival mapping[] = {
	{ FAKE_IOCTL, KVM_CREATE_DEVICE, 0, 0 },
	{ FAKE_IOCTL, KVM_SET_DEVICE_ATTR, 0, 0 },
	{ FAKE_IOCTL, VFIO_IOMMU_MAP_DMA, EBUSY, 0 },
	{ 0 }
};

/* Nothing to unmap is what iommufd's type1 calls an error. */
static const struct sweep_survival unmapping[] = {
	{ FAKE_IOCTL, KVM_CREATE_DEVICE, 0, 0 },
	{ FAKE_IOCTL, KVM_SET_DEVICE_ATTR, 0, 0 },
	{ FAKE_IOCTL, VFIO_IOMMU_UNMAP_DMA, ENOENT, 0 },
	{ 0 }
};

/* The container goes in any case; what it cannot give back goes with it. */
static const struct sweep_survival leaving[] = {
	{ FAKE_IOCTL, KVM_CREATE_DEVICE, 0, 0 },
	{ FAKE_IOCTL, KVM_SET_DEVICE_ATTR, 0, 0 },
	{ FAKE_IOCTL, VFIO_IOMMU_SPAPR_UNREGISTER_MEMORY, 0, 0 },
	{ 0 }
};

static struct uvfio_memory *iommu, *ram;
static int vm;

static int get_group(struct env *env)
{
	return space_connect(env);
}

static void put_group(struct env *env)
{
	assert_int_equal(uvfio_put_group(env->group, NULL), 0);
	env->group = NULL;
}

static int leave(struct env *env)
{
	struct uvfio_group *group = env->group;

	env->group = NULL;
	return uvfio_put_group(group, &env->err);
}

static void new_ram(struct env *env)
{
	ram = space_memory(env, UVFIO_MEMORY_RAM, 0x9000000, 0x1000);
}

static int add_ram(struct env *env)
{
	const struct uvfio_section section = {
		.start = 0x1000000, .size = { .lo = 0x1000 }, .memory = ram,
	};

	return uvfio_section_add(spapr.system, &section, &env->err);
}

static void del_ram(struct env *env)
{
	(void)env;
	assert_int_equal(uvfio_section_del(spapr.system, 0x1000000, NULL), 0);
	uvfio_memory_put(ram);
}

static int add_iommu(struct env *env)
{
	return spapr_add_iommu(env, 0, GIB, &iommu);
}

static void del_iommu(struct env *env)
{
	assert_int_equal(space_del(env, 0), 0);
}

static void with_iommu(struct env *env)
{
	assert_int_equal(add_iommu(env), 0);
}

static void with_translation(struct env *env)
{
	with_iommu(env);
	assert_int_equal(spapr_translate(env, iommu), 0);
}

static int translate(struct env *env)
{
	return spapr_translate(env, iommu);
}

static int remove_iommu(struct env *env)
{
	return space_del(env, 0);
}

static int container_op(struct env *env)
{
	return uvfio_eeh_container_op(env->container, VFIO_EEH_PE_ENABLE, &env->err);
}

static int as_op(struct env *env)
{
	return uvfio_eeh_as_op(env->as, VFIO_EEH_PE_ENABLE, &env->err);
}

static int set_kvm(struct env *env)
{
	return uvfio_set_kvm(env->ctx, vm, &env->err);
}

static void without_kvm(struct env *env)
{
	assert_int_equal(uvfio_set_kvm(env->ctx, -1, NULL), 0);
}

static const struct scenario scenarios[] = {
	{ "get_group", get_group, put_group, .survives = falling_back },
	{ "get_group, v1", get_group, put_group, .v1 = true, .survives = choosing },
	{ "put_group", leave, .connected = true, .consumes = true, .survives = leaving },
	{ "put_group, v1", leave, .v1 = true, .connected = true, .consumes = true,
	  .survives = quiet },
	{ "section_add of RAM", add_ram, del_ram, new_ram, .connected = true },
	{ "section_add of an IOMMU", add_iommu, del_iommu, .connected = true,
	  .survives = opening },
	{ "section_add of an IOMMU, v1", add_iommu, del_iommu, .v1 = true, .connected = true },
	{ "section_del of an IOMMU", remove_iommu, .prepare = with_translation,
	  .connected = true, .consumes = true, .survives = unmapping },
	{ "iommu_notify", translate, del_iommu, with_iommu, .connected = true,
	  .survives = mapping },
	{ "eeh_container_op", container_op, .connected = true },
	{ "eeh_as_op", as_op, .connected = true },
	{ "set_kvm", set_kvm, NULL, without_kvm, .connected = true, .survives = quiet },
};

static void start(struct env *env, const struct scenario *scenario)
{
	static const unsigned int v1_first[] = {
		VFIO_SPAPR_TCE_IOMMU, VFIO_SPAPR_TCE_v2_IOMMU, 0
	};

	env->fake = fake_new();
	fake_be_spapr(env->fake, SPAPR_POWERNV);
	vm = fake_open_vm(env->fake);
	spapr = (struct spapr_env){
		.pgsizes = 0x1000, .tce_table = fake_open_tce_table(env->fake),
	};
	env_new_context(env, scenario->v1 ? v1_first : NULL);
	spapr_open(env);
	assert_int_equal(uvfio_set_kvm(env->ctx, vm, NULL), 0);
	if (scenario->connected)
		assert_int_equal(space_connect(env), 0);
	/* The kernel makes version 1's window, and locks its table, at the first use. */
	if (scenario->connected && scenario->v1)
		assert_int_equal(uvfio_dma_unmap_range(env->container, 0, 0x1000, NULL, NULL), 0);
	if (scenario->prepare)
		scenario->prepare(env);
}

static void finish(struct env *env, const struct scenario *scenario)
{
	void *state = env;

	if (scenario->undo)
		scenario->undo(env);
	uvfio_put_group(env->group, NULL);
	env->group = NULL;
	assert_int_equal(uvfio_set_kvm(env->ctx, -1, NULL), 0);
	fake_close_fd(env->fake, vm);
	fake_close_fd(env->fake, spapr.tce_table);
	assert_int_equal(spapr_end(&state), 0);
}

/* KVM's device is made when it is first needed, and stays. */
static void assert_same(const struct env *env, struct sweep_held before, bool had_device)
{
	struct sweep_held after = sweep_count(env);

	before.files += env->fake->vm.has_device && !had_device;
	sweep_assert_same(&before, &after);
}

static const struct sweep_call *point(const void *subject, unsigned int n, int error)
{
	const struct scenario *scenario = subject;
	struct env *env = calloc(1, sizeof(*env));
	const struct sweep_call *hit = NULL;
	struct sweep_held before;
	bool had_device;
	int ret;

	sweep_at("%s: call %u fails with errno %d", scenario->name, n, error);
	start(env, scenario);
	before = sweep_count(env);
	had_device = env->fake->vm.has_device;
	env->fake->fail_errno = error;
	env->fake->fail_nth = n;
	ret = sweep_run(env, scenario->run);
	env->fake->fail_nth = 0;
	if (env->fake->fail_fired) {
		hit = sweep_hit(env->fake);
		if (sweep_survives(scenario->survives, hit, error)) {
			assert_true(ret >= 0);
		} else {
			assert_int_equal(errno, -ret);
			sweep_assert_told(env, ret, hit, error);
			if (!scenario->consumes) {
				assert_same(env, before, had_device);
				assert_true(sweep_run(env, scenario->run) >= 0);
			}
		}
	}
	finish(env, scenario);
	sweep_passed();
	return hit;
}

static void sweep(void **state)
{
	(void)state;
	sweep_scenarios(point, scenarios, sizeof(scenarios[0]), ARRAY_SIZE(scenarios));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(sweep, sweep_tell_where),
	};

	return cmocka_run_group_tests_name("sweep_spapr", tests, NULL, NULL);
}
