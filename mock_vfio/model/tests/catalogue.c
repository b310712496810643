// SPDX-License-Identifier: GPL-2.0-only OR LGPL-2.1-or-later
/*
 * Prints the tables of fault sites and of quirks as the page
 * Documentation/fault-catalogue.rst: see ci/catalogue.
 */
#include "errno_names.h"
#include "fault_rule.h"
#include "quirks.h"

/* Where a site was seen to matter. The table proper has no use for it. */
static const char *const origins[MOCK_NR_SITES] = {
#define MOCK_SITE(id, whole, name, context, error, effects, doc, origin) \
	[MOCK_SITE_##id] = origin,
#include "../../fault_sites.h"
};

/* The releases that people still have. */
static const u32 releases[] = {
	KERNEL_RELEASE(4, 15), KERNEL_RELEASE(5, 0), KERNEL_RELEASE(5, 10),
	KERNEL_RELEASE(6, 1), KERNEL_RELEASE(6, 12), KERNEL_RELEASE(7, 3),
};

static void print_effects(unsigned int effects)
{
	const char *between = "";
	unsigned int bit;

	for (bit = 0; bit < MOCK_NR_EFFECTS; bit++) {
		if (!(effects & 1u << bit))
			continue;
		printf("%s%s", between, mock_effect_name(1u << bit));
		between = ", ";
	}
	printf("\n");
}

static void print_site(enum mock_site site)
{
	const struct mock_site_info *info = &mock_sites[site];

	printf("   * - ``%s``\n", info->name);
	printf("     - %s\n", info->error ? mock_errno_name(info->error) : "none");
	printf("     - %s\n", mock_context_name(info->context));
	printf("     - ");
	print_effects(info->effects);
	printf("     - %s\n", info->doc);
	printf("     -%s%s\n", origins[site][0] ? " " : "", origins[site]);
}

static void print_quirk(const struct quirk *quirk)
{
	size_t i;

	printf("   * - ``%s``\n", quirk->name);
	for (i = 0; i < ARRAY_SIZE(releases); i++)
		printf("     -%s\n", releases[i] >= quirk->since && releases[i] < quirk->until ?
		       " x" : "");
	printf("     -%s%s\n", quirk->commit ? " " : "", quirk->commit ? quirk->commit : "");
	printf("     - %s\n", quirk->doc);
}

int main(void)
{
	size_t i;

	printf("   * - site\n     - errno\n     - context\n     - effects\n     - call\n"
	       "     - seen\n");
	for (i = 0; i < MOCK_NR_SITES; i++)
		print_site(i);

	printf("---\n   * - quirk\n");
	for (i = 0; i < ARRAY_SIZE(releases); i++)
		printf("     - %u.%u\n", releases[i] >> 16, releases[i] & 0xffff);
	printf("     - ended by\n     - what it does\n");
	for (i = 0; i < NR_TYPE1_QUIRKS; i++)
		print_quirk(&type1_quirks[i]);
	return 0;
}
