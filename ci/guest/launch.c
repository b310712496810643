// SPDX-License-Identifier: GPL-2.0-only
/*
 * Runs one test of a program that is not ours, as one of ours would run:
 *
 *	launch [WORD=VALUE...] PROGRAM [ARGUMENTS]
 *
 *	device=NAME:VENDOR:DEVICE	the PCI device it is to use, bound to vfio-pci
 *	iommu=NAME			what it reaches the device by; auto: iommufd if
 *					the kernel has it, else type1
 *	path=PATH			it needs this file
 *	release=PREFIX			it is for kernels of this release only
 *
 * It says which device and IOMMU the test is for, as selftests/lib/target.c
 * does, and makes a KTAP "skip" with a reason of what cannot run here: because
 * something above is missing, or because the program said so by its exit status
 * alone.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>

#include "guest.h"

/* As in the kernel's kselftest.h. */
#define KSFT_SKIP 4

#define IOMMUFD "/dev/iommu"
#define DEVICE_NODES "/dev/vfio/devices"

struct launch {
	const char *test;
	const char *device;
	const char *iommu;
};

static void skip(const struct launch *launch, const char *reason)
{
	printf("TAP version 13\n1..1\nok 1 %s # SKIP %s\n", launch->test, reason);
	exit(EXIT_SUCCESS);
}

static void skip_without(const struct launch *launch, const char *what)
{
	char reason[256];

	snprintf(reason, sizeof(reason), "this kernel has no %s", what);
	skip(launch, reason);
}

/* NAME:VENDOR:DEVICE */
static void use_device(struct launch *launch, char *value)
{
	char address[PCI_ADDRESS_SIZE], reason[256];
	char *id = strchr(value, ':');

	if (id)
		*id++ = '\0';
	launch->device = value;
	if (!id || !pci_find(id, "vfio-pci", address)) {
		snprintf(reason, sizeof(reason), "no %s at vfio-pci", value);
		skip(launch, reason);
	}
	setenv("VFIO_SELFTESTS_BDF", address, 1);
}

static void use_iommu(struct launch *launch, char *value)
{
	bool iommufd = !access(IOMMUFD, F_OK) && !access(DEVICE_NODES, F_OK);

	launch->iommu = value;
	if (!strcmp(value, "auto"))
		launch->iommu = iommufd ? "iommufd" : "type1";
	/* Tests that say what they want also look at the device before they do. */
	setenv("VFIO_SELFTESTS_IOMMU_MODE", iommufd ? "iommufd" : "vfio_type1v2_iommu", 1);
}

static void need_path(struct launch *launch, char *value)
{
	if (access(value, F_OK))
		skip_without(launch, value);
}

static void need_release(struct launch *launch, char *value)
{
	struct utsname name;
	char reason[256];

	uname(&name);
	if (!strncmp(name.release, value, strlen(value)))
		return;
	snprintf(reason, sizeof(reason), "made for Linux %s*, this is %s", value, name.release);
	skip(launch, reason);
}

static const struct {
	const char *word;
	void (*apply)(struct launch *launch, char *value);
} options[] = {
	{ "device", use_device },
	{ "iommu", use_iommu },
	{ "path", need_path },
	{ "release", need_release },
};

static void apply(struct launch *launch, char *word, char *value)
{
	size_t i;

	*value++ = '\0';
	for (i = 0; i < ARRAY_SIZE(options); i++) {
		if (!strcmp(options[i].word, word)) {
			options[i].apply(launch, value);
			return;
		}
	}
	fprintf(stderr, "launch: no option is called %s\n", word);
	exit(EXIT_FAILURE);
}

static FILE *start(char **argv)
{
	int ends[2];
	pid_t pid;

	if (pipe(ends))
		return NULL;
	pid = fork();
	if (!pid) {
		dup2(ends[1], STDOUT_FILENO);
		dup2(ends[1], STDERR_FILENO);
		close(ends[0]);
		close(ends[1]);
		execv(argv[0], argv);
		dprintf(STDERR_FILENO, "# launch: %s: %s\n", argv[0], strerror(errno));
		_exit(127);
	}
	close(ends[1]);
	return pid < 0 ? NULL : fdopen(ends[0], "r");
}

/*
 * Passes the output on. What is no KTAP of a test may be why there is none: the
 * last such line is kept in @last. "1..0" would be a plan beside that of skip().
 */
static bool relay(FILE *output, char *last, size_t size)
{
	static const char no_tests[] = "1..0 # SKIP ";
	char *line = NULL;
	size_t room = 0;
	bool ran = false;

	while (getline(&line, &room, output) >= 0) {
		bool none = !strncmp(line, no_tests, strlen(no_tests));
		const char *said = none ? line + strlen(no_tests) : line;

		printf("%s%s", none ? "# " : "", line);
		fflush(stdout);
		ran |= !strncmp(line, "1..", 3) && !none;
		if (strspn(said, " \t\n") < strlen(said))
			snprintf(last, size, "%.*s", (int)strcspn(said, "\n"), said);
	}
	free(line);
	return ran;
}

int main(int argc, char **argv)
{
	struct launch launch = { .test = argv[argc - 1], .device = "none", .iommu = "none" };
	char last[200] = "";
	int status = 0;
	FILE *output;
	bool ran;

	setvbuf(stdout, NULL, _IOLBF, 0);
	for (argv++; *argv && strchr(*argv, '='); argv++)
		apply(&launch, *argv, strchr(*argv, '='));
	printf("# target: device=%s iommu=%s\n", launch.device, launch.iommu);
	fflush(stdout);
	output = *argv ? start(argv) : NULL;
	if (!output) {
		fprintf(stderr, "# launch: cannot start a program (errno %d)\n", errno);
		return EXIT_FAILURE;
	}
	ran = relay(output, last, sizeof(last));
	wait(&status);
	if (!ran && WIFEXITED(status) && WEXITSTATUS(status) == KSFT_SKIP)
		skip(&launch, last);
	if (WIFSIGNALED(status))
		raise(WTERMSIG(status));
	return WEXITSTATUS(status);
}
