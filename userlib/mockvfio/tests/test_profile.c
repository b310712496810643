// SPDX-License-Identifier: LGPL-2.1-or-later
/* Contexts, profiles, attributes and the shape of a device. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "fakefs.h"

#define CONFIGFS	"/sys/kernel/config/mock_vfio"
#define P	CONFIGFS "/p"

static struct mockvfio_profile *profile_p(struct fakefs *fs)
{
	struct mockvfio_profile *profile;

	assert_int_equal(mockvfio_profile_create(fs->mock, "p", &profile, NULL), 0);
	return profile;
}

static void test_new_without_module(void **state)
{
	struct mockvfio_error err;
	struct mockvfio *mock;

	(void)state;
	assert_int_equal(mockvfio_new("/nonexistent", &mock, &err), -ENOENT);
	assert_int_equal(err.code, ENOENT);
	assert_string_equal(err.path, "/nonexistent/sys/kernel/config/mock_vfio");
	assert_non_null(strstr(err.message, "is module mock_vfio loaded"));
}

static void test_features(void **state)
{
	struct fakefs *fs = *state;

	assert_int_equal(mockvfio_has_feature(fs->mock, "faults", NULL), 1);
	assert_int_equal(mockvfio_has_feature(fs->mock, "fault", NULL), 0);
	assert_int_equal(mockvfio_has_feature(fs->mock, "", NULL), 0);
}

static void test_create_open_destroy(void **state)
{
	struct fakefs *fs = *state;
	struct mockvfio_profile *profile, *again;
	struct mockvfio_error err;

	profile = profile_p(fs);
	assert_string_equal(mockvfio_profile_name(profile), "p");
	assert_int_equal(mockvfio_profile_create(fs->mock, "p", &again, &err), -EEXIST);
	assert_non_null(strstr(err.message, P));
	assert_int_equal(mockvfio_profile_open(fs->mock, "p", &again, NULL), 0);
	mockvfio_profile_close(again);
	assert_int_equal(mockvfio_profile_destroy(profile, NULL), 0);
	assert_false(fakefs_exists(fs, P));
	assert_int_equal(mockvfio_profile_open(fs->mock, "p", &again, NULL), -ENOENT);
}

static void test_bad_names(void **state)
{
	static const char *const names[] = { "", ".", "..", ".hidden", "a/b", "/abs" };
	struct fakefs *fs = *state;
	struct mockvfio_profile *profile;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(names); i++)
		assert_int_equal(mockvfio_profile_create(fs->mock, names[i], &profile, NULL),
				 -EINVAL);
}

static void test_attributes(void **state)
{
	struct mockvfio_profile *profile = profile_p(*state);
	struct mockvfio_error err;
	uint64_t number;
	char text[16];

	assert_int_equal(mockvfio_get(profile, "pci_vendor", text, sizeof(text), NULL), 6);
	assert_string_equal(text, "0x4d56");
	assert_int_equal(mockvfio_set(profile, "pci_vendor", "0x1234", NULL), 0);
	assert_int_equal(mockvfio_get_u64(profile, "pci_vendor", &number, NULL), 0);
	assert_int_equal(number, 0x1234);
	assert_int_equal(mockvfio_set_u64(profile, "iommu_backend/quirks", UINT64_MAX, NULL), 0);
	assert_int_equal(mockvfio_get_u64(profile, "iommu_backend/quirks", &number, NULL), 0);
	assert_true(number == UINT64_MAX);

	assert_int_equal(mockvfio_get(profile, "pci_vendor", text, 3, &err), -ENOSPC);
	assert_int_equal(mockvfio_set(profile, "nothing", "1", &err), -ENOENT);
	assert_non_null(strstr(err.message, P "/nothing"));
	assert_int_equal(mockvfio_set(profile, "pci_vendor", "0x12 x", NULL), 0);
	assert_int_equal(mockvfio_get_u64(profile, "pci_vendor", &number, &err), -EINVAL);
	assert_non_null(strstr(err.message, "0x12 x"));
	mockvfio_profile_close(profile);
}

static void test_empty_value_is_a_newline(void **state)
{
	struct fakefs *fs = *state;
	struct mockvfio_profile *profile = profile_p(fs);

	assert_int_equal(mockvfio_set(profile, "iommu_backend/quirks", "", NULL), 0);
	assert_string_equal(fakefs_content(fs, P "/iommu_backend/quirks"), "\n");
	mockvfio_profile_close(profile);
}

static void test_refused_value(void **state)
{
	struct mockvfio_profile *profile = profile_p(*state);
	struct mockvfio_error err;

	fakefs_refuse("*/pci_vendor", EBUSY);
	assert_int_equal(mockvfio_set(profile, "pci_vendor", "1", &err), -EBUSY);
	assert_int_equal(errno, EBUSY);
	assert_int_equal(err.code, EBUSY);
	assert_non_null(strstr(err.path, P "/pci_vendor"));
	assert_non_null(strstr(err.message, "\"1\""));
	mockvfio_profile_close(profile);
}

/* The module's own words, when it had any; older lines of the log are not about this. */
static void test_reason_in_the_kernel_log(void **state)
{
	struct mockvfio_profile *profile = profile_p(*state);
	struct mockvfio_error err;

	fakefs_refuse_why("*/reset", EINVAL, "mock_vfio: p/reset: bad value \"2\": a bool");
	assert_int_equal(mockvfio_set(profile, "reset", "2", &err), -EINVAL);
	assert_string_equal(err.kernel, "p/reset: bad value \"2\": a bool");
	assert_non_null(strstr(err.message, ": Invalid argument (p/reset: bad value"));
	fakefs_refuse_why("*/reset", EINVAL, "usb 1-1: not ours");
	assert_int_equal(mockvfio_set(profile, "reset", "2", &err), -EINVAL);
	assert_string_equal(err.kernel, "");
	assert_null(strstr(err.message, "("));
	mockvfio_profile_close(profile);
}

static void test_shape(void **state)
{
	struct fakefs *fs = *state;
	struct mockvfio_profile *profile = profile_p(fs);

	assert_int_equal(mockvfio_add_region(profile, "bar2", 2, 0x2000, "rwm", NULL), 0);
	assert_int_equal(mockvfio_add_area(profile, "bar2", "a", 0x1000, 0x1000, NULL), 0);
	assert_int_equal(mockvfio_add_irq(profile, "msi", 1, 4, "eventfd noresize", NULL), 0);
	assert_int_equal(mockvfio_add_range(profile, "low", 0, 0xfedfffff, NULL), 0);
	assert_string_equal(fakefs_content(fs, P "/regions/bar2/index"), "0x2");
	assert_string_equal(fakefs_content(fs, P "/regions/bar2/access"), "rwm");
	assert_string_equal(fakefs_content(fs, P "/regions/bar2/areas/a/offset"), "0x1000");
	assert_string_equal(fakefs_content(fs, P "/irqs/msi/flags"), "eventfd noresize");
	assert_string_equal(fakefs_content(fs, P "/iommu_backend/ranges/low/last"), "0xfedfffff");
	assert_int_equal(mockvfio_profile_destroy(profile, NULL), 0);
	assert_false(fakefs_exists(fs, P));
}

/* Every member of the structures, and what is left alone. */
static void test_shape_in_full(void **state)
{
	static const struct mockvfio_device device = {
		.device_api = "vfio-pci", .pci_vendor = 0x10de, .pci_device = 2,
		.pci_class = 0x30000, .pci_caps = "pm pcie", .no_reset = true, .hot_reset = true,
		.migration = "stop_copy", .dma_logging = true, .low_power = true,
		.max_instances = 3, .disarm_on_close = true,
	};
	static const struct mockvfio_region region = {
		.name = "r", .index = 9, .size = 0, .access = "rm", .backing = "pattern",
		.type = 1, .subtype = 2, .caps = "type sparse_mmap",
		.unaligned = true, .io = true,
	};
	static const struct mockvfio_area area = { .name = "a", .offset = 8, .access = "r" };
	static const struct mockvfio_irq irq = {
		.name = "x", .index = 2, .count = 64, .flags = "eventfd", .granted = 8,
		.table_bar = 4, .table_offset = 0x100, .pba_bar = 5, .pba_offset = 0x200,
	};
	static const struct mockvfio_backend backend = {
		.enable = true, .model = "iommu", .types = "type1v2", .pgsizes = 0x1000,
		.dma_avail = 16, .quirks = "kernel=4.15",
	};
	static const struct {
		const char *file;
		const char *value;
	} expected[] = {
		{ P "/pci_vendor", "0x10de" }, { P "/pci_device", "0x2" },
		{ P "/pci_class", "0x30000" }, { P "/pci_caps", "pm pcie" }, { P "/reset", "0" },
		{ P "/hot_reset", "1" }, { P "/migration", "stop_copy" }, { P "/dma_logging", "1" },
		{ P "/low_power", "1" }, { P "/max_instances", "0x3" },
		{ P "/disarm_on_close", "1" },
		{ P "/regions/r/index", "0x9" }, { P "/regions/r/size", "0x0" },
		{ P "/regions/r/access", "rm" }, { P "/regions/r/backing", "pattern" },
		{ P "/regions/r/type", "0x1" }, { P "/regions/r/subtype", "0x2" },
		{ P "/regions/r/caps", "type sparse_mmap" }, { P "/regions/r/unaligned", "1" },
		{ P "/regions/r/io", "1" },
		{ P "/regions/r/areas/a/offset", "0x8" }, { P "/regions/r/areas/a/size", "0x0" },
		{ P "/regions/r/areas/a/access", "r" },
		{ P "/irqs/x/index", "0x2" }, { P "/irqs/x/count", "0x40" },
		{ P "/irqs/x/flags", "eventfd" }, { P "/irqs/x/granted", "0x8" },
		{ P "/irqs/x/table_bar", "0x4" }, { P "/irqs/x/table_offset", "0x100" },
		{ P "/irqs/x/pba_bar", "0x5" }, { P "/irqs/x/pba_offset", "0x200" },
		{ P "/iommu_backend/enable", "1" }, { P "/iommu_backend/model", "iommu" },
		{ P "/iommu_backend/types", "type1v2" }, { P "/iommu_backend/pgsizes", "0x1000" },
		{ P "/iommu_backend/dma_avail", "0x10" },
		{ P "/iommu_backend/quirks", "kernel=4.15" },
	};
	struct fakefs *fs = *state;
	struct mockvfio_profile *profile = profile_p(fs);
	size_t i;

	/* Nothing is said: the defaults stay. */
	assert_int_equal(mockvfio_device_set(profile, &(struct mockvfio_device){}, NULL), 0);
	assert_string_equal(fakefs_content(fs, P "/reset"), "1");
	assert_string_equal(fakefs_content(fs, P "/max_instances"), "8");
	assert_string_equal(fakefs_content(fs, P "/disarm_on_close"), "0");

	assert_int_equal(mockvfio_device_set(profile, &device, NULL), 0);
	assert_int_equal(mockvfio_region_add(profile, &region, NULL), 0);
	assert_int_equal(mockvfio_area_add(profile, "r", &area, NULL), 0);
	assert_int_equal(mockvfio_irq_add(profile, &irq, NULL), 0);
	assert_int_equal(mockvfio_backend_set(profile, &backend, NULL), 0);
	for (i = 0; i < ARRAY_SIZE(expected); i++)
		if (strcmp(fakefs_content(fs, expected[i].file), expected[i].value) != 0)
			fail_msg("%s: %s", expected[i].file, fakefs_content(fs, expected[i].file));
	mockvfio_profile_close(profile);
}

static int append_name(const char *name, void *data)
{
	strcat(data, name);
	return !strcmp(name, "stop");
}

static void test_list(void **state)
{
	static const char *const names[] = { "stop", "never", "first" };
	struct mockvfio_profile *profiles[ARRAY_SIZE(names)];
	struct fakefs *fs = *state;
	char seen[64] = "";
	size_t i;

	fakefs_put(fs, CONFIGFS "/" MOCKVFIO_EARLY "/fail_nth", "0\n");
	assert_int_equal(mockvfio_profile_list(fs->mock, append_name, seen, NULL), 0);
	assert_string_equal(seen, "");
	for (i = 0; i < ARRAY_SIZE(names); i++)
		assert_int_equal(mockvfio_profile_create(fs->mock, names[i], &profiles[i], NULL),
				 0);
	assert_int_equal(mockvfio_profile_list(fs->mock, append_name, seen, NULL), 1);
	assert_string_equal(seen, "firstneverstop");
	for (i = 0; i < ARRAY_SIZE(names); i++)
		mockvfio_profile_close(profiles[i]);
}

static void test_failed_region_leaves_nothing(void **state)
{
	struct fakefs *fs = *state;
	struct mockvfio_profile *profile = profile_p(fs);
	struct mockvfio_error err;

	fakefs_refuse("*/regions/bar2/access", EINVAL);
	assert_int_equal(mockvfio_add_region(profile, "bar2", 2, 0x2000, "x", &err), -EINVAL);
	assert_int_equal(errno, EINVAL);
	assert_non_null(strstr(err.path, "regions/bar2/access"));
	assert_false(fakefs_exists(fs, P "/regions/bar2"));
	mockvfio_profile_close(profile);
}

static void test_path_too_long(void **state)
{
	struct mockvfio_profile *profile = profile_p(*state);
	char name[MOCKVFIO_PATH_MAX + 1];

	memset(name, 'x', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	assert_int_equal(mockvfio_mkdir(profile, name, NULL), -ENAMETOOLONG);
	assert_int_equal(mockvfio_add_region(profile, name, 0, 0, "r", NULL), -ENAMETOOLONG);
	assert_int_equal(mockvfio_fault_remove(profile, name, NULL), -ENAMETOOLONG);
	mockvfio_profile_close(profile);
}

int main(void)
{
#define T(name)	cmocka_unit_test_setup_teardown(name, fakefs_setup, fakefs_teardown)
	const struct CMUnitTest tests[] = {
		T(test_new_without_module),
		T(test_features),
		T(test_create_open_destroy),
		T(test_bad_names),
		T(test_attributes),
		T(test_empty_value_is_a_newline),
		T(test_refused_value),
		T(test_reason_in_the_kernel_log),
		T(test_shape),
		T(test_shape_in_full),
		T(test_list),
		T(test_failed_region_leaves_nothing),
		T(test_path_too_long),
	};

	return cmocka_run_group_tests_name("mockvfio profile", tests, NULL, NULL);
}
