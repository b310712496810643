// SPDX-License-Identifier: LGPL-2.1-or-later
/* Fault rules: a rule's struct becomes a directory, armed at the end. */
#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "internal.h"
#include "settings.h"

/* Attributes of a rule in the order they are written, and where they come from. */
static const struct {
	const char *attribute;
	enum mv_kind kind;
	size_t offset;
} rule_attributes[] = {
	{ "site", MV_TEXT, offsetof(struct mockvfio_rule, site) },
	{ "effect", MV_TEXT, offsetof(struct mockvfio_rule, effect) },
	{ "errno", MV_TEXT, offsetof(struct mockvfio_rule, error) },
	{ "match_iova", MV_TEXT, offsetof(struct mockvfio_rule, match_iova) },
	{ "match_size", MV_TEXT, offsetof(struct mockvfio_rule, match_size) },
	{ "match_ioctl", MV_TEXT, offsetof(struct mockvfio_rule, match_ioctl) },
	{ "match_index", MV_TEXT, offsetof(struct mockvfio_rule, match_index) },
	{ "match_tgid", MV_TEXT, offsetof(struct mockvfio_rule, match_tgid) },
	{ "value", MV_NUMBER, offsetof(struct mockvfio_rule, value) },
	{ "skip", MV_NUMBER, offsetof(struct mockvfio_rule, skip) },
	{ "interval", MV_NUMBER, offsetof(struct mockvfio_rule, interval) },
	{ "times", MV_SIGNED, offsetof(struct mockvfio_rule, times) },
	{ "probability", MV_NUMBER, offsetof(struct mockvfio_rule, probability) },
	{ "seed", MV_NUMBER, offsetof(struct mockvfio_rule, seed) },
	{ "priority", MV_SIGNED, offsetof(struct mockvfio_rule, priority) },
};

/* Turns the members that are set into settings; returns how many. */
static size_t rule_settings(const struct mockvfio_rule *rule, struct mv_setting *settings)
{
	size_t i, count = 0;

	for (i = 0; i < ARRAY_SIZE(rule_attributes); i++) {
		const char *member = (const char *)rule + rule_attributes[i].offset;
		struct mv_setting *setting = &settings[count];

		memset(setting, 0, sizeof(*setting));
		setting->attribute = rule_attributes[i].attribute;
		setting->kind = rule_attributes[i].kind;
		if (setting->kind == MV_TEXT)
			memcpy(&setting->text, member, sizeof(setting->text));
		else
			memcpy(&setting->number, member, sizeof(setting->number));
		if (setting->text || setting->number)
			count++;
	}
	return count;
}

static int rule_path(char *below, size_t size, const char *name, const char *attribute,
		     struct mockvfio_error *err)
{
	int len = snprintf(below, size, "faults/%s%s%s", name, *attribute ? "/" : "", attribute);

	if (len < 0 || (size_t)len >= size)
		return mv_error(err, ENAMETOOLONG, NULL, "%s...: path too long", below);
	return 0;
}

int mockvfio_fault_add(struct mockvfio_profile *profile, const struct mockvfio_rule *rule,
		       struct mockvfio_error *err)
{
	struct mv_setting settings[ARRAY_SIZE(rule_attributes) + 1];
	char dir[MOCKVFIO_PATH_MAX];
	size_t count;
	int ret;

	ret = rule_path(dir, sizeof(dir), rule->name, "", err);
	if (ret)
		return ret;
	count = rule_settings(rule, settings);
	settings[count++] = (struct mv_setting){ .attribute = "armed", .text = "1" };
	return mv_settings_mkdir(profile, dir, settings, count, err);
}

int mockvfio_fault_remove(struct mockvfio_profile *profile, const char *name,
			  struct mockvfio_error *err)
{
	char dir[MOCKVFIO_PATH_MAX];
	int ret;

	ret = rule_path(dir, sizeof(dir), name, "", err);
	return ret ? ret : mockvfio_rmdir(profile, dir, err);
}

int mockvfio_fault_arm(struct mockvfio_profile *profile, const char *name, bool armed,
		       struct mockvfio_error *err)
{
	char below[MOCKVFIO_PATH_MAX];
	int ret;

	ret = rule_path(below, sizeof(below), name, "armed", err);
	return ret ? ret : mockvfio_set(profile, below, armed ? "1" : "0", err);
}

static int rule_count(struct mockvfio_profile *profile, const char *name, const char *attribute,
		      uint64_t *valuep, struct mockvfio_error *err)
{
	char below[MOCKVFIO_PATH_MAX];
	int ret;

	ret = rule_path(below, sizeof(below), name, attribute, err);
	return ret ? ret : mockvfio_get_u64(profile, below, valuep, err);
}

int mockvfio_fault_stats(struct mockvfio_profile *profile, const char *name,
			 struct mockvfio_fault_stats *stats, struct mockvfio_error *err)
{
	int ret;

	ret = rule_count(profile, name, "seen", &stats->seen, err);
	return ret ? ret : rule_count(profile, name, "hits", &stats->hits, err);
}

int mockvfio_fail_nth_set(struct mockvfio_profile *profile, uint64_t n, struct mockvfio_error *err)
{
	return mockvfio_set_u64(profile, "fail_nth", n, err);
}

int mockvfio_fail_nth_get(struct mockvfio_profile *profile, uint64_t *leftp,
			  struct mockvfio_error *err)
{
	return mockvfio_get_u64(profile, "fail_nth", leftp, err);
}
