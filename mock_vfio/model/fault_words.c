// SPDX-License-Identifier: GPL-2.0-only OR LGPL-2.1-or-later
/* The words of fault rules: sites, effects, errno and ranges. See fault_rule.h. */
#include "errno_names.h"
#include "fault_caps.h"
#include "fault_rule.h"

/* How wrong the chain of a region's capabilities may be; see compat/fault_sites.h. */
#ifndef MOCK_REGION_INFO_SHAPES
#define MOCK_REGION_INFO_SHAPES	MOCK_NR_CAPS_SHAPES
#endif

const struct mock_site_info mock_sites[MOCK_NR_SITES] = {
#define MOCK_SITE(_id, _whole, _name, _context, _error, _effects, _doc, _origin)	\
	[MOCK_SITE_##_id] = {						\
		.name = _name,						\
		.whole = MOCK_SITE_##_whole,				\
		.context = MOCK_CONTEXT_##_context,			\
		.error = _error,					\
		.effects = _effects,					\
		.doc = _doc,						\
	},
#include "../fault_sites.h"
};

static const char * const context_names[MOCK_NR_CONTEXTS] = {
	[MOCK_CONTEXT_PROCESS]	= "process",
	[MOCK_CONTEXT_FAULT]	= "fault",
};

/* By bit; what a value is at most. */
static const struct {
	const char *name;
	u64 max;
} effects[MOCK_NR_EFFECTS] = {
	{ "errno",	~0ull },
	{ "short",	~0ull },
	{ "drop",	~0ull },
	{ "result",	0x7fffffff },
	{ "delay",	MOCK_DELAY_MAX },
	{ "hang",	~0ull },
	{ "corrupt",	~0ull },
	{ "duplicate",	~0ull },
	{ "late",	MOCK_DELAY_MAX },
	{ "size",	~0ull },
	{ "caps",	MOCK_NR_CAPS_SHAPES - 1 },
	{ "noflags",	~0ull },
};

/* An errno is at most this: the kernel's MAX_ERRNO. */
#define ERRNO_MAX	4095

const char *mock_context_name(enum mock_site_context context)
{
	return context_names[context];
}

int mock_site_by_name(const char *name)
{
	int site;

	for (site = 0; site < MOCK_NR_SITES; site++) {
		if (!strcmp(mock_sites[site].name, name))
			return site;
	}

	return -1;
}

enum mock_effect mock_effect_by_name(const char *name)
{
	unsigned int i;

	for (i = 0; i < MOCK_NR_EFFECTS; i++) {
		if (!strcmp(effects[i].name, name))
			return 1u << i;
	}

	return MOCK_NO_EFFECT;
}

const char *mock_effect_name(enum mock_effect effect)
{
	return effect ? effects[__builtin_ctz(effect)].name : "";
}

int mock_spec_set_site(struct mock_fault_spec *spec, const char *text, char *why)
{
	int site = mock_site_by_name(text);
	unsigned int offered;

	if (site < 0) {
		snprintf(why, MOCK_WHY_MAX, "no such site: see sites in debugfs");
		return -EINVAL;
	}

	offered = mock_sites[site].effects;
	if (!offered) {
		snprintf(why, MOCK_WHY_MAX, "this kernel never gets there");
		return -EINVAL;
	}

	spec->site = site;
	spec->effect = offered & -offered;
	spec->error = mock_sites[site].error;

	return 0;
}

int mock_spec_set_effect(struct mock_fault_spec *spec, const char *text, char *why)
{
	enum mock_effect effect = mock_effect_by_name(text);

	if (spec->site < 0) {
		snprintf(why, MOCK_WHY_MAX, "the rule has no site yet");
		return -EINVAL;
	}

	if (!(mock_sites[spec->site].effects & effect)) {
		snprintf(why, MOCK_WHY_MAX, "%s offers no such effect",
			 mock_sites[spec->site].name);
		return -EINVAL;
	}

	spec->effect = effect;

	return 0;
}

int mock_spec_set_errno(struct mock_fault_spec *spec, const char *text, char *why)
{
	int error = mock_errno_by_name(text);
	u64 number = 0;

	if (!error && !port_parse_u64(text, &number) && number <= ERRNO_MAX)
		error = number;
	if (!error) {
		snprintf(why, MOCK_WHY_MAX, "neither an errno's name nor its positive number");
		return -EINVAL;
	}

	spec->error = error;

	return 0;
}

int mock_match_parse(struct mock_match *match, const char *text, char *why)
{
	struct mock_match range = { .set = *text };
	const char *dash = strchr(text, '-');
	char first[24];
	size_t len = dash ? (size_t)(dash - text) : strlen(text);
	int ret = len < sizeof(first) ? 0 : -EINVAL;

	if (range.set && !ret) {
		memcpy(first, text, len);
		first[len] = '\0';
		ret = port_parse_u64(first, &range.first);
		if (!ret)
			ret = port_parse_u64(dash ? dash + 1 : first, &range.last);
	}
	if (ret) {
		snprintf(why, MOCK_WHY_MAX, "neither a number nor first-last");
		return -EINVAL;
	}

	if (range.last < range.first) {
		snprintf(why, MOCK_WHY_MAX, "ends before it begins");
		return -EINVAL;
	}

	*match = range;

	return 0;
}

static u64 value_max(const struct mock_fault_spec *spec)
{
	if (spec->effect == MOCK_CAPS && spec->site == MOCK_SITE_DEVICE_GET_REGION_INFO)
		return MOCK_REGION_INFO_SHAPES - 1;

	return effects[__builtin_ctz(spec->effect)].max;
}

int mock_spec_check(const struct mock_fault_spec *spec, char *why)
{
	u64 max;

	if (spec->site < 0) {
		snprintf(why, MOCK_WHY_MAX, "the rule has no site");
		return -EINVAL;
	}

	max = value_max(spec);
	if (spec->value > max) {
		snprintf(why, MOCK_WHY_MAX, "the value of %s is at most %llu",
			 mock_effect_name(spec->effect), (unsigned long long)max);
		return -EINVAL;
	}

	return 0;
}
