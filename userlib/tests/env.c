// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * The environment of the tests. The hooks trample on errno on purpose.
 */
#include <stdio.h>

#include "env.h"

static void append(char *buf, size_t size, const char *a, const char *b)
{
	size_t len = strlen(buf);

	snprintf(buf + len, size - len, "%s %s\n", a, b);
}

static void on_log(void *opaque, enum uvfio_log_level level, const char *message)
{
	static const char *const names[] = { "error", "warning", "info" };
	struct env *env = opaque;

	append(env->log, sizeof(env->log), names[level], message);
	errno = ENOTSUP;
}

static void on_trace(void *opaque, const char *event, const char *args)
{
	struct env *env = opaque;

	append(env->trace, sizeof(env->trace), event, args);
	errno = ENOTSUP;
}

static void on_eoi(struct uvfio_device *dev, void *opaque)
{
	struct env *env = opaque;

	(void)dev;
	env->eois++;
	errno = ENOTSUP;
}

void env_new_context(struct env *env, const unsigned int *types)
{
	struct uvfio_options opts = fake_options(env->fake);

	opts.iommu_types = types;
	while (types && types[opts.nr_iommu_types])
		opts.nr_iommu_types++;
	assert_int_equal(uvfio_new(&opts, &env->ctx, &env->err), 0);
	uvfio_set_log(env->ctx, UVFIO_LOG_INFO, on_log, env);
	uvfio_set_trace(env->ctx, on_trace, env);
}

void env_open_device(struct env *env)
{
	const struct uvfio_device_options opts = {
		.size = sizeof(opts), .opaque = env, .eoi = on_eoi,
	};

	assert_int_equal(uvfio_get_address_space(env->ctx, NULL, &env->as,
						 &env->err), 0);
	assert_int_equal(uvfio_get_group(env->as, 10, &env->group, &env->err), 0);
	env->container = uvfio_group_container(env->group);
	assert_int_equal(uvfio_get_device(env->group, "dev", &opts, &env->dev,
					  &env->err), 0);
	fake_forget_calls(env->fake);
}

int env_fake(void **state)
{
	struct env *env = calloc(1, sizeof(*env));

	env->fake = fake_new();
	*state = env;
	return 0;
}

int env_context(void **state)
{
	env_fake(state);
	env_new_context(*state, NULL);
	return 0;
}

int env_device(void **state)
{
	env_context(state);
	env_open_device(*state);
	return 0;
}

void env_close(struct env *env)
{
	uvfio_put_base_device(env->dev, NULL);
	uvfio_put_group(env->group, NULL);
	uvfio_put_address_space(env->as);
	assert_int_equal(uvfio_free(env->ctx), 0);
	env->dev = NULL;
	env->group = NULL;
	env->as = NULL;
	env->ctx = NULL;
}

int env_end(void **state)
{
	struct env *env = *state;
	int ret;

	env_close(env);
	ret = !fake_free(env->fake);
	free(env);
	return ret;
}
