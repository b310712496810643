// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * EEH operations: on which container, and what their results become.
 */
#include "space.h"

static int env_eeh(void **state)
{
	struct env *env;

	env_fake(state);
	env = *state;
	fake_be_spapr(env->fake, SPAPR_POWERNV);
	env_new_context(env, NULL);
	space_open(env);
	assert_int_equal(space_connect(env), 0);
	return 0;
}

static int op(struct env *env, uint32_t operation)
{
	return uvfio_eeh_container_op(env->container, operation, &env->err);
}

/* A state is a result, not a failure (QEMU d917e88d85). */
static void positive_results_are_states(void **state)
{
	struct env *env = *state;

	assert_true(uvfio_eeh_container_ok(env->container));
	assert_int_equal(uvfio_container_check_extension(env->container, VFIO_EEH), 1);
	assert_int_equal(op(env, VFIO_EEH_PE_ENABLE), 0);
	assert_int_equal(op(env, VFIO_EEH_PE_GET_STATE), VFIO_EEH_PE_STATE_NORMAL);
	assert_int_equal(op(env, VFIO_EEH_PE_RESET_HOT), 0);
	assert_int_equal(op(env, VFIO_EEH_PE_GET_STATE), VFIO_EEH_PE_STATE_RESET);
	assert_int_equal(op(env, VFIO_EEH_PE_RESET_DEACTIVATE), 0);
	assert_int_equal(op(env, VFIO_EEH_PE_INJECT_ERR), 0);
	assert_int_equal(op(env, VFIO_EEH_PE_GET_STATE), VFIO_EEH_PE_STATE_STOPPED);
	assert_int_equal(op(env, VFIO_EEH_PE_UNFREEZE_IO), 0);
	assert_int_equal(op(env, VFIO_EEH_PE_GET_STATE), VFIO_EEH_PE_STATE_STOPPED_DMA);
	assert_int_equal(op(env, VFIO_EEH_PE_UNFREEZE_DMA), 0);
	assert_int_equal(op(env, VFIO_EEH_PE_INJECT_ERR), 0);
	assert_int_equal(op(env, VFIO_EEH_PE_UNFREEZE_DMA), 0);
	assert_int_equal(uvfio_eeh_as_op(env->as, VFIO_EEH_PE_GET_STATE, &env->err),
			 VFIO_EEH_PE_STATE_UNAVAIL);
}

static void errors_name_the_operation(void **state)
{
	struct env *env = *state;

	fake_fail(env->fake, FAKE_IOCTL, VFIO_EEH_PE_OP, 0, 1, -EPERM);
	assert_failed(env, op(env, VFIO_EEH_PE_RESET_FUNDAMENTAL), -EPERM);
	assert_string_equal(env->err.message,
			    "VFIO_EEH_PE_OP 0x7 (RESET_FUNDAMENTAL): Operation not permitted");
	assert_string_equal(env->err.ioctl, "VFIO_EEH_PE_OP");
	assert_failed(env, op(env, 77), -EINVAL);
	assert_contains(env->err.message, "VFIO_EEH_PE_OP 0x4d (unknown)");
	env->fake->spapr.types &= ~(1u << VFIO_EEH);
	env->fake->containers[0].spapr.config.types = env->fake->spapr.types;
	assert_failed(env, op(env, VFIO_EEH_PE_GET_STATE), -ENODEV);
}

/* One operation would be done on both: a guest knows only one endpoint. */
static void two_groups_are_not_ok(void **state)
{
	struct env *env = *state;
	struct uvfio_group *second;
	unsigned int calls;

	assert_int_equal(uvfio_get_group(env->as, 11, &second, &env->err), 0);
	assert_ptr_equal(uvfio_group_container(second), env->container);
	calls = fake_count_calls(env->fake, FAKE_IOCTL, VFIO_EEH_PE_OP);
	assert_false(uvfio_eeh_container_ok(env->container));
	assert_false(uvfio_eeh_as_ok(env->as));
	assert_failed(env, op(env, VFIO_EEH_PE_ENABLE), -EPERM);
	assert_failed(env, uvfio_eeh_as_op(env->as, VFIO_EEH_PE_ENABLE, &env->err), -EPERM);
	assert_int_equal(fake_count_calls(env->fake, FAKE_IOCTL, VFIO_EEH_PE_OP), calls);
	uvfio_put_group(second, NULL);
	assert_true(uvfio_eeh_as_ok(env->as));
}

static void no_or_several_containers_are_not_ok(void **state)
{
	struct env *env = *state;
	struct uvfio_address_space *empty;
	struct uvfio_group *alone;

	assert_int_equal(uvfio_get_address_space(env->ctx, env, &empty, NULL), 0);
	assert_false(uvfio_eeh_as_ok(empty));
	assert_failed(env, uvfio_eeh_as_op(empty, VFIO_EEH_PE_ENABLE, &env->err), -ENODEV);
	uvfio_put_address_space(empty);

	assert_true(uvfio_eeh_as_ok(env->as));
	assert_int_equal(uvfio_get_group(env->as, 12, &alone, &env->err), 0);
	assert_ptr_not_equal(uvfio_group_container(alone), env->container);
	assert_false(uvfio_eeh_as_ok(env->as));
	assert_failed(env, uvfio_eeh_as_op(env->as, VFIO_EEH_PE_ENABLE, &env->err), -ENODEV);
	/* Each by itself is. */
	assert_int_equal(op(env, VFIO_EEH_PE_ENABLE), 0);
	uvfio_put_group(alone, NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		test_on(env_eeh, positive_results_are_states),
		test_on(env_eeh, errors_name_the_operation),
		test_on(env_eeh, two_groups_are_not_ok),
		test_on(env_eeh, no_or_several_containers_are_not_ok),
	};

	return cmocka_run_group_tests_name("eeh", tests, NULL, NULL);
}
