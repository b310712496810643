// SPDX-License-Identifier: GPL-2.0-only
/*
 * Misbehaves on request, so that the harness can show that it notices: each
 * write to the parameter "action" names what goes wrong. Never part of a
 * normal run.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/delay.h>
#include <linux/irqflags.h>
#include <linux/jiffies.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/slab.h>
#include <linux/smp.h>
#include <linux/string.h>
#include <linux/timer.h>

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

/*
 * Bugs that only a kernel built to look for them notices. OPTIMIZER_HIDE_VAR
 * keeps the compiler from seeing them first.
 */
static void do_use_after_free(void)
{
	char *memory = kmalloc(16, GFP_KERNEL);

	if (!memory)
		return;
	kfree(memory);
	OPTIMIZER_HIDE_VAR(memory);
	READ_ONCE(*memory);
}

static void do_shift(void)
{
	unsigned int bits = 64;
	u64 value = 1;

	OPTIMIZER_HIDE_VAR(bits);
	value <<= bits;
	OPTIMIZER_HIDE_VAR(value);
}

static void do_lock_order(void)
{
	static DEFINE_MUTEX(first);
	static DEFINE_MUTEX(second);

	mutex_lock(&first);
	mutex_lock(&second);
	mutex_unlock(&second);
	mutex_unlock(&first);

	mutex_lock(&second);
	mutex_lock(&first);
	mutex_unlock(&first);
	mutex_unlock(&second);
}

static void do_sleep_in_atomic(void)
{
	preempt_disable();
	might_sleep();
	preempt_enable();
}

static void expire(struct timer_list *timer)
{
}

static void do_free_active(void)
{
	struct timer_list *timer = kmalloc(sizeof(*timer), GFP_KERNEL);

	if (!timer)
		return;
	timer_setup(timer, expire, 0);
	mod_timer(timer, jiffies + HZ * 3600);
	kfree(timer);
}

/* Several, as a register or the stack may still point to the last. */
static void do_leak(void)
{
	void *memory;
	int i;

	for (i = 0; i < 16; i++) {
		memory = kmalloc(256, GFP_KERNEL);
		OPTIMIZER_HIDE_VAR(memory);
	}
}

static const struct {
	const char *name;
	void (*act)(void);
	bool noticed;	/* by a kernel of this configuration */
} actions[] = {
	{ "warn",		do_warn,		true },
	{ "hang",		do_hang,		true },
	{ "sleep",		do_sleep,		true },
	{ "use_after_free",	do_use_after_free,	IS_ENABLED(CONFIG_KASAN) },
	{ "shift",		do_shift,		IS_ENABLED(CONFIG_UBSAN_SHIFT) },
	{ "lock_order",		do_lock_order,		IS_ENABLED(CONFIG_PROVE_LOCKING) },
	{ "sleep_in_atomic",	do_sleep_in_atomic,	IS_ENABLED(CONFIG_DEBUG_ATOMIC_SLEEP) },
	{ "free_active",	do_free_active,		IS_ENABLED(CONFIG_DEBUG_OBJECTS_TIMERS) },
	{ "leak",		do_leak,		IS_ENABLED(CONFIG_DEBUG_KMEMLEAK) },
};

static int action_set(const char *value, const struct kernel_param *param)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(actions); i++) {
		if (!sysfs_streq(value, actions[i].name))
			continue;
		if (!actions[i].noticed)
			return -EOPNOTSUPP;
		actions[i].act();
		return 0;
	}
	return -EINVAL;
}

static const struct kernel_param_ops action_ops = { .set = action_set };
module_param_cb(action, &action_ops, NULL, 0200);
MODULE_PARM_DESC(action, "what goes wrong: warn, hang (all CPUs), sleep (unkillable), or one of the bugs");

MODULE_DESCRIPTION("Misbehaves on request, for the tests of mock_vfio's harness");
MODULE_LICENSE("GPL");
