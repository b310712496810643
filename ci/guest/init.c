// SPDX-License-Identifier: GPL-2.0-only
/*
 * PID 1 of the test VM: makes the guest what the plan asks for, says "ready",
 * runs the tests one after the other, reports, and powers off.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/reboot.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "guest.h"

#define CONSOLE "/dev/console"
#define PLAN "/plan"

/* KERN_INFO and graver: the boot itself is quieter, because a console is slow. */
#define CONSOLE_LOGLEVEL "7"

static void stop(void)
{
	channel_drain();
	reboot(RB_POWER_OFF);
	for (;;)
		pause();
}

static void use_console(void)
{
	int fd = open(CONSOLE, O_RDWR);

	dup2(fd, STDIN_FILENO);
	dup2(fd, STDOUT_FILENO);
	dup2(fd, STDERR_FILENO);
	if (fd > STDERR_FILENO)
		close(fd);
}

static void report_hello(void)
{
	struct utsname name;

	uname(&name);
	channel_record("hello protocol=1 release=%s taint=%lu", name.release, audit_taint());
}

static bool set_env(const struct order *order)
{
	char *value = order->argc > 1 ? strchr(order->argv[1], '=') : NULL;

	if (value) {
		*value++ = '\0';
		if (!setenv(order->argv[1], value, 1))
			return true;
	}
	channel_record("error what=plan:env errno=%d", EINVAL);
	return false;
}

/* The orders that shape the guest, in the plan's order within each kind. */
static bool carry_out(const struct plan *plan, const char *kind,
		      bool (*step)(const struct order *order))
{
	size_t i;

	for (i = 0; i < plan->count; i++)
		if (!strcmp(plan->orders[i].argv[0], kind) && !step(&plan->orders[i]))
			return false;
	return true;
}

static bool prepare(const struct plan *plan)
{
	return carry_out(plan, "env", set_env) &&
	       carry_out(plan, "module", module_load) &&
	       carry_out(plan, "try", module_try) &&
	       mount_late() &&
	       carry_out(plan, "bind", pci_bind) &&
	       carry_out(plan, "write", write_file) &&
	       carry_out(plan, "collect", collect_from) &&
	       carry_out(plan, "sections", sections_report) &&
	       carry_out(plan, "hold", channel_hold);
}

static const struct order *find_order(const struct plan *plan, const char *kind)
{
	size_t i;

	for (i = 0; i < plan->count; i++)
		if (!strcmp(plan->orders[i].argv[0], kind))
			return &plan->orders[i];
	return NULL;
}

static const char *first_argument(const struct plan *plan, const char *kind)
{
	const struct order *order = find_order(plan, kind);

	return order ? order->argv[1] : NULL;
}

static bool run_all(const struct plan *plan)
{
	int index = 0;
	size_t i;

	for (i = 0; i < plan->count; i++) {
		if (strcmp(plan->orders[i].argv[0], "test"))
			continue;
		if (!run_test(&plan->orders[i], index))
			return false;
		collect(index++);
	}
	return true;
}

/* What is to be said when all tests are over. */
static void report(const struct plan *plan)
{
	audit_report(first_argument(plan, "audit"), find_order(plan, "kmemleak"));
	carry_out(plan, "gcov", gcov_report);
	channel_record("done taint=%lu", audit_taint());
}

int main(void)
{
	struct plan plan;
	const char *shell;
	int ret;

	/* The channel is a device node: without /dev nothing can be reported. */
	if (!mount_basic() || channel_open(CHANNEL))
		stop();
	use_console();
	report_hello();
	ret = plan_read(PLAN, &plan);
	if (ret) {
		channel_record("error what=plan errno=%d", -ret);
		stop();
	}
	sysfile_write("/proc/sys/kernel/printk", CONSOLE_LOGLEVEL);
	setenv("PATH", "/bin:/", 1);
	if (!prepare(&plan))
		stop();
	channel_record("ready");

	shell = first_argument(&plan, "shell");
	if (shell)
		channel_record("shell status=%d", run_shell(shell));
	else if (run_all(&plan))
		report(&plan);
	stop();
}
