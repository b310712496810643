// SPDX-License-Identifier: GPL-2.0-only
/*
 * <profile>/faults/, and iommu/faults/: a directory for each rule. Unlike the rest
 * of a profile, rules come, change and go while it is live; what a rule applies to
 * stays as it is while the rule is armed. "site" is written first: it gives "effect" and
 * "errno" the site's defaults.
 */

#include <linux/err.h>
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "backend.h"
#include "config_tree.h"
#include "fail_nth.h"
#include "fault.h"
#include "model/errno_names.h"

/**
 * struct mock_rule_item - a rule's directory
 * @item: the directory
 * @config: the profile's configuration, whose lock protects the rest
 * @spec: the attributes
 * @rule: the rule at work
 */
struct mock_rule_item {
	struct config_item item;
	struct mock_config *config;
	struct mock_fault_spec spec;
	struct mock_fault_rule rule;
};

static struct mock_rule_item *to_mock_rule_item(struct config_item *item)
{
	return container_of(item, struct mock_rule_item, item);
}

/* Attributes that need to know the site get at it through their own member. */
#define spec_of(value, member) \
	container_of(value, struct mock_fault_spec, member)

/* What calls of a container get to that is nobody's yet; see mock_backend_profile(). */
static bool is_reached_by_nobody(s64 site)
{
	return site == MOCK_SITE_IOMMU_CHECK_EXTENSION ||
	       site == MOCK_SITE_IOMMU_OPEN;
}

static int parse_site(const struct mock_field *field, char *text, void *value,
		      char *why)
{
	struct mock_rule_item *rule =
		container_of(value, struct mock_rule_item, spec.site);
	struct mock_fault_spec changed = rule->spec;
	int ret;

	ret = mock_spec_set_site(&changed, text, why);
	if (ret)
		return ret;

	if (rule->config->profile == mock_backend_profile() &&
	    !is_reached_by_nobody(changed.site)) {
		strscpy(why, "only a profile's calls get to it", MOCK_WHY_MAX);
		return -EINVAL;
	}

	rule->spec = changed;

	return 0;
}

static int show_site(const struct mock_field *field, char *page,
		     const void *value)
{
	s64 site = *(const s64 *)value;

	return sysfs_emit(page, "%s\n", site < 0 ? "" : mock_sites[site].name);
}

static int parse_effect(const struct mock_field *field, char *text,
			void *value, char *why)
{
	return mock_spec_set_effect(spec_of(value, effect), text, why);
}

static int show_effect(const struct mock_field *field, char *page,
		       const void *value)
{
	return sysfs_emit(page, "%s\n",
			  mock_effect_name(*(const enum mock_effect *)value));
}

static int parse_errno(const struct mock_field *field, char *text, void *value,
		       char *why)
{
	return mock_spec_set_errno(spec_of(value, error), text, why);
}

static int show_errno(const struct mock_field *field, char *page,
		      const void *value)
{
	int error = *(const int *)value;
	const char *name = mock_errno_name(error);

	if (!name)
		return sysfs_emit(page, "%d\n", error);

	return sysfs_emit(page, "%s\n", name);
}

/* What the effect can take; one that is named later is checked by "armed". */
static int parse_value(const struct mock_field *field, char *text, void *value,
		       char *why)
{
	struct mock_fault_spec *spec = spec_of(value, value), changed = *spec;
	int ret;

	ret = mock_parse_number(field, text, &changed.value, why);
	if (!ret && spec->site >= 0)
		ret = mock_spec_check(&changed, why);
	if (!ret)
		*spec = changed;

	return ret;
}

static void spec_stored(struct mock_rule_item *rule)
{
	guard(mutex)(&rule->config->lock);

	mock_fault_set_spec(&rule->config->profile->faults, &rule->rule,
			    &rule->spec);
}

/* What the rule applies to. */
#define RULE_TARGET(_name, _member, ...)				\
	MOCK_FIELD_OF(mock_rule_item, _name, spec._member, &owner->rule.armed, \
		      spec_stored, __VA_ARGS__)

/* How often it fires, and with what. */
static const bool never_busy;
#define RULE_LIMIT(_name, ...)						\
	MOCK_FIELD_OF(mock_rule_item, _name, spec._name, &never_busy,	\
		      spec_stored, __VA_ARGS__)

RULE_TARGET(site, site, .parse = parse_site, .show = show_site);
RULE_TARGET(effect, effect, .parse = parse_effect, .show = show_effect);
RULE_TARGET(errno, error, .parse = parse_errno, .show = show_errno);
RULE_TARGET(match_iova, match[MOCK_MATCH_IOVA], MOCK_RANGE());
RULE_TARGET(match_size, match[MOCK_MATCH_SIZE], MOCK_RANGE());
RULE_TARGET(match_ioctl, match[MOCK_MATCH_IOCTL], MOCK_RANGE());
RULE_TARGET(match_index, match[MOCK_MATCH_INDEX], MOCK_RANGE());
RULE_TARGET(match_tgid, match[MOCK_MATCH_TGID], MOCK_RANGE());
RULE_LIMIT(value, .parse = parse_value, .show = mock_show_number,
	   .max = U64_MAX);
RULE_LIMIT(skip, MOCK_NUMBER(0, U64_MAX));
RULE_LIMIT(interval, MOCK_NUMBER(1, U64_MAX));
RULE_LIMIT(times, MOCK_SIGNED(-1, S64_MAX));
RULE_LIMIT(probability, MOCK_NUMBER(0, 100));
RULE_LIMIT(seed, MOCK_NUMBER(0, U64_MAX));
RULE_LIMIT(priority, MOCK_SIGNED(S32_MIN, S32_MAX));

static ssize_t mock_rule_item_armed_show(struct config_item *item, char *page)
{
	return sysfs_emit(page, "%d\n",
			  READ_ONCE(to_mock_rule_item(item)->rule.armed));
}

static int set_armed(struct mock_rule_item *item, bool armed, char *why)
{
	struct mock_faults *faults = &item->config->profile->faults;
	int ret;

	guard(mutex)(&item->config->lock);

	if (!armed) {
		mock_fault_disarm(faults, &item->rule);
		return 0;
	}
	if (READ_ONCE(item->rule.armed))
		return 0;

	ret = mock_spec_check(&item->spec, why);
	if (ret)
		return ret;
	mock_fault_set_spec(faults, &item->rule, &item->spec);
	mock_fault_arm(faults, &item->rule);

	return 0;
}

static ssize_t mock_rule_item_armed_store(struct config_item *item,
					  const char *page, size_t count)
{
	char why[MOCK_WHY_MAX] = "not 0 or 1";
	bool armed;
	int ret;

	ret = kstrtobool(page, &armed) ?:
	      set_armed(to_mock_rule_item(item), armed, why);
	if (ret)
		mock_bad_value(item, "armed", page, count, why);

	return ret ?: count;
}
CONFIGFS_ATTR(mock_rule_item_, armed);

static ssize_t mock_rule_item_seen_show(struct config_item *item, char *page)
{
	return sysfs_emit(page, "%llu\n",
			  READ_ONCE(to_mock_rule_item(item)->rule.seen));
}
CONFIGFS_ATTR_RO(mock_rule_item_, seen);

static ssize_t mock_rule_item_hits_show(struct config_item *item, char *page)
{
	return sysfs_emit(page, "%llu\n",
			  READ_ONCE(to_mock_rule_item(item)->rule.hits));
}
CONFIGFS_ATTR_RO(mock_rule_item_, hits);

static struct configfs_attribute *rule_attrs[] = {
	&mock_rule_item_attr_site,
	&mock_rule_item_attr_effect,
	&mock_rule_item_attr_errno,
	&mock_rule_item_attr_value,
	&mock_rule_item_attr_match_iova,
	&mock_rule_item_attr_match_size,
	&mock_rule_item_attr_match_ioctl,
	&mock_rule_item_attr_match_index,
	&mock_rule_item_attr_match_tgid,
	&mock_rule_item_attr_skip,
	&mock_rule_item_attr_interval,
	&mock_rule_item_attr_times,
	&mock_rule_item_attr_probability,
	&mock_rule_item_attr_seed,
	&mock_rule_item_attr_priority,
	&mock_rule_item_attr_armed,
	&mock_rule_item_attr_seen,
	&mock_rule_item_attr_hits,
	NULL
};

static void rule_release(struct config_item *item)
{
	kfree(to_mock_rule_item(item));
}

static struct configfs_item_operations rule_item_ops = {
	.release = rule_release,
};

static const struct config_item_type rule_type = {
	.ct_item_ops	= &rule_item_ops,
	.ct_attrs	= rule_attrs,
	.ct_owner	= THIS_MODULE,
};

/* What the event log shows in place of a rule's name has to be no rule's. */
static int check_reserved(const char *name)
{
	if (strcmp(name, MOCK_FAIL_NTH_NAME))
		return 0;

	pr_err("rule \"%s\": the name is reserved\n", name);

	return -EINVAL;
}

static struct config_item *make_rule(struct config_group *group,
				     const char *name)
{
	struct mock_rule_item *rule;
	int ret;

	ret = mock_config_check_name("rule", name) ?: check_reserved(name);
	if (ret)
		return ERR_PTR(ret);

	rule = kzalloc(sizeof(*rule), GFP_KERNEL);
	if (!rule)
		return ERR_PTR(-ENOMEM);

	rule->config = container_of(group, struct mock_config, faults_group);
	mock_rule_init(&rule->rule, name);
	rule->spec = rule->rule.spec;
	config_item_init_type_name(&rule->item, name, &rule_type);

	return &rule->item;
}

static void drop_rule(struct config_group *group, struct config_item *item)
{
	char why[MOCK_WHY_MAX];

	set_armed(to_mock_rule_item(item), false, why);
	config_item_put(item);
}

static struct configfs_group_operations faults_ops = {
	.make_item	= make_rule,
	.drop_item	= drop_rule,
};

static const struct config_item_type faults_type = {
	.ct_group_ops	= &faults_ops,
	.ct_owner	= THIS_MODULE,
};

void mock_config_add_faults(struct mock_config *config)
{
	config_group_init_type_name(&config->faults_group, "faults",
				    &faults_type);
	configfs_add_default_group(&config->faults_group, &config->group);
}
