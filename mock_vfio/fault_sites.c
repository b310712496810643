// SPDX-License-Identifier: GPL-2.0-only
/* The site table as text, and the count of faults by site. */

#include <linux/atomic.h>
#include <linux/kernel.h>
#include <linux/seq_file.h>
#include <linux/string.h>

#include "fault.h"
#include "model/errno_names.h"

/* "errno,delay", or "-" for a site that this kernel never gets to. */
static void list_effects(char *text, size_t size, unsigned int effects)
{
	unsigned int i;

	strscpy(text, effects ? "" : "-", size);
	for (i = 0; i < MOCK_NR_EFFECTS; i++) {
		if (!(effects & BIT(i)))
			continue;
		if (*text)
			strlcat(text, ",", size);
		strlcat(text, mock_effect_name(BIT(i)), size);
	}
}

void mock_sites_show(struct seq_file *s)
{
	const struct mock_site_info *site;
	char effects[96];

	seq_printf(s, "%-44s %-8s %-6s %-36s %s\n",
		   "# site", "context", "errno", "effects", "call");

	for (site = mock_sites; site < mock_sites + MOCK_NR_SITES; site++) {
		list_effects(effects, sizeof(effects), site->effects);
		seq_printf(s, "%-44s %-8s %-6s %-36s %s\n", site->name,
			   mock_context_name(site->context),
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
