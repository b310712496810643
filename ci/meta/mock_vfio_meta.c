// SPDX-License-Identifier: GPL-2.0-only
/*
 * Misbehaves on request, so that the harness can show that it notices: each
 * write to the parameter "action" names what goes wrong. Never part of a
 * normal run.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/delay.h>
#include <linux/irqflags.h>
#include <linux/module.h>
#include <linux/smp.h>
#include <linux/string.h>

static void do_warn(void)
{
	WARN(1, "mock_vfio_meta: a warning, as asked for\n");
}

static void hang_cpu(void *unused)
{
	local_irq_disable();
	for (;;)
		cpu_relax();
}

/* Every CPU, so that nothing in the guest can notice: only the host is left. */
static void do_hang(void)
{
	smp_call_function(hang_cpu, NULL, false);
	hang_cpu(NULL);
}

static void do_sleep(void)
{
	ssleep(3600);
}

static const struct {
	const char *name;
	void (*act)(void);
} actions[] = {
	{ "warn", do_warn },
	{ "hang", do_hang },
	{ "sleep", do_sleep },
};

static int action_set(const char *value, const struct kernel_param *param)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(actions); i++) {
		if (sysfs_streq(value, actions[i].name)) {
			actions[i].act();
			return 0;
		}
	}
	return -EINVAL;
}

static const struct kernel_param_ops action_ops = { .set = action_set };
module_param_cb(action, &action_ops, NULL, 0200);
MODULE_PARM_DESC(action, "warn: WARN; hang: all CPUs, interrupts off; sleep: an hour, unkillable");

MODULE_DESCRIPTION("Misbehaves on request, for the tests of mock_vfio's harness");
MODULE_LICENSE("GPL");
