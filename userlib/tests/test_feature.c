// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * VFIO_DEVICE_FEATURE.
 */
#include "env.h"

#define GET	VFIO_DEVICE_FEATURE_GET
#define SET	VFIO_DEVICE_FEATURE_SET
#define MIG	VFIO_DEVICE_FEATURE_MIGRATION
#define STATE	VFIO_DEVICE_FEATURE_MIG_DEVICE_STATE
#define TOKEN	VFIO_DEVICE_FEATURE_PCI_VF_TOKEN

static int env_features(void **state)
{
	struct env *env;
	struct fake_feature *features;

	env_device(state);
	env = *state;
	features = fake_device(env->fake, "dev")->features;
	features[MIG] = (struct fake_feature){ .ways = GET, .size = 8, .data = "1234567" };
	features[STATE] = (struct fake_feature){ .ways = GET | SET, .size = 8 };
	return 0;
}

static void get(void **state)
{
	char data[8] = "";
	struct env *env = *state;

	assert_int_equal(uvfio_device_get_feature(env->dev, MIG, data, sizeof(data),
						  &env->err), 0);
	assert_string_equal(data, "1234567");
	assert_int_equal(env->fake->nr_calls, 1);
	assert_int_equal(env->fake->calls[0].request, VFIO_DEVICE_FEATURE);
}

static void set(void **state)
{
	char data[8] = "abcdefg", back[8] = "";
	struct env *env = *state;

	assert_int_equal(uvfio_device_set_feature(env->dev, STATE, data, sizeof(data),
						  &env->err), 0);
	assert_int_equal(uvfio_device_get_feature(env->dev, STATE, back, sizeof(back),
						  &env->err), 0);
	assert_string_equal(back, "abcdefg");
}

static void probe(void **state)
{
	static const struct {
		uint16_t feature;
		uint32_t ways;
		int ret;
	} cases[] = {
		{ MIG, GET, 0 }, { STATE, GET, 0 }, { STATE, SET, 0 },
		{ STATE, GET | SET, 0 }, { MIG, SET, -EINVAL },
		{ MIG, GET | SET, -EINVAL }, { TOKEN, GET, -ENOTTY }, { 99, GET, -ENOTTY },
	};
	struct env *env = *state;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(cases); i++)
		assert_int_equal(uvfio_device_probe_feature(env->dev, cases[i].feature,
							    cases[i].ways, NULL),
				 cases[i].ret);
}

static void failures(void **state)
{
	char data[8] = "keep me";
	struct env *env = *state;

	assert_failed(env, uvfio_device_get_feature(env->dev, TOKEN, data, sizeof(data),
						    &env->err), -ENOTTY);
	assert_string_equal(env->err.operation, "uvfio_device_get_feature");
	assert_string_equal(env->err.ioctl, "VFIO_DEVICE_FEATURE");
	assert_contains(env->err.message, "dev: VFIO_DEVICE_FEATURE 0 with 8 bytes: ");
	assert_failed(env, uvfio_device_set_feature(env->dev, MIG, data, sizeof(data),
						    &env->err), -EINVAL);
	assert_failed(env, uvfio_device_probe_feature(env->dev, TOKEN, GET, &env->err),
		      -ENOTTY);
	assert_string_equal(data, "keep me");
}

static void sizes(void **state)
{
	char data[8] = "";
	struct env *env = *state;

	assert_failed(env, uvfio_device_get_feature(env->dev, MIG, data, 4, &env->err),
		      -EINVAL);
	assert_string_equal(data, "");
	assert_failed(env, uvfio_device_set_feature(env->dev, STATE, NULL, 0, &env->err),
		      -EINVAL);
	fake_forget_calls(env->fake);
	/* argsz has 32 bits. */
	assert_failed(env, uvfio_device_get_feature(env->dev, MIG, data, SIZE_MAX,
						    &env->err), -EINVAL);
	assert_failed(env, uvfio_device_get_feature(env->dev, MIG, data, UINT32_MAX - 7,
						    &env->err), -EINVAL);
	fake_fail(env->fake, FAKE_ALLOC, 0, 0, 1, -ENOMEM);
	assert_failed(env, uvfio_device_get_feature(env->dev, MIG, data, UINT32_MAX - 8,
						    &env->err), -ENOMEM);
	assert_int_equal(env->fake->nr_calls, 0);
}

static int spoil_and_fail(void *opaque, int fd, unsigned long request, void *arg)
{
	struct vfio_device_feature *feature = arg;

	if (request != VFIO_DEVICE_FEATURE)
		return fake_sysops.ioctl(opaque, fd, request, arg);
	memset(feature->data, 0xff, feature->argsz - sizeof(*feature));
	errno = EFAULT;
	return -1;
}

static void what_failed_is_no_answer(void **state)
{
	struct uvfio_sysops sysops = fake_sysops;
	char data[8] = "keep me";
	struct env *env = *state;
	struct uvfio_options opts = fake_options(env->fake);

	sysops.ioctl = spoil_and_fail;
	opts.sysops = &sysops;
	assert_int_equal(uvfio_new(&opts, &env->ctx, NULL), 0);
	env_open_device(env);
	assert_failed(env, uvfio_device_get_feature(env->dev, MIG, data, sizeof(data),
						    &env->err), -EFAULT);
	assert_string_equal(data, "keep me");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		test_on(env_features, get),
		test_on(env_features, set),
		test_on(env_features, probe),
		test_on(env_features, failures),
		test_on(env_features, sizes),
		test_on(env_fake, what_failed_is_no_answer),
	};

	return cmocka_run_group_tests_name("feature", tests, NULL, NULL);
}
