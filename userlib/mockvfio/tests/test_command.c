// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * The command mock-vfio on a fake /sys: what it prints, where, and its exit
 * status. Programs that use a device need a real one: ci/tests/command.py.
 */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include <cmocka.h>

#include "../command/command.h"
#include "fakefs.h"

#define P	"/sys/kernel/config/mock_vfio/p"
#define DEBUG	"/sys/kernel/debug/mock_vfio"
#define UUID	"00000000-1111-4222-8333-444444444444"

/* What the last command printed. */
static char out[8192], err[8192];

static int begin_capture(int fd, const char *name)
{
	int saved = dup(fd);
	int file = open(name, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	assert_true(saved >= 0 && file >= 0);
	dup2(file, fd);
	close(file);
	return saved;
}

static void end_capture(int fd, int saved, const char *name, char *text)
{
	FILE *file;
	size_t n;

	dup2(saved, fd);
	close(saved);
	file = fopen(name, "r");
	assert_non_null(file);
	n = fread(text, 1, sizeof(out) - 1, file);
	text[n] = '\0';
	fclose(file);
}

/* Runs a command line, words separated by blanks, on the fake system. */
static int run(const struct fakefs *fs, const char *line)
{
	char words[512], out_file[128], err_file[128];
	char *argv[32], *rest = words;
	int argc = 0, saved_out, saved_err, status;

	snprintf(words, sizeof(words), "mock-vfio %s", line);
	while ((argv[argc] = strsep(&rest, " ")))
		argc++;
	snprintf(out_file, sizeof(out_file), "%s/out", fs->root);
	snprintf(err_file, sizeof(err_file), "%s/err", fs->root);
	fflush(NULL);
	saved_out = begin_capture(STDOUT_FILENO, out_file);
	saved_err = begin_capture(STDERR_FILENO, err_file);
	status = mock_vfio_command(fs->root, argc, argv);
	fflush(NULL);
	end_capture(STDOUT_FILENO, saved_out, out_file, out);
	end_capture(STDERR_FILENO, saved_err, err_file, err);
	return status;
}

static void assert_has(const char *text, const char *part)
{
	if (!strstr(text, part))
		fail_msg("no \"%s\" in: %s", part, text);
}

/* The name of a scenario in a file of the fake system. */
static const char *scenario(const struct fakefs *fs, const char *text)
{
	static char path[128];

	fakefs_put(fs, "/p.yaml", text);
	snprintf(path, sizeof(path), "%s/p.yaml", fs->root);
	return path;
}

/* A live profile p with the instance UUID, and the files of debugfs that it has. */
static void make_p(const struct fakefs *fs)
{
	struct mockvfio_instance instance;
	struct mockvfio_profile *profile;

	assert_int_equal(mockvfio_profile_create(fs->mock, "p", &profile, NULL), 0);
	assert_int_equal(mockvfio_profile_set_live(profile, true, NULL), 0);
	assert_int_equal(mockvfio_instance_create(profile, UUID, &instance, NULL), 0);
	mockvfio_profile_close(profile);
	fakefs_put(fs, DEBUG "/p/counters", "instances 1\nopen 0\n");
	fakefs_put(fs, DEBUG "/p/events", "1 dma.rw t=1.000002 tgid=3 iova=0x0 ret=-5 fault=x\n");
	fakefs_put(fs, DEBUG "/p/devices/" UUID "/irq", "");
	fakefs_put(fs, DEBUG "/p/devices/" UUID "/memory", "");
	fakefs_put(fs, DEBUG "/p/devices/" UUID "/unplug", "");
}

/* Wrong command lines: status 2, a message, and where to read on. */
static void test_usage(void **state)
{
	static const struct {
		const char *line;
		const char *message;
	} wrong[] = {
		{ "", "usage: mock-vfio COMMAND" },
		{ "frobnicate", "there is no command \"frobnicate\"" },
		{ "help frobnicate", "there is no command \"frobnicate\"" },
		{ "list x", "nothing but options is wanted" },
		{ "list --frob", "there is no option --frob" },
		{ "list -x", "there is no option -x" },
		{ "apply", "one scenario is wanted" },
		{ "apply -n", "option -n needs a value" },
		{ "remove", "either names of profiles, or -a, or -l is wanted" },
		{ "remove -a p", "either names of profiles, or -a, or -l is wanted" },
		{ "create", "a profile is wanted" },
		{ "destroy", "at least one UUID is wanted" },
		{ "irq " UUID, "a UUID and an interrupt are wanted" },
		{ "irq " UUID " nmi", "\"nmi\" is no interrupt" },
		{ "irq " UUID " msi x", "\"x\" is no vector" },
		{ "memory " UUID " maybe", "a UUID and on or off are wanted" },
		{ "unplug", "a UUID is wanted" },
		{ "fault", "an action and a profile are wanted" },
		{ "fault frob p", "\"frob\" is none of add, arm, disarm, list, clear" },
		{ "fault -j clear p", "only list has JSON" },
		{ "fault add p rule", "a rule and a site are wanted" },
		{ "fault add p rule dma.rw times", "\"times\" is not ATTRIBUTE=VALUE" },
		{ "fault arm p", "at least one rule is wanted" },
		{ "fault list p rule", "only a profile is wanted" },
		{ "events", "one profile is wanted" },
		{ "stats p q", "at most one profile is wanted" },
		{ "sites x", "nothing but options is wanted" },
		{ "doctor x", "nothing but options is wanted" },
		{ "run", "no scenario is given" },
		{ "run x", "no command is given" },
	};
	struct fakefs *fs = *state;
	size_t i;

	make_p(fs);
	for (i = 0; i < ARRAY_SIZE(wrong); i++) {
		if (run(fs, wrong[i].line) != STATUS_USAGE || *out)
			fail_msg("%s: %s%s", wrong[i].line, out, err);
		assert_has(err, wrong[i].message);
	}
}

static void test_help(void **state)
{
	const struct subcommand *sub;
	struct fakefs *fs = *state;
	char line[64];

	assert_int_equal(run(fs, "--help"), STATUS_OK);
	for (sub = subcommands; sub->name; sub++)
		assert_has(out, sub->summary);
	for (sub = subcommands; sub->name; sub++) {
		snprintf(line, sizeof(line), "help %s", sub->name);
		assert_int_equal(run(fs, line), STATUS_OK);
		assert_has(out, sub->arguments);
		snprintf(line, sizeof(line), "%s --help", sub->name);
		if (strcmp(sub->name, "help") != 0)
			assert_int_equal(run(fs, line), STATUS_OK);
		assert_has(out, sub->summary);
	}
	assert_int_equal(run(fs, "--version"), STATUS_OK);
	assert_string_equal(out, "mock-vfio " MOCK_VFIO_VERSION "\n");
}

static void test_apply_list_remove(void **state)
{
	static const char text[] = "description: x\ninstances: 2\ndevice: { reset: false }\n";
	struct fakefs *fs = *state;
	char line[256];

	snprintf(line, sizeof(line), "apply %s", scenario(fs, text));
	assert_int_equal(run(fs, line), STATUS_OK);
	assert_has(out, "profile p\n");
	assert_has(out, " /dev/vfio/7 ");
	assert_string_equal(fakefs_content(fs, P "/reset"), "0");

	/* Once more: the name is taken, and what is there stays. */
	assert_int_equal(run(fs, line), STATUS_FAILED);
	assert_has(err, "there is a profile p already");
	assert_int_equal(run(fs, "list"), STATUS_OK);
	assert_has(out, "p\n  ");
	assert_int_equal(run(fs, "list --json"), STATUS_OK);
	assert_has(out, "[{\"profile\": \"p\", \"live\": true, \"instances\": [{\"uuid\": \"");
	assert_has(out, "\"group\": \"/dev/vfio/7\"");

	assert_int_equal(run(fs, "remove p"), STATUS_OK);
	assert_int_equal(run(fs, "list"), STATUS_OK);
	assert_string_equal(out, "");
	assert_int_equal(run(fs, "remove p"), STATUS_FAILED);
	assert_has(err, "no profile");
}

static void test_apply_options(void **state)
{
	static const char text[] = "description: x\ndevice: { iommu_backend: { enable: 1 } }\n";
	struct fakefs *fs = *state;
	char line[256];

	snprintf(line, sizeof(line), "apply --json %s --real-iommu --name p", scenario(fs, text));
	assert_int_equal(run(fs, line), STATUS_OK);
	assert_has(out, "{\"profile\": \"p\", \"instances\": [{");
	assert_string_equal(fakefs_content(fs, P "/iommu_backend/enable"), "0");
	assert_int_equal(run(fs, "remove -a"), STATUS_OK);
	assert_false(fakefs_exists(fs, P));
}

static void test_bad_scenarios(void **state)
{
	struct fakefs *fs = *state;
	char line[256];

	snprintf(line, sizeof(line), "apply %s",
		 scenario(fs, "description: x\ndevice:\n  resett: 1\n"));
	assert_int_equal(run(fs, line), STATUS_FAILED);
	assert_has(err, "/p.yaml:3: resett: \"1\": the module knows no such attribute");
	assert_int_equal(run(fs, "apply no-such"), STATUS_FAILED);
	assert_has(err, "no scenario \"no-such\"");
	assert_int_equal(run(fs, "apply ./no-such.yaml"), STATUS_FAILED);
	assert_has(err, "cannot read ./no-such.yaml: No such file");

	/* An instance fails: the profile that was live already goes. */
	snprintf(line, sizeof(line), "apply %s", scenario(fs, "description: x\ndevice: {}\n"));
	fakefs_refuse("*/create", EUSERS);
	assert_int_equal(run(fs, line), STATUS_FAILED);
	assert_false(fakefs_exists(fs, P));
}

static void test_scenarios(void **state)
{
	struct fakefs *fs = *state;

	setenv("MOCK_VFIO_SCENARIOS", "../../selftests/scenarios", 1);
	assert_int_equal(run(fs, "list -s"), STATUS_OK);
	assert_has(out, "busy-map           the first MAP_DMA is EBUSY\n");
	assert_int_equal(run(fs, "list -s -j"), STATUS_OK);
	assert_has(out, "{\"scenario\": \"hot-reset\", \"description\": \"two devices");
	assert_int_equal(run(fs, "apply no-reset"), STATUS_OK);
	assert_string_equal(fakefs_content(fs, "/sys/kernel/config/mock_vfio/no-reset/reset"),
			    "0");
	setenv("MOCK_VFIO_SCENARIOS", "/nonexistent", 1);
	assert_int_equal(run(fs, "list -s"), STATUS_FAILED);
	assert_has(err, "cannot read /nonexistent: ");
	unsetenv("MOCK_VFIO_SCENARIOS");
}

static void test_create_and_destroy(void **state)
{
	struct fakefs *fs = *state;

	make_p(fs);
	assert_int_equal(run(fs, "destroy " UUID), STATUS_OK);
	assert_int_equal(run(fs, "destroy " UUID), STATUS_FAILED);
	assert_has(err, "no instance " UUID);
	assert_int_equal(run(fs, "create p " UUID), STATUS_OK);
	assert_has(out, UUID " /dev/vfio/7 /");
	assert_int_equal(run(fs, "create -j p"), STATUS_OK);
	assert_has(out, "{\"uuid\": \"");
	assert_int_equal(run(fs, "create q"), STATUS_FAILED);
	assert_has(err, "no profile");
}

static void test_triggers(void **state)
{
	struct fakefs *fs = *state;

	make_p(fs);
	assert_int_equal(run(fs, "irq " UUID " msix 3"), STATUS_OK);
	assert_string_equal(fakefs_content(fs, DEBUG "/p/devices/" UUID "/irq"), "2 3");
	assert_int_equal(run(fs, "irq " UUID " 4"), STATUS_OK);
	assert_string_equal(fakefs_content(fs, DEBUG "/p/devices/" UUID "/irq"), "4 0");
	assert_int_equal(run(fs, "memory " UUID " off"), STATUS_OK);
	assert_string_equal(fakefs_content(fs, DEBUG "/p/devices/" UUID "/memory"), "0");
	assert_int_equal(run(fs, "unplug " UUID), STATUS_OK);
	assert_string_equal(fakefs_content(fs, DEBUG "/p/devices/" UUID "/unplug"), "1");
	fakefs_refuse("*/irq", ENXIO);
	assert_int_equal(run(fs, "irq " UUID " err"), STATUS_FAILED);
	assert_has(err, "No such device or address");
}

static void test_faults(void **state)
{
	struct fakefs *fs = *state;

	make_p(fs);
	assert_int_equal(run(fs, "fault add p busy iommu.map_dma errno=EBUSY times=-1"),
			 STATUS_OK);
	assert_string_equal(fakefs_content(fs, P "/faults/busy/site"), "iommu.map_dma");
	assert_string_equal(fakefs_content(fs, P "/faults/busy/times"), "-1");
	assert_string_equal(fakefs_content(fs, P "/faults/busy/armed"), "1");
	assert_int_equal(run(fs, "fault add p later dma.rw armed=0"), STATUS_OK);
	assert_string_equal(fakefs_content(fs, P "/faults/later/armed"), "0");
	assert_int_equal(run(fs, "fault disarm p busy"), STATUS_OK);
	assert_string_equal(fakefs_content(fs, P "/faults/busy/armed"), "0");
	assert_int_equal(run(fs, "fault arm p busy"), STATUS_OK);
	assert_int_equal(run(fs, "fault list p"), STATUS_OK);
	assert_has(out, "busy                 iommu.map_dma            EBUSY      yes");
	assert_int_equal(run(fs, "fault list -j p"), STATUS_OK);
	assert_has(out, "{\"rule\": \"busy\", \"armed\": true, \"site\": \"iommu.map_dma\"");

	/* A bad word takes the rule with it, and the module says what it was. */
	fakefs_refuse_why("*/effect", EINVAL, "mock_vfio: p/faults/x/effect: bad value \"y\": no");
	assert_int_equal(run(fs, "fault add p x dma.rw effect=y"), STATUS_FAILED);
	assert_has(err, "mock-vfio: p/faults/x/effect: bad value \"y\": no\n");
	assert_false(fakefs_exists(fs, P "/faults/x"));
	assert_int_equal(run(fs, "fault add p x dma.rw efect=y"), STATUS_FAILED);
	assert_has(err, "efect=y: the module knows no such attribute");

	assert_int_equal(run(fs, "fault clear p later"), STATUS_OK);
	assert_int_equal(run(fs, "fault clear p later"), STATUS_FAILED);
	assert_true(fakefs_exists(fs, P "/faults/busy"));
	assert_int_equal(run(fs, "fault clear p"), STATUS_OK);
	assert_false(fakefs_exists(fs, P "/faults/busy"));
}

static void test_events_and_stats(void **state)
{
	struct fakefs *fs = *state;

	make_p(fs);
	fakefs_put(fs, DEBUG "/held", "open 2\n");
	fakefs_put(fs, DEBUG "/sites", "dma.rw process EFAULT errno,corrupt the device's DMA\n");
	fakefs_put(fs, DEBUG "/fired", "dma.rw 9\n");
	assert_int_equal(run(fs, "events p --json"), STATUS_OK);
	assert_has(out, "{\"seq\": 1, \"site\": \"dma.rw\", \"time_us\": 1000002, \"tgid\": 3");
	assert_has(out, "\"args\": {\"iova\": \"0x0\"}, \"ret\": -5, \"fault\": \"x\"}\n");
	assert_int_equal(run(fs, "events -c p"), STATUS_OK);
	assert_string_equal(out, "1 dma.rw t=1.000002 tgid=3 iova=0x0 ret=-5 fault=x\n");
	assert_int_equal(run(fs, "events p"), STATUS_OK);
	assert_string_equal(out, "");
	assert_int_equal(run(fs, "stats p"), STATUS_OK);
	assert_string_equal(out, "instances      1\nopen           0\n");
	assert_int_equal(run(fs, "stats -j"), STATUS_OK);
	assert_string_equal(out, "{\"open\": 2}\n");
	assert_int_equal(run(fs, "sites"), STATUS_OK);
	assert_has(out, "dma.rw                   EFAULT            9  errno,corrupt\n");
	assert_int_equal(run(fs, "sites -j"), STATUS_OK);
	assert_has(out, "\"call\": \"the device's DMA\", \"fired\": 9}");
}

static void test_without_module(void **state)
{
	static const char *const lines[] = {
		"list", "apply x", "remove -a", "stats", "sites", "events p", "fault list p",
	};
	struct fakefs nowhere = *(struct fakefs *)*state;
	size_t i;

	fakefs_remove(*state, "/sys/kernel/config/mock_vfio");
	for (i = 0; i < ARRAY_SIZE(lines); i++) {
		assert_int_equal(run(&nowhere, lines[i]), STATUS_FAILED);
		assert_has(err, "is module mock_vfio loaded");
		assert_has(err, "mock-vfio doctor");
	}
	assert_int_equal(run(&nowhere, "run x -- true"), 125);
	assert_int_equal(run(&nowhere, "doctor"), STATUS_FAILED);
	assert_has(out, "missing  module     mock_vfio is not loaded");
}

/* A machine that has everything but one thing at a time. */
static void test_doctor(void **state)
{
	static const char *const files[] = {
		"/sys/module/vfio/x", "/sys/module/mdev/x", "/sys/module/vfio_iommu_type1/x",
		"/sys/module/mock_vfio/x", "/dev/vfio/vfio",
	};
	static const struct {
		const char *gone;
		const char *advice;
	} cases[] = {
		{ "/sys/module/vfio", "missing  vfio       vfio is not loaded" },
		{ "/sys/module/mdev", "missing  mdev       mdev is not loaded" },
		{ "/sys/module/vfio_iommu_type1", "vfio_iommu_type1 is not loaded" },
		{ "/sys/module/mock_vfio", "mock_vfio is not loaded: modprobe mock_vfio, or" },
		{ "/dev/vfio", "there is no /dev/vfio/vfio" },
		{ "/proc/mounts", "mount -t configfs none /sys/kernel/config" },
	};
	struct fakefs *fs = *state;
	size_t i, j;

	for (i = 0; i <= ARRAY_SIZE(cases); i++) {
		for (j = 0; j < ARRAY_SIZE(files); j++)
			fakefs_put(fs, files[j], "");
		fakefs_put(fs, "/proc/mounts", "none /sys/kernel/config configfs rw 0 0\n"
			   "none /sys/kernel/debug debugfs rw 0 0\n");
		fakefs_put(fs, "/proc/modules", "mock_vfio 1 0\nvfio_iommu_type1 1 0\n");
		if (i < ARRAY_SIZE(cases)) {
			fakefs_remove(fs, cases[i].gone);
			assert_int_equal(run(fs, "doctor"), STATUS_FAILED);
			assert_has(out, cases[i].advice);
		} else {
			/* Not root: the one thing that these tests cannot bring along. */
			assert_int_equal(run(fs, "doctor"),
					 geteuid() ? STATUS_FAILED : STATUS_OK);
		}
	}
	fakefs_put(fs, "/proc/modules", "vfio_iommu_type1 1 0\nmock_vfio 1 0\n");
	assert_int_equal(run(fs, "doctor -j"), STATUS_FAILED);
	assert_has(out, "{\"check\": \"order\", \"outcome\": \"missing\", \"text\": \"vfio_");
}

/* The record of a run that was killed: its profile goes, and not that of one that lives. */
static void test_leftovers(void **state)
{
	struct fakefs *fs = *state;
	char path[128];
	int fd;

	make_p(fs);
	fakefs_put(fs, "/run/mock-vfio/p", "pid 12345\nstarted 1\n");
	fakefs_put(fs, "/run/mock-vfio/never-made", "pid 12346\nstarted 1\n");
	snprintf(path, sizeof(path), "%s/run/mock-vfio/p", fs->root);
	fd = open(path, O_RDONLY);
	assert_int_equal(flock(fd, LOCK_EX | LOCK_NB), 0);
	assert_int_equal(run(fs, "remove -l"), STATUS_OK);
	assert_true(fakefs_exists(fs, P));
	assert_false(fakefs_exists(fs, "/run/mock-vfio/never-made"));
	close(fd);
	assert_int_equal(run(fs, "doctor"), STATUS_FAILED);
	assert_has(out, "note     leftovers  1 run was killed before it could clean up");
	assert_int_equal(run(fs, "remove -l"), STATUS_OK);
	assert_has(err, "removed p, left by process 12345");
	assert_false(fakefs_exists(fs, P));
	assert_false(fakefs_exists(fs, "/run/mock-vfio/p"));
}

/* Somebody has the device open: nothing is removed, and it is told who. */
static void test_in_use(void **state)
{
	struct fakefs *fs = *state;
	char link[160];

	make_p(fs);
	fakefs_put(fs, DEBUG "/p/counters", "instances 1\nopen 1\n");
	fakefs_put(fs, "/proc/4242/comm", "qemu\n");
	fakefs_put(fs, "/proc/4242/fd/x", "");
	snprintf(link, sizeof(link), "%s/proc/4242/fd/9", fs->root);
	assert_int_equal(symlink("/dev/vfio/7", link), 0);
	assert_int_equal(run(fs, "remove p"), STATUS_FAILED);
	assert_has(err, "profile p: a device is in use by 4242 (qemu) (-f kills it)");
	assert_int_equal(run(fs, "destroy " UUID), STATUS_FAILED);
	assert_true(fakefs_exists(fs, P));
	fakefs_put(fs, DEBUG "/p/counters", "instances 1\nopen 0\n");
	assert_int_equal(run(fs, "remove p"), STATUS_OK);
}

int main(void)
{
#define T(name)	cmocka_unit_test_setup_teardown(name, fakefs_setup, fakefs_teardown)
	const struct CMUnitTest tests[] = {
		T(test_usage),
		T(test_help),
		T(test_apply_list_remove),
		T(test_apply_options),
		T(test_bad_scenarios),
		T(test_scenarios),
		T(test_create_and_destroy),
		T(test_triggers),
		T(test_faults),
		T(test_events_and_stats),
		T(test_without_module),
		T(test_doctor),
		T(test_leftovers),
		T(test_in_use),
	};

	return cmocka_run_group_tests_name("mockvfio command", tests, NULL, NULL);
}
