// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * The module's fault rules in the fake kernel: the same words, the same order of
 * decisions, and what the library makes of each.
 */
#include "env.h"

#define PAGE	0x1000ull

static int map(struct env *env, uint64_t iova)
{
	return uvfio_dma_map(env->container, iova, PAGE, (void *)0x10000, false, &env->err);
}

static void rules_fail_calls(void **state)
{
	struct env *env = *state;
	struct mock_fault_rule *rule = fake_arm(env->fake,
		"site=iommu.map_dma errno=ENOSPC match_iova=0x2000-0x3fff skip=1 times=2");

	assert_non_null(rule);
	assert_int_equal(map(env, 0), 0);
	assert_int_equal(rule->seen, 0);
	assert_int_equal(map(env, 0x2000), 0);
	assert_failed(env, map(env, 0x3000), -ENOSPC);
	assert_failed(env, map(env, 0x3000), -ENOSPC);
	assert_int_equal(map(env, 0x3000), 0);
	assert_int_equal(rule->seen, 4);
	assert_int_equal(rule->hits, 2);
	assert_int_equal(fake_fault_hits(env->fake), 2);
	fake_disarm_all(env->fake);
	assert_int_equal(uvfio_dma_unmap_all(env->container, NULL, NULL), 0);
}

/* A site brings its errno: EBUSY, which the library gets over. */
static void sites_have_their_errno(void **state)
{
	struct env *env = *state;
	struct mock_fault_rule *rule = fake_arm(env->fake, "site=iommu.map_dma times=1");

	assert_int_equal(map(env, 0), 0);
	assert_int_equal(rule->hits, 1);
	assert_contains(env->trace, "uvfio_dma_map_busy");
	assert_int_equal(uvfio_dma_unmap(env->container, 0, PAGE, NULL), 0);
}

static void the_lowest_priority_goes_first(void **state)
{
	struct env *env = *state;
	struct mock_fault_rule *later, *first;

	later = fake_arm(env->fake, "site=device.reset errno=EIO priority=2");
	first = fake_arm(env->fake, "site=device.reset errno=ENODEV priority=-1 interval=2");
	assert_failed(env, uvfio_device_reset(env->dev, &env->err), -EIO);
	assert_failed(env, uvfio_device_reset(env->dev, &env->err), -ENODEV);
	assert_int_equal(later->hits, 1);
	assert_int_equal(first->hits, 1);
}

static void short_transfers(void **state)
{
	struct env *env = *state;
	struct uvfio_region *region;
	uint64_t value;

	assert_int_equal(uvfio_region_setup(env->dev, 0, NULL, &region, NULL), 0);
	fake_arm(env->fake, "site=region.read effect=short value=2 match_size=4");
	fake_arm(env->fake, "site=region.write effect=short value=0 match_index=0");
	assert_int_equal(uvfio_region_read(region, 0, 2, &value, &env->err), 0);
	assert_failed(env, uvfio_region_read(region, 0, 4, &value, &env->err), -EIO);
	assert_contains(env->err.message, "short transfer");
	assert_failed(env, uvfio_region_write(region, 0, 4, 0, &env->err), -EIO);
	uvfio_region_finalize(region);
}

/* As in the kernel: what lies in the first bytes goes, the rest stays mapped. */
static void short_unmaps(void **state)
{
	struct env *env = *state;

	assert_int_equal(map(env, 0), 0);
	assert_int_equal(map(env, PAGE), 0);
	fake_arm(env->fake, "site=iommu.unmap_dma effect=short value=0x1000 times=1");
	assert_failed(env, uvfio_dma_unmap(env->container, 0, 2 * PAGE, &env->err), -EIO);
	assert_failed(env, map(env, PAGE), -EEXIST);
	assert_int_equal(uvfio_dma_unmap(env->container, PAGE, PAGE, &env->err), 0);
}

/* What fails while a group is attached leaves nothing behind. */
static void steps_of_connecting(void **state)
{
	static const struct {
		const char *words;
		int error;
	} cases[] = {
		{ "site=iommu.open", -ENOMEM },
		{ "site=iommu.attach errno=EPERM", -EPERM },
		{ "site=iommu.get_info errno=ENOMEM", -ENOMEM },
	};
	struct env *env = *state;
	size_t i;

	assert_int_equal(uvfio_get_address_space(env->ctx, NULL, &env->as, NULL), 0);
	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		assert_non_null(fake_arm(env->fake, cases[i].words));
		assert_failed(env, uvfio_get_group(env->as, 10, &env->group, &env->err),
			      cases[i].error);
		assert_true(fake_fault_hits(env->fake));
		assert_int_equal(fake_held_files(env->fake), 0);
		fake_disarm_all(env->fake);
	}
	assert_int_equal(uvfio_get_group(env->as, 10, &env->group, &env->err), 0);
}

/* The module's words and no others, at places and with effects that exist here. */
static void bad_rules(void **state)
{
	static const char *const cases[] = {
		"", "site=iommu.nowhere", "errno=EIO", "site=device.reset errno=EWHAT",
		"site=device.reset effect=short", "site=device.reset colour=red",
		"site=device.reset skip=many", "site=device.reset match_index=5-4",
		"site=irq.deliver",
	};
	struct env *env = *state;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(cases); i++)
		assert_null(fake_arm(env->fake, cases[i]));
	assert_int_equal(uvfio_device_reset(env->dev, &env->err), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		test_on(env_device, rules_fail_calls),
		test_on(env_device, sites_have_their_errno),
		test_on(env_device, the_lowest_priority_goes_first),
		test_on(env_device, short_transfers),
		test_on(env_device, short_unmaps),
		test_on(env_context, steps_of_connecting),
		test_on(env_device, bad_rules),
	};

	return cmocka_run_group_tests_name("fault", tests, NULL, NULL);
}
