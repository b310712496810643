// SPDX-License-Identifier: GPL-2.0-only
/* The site table and its vocabulary as text. The rows are in fault_sites.h. */

#include <linux/atomic.h>
#include <linux/kernel.h>
#include <linux/seq_file.h>
#include <linux/string.h>

#include "errno_names.h"
#include "fault.h"

const struct mock_site_info mock_sites[MOCK_NR_SITES] = {
#define MOCK_SITE(_id, _name, _context, _error, _effects, _doc)	\
	[MOCK_SITE_##_id] = {					\
		.name = _name,					\
		.context = MOCK_CONTEXT_##_context,		\
		.error = _error,				\
		.effects = _effects,				\
		.doc = _doc,					\
	},
#include "fault_sites.h"
};

static const char * const context_names[] = {
	[MOCK_CONTEXT_PROCESS]	= "process",
	[MOCK_CONTEXT_FAULT]	= "fault",
};

static const struct {
	enum mock_effect effect;
	const char *name;
} effect_names[] = {
	{ MOCK_ERRNO,	"errno" },
	{ MOCK_SHORT,	"short" },
	{ MOCK_DROP,	"drop" },
};

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

	for (i = 0; i < ARRAY_SIZE(effect_names); i++) {
		if (!strcmp(effect_names[i].name, name))
			return effect_names[i].effect;
	}

	return MOCK_NO_EFFECT;
}

const char *mock_effect_name(enum mock_effect effect)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(effect_names); i++) {
		if (effect_names[i].effect == effect)
			return effect_names[i].name;
	}

	return "";
}

enum mock_effect mock_site_default_effect(enum mock_site site)
{
	unsigned int effects = mock_sites[site].effects;

	return effects & -effects;
}

void mock_sites_show(struct seq_file *s)
{
	const struct mock_site_info *site;
	unsigned int i;

	seq_printf(s, "%-24s %-8s %-6s %-12s %s\n",
		   "# site", "context", "errno", "effects", "call");

	for (site = mock_sites; site < mock_sites + MOCK_NR_SITES; site++) {
		char effects[32] = "";

		for (i = 0; i < ARRAY_SIZE(effect_names); i++) {
			if (!(site->effects & effect_names[i].effect))
				continue;
			if (effects[0])
				strlcat(effects, ",", sizeof(effects));
			strlcat(effects, effect_names[i].name, sizeof(effects));
		}

		seq_printf(s, "%-24s %-8s %-6s %-12s %s\n", site->name,
			   context_names[site->context],
			   site->error ? mock_errno_name(site->error) : "-",
			   effects, site->doc);
	}
}

/* Unlike a rule's hits these stay when the rule and its profile are gone. */
static atomic_long_t fired[MOCK_NR_SITES];

void mock_site_fired(enum mock_site site)
{
	atomic_long_inc(&fired[site]);
}

void mock_fired_show(struct seq_file *s)
{
	int site;

	for (site = 0; site < MOCK_NR_SITES; site++)
		seq_printf(s, "%s %ld\n", mock_sites[site].name,
			   atomic_long_read(&fired[site]));
}
