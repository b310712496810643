// SPDX-License-Identifier: LGPL-2.1-or-later
/* Scenarios: what a file becomes, and what is said about a bad one. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "fakefs.h"

#define P	"/sys/kernel/config/mock_vfio/p"
#define HEAD	"description: a test\ndevice:\n"

static const char *file_of(const struct fakefs *fs)
{
	static char path[128];

	snprintf(path, sizeof(path), "%s/scenario.yaml", fs->root);
	return path;
}

static int load(const struct fakefs *fs, const char *text, struct mockvfio_scenario **scenariop,
		struct mockvfio_error *err)
{
	fakefs_put(fs, "/scenario.yaml", text);
	return mockvfio_scenario_load(file_of(fs), scenariop, err);
}

/* Applies a scenario that is known to be one. */
static int apply(const struct fakefs *fs, const char *text, bool real_iommu,
		 struct mockvfio_profile **profilep, struct mockvfio_error *err)
{
	struct mockvfio_scenario *scenario;
	int ret;

	assert_int_equal(load(fs, text, &scenario, err), 0);
	ret = mockvfio_scenario_apply(fs->mock, scenario, "p", real_iommu, profilep, err);
	mockvfio_scenario_free(scenario);
	return ret;
}

static void test_everything(void **state)
{
	static const char text[] =
		"description: all there is\n"
		"needs: [regions, faults]\n"
		"instances: 2\n"
		"device:\n"
		"  pci_vendor: 0x1234\n"
		"  hot_reset: true\n"
		"  reset: false\n"
		"  migration: [stop_copy, p2p]\n"
		"  regions:\n"
		"    bar2: { index: 2, size: 0x2000, areas: { a: { offset: 0, size: 0x1000 } } }\n"
		"  iommu_backend:\n"
		"    enable: true\n"
		"    ranges: { low: { first: 0, last: 0xfff } }\n"
		"  faults:\n"
		"    busy: { errno: EBUSY, site: iommu.map_dma, times: -1 }\n"
		"    later: { armed: false, site: dma.rw }\n";
	static const struct {
		const char *file;
		const char *value;
	} expected[] = {
		{ P "/pci_vendor", "0x1234" },
		{ P "/hot_reset", "1" },
		{ P "/reset", "0" },
		{ P "/migration", "stop_copy p2p" },
		{ P "/regions/bar2/size", "0x2000" },
		{ P "/regions/bar2/areas/a/size", "0x1000" },
		{ P "/iommu_backend/enable", "1" },
		{ P "/iommu_backend/ranges/low/last", "0xfff" },
		{ P "/faults/busy/site", "iommu.map_dma" },
		{ P "/faults/busy/errno", "EBUSY" },
		{ P "/faults/busy/times", "-1" },
		{ P "/faults/busy/armed", "1" },
		{ P "/faults/later/armed", "0" },
		{ P "/live", "1" },
	};
	struct mockvfio_scenario *scenario;
	struct mockvfio_profile *profile;
	struct fakefs *fs = *state;
	size_t i;

	assert_int_equal(load(fs, text, &scenario, NULL), 0);
	assert_string_equal(mockvfio_scenario_description(scenario), "all there is");
	assert_int_equal(mockvfio_scenario_instances(scenario), 2);
	assert_int_equal(mockvfio_scenario_apply(fs->mock, scenario, "p", false, &profile, NULL),
			 0);
	for (i = 0; i < ARRAY_SIZE(expected); i++)
		assert_string_equal(fakefs_content(fs, expected[i].file), expected[i].value);
	mockvfio_scenario_free(scenario);
	assert_int_equal(mockvfio_profile_destroy(profile, NULL), 0);
}

static void test_real_iommu(void **state)
{
	struct mockvfio_profile *profile;
	struct fakefs *fs = *state;

	assert_int_equal(apply(fs, HEAD "  iommu_backend: { enable: true }\n", true, &profile,
			       NULL), 0);
	assert_string_equal(fakefs_content(fs, P "/iommu_backend/enable"), "0");
	mockvfio_profile_close(profile);
}

/* What is no scenario, and what is said: "<file>:<line>: <message>". */
static void test_bad_files(void **state)
{
	static const struct {
		const char *text;
		const char *message;
	} bad[] = {
		{ "", ":1: the file is empty" },
		{ "- a\n", ":1: a scenario is a mapping" },
		{ "device: {}\n", ":1: description: missing" },
		{ "description: x\n", ":1: device: missing" },
		{ "description: [x]\n", ":1: description: a line of text is wanted" },
		{ "description: x\n\ndevise: {}\n", ":3: devise: unknown" },
		{ "description: x\ndevice: 3\n", ":2: device: a mapping is wanted" },
		{ "description: x\ndescription: y\n", ":2: description: given twice" },
		{ "instances: 0\n", ":1: instances: a number from 1 to 1024" },
		{ "instances: 2x\n", ":1: instances: a number from 1 to 1024" },
		{ "needs: { a: b }\n", ":1: needs: a list of words" },
		{ HEAD "  pci_vendor: 0x1\n  reset: 0\n  pci_vendor: 0x2\n",
		  ":5: pci_vendor: given twice, first in line 3" },
		{ HEAD "  pci_vendor:\n", ":3: pci_vendor: there is no value" },
		{ HEAD "  pci_vendor: null\n", ":3: pci_vendor: there is no value" },
		{ HEAD "  regions/a: {}\n", ":3: \"regions/a\" is no name" },
		{ HEAD "  ..: {}\n", ":3: \"..\" is no name" },
		{ HEAD "  live: true\n", ":3: live: " },
		{ HEAD "  pci_caps: [[pm]]\n", ":3: pci_caps: a list may hold words" },
		{ HEAD "  [a]: b\n", ":3: a name is wanted" },
		{ HEAD "  a: &a { b: *a }\n", "nested too deeply" },
		{ HEAD "  a: \"x\n", ":" },
	};
	struct mockvfio_scenario *scenario;
	struct mockvfio_error err;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		assert_int_equal(load(*state, bad[i].text, &scenario, &err), -EINVAL);
		if (strncmp(err.message, file_of(*state), strlen(file_of(*state))) ||
		    !strstr(err.message, bad[i].message))
			fail_msg("\"%s\": %s", bad[i].text, err.message);
	}
	assert_int_equal(mockvfio_scenario_load("/nonexistent", &scenario, &err), -ENOENT);
	assert_non_null(strstr(err.message, "cannot open /nonexistent"));
	assert_int_equal(mockvfio_scenario_load("/", &scenario, &err), -EISDIR);
	assert_non_null(strstr(err.message, "cannot read /: Is a directory"));
}

/* What the module has not, or will not have; no profile stays. */
static void test_refused(void **state)
{
	static const struct {
		const char *text;
		const char *message;
		int code;
	} refused[] = {
		{ HEAD "  pci_vendr: 1\n",
		  ":3: pci_vendr: \"1\": the module knows no such attribute", ENOENT },
		{ HEAD "  region: { a: { size: 1 } }\n",
		  ":3: region: the module knows no such directory", EPERM },
		{ HEAD "  reset: { a: 1 }\n",
		  ":3: reset: this is an attribute, it takes a value", ENOTDIR },
		{ HEAD "  regions: 1\n",
		  ":3: regions: \"1\": this is a directory, it takes no value", EISDIR },
		{ "description: x\nneeds:\n  - faults\n  - magic\ndevice: {}\n",
		  ":4: the module that is loaded lacks \"magic\"", EOPNOTSUPP },
		{ "description: x\ninstances: 9\ndevice: {}\n",
		  ":2: instances: 9 are more than max_instances, 8", EINVAL },
	};
	struct mockvfio_profile *profile;
	struct fakefs *fs = *state;
	struct mockvfio_error err;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(refused); i++) {
		assert_int_equal(apply(fs, refused[i].text, false, &profile, &err),
				 -refused[i].code);
		if (!strstr(err.message, refused[i].message))
			fail_msg("\"%s\": %s", refused[i].text, err.message);
		assert_false(fakefs_exists(fs, P));
	}
}

static void test_reason_of_the_module(void **state)
{
	static const char text[] = HEAD "  regions:\n    a:\n      access: rx\n";
	struct mockvfio_profile *profile;
	struct fakefs *fs = *state;
	struct mockvfio_error err;
	char expected[256];

	fakefs_refuse_why("*/access", EINVAL,
			  "mock_vfio: p/regions/a/access: bad value \"rx\": \"x\" is bad");
	assert_int_equal(apply(fs, text, false, &profile, &err), -EINVAL);
	snprintf(expected, sizeof(expected),
		 "%s:5: regions/a/access: bad value \"rx\": \"x\" is bad", file_of(fs));
	assert_string_equal(err.message, expected);
	assert_int_equal(errno, EINVAL);
	assert_false(fakefs_exists(fs, P));

	fakefs_refuse_why("*/live", EINVAL, "mock_vfio: p/live: bad value \"1\": no room");
	assert_int_equal(apply(fs, HEAD "  reset: 1\n", false, &profile, &err), -EINVAL);
	assert_non_null(strstr(err.message, ": live: bad value \"1\": no room"));
	assert_false(fakefs_exists(fs, P));
}

static void test_name_is_taken(void **state)
{
	struct mockvfio_profile *profile, *again;
	struct fakefs *fs = *state;

	assert_int_equal(apply(fs, HEAD "  reset: 1\n", false, &profile, NULL), 0);
	assert_int_equal(apply(fs, HEAD "  reset: 1\n", false, &again, NULL), -EEXIST);
	assert_true(fakefs_exists(fs, P));
	mockvfio_profile_close(profile);
}

int main(void)
{
#define T(name)	cmocka_unit_test_setup_teardown(name, fakefs_setup, fakefs_teardown)
	const struct CMUnitTest tests[] = {
		T(test_everything),
		T(test_real_iommu),
		T(test_bad_files),
		T(test_refused),
		T(test_reason_of_the_module),
		T(test_name_is_taken),
	};

	return cmocka_run_group_tests_name("mockvfio scenario", tests, NULL, NULL);
}
