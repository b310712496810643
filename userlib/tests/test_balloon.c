// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Which groups forbid ballooning.
 */
#include "space.h"

static int env_as(void **state)
{
	env_context(state);
	space_open(*state);
	return 0;
}

static unsigned int count(struct env *env)
{
	return uvfio_balloon_inhibitors(env->ctx);
}

static struct uvfio_group *get_group(struct env *env, int id)
{
	struct uvfio_group *group;

	assert_int_equal(uvfio_get_group(env->as, id, &group, &env->err), 0);
	return group;
}

static int get_device(struct env *env, struct uvfio_group *group, const char *name,
		      bool allowed, struct uvfio_device **dev)
{
	const struct uvfio_device_options opts = {
		.size = sizeof(opts), .balloon_allowed = allowed,
	};

	return uvfio_get_device(group, name, &opts, dev, &env->err);
}

/* Whether it opens, joins or already is in a container. */
static void each_group_counts(void **state)
{
	static const int ids[] = { 10, 11, 12 };
	struct uvfio_group *groups[ARRAY_SIZE(ids)], *again;
	struct env *env = *state;
	unsigned int i;

	assert_int_equal(count(env), 0);
	for (i = 0; i < ARRAY_SIZE(ids); i++) {
		groups[i] = get_group(env, ids[i]);
		assert_int_equal(count(env), i + 1);
	}
	again = get_group(env, 10);
	assert_int_equal(count(env), 3);
	uvfio_put_group(again, NULL);
	assert_int_equal(count(env), 3);
	for (i = 0; i < ARRAY_SIZE(ids); i++) {
		uvfio_put_group(groups[i], NULL);
		assert_int_equal(count(env), 2 - i);
	}
}

/* Mapping pins memory: nobody may take some of it away by then. */
static void look_at_map(struct fake *fake, unsigned long request, void *arg)
{
	struct env *env = fake->spoil_data;

	(void)arg;
	if (request == VFIO_IOMMU_MAP_DMA)
		assert_int_equal(count(env), 1);
}

static void a_group_counts_before_its_memory_is_mapped(void **state)
{
	struct env *env = *state;
	struct uvfio_group *group;

	assert_int_equal(space_add_ram(env, 0, 0x1000, 0x1000), 0);
	env->fake->spoil = look_at_map;
	env->fake->spoil_data = env;
	group = get_group(env, 10);
	assert_int_equal(space_maps(env), 1);
	uvfio_put_group(group, NULL);
}

static void the_first_device_decides(void **state)
{
	struct env *env = *state;
	struct uvfio_device *dev;

	env->group = get_group(env, 10);
	assert_int_equal(get_device(env, env->group, "dev", false, &dev), 0);
	assert_int_equal(count(env), 1);
	uvfio_put_base_device(dev, NULL);
	assert_int_equal(get_device(env, env->group, "dev", true, &dev), 0);
	assert_int_equal(count(env), 0);
	uvfio_put_group(env->group, NULL);
	env->group = NULL;
	/* The last reference is the device's: -1 would be one too many. */
	uvfio_put_base_device(dev, NULL);
	assert_int_equal(count(env), 0);
}

static void devices_of_a_group_agree(void **state)
{
	struct env *env = *state;
	struct uvfio_device *dev, *dev2;
	unsigned int held;
	bool allowed;

	env->group = get_group(env, 10);
	held = fake_held_files(env->fake);
	for (allowed = false;; allowed = true) {
		assert_int_equal(get_device(env, env->group, "dev", allowed, &dev), 0);
		assert_failed(env, get_device(env, env->group, "dev2", !allowed, &dev2),
			      -EINVAL);
		assert_string_equal(env->err.message,
				    "dev2: Inconsistent device balloon setting within group 10");
		assert_int_equal(fake_held_files(env->fake), held + 1);
		assert_int_equal(count(env), !allowed);
		assert_int_equal(get_device(env, env->group, "dev2", allowed, &dev2), 0);
		assert_int_equal(count(env), !allowed);
		uvfio_put_base_device(dev2, NULL);
		uvfio_put_base_device(dev, NULL);
		if (allowed)
			break;
	}
}

static void the_next_first_device_decides_again(void **state)
{
	struct env *env = *state;
	struct uvfio_device *dev;

	env->group = get_group(env, 10);
	assert_int_equal(get_device(env, env->group, "dev", true, &dev), 0);
	uvfio_put_base_device(dev, NULL);
	assert_int_equal(count(env), 0);
	assert_int_equal(get_device(env, env->group, "dev2", false, &dev), 0);
	assert_int_equal(count(env), 1);
	uvfio_put_base_device(dev, NULL);
	uvfio_put_group(env->group, NULL);
	env->group = NULL;
	assert_int_equal(count(env), 0);
}

static void a_failed_connection_does_not_count(void **state)
{
	static const struct {
		enum fake_op op;
		unsigned long request;
	} steps[] = {
		{ FAKE_IOCTL, VFIO_GROUP_GET_STATUS },
		{ FAKE_IOCTL, VFIO_GET_API_VERSION },
		{ FAKE_IOCTL, VFIO_SET_IOMMU },
		{ FAKE_IOCTL, VFIO_IOMMU_MAP_DMA },
	};
	struct env *env = *state;
	struct uvfio_group *group;
	size_t i;

	assert_int_equal(space_add_ram(env, 0, 0x1000, 0x1000), 0);
	for (i = 0; i < ARRAY_SIZE(steps); i++) {
		env->fake->nr_rules = 0;
		fake_fail(env->fake, steps[i].op, steps[i].request, 0, 1, -EIO);
		assert_failed(env, uvfio_get_group(env->as, 10, &group, &env->err), -EIO);
		assert_int_equal(count(env), 0);
	}
}

static char heard[16];

static void on_inhibit(struct uvfio *ctx, bool inhibit, void *opaque)
{
	assert_ptr_equal(opaque, heard);
	assert_int_equal(!!uvfio_balloon_inhibitors(ctx), inhibit);
	strcat(heard, inhibit ? "+" : "-");
}

static void the_program_hears_of_the_first_and_the_last(void **state)
{
	struct env *env = *state;
	struct uvfio_options opts = fake_options(env->fake);
	struct uvfio_group *second;
	struct uvfio_device *dev;

	heard[0] = '\0';
	opts.balloon_inhibit = on_inhibit;
	opts.balloon_inhibit_opaque = heard;
	assert_int_equal(uvfio_new(&opts, &env->ctx, NULL), 0);
	space_open(env);
	env->group = get_group(env, 10);
	second = get_group(env, 11);
	assert_string_equal(heard, "+");
	assert_int_equal(get_device(env, env->group, "dev", true, &dev), 0);
	assert_string_equal(heard, "+");
	uvfio_put_group(second, NULL);
	assert_string_equal(heard, "+-");
	uvfio_put_base_device(dev, NULL);
	uvfio_put_group(env->group, NULL);
	env->group = NULL;
	assert_string_equal(heard, "+-");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		test_on(env_as, each_group_counts),
		test_on(env_as, a_group_counts_before_its_memory_is_mapped),
		test_on(env_as, the_first_device_decides),
		test_on(env_as, devices_of_a_group_agree),
		test_on(env_as, the_next_first_device_decides_again),
		test_on(env_as, a_failed_connection_does_not_count),
		test_on(env_fake, the_program_hears_of_the_first_and_the_last),
	};

	return cmocka_run_group_tests_name("balloon", tests, NULL, NULL);
}
