// SPDX-License-Identifier: LGPL-2.1-or-later
/* Instances, and removing a profile that still has some. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "fakefs.h"

#define UUID	"00000000-1111-4222-8333-444444444444"
#define DEVICE	"/sys/bus/mdev/devices/" UUID

static struct mockvfio_profile *live_p(struct fakefs *fs)
{
	struct mockvfio_profile *profile;

	assert_int_equal(mockvfio_profile_create(fs->mock, "p", &profile, NULL), 0);
	assert_int_equal(mockvfio_profile_set_live(profile, true, NULL), 0);
	return profile;
}

static void test_create_and_remove(void **state)
{
	struct fakefs *fs = *state;
	struct mockvfio_profile *profile = live_p(fs);
	struct mockvfio_instance instance;

	assert_int_equal(mockvfio_instance_create(profile, UUID, &instance, NULL), 0);
	assert_string_equal(instance.uuid, UUID);
	assert_int_equal(instance.group, 7);
	assert_non_null(strstr(instance.sysfs, DEVICE));
	assert_int_equal(mockvfio_instance_remove(fs->mock, UUID, NULL), 0);
	assert_false(fakefs_exists(fs, DEVICE));
	assert_int_equal(mockvfio_instance_remove(fs->mock, UUID, NULL), -ENODEV);
	assert_int_equal(mockvfio_profile_destroy(profile, NULL), 0);
}

static void test_random_uuids(void **state)
{
	struct fakefs *fs = *state;
	struct mockvfio_profile *profile = live_p(fs);
	struct mockvfio_instance a, b;

	assert_int_equal(mockvfio_instance_create(profile, NULL, &a, NULL), 0);
	assert_int_equal(mockvfio_instance_create(profile, NULL, &b, NULL), 0);
	assert_int_equal(strlen(a.uuid), MOCKVFIO_UUID_SIZE - 1);
	assert_int_equal(a.uuid[14], '4');
	assert_non_null(strchr("89ab", a.uuid[19]));
	assert_string_not_equal(a.uuid, b.uuid);
	assert_int_equal(mockvfio_profile_destroy(profile, NULL), 0);
}

static void test_not_live(void **state)
{
	struct fakefs *fs = *state;
	struct mockvfio_instance instance;
	struct mockvfio_profile *profile;
	struct mockvfio_error err;

	assert_int_equal(mockvfio_profile_create(fs->mock, "p", &profile, NULL), 0);
	assert_int_equal(mockvfio_instance_create(profile, NULL, &instance, &err), -ENOENT);
	assert_non_null(strstr(err.message, "not live"));
	assert_int_equal(mockvfio_instance_list(profile, NULL, 0, NULL), 0);
	mockvfio_profile_close(profile);
}

static void test_bad_uuid(void **state)
{
	struct mockvfio_profile *profile = live_p(*state);
	struct mockvfio_instance instance;

	assert_int_equal(mockvfio_instance_create(profile, "1234", &instance, NULL), -EINVAL);
	fakefs_refuse("*/create", EEXIST);
	assert_int_equal(mockvfio_instance_create(profile, UUID, &instance, NULL), -EEXIST);
	mockvfio_profile_close(profile);
}

static void test_list(void **state)
{
	struct mockvfio_profile *profile = live_p(*state);
	struct mockvfio_instance made, found[2];

	assert_int_equal(mockvfio_instance_list(profile, found, 2, NULL), 0);
	assert_int_equal(mockvfio_instance_create(profile, UUID, &made, NULL), 0);
	assert_int_equal(mockvfio_instance_list(profile, found, 2, NULL), 1);
	assert_string_equal(found[0].uuid, UUID);
	assert_int_equal(found[0].group, 7);
	assert_int_equal(mockvfio_instance_create(profile, NULL, &made, NULL), 0);
	assert_int_equal(mockvfio_instance_list(profile, found, 1, NULL), 2);
	assert_int_equal(mockvfio_profile_destroy(profile, NULL), 0);
}

static void test_destroy_cleans_up(void **state)
{
	struct fakefs *fs = *state;
	struct mockvfio_profile *profile = live_p(fs);
	struct mockvfio_instance instance;

	assert_int_equal(mockvfio_instance_create(profile, UUID, &instance, NULL), 0);
	/* Another process finds what this one left when it was killed. */
	mockvfio_profile_close(profile);
	assert_int_equal(mockvfio_profile_open(fs->mock, "p", &profile, NULL), 0);
	assert_int_equal(mockvfio_profile_destroy(profile, NULL), 0);
	assert_false(fakefs_exists(fs, DEVICE));
	assert_false(fakefs_exists(fs, "/sys/kernel/config/mock_vfio/p"));
}

static void test_live_off_is_busy(void **state)
{
	struct mockvfio_profile *profile = live_p(*state);
	struct mockvfio_instance instance;

	assert_int_equal(mockvfio_instance_create(profile, UUID, &instance, NULL), 0);
	assert_int_equal(mockvfio_profile_set_live(profile, false, NULL), -EBUSY);
	assert_int_equal(mockvfio_profile_destroy(profile, NULL), 0);
}

static void test_destroy_reports(void **state)
{
	struct fakefs *fs = *state;
	struct mockvfio_profile *profile = live_p(fs);
	struct mockvfio_instance instance;
	struct mockvfio_error err;

	assert_int_equal(mockvfio_instance_create(profile, UUID, &instance, NULL), 0);
	fakefs_refuse("*/remove", EAGAIN);
	assert_int_equal(mockvfio_profile_destroy(profile, &err), -EAGAIN);
	assert_non_null(strstr(err.path, DEVICE "/remove"));
	assert_true(fakefs_exists(fs, "/sys/kernel/config/mock_vfio/p"));
}

static void test_triggers(void **state)
{
	static const char dir[] = "/sys/kernel/debug/mock_vfio/p/devices/" UUID;
	static const char *const files[] = { "irq", "memory", "unplug" };
	struct fakefs *fs = *state;
	struct mockvfio_profile *profile = live_p(fs);
	struct mockvfio_error err;
	char path[256];
	size_t i;

	assert_int_equal(mockvfio_irq_fire(profile, UUID, 3, 0, &err), -ENOENT);
	assert_non_null(strstr(err.message, UUID "/irq"));
	for (i = 0; i < ARRAY_SIZE(files); i++) {
		snprintf(path, sizeof(path), "%s/%s", dir, files[i]);
		fakefs_put(fs, path, "");
	}
	assert_int_equal(mockvfio_irq_fire(profile, UUID, 2, 5, NULL), 0);
	assert_int_equal(mockvfio_memory_set(profile, UUID, false, NULL), 0);
	assert_int_equal(mockvfio_unplug(profile, UUID, NULL), 0);
	snprintf(path, sizeof(path), "%s/irq", dir);
	assert_string_equal(fakefs_content(fs, path), "2 5");
	snprintf(path, sizeof(path), "%s/memory", dir);
	assert_string_equal(fakefs_content(fs, path), "0");
	snprintf(path, sizeof(path), "%s/unplug", dir);
	assert_string_equal(fakefs_content(fs, path), "1");
	mockvfio_profile_close(profile);
}

int main(void)
{
#define T(name)	cmocka_unit_test_setup_teardown(name, fakefs_setup, fakefs_teardown)
	const struct CMUnitTest tests[] = {
		T(test_create_and_remove),
		T(test_random_uuids),
		T(test_not_live),
		T(test_bad_uuid),
		T(test_list),
		T(test_destroy_cleans_up),
		T(test_live_off_is_busy),
		T(test_destroy_reports),
		T(test_triggers),
	};

	return cmocka_run_group_tests_name("mockvfio instance", tests, NULL, NULL);
}
