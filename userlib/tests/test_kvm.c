// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * What a virtual machine is told of the groups.
 */
#include <linux/kvm.h>

#include "space.h"

static int vm;

static int env_vm(void **state)
{
	struct env *env;

	env_context(state);
	env = *state;
	vm = fake_open_vm(env->fake);
	assert_int_equal(uvfio_get_address_space(env->ctx, NULL, &env->as, NULL), 0);
	return 0;
}

static int vm_end(void **state)
{
	struct env *env = *state;

	uvfio_put_group(env->group, NULL);
	env->group = NULL;
	uvfio_put_address_space(env->as);
	env->as = NULL;
	assert_int_equal(uvfio_free(env->ctx), 0);
	env->ctx = NULL;
	assert_false(env->fake->vm.has_device);
	fake_close_fd(env->fake, vm);
	return env_end(state);
}

static struct uvfio_group *get_group(struct env *env, int id)
{
	struct uvfio_group *group;

	assert_int_equal(uvfio_get_group(env->as, id, &group, &env->err), 0);
	return group;
}

static unsigned int created(struct env *env)
{
	return fake_count_calls(env->fake, FAKE_IOCTL, KVM_CREATE_DEVICE);
}

static unsigned int told(struct env *env)
{
	return fake_count_calls(env->fake, FAKE_IOCTL, KVM_SET_DEVICE_ATTR);
}

#define assert_told(env, nth, attribute, group_fd) \
	do { \
		const struct fake_call *call_ = \
			fake_nth_call((env)->fake, FAKE_IOCTL, KVM_SET_DEVICE_ATTR, nth); \
		assert_non_null(call_); \
		assert_int_equal(call_->a, attribute); \
		assert_int_equal(call_->b, group_fd); \
		assert_int_equal(call_->ret, 0); \
	} while (0)

static void without_kvm_nothing(void **state)
{
	struct env *env = *state;

	env->group = get_group(env, 10);
	uvfio_put_group(env->group, NULL);
	env->group = NULL;
	assert_int_equal(created(env), 0);
	assert_int_equal(told(env), 0);
}

/* Also of the second group of a container, which needs no new one. */
static void every_group_is_added_and_removed(void **state)
{
	struct env *env = *state;
	struct uvfio_group *second;
	int fd[2];

	assert_int_equal(uvfio_set_kvm(env->ctx, vm, &env->err), 0);
	assert_int_equal(created(env), 0);
	env->group = get_group(env, 10);
	second = get_group(env, 11);
	assert_ptr_equal(uvfio_group_container(second), uvfio_group_container(env->group));
	fd[0] = uvfio_group_fd(env->group);
	fd[1] = uvfio_group_fd(second);
	assert_int_equal(told(env), 2);
	assert_told(env, 0, KVM_DEV_VFIO_GROUP_ADD, fd[0]);
	assert_told(env, 1, KVM_DEV_VFIO_GROUP_ADD, fd[1]);
	assert_true(env->fake->groups[0].in_kvm && env->fake->groups[1].in_kvm);
	uvfio_put_group(env->group, NULL);
	env->group = NULL;
	assert_told(env, 2, KVM_DEV_VFIO_GROUP_DEL, fd[0]);
	uvfio_put_group(second, NULL);
	assert_told(env, 3, KVM_DEV_VFIO_GROUP_DEL, fd[1]);
	assert_contains(env->trace,
			"uvfio_kvm_set_attr group 10: KVM_DEV_VFIO_GROUP_ADD = 0\n");
	assert_contains(env->trace,
			"uvfio_kvm_set_attr group 11: KVM_DEV_VFIO_GROUP_DEL = 0\n");
	/* KVM would have kept them open. */
	assert_false(env->fake->groups[0].open || env->fake->groups[1].open);
}

static void device_is_made_once_and_kept(void **state)
{
	struct env *env = *state;
	int i;

	assert_int_equal(uvfio_set_kvm(env->ctx, vm, &env->err), 0);
	for (i = 0; i < 3; i++) {
		env->group = get_group(env, 10);
		uvfio_put_group(env->group, NULL);
	}
	env->group = NULL;
	assert_int_equal(created(env), 1);
	assert_int_equal(told(env), 6);
	assert_true(env->fake->vm.has_device);
}

/* A group that could not be told of works, and is not removed either. */
static void failures_are_reported_and_not_fatal(void **state)
{
	struct env *env = *state;

	assert_int_equal(uvfio_set_kvm(env->ctx, vm, &env->err), 0);
	fake_fail(env->fake, FAKE_IOCTL, KVM_CREATE_DEVICE, 0, 1, -ENODEV);
	env->group = get_group(env, 10);
	assert_contains(env->log, "error KVM_CREATE_DEVICE VFIO: No such device");
	assert_int_equal(told(env), 0);
	uvfio_put_group(env->group, NULL);
	assert_int_equal(told(env), 0);

	fake_fail(env->fake, FAKE_IOCTL, KVM_SET_DEVICE_ATTR, 0, 1, -EPERM);
	env->group = get_group(env, 10);
	assert_int_equal(created(env), 2);
	assert_contains(env->log,
			"error group 10: KVM_DEV_VFIO_GROUP_ADD: Operation not permitted");
	uvfio_put_group(env->group, NULL);
	assert_int_equal(told(env), 1);

	fake_fail(env->fake, FAKE_IOCTL, KVM_SET_DEVICE_ATTR, 1, 1, -EINVAL);
	env->group = get_group(env, 10);
	assert_int_equal(uvfio_put_group(env->group, &env->err), 0);
	env->group = NULL;
	assert_contains(env->log, "error group 10: KVM_DEV_VFIO_GROUP_DEL: Invalid argument");
}

/* A group whose container fails to come up is not left in the machine. */
static void failed_set_up_is_undone(void **state)
{
	struct env *env = *state;

	assert_int_equal(uvfio_set_kvm(env->ctx, vm, &env->err), 0);
	assert_int_equal(space_add_ram(env, 0x1000, 0x1000, 0x1000), 0);
	fake_fail(env->fake, FAKE_IOCTL, VFIO_IOMMU_MAP_DMA, 0, 1, -ENOMEM);
	assert_failed(env, uvfio_get_group(env->as, 10, &env->group, &env->err), -ENOMEM);
	assert_false(env->fake->groups[0].in_kvm);
	assert_false(env->fake->groups[0].open);
	env->group = get_group(env, 10);
	assert_int_equal(space_del(env, 0x1000), 0);
}

static void groups_that_are_there_are_added(void **state)
{
	struct env *env = *state;
	struct uvfio_group *second;

	env->group = get_group(env, 10);
	second = get_group(env, 12);
	assert_int_equal(uvfio_set_kvm(env->ctx, vm, &env->err), 0);
	assert_told(env, 0, KVM_DEV_VFIO_GROUP_ADD, uvfio_group_fd(env->group));
	assert_told(env, 1, KVM_DEV_VFIO_GROUP_ADD, uvfio_group_fd(second));
	/* The same machine again changes nothing; another one cannot come. */
	assert_int_equal(uvfio_set_kvm(env->ctx, vm, &env->err), 0);
	assert_int_equal(told(env), 2);
	assert_failed(env, uvfio_set_kvm(env->ctx, vm + 1, &env->err), -EBUSY);

	assert_int_equal(uvfio_set_kvm(env->ctx, -1, &env->err), 0);
	assert_int_equal(told(env), 4);
	assert_false(env->fake->groups[0].in_kvm || env->fake->groups[2].in_kvm);
	assert_false(env->fake->vm.has_device);
	uvfio_put_group(second, NULL);
	assert_int_equal(told(env), 4);
}

#define test(function)	cmocka_unit_test_setup_teardown(function, env_vm, vm_end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(without_kvm_nothing),
		test(every_group_is_added_and_removed),
		test(device_is_made_once_and_kept),
		test(failures_are_reported_and_not_fatal),
		test(failed_set_up_is_undone),
		test(groups_that_are_there_are_added),
	};

	return cmocka_run_group_tests_name("kvm", tests, NULL, NULL);
}
