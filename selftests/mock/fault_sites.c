// SPDX-License-Identifier: GPL-2.0-only
/*
 * Every effect of every fault site. The module says what it offers, in debugfs'
 * "sites"; for each site and effect there a program gets to the site without a rule
 * and with one, and what it sees has to differ in the way that the effect promises.
 * A site or an effect that is new to these tests fails them.
 */
#include <pthread.h>

#include "provoke.h"
#include "selftest.h"

#define SITES		"/sys/kernel/debug/mock_vfio/sites"
#define RULE		"rule"

/* What "result" and "size" say: no call has it by itself. */
#define ODD_VALUE	77

/* No rule can make a call wait longer, or an interrupt come later. */
#define LONGEST_MS	10000

FIXTURE(fault_sites) {
	struct stage stage;
	struct mockvfio_profile *profile;
};

/* One line of the module's table. */
struct site {
	char name[64];
	int error;
	char effects[128];
};

/* A site's effect at work. */
struct trial {
	struct stage *stage;
	const struct provoker *provoker;
	const struct site *site;
	struct mockvfio_rule rule;
	struct seen before;	/* without the rule */
	struct seen seen;	/* with it */
};

static void provoke(struct trial *trial, struct seen *seen)
{
	unsigned int begin = provoke_clock_ms();

	memset(seen, 0, sizeof(*seen));
	trial->provoker->call(trial->stage, seen);
	seen->ms = provoke_clock_ms() - begin;
}

static struct mockvfio_profile *profile_of(const struct trial *trial)
{
	return trial->stage->target.mock.profile;
}

static uint64_t hits(const struct trial *trial)
{
	struct mockvfio_fault_stats stats = { 0 };

	mockvfio_fault_stats(profile_of(trial), RULE, &stats, NULL);
	return stats.hits;
}

/* Sees it with the rule: 0, or why the rule cannot be armed, or -EIO if it did not fire. */
static int try(struct trial *trial)
{
	uint64_t fired;
	int ret;

	ret = mockvfio_fault_add(profile_of(trial), &trial->rule, NULL);
	if (ret)
		return ret;
	provoke(trial, &trial->seen);
	fired = hits(trial);
	mockvfio_fault_remove(profile_of(trial), RULE, NULL);
	if (trial->rule.times < 0 ? !fired : fired != 1)
		return -EIO;
	return 0;
}

/*
 * How each effect is shown: NULL, or what was seen wrong. A longer wait than what
 * the same takes without the rule, and some more, is no accident.
 */

static uint64_t long_time(const struct trial *trial)
{
	uint64_t ms = 50 + 2 * trial->before.ms;

	return ms < LONGEST_MS ? ms : LONGEST_MS;
}

static const char *show_errno(struct trial *trial)
{
	int error = trial->provoker->error ? trial->provoker->error : trial->site->error;

	if (try(trial))
		return "it does not fire";
	if (trial->before.ret == -error)
		return "it fails so without a rule";
	return trial->seen.ret == -error ? NULL : "another result";
}

static const char *show_result(struct trial *trial)
{
	trial->rule.value = ODD_VALUE;
	if (try(trial))
		return "it does not fire";
	return trial->seen.ret == ODD_VALUE ? NULL : "another result";
}

static const char *show_delay(struct trial *trial)
{
	trial->rule.value = long_time(trial);
	if (try(trial))
		return "it does not fire";
	if (trial->seen.ret != trial->before.ret)
		return "another result";
	return trial->seen.ms >= trial->rule.value ? NULL : "too early";
}

struct hanging {
	struct trial *trial;
	volatile bool done;
};

static void *provoke_thread(void *arg)
{
	struct hanging *hanging = arg;

	provoke(hanging->trial, &hanging->trial->seen);
	hanging->done = true;
	return NULL;
}

static const char *show_hang(struct trial *trial)
{
	struct hanging hanging = { .trial = trial };
	unsigned int begin = provoke_clock_ms();
	const char *why = NULL;
	pthread_t thread;

	if (mockvfio_fault_add(profile_of(trial), &trial->rule, NULL))
		return "it cannot be armed";
	if (pthread_create(&thread, NULL, provoke_thread, &hanging))
		return "no thread";
	while (!hits(trial) && provoke_clock_ms() - begin < 5000)
		usleep(1000);
	usleep(1000 * long_time(trial));
	if (hanging.done)
		why = "it does not wait";
	mockvfio_fault_remove(profile_of(trial), RULE, NULL);
	begin = provoke_clock_ms();
	pthread_join(thread, NULL);
	if (!why && provoke_clock_ms() - begin > 30000)
		why = "it was not released";
	if (!why && trial->seen.ret != trial->before.ret)
		why = "another result";
	return why;
}

static const char *show_short(struct trial *trial)
{
	if (try(trial))
		return "it does not fire";
	if (!trial->before.amount)
		return "nothing to leave out";
	return trial->seen.amount ? "all of it was done" : NULL;
}

static const char *show_corrupt(struct trial *trial)
{
	if (try(trial))
		return "it does not fire";
	if (!trial->before.len || trial->seen.len != trial->before.len)
		return "no data";
	if (trial->seen.data[0] != (unsigned char)~trial->before.data[0])
		return "the byte is not inverted";
	return memcmp(trial->seen.data + 1, trial->before.data + 1, trial->seen.len - 1) ?
		"another byte is different, too" : NULL;
}

static const char *show_drop(struct trial *trial)
{
	if (trial->before.done != 1)
		return "nothing to drop";
	trial->stage->patience_ms = 500;
	if (trial->provoker->every_time)
		trial->rule.times = -1;
	if (try(trial))
		return "it does not fire";
	return trial->seen.done ? "it is not dropped" : NULL;
}

static const char *show_duplicate(struct trial *trial)
{
	if (trial->before.done != 1)
		return "nothing to duplicate";
	if (try(trial))
		return "it does not fire";
	return trial->seen.done == 2 ? NULL : "it does not come twice";
}

static const char *show_late(struct trial *trial)
{
	trial->rule.value = long_time(trial);
	if (try(trial))
		return "it does not fire";
	if (trial->seen.done != 1)
		return "it never comes";
	return trial->seen.ms >= trial->rule.value ? NULL : "it is not late";
}

static const char *show_size(struct trial *trial)
{
	trial->rule.value = ODD_VALUE;
	if (try(trial))
		return "it does not fire";
	return trial->seen.size == ODD_VALUE ? NULL : "another size";
}

/* All shapes that there are; those about contents are there on all kernels. */
static const char *show_caps(struct trial *trial)
{
	int ret;

	for (trial->rule.value = 0;; trial->rule.value++) {
		ret = try(trial);
		if (ret == -EINVAL)
			return trial->rule.value < 3 ? "too few shapes" : NULL;
		if (ret)
			return "it does not fire";
		if (trial->seen.len == trial->before.len &&
		    !memcmp(trial->seen.data, trial->before.data, trial->seen.len))
			return "the answer is as it was";
	}
}

/* The lowest bit: all structures have a flag there that is set. */
static const char *show_noflags(struct trial *trial)
{
	trial->rule.value = 1;
	if (try(trial))
		return "it does not fire";
	if (!(trial->before.flags & 1))
		return "no flag to miss";
	return trial->seen.flags == (trial->before.flags & ~1ULL) ? NULL : "other flags";
}

FIXTURE_VARIANT(fault_sites) {
	const char *effect;
	const char *(*show)(struct trial *trial);
};

#define EFFECT(name)								\
	FIXTURE_VARIANT_ADD(fault_sites, name) {				\
		.effect = #name, .show = show_##name,				\
	}

/* errno is a macro. */
FIXTURE_VARIANT_ADD(fault_sites, error) {
	.effect = "errno", .show = show_errno,
};

EFFECT(result);
EFFECT(delay);
EFFECT(hang);
EFFECT(short);
EFFECT(corrupt);
EFFECT(drop);
EFFECT(duplicate);
EFFECT(late);
EFFECT(size);
EFFECT(caps);
EFFECT(noflags);

FIXTURE_SETUP(fault_sites)
{
	static const struct target_options options = { .shape = provoke_shape };

	TARGET_OPEN(&self->stage.target, TARGET_MOCK_BACKEND, &options);
	ASSERT_EQ(0, stage_open(&self->stage));
	self->profile = self->stage.target.mock.profile;
}

FIXTURE_TEARDOWN(fault_sites)
{
	stage_close(&self->stage);
	TARGET_CLOSE(&self->stage.target);
}

/* The errnos that sites have by default; 0 for a site that has none. */
static int errno_of(const char *name)
{
	static const struct {
		const char *name;
		int error;
	} errnos[] = {
		{ "EAGAIN", EAGAIN }, { "EBADF", EBADF }, { "EBUSY", EBUSY }, { "EFAULT", EFAULT },
		{ "EINVAL", EINVAL }, { "EIO", EIO }, { "ENODEV", ENODEV }, { "ENOMEM", ENOMEM },
		{ "ENOSPC", ENOSPC },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(errnos); i++) {
		if (!strcmp(errnos[i].name, name))
			return errnos[i].error;
	}
	return 0;
}

/* Reads the next site of the table that this kernel gets to. */
static bool next_site(FILE *file, struct site *site)
{
	char line[512], error[16];

	while (fgets(line, sizeof(line), file)) {
		if (sscanf(line, "%63s %*s %15s %127s", site->name, error, site->effects) != 3 ||
		    !strchr(site->name, '.') || !strcmp(site->effects, "-"))
			continue;
		site->error = errno_of(error);
		return true;
	}
	return false;
}

static bool offers(const struct site *site, const char *effect)
{
	char effects[sizeof(site->effects)], *word, *rest = effects;

	memcpy(effects, site->effects, sizeof(effects));
	while ((word = strsep(&rest, ","))) {
		if (!strcmp(word, effect))
			return true;
	}
	return false;
}

/*
 * The variant's effect at each site that offers it: it fires once, "hits" says so,
 * the program sees what the effect promises, and when the rule is gone it sees again
 * what it saw before.
 */
TEST_F(fault_sites, every_site)
{
	unsigned int tried = 0;
	struct site site;
	const char *why;
	FILE *file = fopen(SITES, "r");

	ASSERT_NE(NULL, file);
	while (next_site(file, &site)) {
		struct trial trial = {
			.stage = &self->stage, .site = &site,
			.provoker = provoke_find(site.name),
			.rule = { .name = RULE, .site = site.name, .effect = variant->effect,
				  .times = 1 },
		};

		if (!offers(&site, variant->effect))
			continue;
		tried++;
		EXPECT_NE(NULL, trial.provoker)
			TH_LOG("nothing gets to %s", site.name);
		if (!trial.provoker)
			continue;
		self->stage.patience_ms = IRQ_TIMEOUT_MS;
		provoke(&trial, &trial.before);
		why = variant->show(&trial);
		EXPECT_EQ(NULL, why)
			TH_LOG("%s %s: %s (result %ld, without a rule %ld)", site.name,
			       variant->effect, why, trial.seen.ret, trial.before.ret);
		self->stage.patience_ms = IRQ_TIMEOUT_MS;
		provoke(&trial, &trial.seen);
		EXPECT_EQ(trial.before.ret, trial.seen.ret)
			TH_LOG("%s: after %s", site.name, variant->effect);
	}
	fclose(file);
	EXPECT_NE(0, tried);
}

FIXTURE(site_table) {
	struct target target;
};

FIXTURE_SETUP(site_table)
{
	TARGET_OPEN(&self->target, TARGET_MOCK_TYPE1, NULL);
}

FIXTURE_TEARDOWN(site_table)
{
	TARGET_CLOSE(&self->target);
}

/* There are no effects but those that these tests show. */
TEST_F(site_table, effects_are_known)
{
	static const char *const known[] = {
		"errno", "result", "delay", "hang", "short", "corrupt", "drop", "duplicate",
		"late", "size", "caps", "noflags",
	};
	char *word, *rest;
	struct site site;
	size_t i;
	FILE *file = fopen(SITES, "r");

	ASSERT_NE(NULL, file);
	while (next_site(file, &site)) {
		for (rest = site.effects; (word = strsep(&rest, ","));) {
			for (i = 0; i < ARRAY_SIZE(known) && strcmp(known[i], word);)
				i++;
			EXPECT_NE(ARRAY_SIZE(known), i)
				TH_LOG("%s: effect %s has no test", site.name, word);
		}
	}
	fclose(file);
}

/* How many faults fired, at the site or, without a name, at all; negative if unknown. */
static long count_fired(const char *site)
{
	FILE *file = fopen("/sys/kernel/debug/mock_vfio/fired", "r");
	long count, sum = site ? -1 : 0;
	char name[64];

	if (!file)
		return -errno;
	while (fscanf(file, "%63s %ld\n", name, &count) == 2) {
		if (!site)
			sum += count;
		else if (!strcmp(name, site))
			sum = count;
	}
	fclose(file);
	return sum;
}

/*
 * The module counts each fault at its rule's site and at no other, a part or a
 * whole, and keeps the count when the rule is gone: so a report can tell which
 * faults a test had.
 */
TEST_F(site_table, fired)
{
	static const char *const sites[] = { "region.read", "region.read.4", "device.reset" };
	int fd = uvfio_device_fd(self->target.dev);
	struct mockvfio_profile *profile = self->target.mock.profile;
	long before, all;
	uint32_t value;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(sites); i++) {
		const struct mockvfio_rule rule = { .name = RULE, .site = sites[i], .times = 1 };
		int n;

		before = count_fired(sites[i]);
		all = count_fired(NULL);
		ASSERT_LE(0, before);
		ASSERT_EQ(0, mockvfio_fault_add(profile, &rule, NULL));
		for (n = 0; n < 2; n++) {
			raw_ioctl_value(fd, VFIO_DEVICE_RESET, 0);
			EXPECT_EQ(i < 2 && !n ? -1 : 4, pread(fd, &value, 4, 0));
		}
		ASSERT_EQ(0, mockvfio_fault_remove(profile, RULE, NULL));
		EXPECT_EQ(before + 1, count_fired(sites[i]))
			TH_LOG("%s", sites[i]);
		EXPECT_EQ(all + 1, count_fired(NULL));
	}
}

TEST_HARNESS_MAIN
