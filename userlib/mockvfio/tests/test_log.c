// SPDX-License-Identifier: LGPL-2.1-or-later
/* What is read back: fault rules, the event log, counters. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "fakefs.h"

#define RULE	"/sys/kernel/config/mock_vfio/p/faults/busy"
#define UUID	"00000000-1111-4222-8333-444444444444"
#define DEBUG	"/sys/kernel/debug/mock_vfio"

static struct mockvfio_profile *profile_p(struct fakefs *fs)
{
	struct mockvfio_profile *profile;

	assert_int_equal(mockvfio_profile_create(fs->mock, "p", &profile, NULL), 0);
	return profile;
}

static const struct mockvfio_rule busy = {
	.name = "busy", .site = "iommu.map_dma", .error = "EBUSY", .times = -1, .skip = 2,
	.match_iova = "0x1000-0x1fff",
};

static void test_fault_add(void **state)
{
	struct fakefs *fs = *state;
	struct mockvfio_profile *profile = profile_p(fs);
	struct mockvfio_fault_stats stats;

	assert_int_equal(mockvfio_fault_add(profile, &busy, NULL), 0);
	assert_string_equal(fakefs_content(fs, RULE "/site"), "iommu.map_dma");
	assert_string_equal(fakefs_content(fs, RULE "/errno"), "EBUSY");
	assert_string_equal(fakefs_content(fs, RULE "/times"), "-1");
	assert_string_equal(fakefs_content(fs, RULE "/skip"), "0x2");
	assert_string_equal(fakefs_content(fs, RULE "/match_iova"), "0x1000-0x1fff");
	assert_string_equal(fakefs_content(fs, RULE "/effect"), "errno");
	assert_string_equal(fakefs_content(fs, RULE "/armed"), "1");

	fakefs_put(fs, RULE "/seen", "5\n");
	fakefs_put(fs, RULE "/hits", "3\n");
	assert_int_equal(mockvfio_fault_stats(profile, "busy", &stats, NULL), 0);
	assert_int_equal(stats.seen, 5);
	assert_int_equal(stats.hits, 3);

	assert_int_equal(mockvfio_fault_arm(profile, "busy", false, NULL), 0);
	assert_string_equal(fakefs_content(fs, RULE "/armed"), "0");
	assert_int_equal(mockvfio_fault_add(profile, &busy, NULL), -EEXIST);
	assert_int_equal(mockvfio_fault_remove(profile, "busy", NULL), 0);
	assert_false(fakefs_exists(fs, RULE));
	assert_int_equal(mockvfio_profile_destroy(profile, NULL), 0);
}

static void test_fail_nth(void **state)
{
	struct fakefs *fs = *state;
	struct mockvfio_profile *profile = profile_p(fs);
	uint64_t left;

	assert_int_equal(mockvfio_fail_nth_set(profile, 3, NULL), 0);
	assert_int_equal(mockvfio_fail_nth_get(profile, &left, NULL), 0);
	assert_int_equal(left, 3);
	fakefs_refuse("*/p/fail_nth", ENOSPC);
	assert_int_equal(mockvfio_fail_nth_set(profile, 1, NULL), -ENOSPC);
	mockvfio_profile_close(profile);
}

static void test_refused_rule_leaves_nothing(void **state)
{
	struct fakefs *fs = *state;
	struct mockvfio_profile *profile = profile_p(fs);

	fakefs_refuse("*/armed", EINVAL);
	assert_int_equal(mockvfio_fault_add(profile, &busy, NULL), -EINVAL);
	assert_false(fakefs_exists(fs, RULE));
	mockvfio_profile_close(profile);
}

static void test_parse_event(void **state)
{
	static const char line[] = "12 iommu.map_dma t=34.000567 tgid=89 dev=" UUID
		" iova=0x1000 size=0x2000 what=abc count=-1 ret=-16 fault=busy\n";
	struct mockvfio_event event;
	char text[8];
	uint64_t number;

	(void)state;
	assert_int_equal(mockvfio_event_parse(line, &event), 0);
	assert_int_equal(event.seq, 12);
	assert_string_equal(event.site, "iommu.map_dma");
	assert_int_equal(event.time_us, 34000567);
	assert_int_equal(event.tgid, 89);
	assert_string_equal(event.dev, UUID);
	assert_int_equal(event.ret, -16);
	assert_string_equal(event.fault, "busy");

	assert_int_equal(mockvfio_event_u64(&event, "iova", &number), 0);
	assert_int_equal(number, 0x1000);
	assert_int_equal(mockvfio_event_u64(&event, "size", &number), 0);
	assert_int_equal(number, 0x2000);
	assert_int_equal(mockvfio_event_u64(&event, "count", &number), 0);
	assert_true(number == UINT64_MAX);
	assert_int_equal(mockvfio_event_u64(&event, "what", &number), -EINVAL);
	assert_int_equal(mockvfio_event_str(&event, "what", text, sizeof(text)), 0);
	assert_string_equal(text, "abc");
	assert_int_equal(mockvfio_event_str(&event, "iov", text, sizeof(text)), -ENOENT);
	assert_int_equal(mockvfio_event_str(&event, "what", text, 3), -ENOSPC);
}

static void test_parse_minimal_event(void **state)
{
	struct mockvfio_event event;
	uint64_t number;

	(void)state;
	assert_int_equal(mockvfio_event_parse("1 device.reset t=0.000001 tgid=1 ret=0", &event), 0);
	assert_string_equal(event.dev, "");
	assert_string_equal(event.fault, "");
	assert_int_equal(mockvfio_event_u64(&event, "iova", &number), -ENOENT);
}

static void test_parse_bad_events(void **state)
{
	static const char *const lines[] = {
		"", "x", "1", "1 site", "1 site t=1.000000 tgid=1", "x site ret=0",
		"1 site t=1 ret=0", "1 site t=1.0x ret=0", "1 site tgid=-4 ret=0",
		"1 site ret=zero", "1 site word ret=0", "-1 site ret=0", "1 site ret=1x",
	};
	struct mockvfio_event event;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(lines); i++)
		assert_int_equal(mockvfio_event_parse(lines[i], &event), -EPROTO);
}

static void test_read_log(void **state)
{
	struct fakefs *fs = *state;
	struct mockvfio_profile *profile = profile_p(fs);
	struct mockvfio_events events;
	struct mockvfio_error err;

	fakefs_put(fs, DEBUG "/p/events", "# lost 4\n"
		   "5 iommu.map_dma t=1.000000 tgid=2 iova=0x0 size=0x1000 ret=0\n"
		   "6 iommu.unmap_dma t=1.000100 tgid=2 iova=0x0 size=0x1000 unmapped=0x1000 ret=0\n");
	assert_int_equal(mockvfio_events_read(profile, &events, NULL), 0);
	assert_int_equal(events.lost, 4);
	assert_int_equal(events.count, 2);
	assert_int_equal(events.v[1].seq, 6);
	assert_string_equal(events.v[1].site, "iommu.unmap_dma");
	mockvfio_events_free(&events);
	assert_null(events.v);

	assert_int_equal(mockvfio_events_clear(profile, NULL), 0);
	assert_int_equal(mockvfio_events_read(profile, &events, NULL), 0);
	assert_int_equal(events.count, 0);
	mockvfio_events_free(&events);

	fakefs_put(fs, DEBUG "/p/events", "5 iommu.map_dma garbage\n");
	assert_int_equal(mockvfio_events_read(profile, &events, &err), -EPROTO);
	assert_non_null(strstr(err.message, "5 iommu.map_dma garbage"));
	mockvfio_profile_close(profile);
}

static void test_read_long_log(void **state)
{
	static const char line[] = "1 a.b t=0.000001 tgid=1 ret=0\n";
	enum { LINES = 1000 };
	static char text[LINES * sizeof(line)];
	struct fakefs *fs = *state;
	struct mockvfio_profile *profile = profile_p(fs);
	struct mockvfio_events events;
	int i;

	for (i = 0; i < LINES; i++)
		memcpy(text + i * (sizeof(line) - 1), line, sizeof(line));
	fakefs_put(fs, DEBUG "/p/events", text);
	assert_int_equal(mockvfio_events_read(profile, &events, NULL), 0);
	assert_int_equal(events.count, LINES);
	mockvfio_events_free(&events);
	mockvfio_profile_close(profile);
}

static void test_open_log(void **state)
{
	struct fakefs *fs = *state;
	struct mockvfio_profile *profile = profile_p(fs);
	struct mockvfio_error err;
	char text[8] = "";
	int fd;

	assert_int_equal(mockvfio_events_open(profile, &err), -ENOENT);
	assert_non_null(strstr(err.message, DEBUG "/p/events"));
	fakefs_put(fs, DEBUG "/p/events", "1 x\n");
	fd = mockvfio_events_open(profile, NULL);
	assert_true(fd >= 0);
	assert_int_equal(read(fd, text, sizeof(text) - 1), 4);
	assert_string_equal(text, "1 x\n");
	close(fd);
	mockvfio_profile_close(profile);
}

static void test_sites(void **state)
{
	struct fakefs *fs = *state;
	struct mockvfio_sites sites;
	struct mockvfio_error err;

	fakefs_put(fs, DEBUG "/sites",
		   "# site                   context  errno  effects      call\n"
		   "iommu.map_dma            process  EBUSY  errno,delay  VFIO_IOMMU_MAP_DMA\n"
		   "irq.deliver              process  -      drop         an eventfd is signalled\n");
	fakefs_put(fs, DEBUG "/fired", "iommu.map_dma 0\nirq.deliver 12\n");
	assert_int_equal(mockvfio_sites_read(fs->mock, &sites, NULL), 0);
	assert_int_equal(sites.count, 2);
	assert_string_equal(sites.v[0].effects, "errno,delay");
	assert_string_equal(sites.v[0].error, "EBUSY");
	assert_string_equal(sites.v[1].name, "irq.deliver");
	assert_string_equal(sites.v[1].call, "an eventfd is signalled");
	assert_int_equal(sites.v[1].fired, 12);
	mockvfio_sites_free(&sites);

	fakefs_put(fs, DEBUG "/fired", "iommu.map_dma\n");
	assert_int_equal(mockvfio_sites_read(fs->mock, &sites, &err), -EPROTO);
	assert_non_null(strstr(err.message, "/fired: cannot understand \"iommu.map_dma\""));
	assert_null(sites.v);
}

static int append_name(const char *name, void *data)
{
	strcat(data, name);
	return 0;
}

static void test_fault_list(void **state)
{
	static const struct mockvfio_rule b = { .name = "b", .site = "dma.rw" };
	static const struct mockvfio_rule a = { .name = "a", .site = "dma.rw" };
	struct mockvfio_profile *profile = profile_p(*state);
	char names[16] = "";

	assert_int_equal(mockvfio_fault_add(profile, &b, NULL), 0);
	assert_int_equal(mockvfio_fault_add(profile, &a, NULL), 0);
	assert_int_equal(mockvfio_fault_list(profile, append_name, names, NULL), 0);
	assert_string_equal(names, "ab");
	assert_int_equal(mockvfio_profile_destroy(profile, NULL), 0);
}

static void test_counters(void **state)
{
	struct fakefs *fs = *state;
	struct mockvfio_profile *profile = profile_p(fs);
	struct mockvfio_counters counters;
	struct mockvfio_error err;
	uint64_t value;

	fakefs_put(fs, DEBUG "/p/counters", "open 1\nmappings 17\n");
	assert_int_equal(mockvfio_counters_read(profile, &counters, NULL), 0);
	assert_int_equal(counters.count, 2);
	assert_int_equal(mockvfio_counter_get(&counters, "mappings", &value), 0);
	assert_int_equal(value, 17);
	assert_int_equal(mockvfio_counter_get(&counters, "mmaps", &value), -ENOENT);

	fakefs_put(fs, DEBUG "/held", "open 0\n");
	assert_int_equal(mockvfio_held_read(fs->mock, &counters, NULL), 0);
	assert_int_equal(counters.count, 1);

	fakefs_put(fs, DEBUG "/held", "open\n");
	assert_int_equal(mockvfio_held_read(fs->mock, &counters, &err), -EPROTO);
	assert_non_null(strstr(err.message, "\"open\""));
	mockvfio_profile_close(profile);
}

int main(void)
{
#define T(name)	cmocka_unit_test_setup_teardown(name, fakefs_setup, fakefs_teardown)
	const struct CMUnitTest tests[] = {
		T(test_fault_add),
		T(test_fail_nth),
		T(test_refused_rule_leaves_nothing),
		T(test_parse_event),
		T(test_parse_minimal_event),
		T(test_parse_bad_events),
		T(test_read_log),
		T(test_read_long_log),
		T(test_open_log),
		T(test_sites),
		T(test_fault_list),
		T(test_counters),
	};

	return cmocka_run_group_tests_name("mockvfio log", tests, NULL, NULL);
}
