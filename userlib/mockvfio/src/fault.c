// SPDX-License-Identifier: LGPL-2.1-or-later
/* Fault rules: a rule's struct becomes a directory, armed at the end. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "internal.h"
#include "settings.h"

/* Attributes of a rule in the order they are written, and where they come from. */
#define RULE(_attribute, _kind, _member)	\
	MV_MEMBER(struct mockvfio_rule, _attribute, _kind, _member)
static const struct mv_member rule_members[] = {
	RULE("site", MV_TEXT, site),
	RULE("effect", MV_TEXT, effect),
	RULE("errno", MV_TEXT, error),
	RULE("match_iova", MV_TEXT, match_iova),
	RULE("match_size", MV_TEXT, match_size),
	RULE("match_ioctl", MV_TEXT, match_ioctl),
	RULE("match_index", MV_TEXT, match_index),
	RULE("match_tgid", MV_TEXT, match_tgid),
	RULE("value", MV_NUMBER, value),
	RULE("skip", MV_NUMBER, skip),
	RULE("interval", MV_NUMBER, interval),
	RULE("times", MV_SIGNED, times),
	RULE("probability", MV_NUMBER, probability),
	RULE("seed", MV_NUMBER, seed),
	RULE("priority", MV_SIGNED, priority),
};

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
	struct mv_setting settings[ARRAY_SIZE(rule_members) + 1];
	char dir[MOCKVFIO_PATH_MAX];
	size_t count;
	int ret;

	ret = rule_path(dir, sizeof(dir), rule->name, "", err);
	if (ret)
		return ret;
	count = mv_settings_of(rule, rule_members, ARRAY_SIZE(rule_members), settings);
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
