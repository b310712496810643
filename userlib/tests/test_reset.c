// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * The reset of all devices, and when there is one.
 */
#include "env.h"

/* What a device's hooks do, and what was done with them. */
struct subject {
	struct uvfio_device *dev;
	bool needs_reset;
	int result;
	struct uvfio_device *takes_along;
	unsigned int computed;
	unsigned int reset;
};

/* "c" or "r" and the device's number for each hook that ran. */
static char order[64];
static struct subject subjects[3];

static void note(char what, const struct subject *subject)
{
	size_t len = strlen(order);

	order[len] = what;
	order[len + 1] = '0' + (subject - subjects);
	order[len + 2] = '\0';
}

static bool compute(struct uvfio_device *dev, void *opaque)
{
	struct subject *subject = opaque;

	assert_ptr_equal(dev, subject->dev);
	note('c', subject);
	subject->computed++;
	return subject->needs_reset;
}

static int hot_reset(struct uvfio_device *dev, void *opaque)
{
	struct subject *subject = opaque;

	assert_ptr_equal(dev, subject->dev);
	note('r', subject);
	subject->reset++;
	if (subject->takes_along)
		uvfio_device_set_needs_reset(subject->takes_along, false);
	return subject->result;
}

/* Subjects 0 and 1 in group 10, 2 in group 11; all realized, all need it. */
static int env_subjects(void **state)
{
	static const char *const names[] = { "dev", "dev2", "other" };
	struct uvfio_device_options opts = {
		.size = sizeof(opts), .compute_needs_reset = compute,
		.hot_reset_multi = hot_reset,
	};
	struct uvfio_group *group;
	struct env *env;
	int i;

	env_context(state);
	env = *state;
	memset(subjects, 0, sizeof(subjects));
	order[0] = '\0';
	assert_int_equal(uvfio_get_address_space(env->ctx, NULL, &env->as, NULL), 0);
	for (i = 0; i < 3; i++) {
		opts.opaque = &subjects[i];
		subjects[i].needs_reset = true;
		assert_int_equal(uvfio_get_group(env->as, i < 2 ? 10 : 11, &group,
						 NULL), 0);
		assert_int_equal(uvfio_get_device(group, names[i], &opts,
						  &subjects[i].dev, NULL), 0);
		uvfio_put_group(group, NULL);
		uvfio_device_set_realized(subjects[i].dev, true);
	}
	return 0;
}

static int env_subjects_end(void **state)
{
	int i;

	for (i = 0; i < 3; i++)
		uvfio_put_base_device(subjects[i].dev, NULL);
	return env_end(state);
}

static void everybody_is_asked_before_anybody_is_reset(void **state)
{
	struct env *env = *state;

	subjects[1].needs_reset = false;
	assert_int_equal(uvfio_reset_handler(env->ctx, &env->err), 0);
	assert_string_equal(order, "c0c1c2r0r2");
	assert_false(uvfio_device_needs_reset(subjects[0].dev));
}

/* One bus: the first reset is enough for both. */
static void a_reset_may_take_others_along(void **state)
{
	struct env *env = *state;

	subjects[0].takes_along = subjects[2].dev;
	assert_int_equal(uvfio_reset_handler(env->ctx, &env->err), 0);
	assert_string_equal(order, "c0c1c2r0r1");
}

/* QEMU 7da624e26a. */
static void unrealized_devices_are_left_alone(void **state)
{
	struct env *env = *state;

	uvfio_device_set_realized(subjects[0].dev, false);
	uvfio_device_set_needs_reset(subjects[0].dev, true);
	assert_int_equal(uvfio_reset_handler(env->ctx, &env->err), 0);
	assert_string_equal(order, "c1c2r1r2");
	assert_true(uvfio_device_needs_reset(subjects[0].dev));
}

static void a_failure_does_not_stop_the_others(void **state)
{
	struct env *env = *state;

	subjects[0].result = -EBUSY;
	subjects[1].result = -EIO;
	assert_failed(env, uvfio_reset_handler(env->ctx, &env->err), -EBUSY);
	assert_string_equal(order, "c0c1c2r0r1r2");
	assert_string_equal(env->err.path, "dev");
	assert_contains(env->log, "dev2: hot reset: ");
	assert_contains(env->log, strerror(EIO));
	assert_true(uvfio_device_needs_reset(subjects[0].dev));
	assert_false(uvfio_device_needs_reset(subjects[2].dev));
}

/* Nothing is computed then: who put the device on the list is right. */
static void without_a_hook_what_was_set_counts(void **state)
{
	struct env *env = *state;
	struct uvfio_device_options opts = {
		.size = sizeof(opts), .hot_reset_multi = hot_reset, .opaque = &subjects[1],
	};

	uvfio_put_base_device(subjects[1].dev, NULL);
	assert_int_equal(uvfio_get_group(env->as, 10, &env->group, NULL), 0);
	assert_int_equal(uvfio_get_device(env->group, "dev2", &opts, &subjects[1].dev,
					  NULL), 0);
	uvfio_device_set_realized(subjects[1].dev, true);
	assert_int_equal(uvfio_reset_handler(env->ctx, &env->err), 0);
	assert_int_equal(subjects[1].reset, 0);
	uvfio_device_set_needs_reset(subjects[1].dev, true);
	assert_int_equal(uvfio_reset_handler(env->ctx, &env->err), 0);
	assert_int_equal(subjects[1].reset, 1);
	assert_false(uvfio_device_needs_reset(subjects[1].dev));
}

/* A device that went is no longer asked, and one without hooks never is. */
static void only_devices_that_are_there(void **state)
{
	struct env *env = *state;

	uvfio_put_base_device(subjects[1].dev, NULL);
	subjects[1].dev = NULL;
	assert_int_equal(uvfio_get_group(env->as, 10, &env->group, NULL), 0);
	assert_int_equal(uvfio_get_device(env->group, "dev2", NULL, &env->dev, NULL),
			 0);
	uvfio_device_set_realized(env->dev, true);
	uvfio_device_set_needs_reset(env->dev, true);
	assert_int_equal(uvfio_reset_handler(env->ctx, &env->err), 0);
	assert_string_equal(order, "c0c2r0r2");
	assert_true(uvfio_device_needs_reset(env->dev));
}

static char registrations[16];

static void registration(struct uvfio *ctx, bool wanted, void *opaque)
{
	assert_non_null(ctx);
	assert_ptr_equal(opaque, registrations);
	strcat(registrations, wanted ? "+" : "-");
}

static void registered_from_the_first_group_to_the_last(void **state)
{
	struct env *env = *state;
	struct uvfio_options opts = fake_options(env->fake);
	struct uvfio_group *first, *second;

	registrations[0] = '\0';
	opts.reset_registration = registration;
	opts.reset_registration_opaque = registrations;
	assert_int_equal(uvfio_new(&opts, &env->ctx, NULL), 0);
	assert_int_equal(uvfio_get_address_space(env->ctx, NULL, &env->as, NULL), 0);
	fake_fail(env->fake, FAKE_IOCTL, VFIO_SET_IOMMU, 0, 1, -ENODEV);
	assert_int_equal(uvfio_get_group(env->as, 10, &first, &env->err), -ENODEV);
	assert_string_equal(registrations, "");
	assert_int_equal(uvfio_get_group(env->as, 10, &first, NULL), 0);
	assert_int_equal(uvfio_get_group(env->as, 11, &second, NULL), 0);
	assert_string_equal(registrations, "+");
	uvfio_put_group(first, NULL);
	assert_string_equal(registrations, "+");
	uvfio_put_group(second, NULL);
	assert_string_equal(registrations, "+-");
	assert_int_equal(uvfio_reset_handler(env->ctx, &env->err), 0);
}

#define test_subjects(function) \
	cmocka_unit_test_setup_teardown(function, env_subjects, env_subjects_end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		test_subjects(everybody_is_asked_before_anybody_is_reset),
		test_subjects(a_reset_may_take_others_along),
		test_subjects(unrealized_devices_are_left_alone),
		test_subjects(a_failure_does_not_stop_the_others),
		test_subjects(without_a_hook_what_was_set_counts),
		test_subjects(only_devices_that_are_there),
		test_on(env_fake, registered_from_the_first_group_to_the_last),
	};

	return cmocka_run_group_tests_name("reset", tests, NULL, NULL);
}
