// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Limits that come with the devices: where iommufd stands in for type1, the IOVA
 * ranges of a device are known, and kept to, while it is open. A group alone has
 * none. What is learnt when groups come and go is test_connect's.
 */
#include "space.h"

#define PAGE		0x1000
/* Where x86 devices write their interrupts: a hole in the ranges. */
#define MSI_FIRST	0xfee00000
#define ABOVE_MSI	0xfef00000

/* A group in a container, of which the kernel says that it can map anything. */
static int env_late(void **state)
{
	struct env *env;

	env_fake(state);
	env = *state;
	env->fake->type1.model = TYPE1_IOMMU;
	env->fake->ranges_come_late = true;
	env_new_context(env, NULL);
	space_open(env);
	return space_connect(env);
}

static struct uvfio_device *open_device(struct env *env, const char *name)
{
	struct uvfio_device *dev;

	assert_int_equal(uvfio_get_device(env->group, name, NULL, &dev, &env->err), 0);
	return dev;
}

static bool has_window(struct env *env, uint64_t first, uint64_t last)
{
	return !uvfio_host_win_lookup(env->container, first, last, NULL, NULL);
}

static void assert_wide(struct env *env)
{
	const struct uvfio_iova_range *ranges;
	size_t nr;

	ranges = uvfio_container_iova_ranges(env->container, &nr);
	assert_int_equal(nr, 1);
	assert_true(ranges[0].first == 0 && ranges[0].last == UINT64_MAX);
	assert_true(has_window(env, 0, UINT64_MAX));
}

static void assert_narrow(struct env *env)
{
	const struct uvfio_iova_range *ranges;
	size_t nr;

	ranges = uvfio_container_iova_ranges(env->container, &nr);
	assert_int_equal(nr, 2);
	assert_true(ranges[0].last == MSI_FIRST - 1 && ranges[1].first == ABOVE_MSI);
	assert_true(has_window(env, 0, MSI_FIRST - 1));
	assert_true(has_window(env, ABOVE_MSI, ranges[1].last));
	assert_false(has_window(env, MSI_FIRST, ABOVE_MSI - 1));
}

static unsigned int questions(const struct env *env)
{
	return fake_count_calls(env->fake, FAKE_IOCTL, VFIO_IOMMU_GET_INFO);
}

static void limits_last_as_long_as_the_device(void **state)
{
	struct env *env = *state;
	struct uvfio_device *dev;

	assert_wide(env);
	dev = open_device(env, "dev");
	assert_narrow(env);
	/* A section is refused before the kernel has to. */
	assert_failed(env, space_add_ram(env, MSI_FIRST, PAGE, PAGE), -ENXIO);
	assert_int_equal(space_maps(env), 0);
	assert_int_equal(uvfio_put_base_device(dev, NULL), 0);
	assert_wide(env);
	assert_int_equal(space_add_ram(env, MSI_FIRST, PAGE, PAGE), 0);
	assert_int_equal(space_del(env, MSI_FIRST), 0);
}

/* The group goes with its last reference, and what is asked then is about the rest. */
static void the_device_of_another_group(void **state)
{
	struct env *env = *state;
	struct uvfio_group *second;
	struct uvfio_device *other;

	assert_int_equal(uvfio_get_group(env->as, 11, &second, NULL), 0);
	assert_ptr_equal(uvfio_group_container(second), env->container);
	assert_wide(env);
	assert_int_equal(uvfio_get_device(second, "other", NULL, &other, NULL), 0);
	assert_narrow(env);
	assert_int_equal(uvfio_put_group(second, NULL), 0);
	assert_narrow(env);
	fake_forget_calls(env->fake);
	assert_int_equal(uvfio_put_base_device(other, NULL), 0);
	assert_wide(env);
	/* Once with too little room, once with enough. */
	assert_int_equal(questions(env), 2);
}

static void a_container_that_goes_is_not_asked(void **state)
{
	struct env *env = *state;
	struct uvfio_device *dev = open_device(env, "dev");

	uvfio_put_group(env->group, NULL);
	env->group = NULL;
	fake_forget_calls(env->fake);
	assert_int_equal(uvfio_put_base_device(dev, NULL), 0);
	assert_int_equal(questions(env), 0);
}

/* The program's own windows outlive a second device, and the ranges stay in place. */
static void a_device_that_changes_nothing_leaves_the_windows(void **state)
{
	const struct uvfio_iova_range *ranges;
	struct env *env = *state;
	struct uvfio_device *dev = open_device(env, "dev"), *dev2;
	size_t nr;

	ranges = uvfio_container_iova_ranges(env->container, &nr);
	assert_int_equal(uvfio_host_win_del(env->container, 0, MSI_FIRST - 1, NULL), 0);
	dev2 = open_device(env, "dev2");
	assert_false(has_window(env, 0, PAGE));
	assert_ptr_equal(uvfio_container_iova_ranges(env->container, &nr), ranges);
	uvfio_put_base_device(dev2, NULL);
	assert_false(has_window(env, 0, PAGE));
	assert_ptr_equal(uvfio_container_iova_ranges(env->container, &nr), ranges);
	uvfio_put_base_device(dev, NULL);
	assert_wide(env);
}

/* Balloon-friendly, as the other side of what an open device changes. */
static int open_friendly(struct env *env, struct uvfio_device **dev)
{
	const struct uvfio_device_options opts = {
		.size = sizeof(opts), .balloon_allowed = true,
	};

	return uvfio_get_device(env->group, "dev", &opts, dev, &env->err);
}

static void assert_not_open(struct env *env)
{
	assert_string_equal(env->err.operation, "uvfio_get_device");
	assert_wide(env);
	assert_int_equal(uvfio_balloon_inhibitors(env->ctx), 1);
	assert_int_equal(fake_held_files(env->fake), 2);
}

static void break_chain(struct fake *fake, unsigned long request, void *arg)
{
	struct vfio_iommu_type1_info *info = arg;

	(void)fake;
	if (request == VFIO_IOMMU_GET_INFO && info->cap_offset)
		info->cap_offset = info->argsz;
}

/* Every allocation, the kernel's own, and an answer that makes no sense. */
static void an_open_that_learns_nothing_is_undone(void **state)
{
	struct env *env = *state;
	struct uvfio_device *dev;
	unsigned int n;

	/* The device, its name and its answer; two of the container, ranges, windows. */
	for (n = 0; n < 8; n++) {
		env->fake->nr_rules = 0;
		fake_fail(env->fake, FAKE_ALLOC, 0, n, 1, -ENOMEM);
		assert_failed(env, open_friendly(env, &dev), -ENOMEM);
		assert_not_open(env);
	}
	env->fake->nr_rules = 0;
	fake_fail(env->fake, FAKE_IOCTL, VFIO_IOMMU_GET_INFO, 0, 1, -ENOMEM);
	assert_failed(env, open_friendly(env, &dev), -ENOMEM);
	assert_string_equal(env->err.ioctl, "VFIO_IOMMU_GET_INFO");
	assert_not_open(env);
	env->fake->spoil = break_chain;
	assert_failed(env, open_friendly(env, &dev), -EPROTO);
	assert_not_open(env);
	env->fake->spoil = NULL;
	assert_int_equal(open_friendly(env, &dev), 0);
	assert_narrow(env);
	assert_int_equal(uvfio_balloon_inhibitors(env->ctx), 0);
	uvfio_put_base_device(dev, NULL);
}

/* A device that is not let in must not leave its limits, nor ask for them. */
static void a_refused_device_limits_nothing(void **state)
{
	struct env *env = *state;
	struct uvfio_device *dev = open_device(env, "dev2"), *friendly;

	fake_forget_calls(env->fake);
	assert_failed(env, open_friendly(env, &friendly), -EINVAL);
	assert_int_equal(questions(env), 0);
	assert_narrow(env);
	uvfio_put_base_device(dev, NULL);
}

static void limits_stay_when_the_kernel_does_not_tell(void **state)
{
	struct env *env = *state;
	struct uvfio_device *dev;

	fake_fail(env->fake, FAKE_IOCTL, VFIO_IOMMU_GET_INFO, 0, 1, -EFAULT);
	dev = open_device(env, "dev");
	assert_wide(env);
	assert_contains(env->log, "keeping what it said before");
	uvfio_put_base_device(dev, NULL);
	dev = open_device(env, "dev");
	/* Closing cannot fail of it. */
	fake_fail(env->fake, FAKE_IOCTL, VFIO_IOMMU_GET_INFO, 0, 1, -ENOMEM);
	assert_int_equal(uvfio_put_base_device(dev, &env->err), 0);
	assert_narrow(env);
	assert_contains(env->log, "the container keeps its limits");
}

/* The kernel's answer when a device opens onto mappings in its own addresses. */
static void what_is_mapped_may_keep_a_device_out(void **state)
{
	struct env *env = *state;
	struct uvfio_device *dev;

	assert_int_equal(space_add_ram(env, MSI_FIRST, PAGE, PAGE), 0);
	fake_fail(env->fake, FAKE_IOCTL, VFIO_GROUP_GET_DEVICE_FD, 0, 1, -EADDRINUSE);
	assert_failed(env, open_friendly(env, &dev), -EADDRINUSE);
	assert_contains(env->err.hint, "mapped");
	assert_not_open(env);
	assert_int_equal(space_unmaps(env), 0);
	assert_int_equal(space_del(env, MSI_FIRST), 0);
	assert_int_equal(open_friendly(env, &dev), 0);
	uvfio_put_base_device(dev, NULL);
}

/* A kernel that lets the device in all the same: the section goes as any other. */
static void what_is_mapped_stays(void **state)
{
	struct env *env = *state;
	struct uvfio_device *dev;

	assert_int_equal(space_add_ram(env, MSI_FIRST, PAGE, PAGE), 0);
	dev = open_device(env, "dev");
	assert_narrow(env);
	assert_int_equal(space_unmaps(env), 0);
	assert_int_equal(space_del(env, MSI_FIRST), 0);
	assert_int_equal(space_unmaps(env), 1);
	uvfio_put_base_device(dev, NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		test_on(env_late, limits_last_as_long_as_the_device),
		test_on(env_late, the_device_of_another_group),
		test_on(env_late, a_container_that_goes_is_not_asked),
		test_on(env_late, a_device_that_changes_nothing_leaves_the_windows),
		test_on(env_late, an_open_that_learns_nothing_is_undone),
		test_on(env_late, a_refused_device_limits_nothing),
		test_on(env_late, limits_stay_when_the_kernel_does_not_tell),
		test_on(env_late, what_is_mapped_may_keep_a_device_out),
		test_on(env_late, what_is_mapped_stays),
	};

	return cmocka_run_group_tests_name("late", tests, NULL, NULL);
}
