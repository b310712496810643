// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Contexts, their options, errors and hooks.
 */
#include <stdio.h>

#include "env.h"

static void defaults(void **state)
{
	struct uvfio *ctx;

	(void)state;
	assert_int_equal(uvfio_new(NULL, &ctx, NULL), 0);
	assert_int_equal(uvfio_free(ctx), 0);
	assert_int_equal(uvfio_free(NULL), 0);
	assert_string_equal(uvfio_version(), "0.1.0");
}

static void options_are_sized(void **state)
{
	struct {
		struct uvfio_options known;
		uint64_t newer;
	} opts = { .newer = 0 };
	struct env *env = *state;
	struct uvfio *ctx;

	opts.known = fake_options(env->fake);
	opts.known.size = 0;
	assert_failed(env, uvfio_new(&opts.known, &ctx, &env->err), -EINVAL);
	opts.known.size = sizeof(opts);
	assert_int_equal(uvfio_new(&opts.known, &ctx, &env->err), 0);
	uvfio_free(ctx);
	opts.newer = 1;
	assert_failed(env, uvfio_new(&opts.known, &ctx, &env->err), -E2BIG);
	/* An older program's: what it does not know is at its default. */
	opts.known.size = offsetof(struct uvfio_options, allocator);
	assert_int_equal(uvfio_new(&opts.known, &ctx, &env->err), 0);
	assert_int_equal(env->fake->allocations, 0);
	uvfio_free(ctx);
}

static int own_readlink_calls;

static ssize_t own_readlink(void *opaque, const char *path, char *buf,
			    size_t size)
{
	(void)opaque;
	(void)path;
	own_readlink_calls++;
	return snprintf(buf, size, "groups/7");
}

static void sysops_may_be_partial(void **state)
{
	struct uvfio_sysops sysops = { .readlink = own_readlink };
	struct uvfio_options opts = { .size = sizeof(opts), .sysops = &sysops };
	struct env *env = *state;
	struct uvfio_address_space *as;
	struct uvfio_group *group;
	struct uvfio *ctx;

	assert_failed(env, uvfio_new(&opts, &ctx, &env->err), -EINVAL);
	sysops.size = sizeof(sysops);
	assert_int_equal(uvfio_new(&opts, &ctx, &env->err), 0);
	assert_int_equal(uvfio_group_of_device(ctx, "/x", &env->err), 7);
	assert_int_equal(own_readlink_calls, 1);
	/* open() is the real one, and there is no such group. */
	assert_int_equal(uvfio_get_address_space(ctx, NULL, &as, NULL), 0);
	assert_failed(env, uvfio_get_group(as, 2147483647, &group, &env->err),
		      -ENOENT);
	assert_string_equal(env->err.path, "/dev/vfio/2147483647");
	uvfio_put_address_space(as);
	uvfio_free(ctx);
}

static void bad_options(void **state)
{
	const struct uvfio_allocator halves[] = {
		{ .alloc = fake_allocator.alloc }, { .free = fake_allocator.free },
	};
	const unsigned int types[9] = { 1, 1, 1, 1, 1, 1, 1, 1, 1 };
	const unsigned int unknown[] = { 4711 };
	struct env *env = *state;
	struct uvfio_options opts = fake_options(env->fake);
	struct uvfio *ctx;
	size_t i;

	opts.iommu_types = types;
	assert_failed(env, uvfio_new(&opts, &ctx, &env->err), -EINVAL);
	opts.nr_iommu_types = 9;
	assert_failed(env, uvfio_new(&opts, &ctx, &env->err), -EINVAL);
	opts.iommu_types = unknown;
	opts.nr_iommu_types = 1;
	assert_failed(env, uvfio_new(&opts, &ctx, &env->err), -EINVAL);
	assert_contains(env->err.message, "4711");
	opts = fake_options(env->fake);
	opts.target_page_size = 0x1001;
	assert_failed(env, uvfio_new(&opts, &ctx, &env->err), -EINVAL);
	assert_string_equal(env->err.message,
			    "a target page of 0x1001 bytes is no power of two");
	opts = fake_options(env->fake);
	opts.host_page_size = 0x3000;
	assert_failed(env, uvfio_new(&opts, &ctx, &env->err), -EINVAL);
	assert_contains(env->err.message, "a host page of 0x3000 bytes");
	opts = fake_options(env->fake);
	for (i = 0; i < ARRAY_SIZE(halves); i++) {
		opts.allocator = &halves[i];
		assert_failed(env, uvfio_new(&opts, &ctx, &env->err), -EINVAL);
	}
}

static void no_memory(void **state)
{
	struct env *env = *state;
	struct uvfio_options opts = fake_options(env->fake);
	struct uvfio *ctx;

	fake_fail(env->fake, FAKE_ALLOC, 0, 0, 1, -ENOMEM);
	assert_failed(env, uvfio_new(&opts, &ctx, &env->err), -ENOMEM);
}

static void held_context_is_not_freed(void **state)
{
	struct env *env = *state;

	assert_int_equal(uvfio_get_address_space(env->ctx, NULL, &env->as, NULL),
			 0);
	assert_int_equal(uvfio_free(env->ctx), -EBUSY);
	assert_int_equal(errno, EBUSY);
	assert_int_equal(uvfio_get_group(env->as, 10, &env->group, NULL), 0);
	uvfio_put_address_space(env->as);
	env->as = NULL;
	assert_int_equal(uvfio_free(env->ctx), -EBUSY);
}

static void context_of_a_memory_object_is_not_freed(void **state)
{
	const struct uvfio_memory_options opts = {
		.size = sizeof(opts), .type = UVFIO_MEMORY_OTHER, .bytes = { .lo = 1 },
	};
	struct uvfio_memory *memory;
	struct env *env = *state;

	assert_int_equal(uvfio_memory_new(env->ctx, &opts, &memory, &env->err), 0);
	assert_int_equal(uvfio_free(env->ctx), -EBUSY);
	uvfio_memory_put(memory);
}

/* Without a struct uvfio_error the log has it, hint included. */
static void failures_go_somewhere(void **state)
{
	struct env *env = *state;
	struct uvfio_group *group;

	assert_int_equal(uvfio_get_address_space(env->ctx, NULL, &env->as, NULL),
			 0);
	env->fake->groups[0].viable = false;
	assert_failed(env, uvfio_get_group(env->as, 10, &group, &env->err), -EPERM);
	assert_string_equal(env->log, "");
	assert_contains(env->err.hint, "bound to their vfio bus driver");

	errno = 0;
	assert_int_equal(uvfio_get_group(env->as, 10, &group, NULL), -EPERM);
	assert_int_equal(errno, EPERM);
	assert_string_equal(env->log,
			    "error group 10 is not viable (all devices of the group must be bound to their vfio bus driver)\n");
	uvfio_set_log(env->ctx, UVFIO_LOG_INFO, NULL, NULL);
	assert_int_equal(uvfio_get_group(env->as, 10, &group, NULL), -EPERM);
}

static unsigned int lines;

static void count_lines(void *opaque, enum uvfio_log_level level,
			const char *message)
{
	(void)opaque;
	(void)level;
	(void)message;
	lines++;
}

static void log_level_filters(void **state)
{
	struct env *env = *state;

	/* GET_INFO failing is a warning. */
	fake_fail(env->fake, FAKE_IOCTL, VFIO_IOMMU_GET_INFO, 0, -1, -EINVAL);
	uvfio_set_log(env->ctx, UVFIO_LOG_ERROR, count_lines, NULL);
	assert_int_equal(uvfio_get_address_space(env->ctx, NULL, &env->as, NULL),
			 0);
	assert_int_equal(uvfio_get_group(env->as, 10, &env->group, NULL), 0);
	assert_int_equal(lines, 0);
	uvfio_put_group(env->group, NULL);
	uvfio_set_log(env->ctx, UVFIO_LOG_WARNING, count_lines, NULL);
	assert_int_equal(uvfio_get_group(env->as, 10, &env->group, NULL), 0);
	assert_int_equal(lines, 1);
}

/* What a hook does to errno is not seen from outside, whatever the result. */
static void hooks_may_change_errno(void **state)
{
	struct uvfio_region *region;
	struct env *env = *state;

	fake_fail(env->fake, FAKE_IOCTL, VFIO_IOMMU_GET_INFO, 0, -1, -EXDEV);
	assert_int_equal(uvfio_get_address_space(env->ctx, NULL, &env->as, NULL),
			 0);
	assert_int_equal(uvfio_get_group(env->as, 10, &env->group, NULL), 0);
	assert_contains(env->log, "warning");
	assert_int_equal(errno, EXDEV);
	/* Traced, and there is no system call in it. */
	assert_int_equal(uvfio_get_device(env->group, "dev", NULL, &env->dev, NULL), 0);
	assert_int_equal(uvfio_region_setup(env->dev, 0, NULL, &region, NULL), 0);
	errno = EDOM;
	uvfio_region_exit(region);
	assert_contains(env->trace, "vfio_region_exit");
	assert_int_equal(errno, EDOM);
	uvfio_region_finalize(region);
}

static void long_texts_are_cut(void **state)
{
	struct env *env = *state;
	char path[600];

	memset(path, 'x', sizeof(path) - 1);
	path[sizeof(path) - 1] = '\0';
	fake_fail(env->fake, FAKE_READLINK, 0, 0, -1, -EACCES);
	assert_failed(env, uvfio_group_of_device(env->ctx, path, &env->err),
		      -EACCES);
	assert_int_equal(strlen(env->err.path), sizeof(env->err.path) - 1);
	assert_int_equal(strlen(env->err.message), sizeof(env->err.message) - 1);
}

static void group_of_device(void **state)
{
	static const char *const wrong[] = {
		"groups/", "groups/x", "groups/7x", "", "groups/99999999999",
	};
	struct env *env = *state;
	char full[5000];
	size_t i;

	assert_int_equal(uvfio_group_of_device(env->ctx, "/sys/d", &env->err), 10);
	assert_string_equal(fake_nth_call(env->fake, FAKE_READLINK, 0, 0)->path,
			    "/sys/d/iommu_group");
	for (i = 0; i < ARRAY_SIZE(wrong); i++) {
		env->fake->group_link = wrong[i];
		assert_failed(env, uvfio_group_of_device(env->ctx, "/sys/d",
							 &env->err), -EPROTO);
	}
	env->fake->group_link = "7";
	assert_int_equal(uvfio_group_of_device(env->ctx, "/sys/d", &env->err), 7);
	/* There is a group 0, and nothing wrong with it. */
	env->err = (struct uvfio_error){ .code = 0 };
	env->fake->group_link = "0";
	assert_int_equal(uvfio_group_of_device(env->ctx, "/sys/d", &env->err), 0);
	assert_null(env->err.operation);
	/* A link that fills the buffer may have been cut. */
	memset(full, '1', sizeof(full) - 1);
	full[sizeof(full) - 1] = '\0';
	env->fake->group_link = full;
	assert_failed(env, uvfio_group_of_device(env->ctx, "/sys/d", &env->err),
		      -ENAMETOOLONG);
	env->fake->group_link = "7";
	assert_failed(env, uvfio_group_of_device(env->ctx, full, &env->err),
		      -ENAMETOOLONG);
	fake_fail(env->fake, FAKE_READLINK, 0, 0, 1, -ENOENT);
	assert_failed(env, uvfio_group_of_device(env->ctx, "/sys/d", &env->err),
		      -ENOENT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(defaults),
		test_on(env_fake, options_are_sized),
		test_on(env_fake, sysops_may_be_partial),
		test_on(env_fake, bad_options),
		test_on(env_fake, no_memory),
		test_on(env_context, held_context_is_not_freed),
		test_on(env_context, context_of_a_memory_object_is_not_freed),
		test_on(env_context, failures_go_somewhere),
		test_on(env_context, log_level_filters),
		test_on(env_context, hooks_may_change_errno),
		test_on(env_context, long_texts_are_cut),
		test_on(env_context, group_of_device),
	};

	return cmocka_run_group_tests_name("context", tests, NULL, NULL);
}
