// SPDX-License-Identifier: GPL-2.0-only
/*
 * <profile>/iommu_backend/: whether, and how, our own IOMMU backend serves the
 * containers that the profile's devices are put into. ranges/ has a directory for
 * each usable range of IOVAs; with none, the model has its own.
 */

#include <linux/err.h>
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/sort.h>
#include <linux/vfio.h>

#include "config_tree.h"

struct mock_range_item {
	struct config_item item;
	struct mock_config *config;
	struct list_head node;
	u64 first;
	u64 last;
};

static struct mock_range_item *to_mock_range_item(struct config_item *item)
{
	return container_of(item, struct mock_range_item, item);
}

static struct mock_config_iommu *to_mock_config_iommu(struct config_item *item)
{
	return container_of(to_config_group(item), struct mock_config_iommu,
			    group);
}

/* ranges/<name>/ */

MOCK_FIELD(mock_range_item, first, MOCK_HEX(0, U64_MAX));
MOCK_FIELD(mock_range_item, last, MOCK_HEX(0, U64_MAX));

static struct configfs_attribute *range_attrs[] = {
	&mock_range_item_attr_first,
	&mock_range_item_attr_last,
	NULL
};

static void range_release(struct config_item *item)
{
	kfree(to_mock_range_item(item));
}

static struct configfs_item_operations range_item_ops = {
	.release = range_release,
};

static const struct config_item_type range_type = {
	.ct_item_ops	= &range_item_ops,
	.ct_attrs	= range_attrs,
	.ct_owner	= THIS_MODULE,
};

static struct config_item *make_range(struct config_group *group,
				      const char *name)
{
	struct mock_config_iommu *iommu =
		container_of(group, struct mock_config_iommu, ranges_group);
	struct mock_range_item *range;
	int ret;

	ret = mock_config_check_name("range", name);
	if (ret)
		return ERR_PTR(ret);

	range = kzalloc(sizeof(*range), GFP_KERNEL);
	if (!range)
		return ERR_PTR(-ENOMEM);

	range->config = iommu->config;
	range->last = U64_MAX;
	ret = mock_config_link(range->config, &range->node, &iommu->ranges);
	if (ret) {
		kfree(range);
		return ERR_PTR(ret);
	}

	config_item_init_type_name(&range->item, name, &range_type);

	return &range->item;
}

static void drop_range(struct config_group *group, struct config_item *item)
{
	struct mock_range_item *range = to_mock_range_item(item);

	mock_config_unlink(range->config, &range->node);
	config_item_put(item);
}

static struct configfs_group_operations ranges_ops = {
	.make_item	= make_range,
	.drop_item	= drop_range,
};

static const struct config_item_type ranges_type = {
	.ct_group_ops	= &ranges_ops,
	.ct_owner	= THIS_MODULE,
};

/* iommu_backend/ */

static const struct mock_word models[] = {
	{ "emulated",	TYPE1_EMULATED },
	{ "iommu",	TYPE1_IOMMU },
	{ }
};

static const struct mock_word types[] = {
	{ "type1",	BIT(VFIO_TYPE1_IOMMU) },
	{ "type1v2",	BIT(VFIO_TYPE1v2_IOMMU) },
	{ }
};

static int parse_pgsizes(const struct mock_field *field, char *text,
			 void *value, char *why)
{
	u64 pgsizes;
	int ret;

	ret = mock_parse_number(field, text, &pgsizes, why);
	if (ret)
		return ret;

	if (!PAGE_ALIGNED(pgsizes)) {
		strscpy(why, "has a size below the CPU's page", MOCK_WHY_MAX);
		return -EINVAL;
	}

	*(u64 *)value = pgsizes;

	return 0;
}

static int parse_quirks(const struct mock_field *field, char *text,
			void *value, char *why)
{
	u64 quirks = 0;
	char *word;

	while ((word = mock_next_word(&text))) {
		if (type1_quirks_of_word(word, &quirks)) {
			snprintf(why, MOCK_WHY_MAX,
				 "\"%.32s\" is neither a quirk nor kernel=X.Y",
				 word);
			return -EINVAL;
		}
	}

	*(u64 *)value = quirks;

	return 0;
}

static int show_quirks(const struct mock_field *field, char *page,
		       const void *value)
{
	u64 quirks = *(const u64 *)value;
	int i, n = 0;

	for (i = 0; i < NR_TYPE1_QUIRKS; i++) {
		if (quirks & BIT_ULL(i))
			n += sysfs_emit_at(page, n, "%s%s", n ? " " : "",
					   type1_quirks[i].name);
	}

	return n + sysfs_emit_at(page, n, "\n");
}

MOCK_FIELD(mock_config_iommu, enable, MOCK_BOOL());
MOCK_FIELD(mock_config_iommu, model, MOCK_CHOICE(models));
MOCK_FIELD(mock_config_iommu, types, MOCK_WORDS(types));
MOCK_FIELD(mock_config_iommu, pgsizes, .parse = parse_pgsizes,
	   .show = mock_show_number, .max = U64_MAX, .hex = true);
MOCK_FIELD(mock_config_iommu, dma_avail, MOCK_NUMBER(0, U32_MAX));
MOCK_FIELD(mock_config_iommu, quirks,
	   .parse = parse_quirks, .show = show_quirks);

static struct configfs_attribute *iommu_attrs[] = {
	&mock_config_iommu_attr_enable,
	&mock_config_iommu_attr_model,
	&mock_config_iommu_attr_types,
	&mock_config_iommu_attr_pgsizes,
	&mock_config_iommu_attr_dma_avail,
	&mock_config_iommu_attr_quirks,
	NULL
};

static const struct config_item_type iommu_type = {
	.ct_attrs	= iommu_attrs,
	.ct_owner	= THIS_MODULE,
};

void mock_config_add_iommu(struct mock_config *config)
{
	struct mock_config_iommu *iommu = &config->iommu;

	iommu->config = config;
	iommu->model = TYPE1_EMULATED;
	iommu->types = BIT(VFIO_TYPE1_IOMMU) | BIT(VFIO_TYPE1v2_IOMMU);
	iommu->dma_avail = TYPE1_DMA_AVAIL_DEFAULT;
	INIT_LIST_HEAD(&iommu->ranges);

	config_group_init_type_name(&iommu->group, "iommu_backend",
				    &iommu_type);
	configfs_add_default_group(&iommu->group, &config->group);
	config_group_init_type_name(&iommu->ranges_group, "ranges",
				    &ranges_type);
	configfs_add_default_group(&iommu->ranges_group, &iommu->group);
}

static int compare_ranges(const void *a, const void *b)
{
	const struct type1_range *x = a, *y = b;

	return x->first < y->first ? -1 : x->first > y->first;
}

static int compile_ranges(const struct mock_config_iommu *config,
			  struct type1_config *type1, char *why)
{
	const struct mock_range_item *item;
	const char *wrong = NULL;
	unsigned int i;

	list_for_each_entry(item, &config->ranges, node) {
		if (type1->nr_ranges == TYPE1_MAX_RANGES)
			wrong = "is one too many";
		else if (item->last < item->first)
			wrong = "ends before it begins";
		if (wrong) {
			snprintf(why, MOCK_WHY_MAX, "iommu_backend/ranges/%s %s",
				 item->item.ci_name, wrong);
			return -EINVAL;
		}

		type1->ranges[type1->nr_ranges++] =
			(struct type1_range){ item->first, item->last };
	}

	sort(type1->ranges, type1->nr_ranges, sizeof(type1->ranges[0]),
	     compare_ranges, NULL);

	for (i = 1; i < type1->nr_ranges; i++) {
		if (type1->ranges[i].first <= type1->ranges[i - 1].last) {
			strscpy(why, "iommu_backend/ranges overlap",
				MOCK_WHY_MAX);
			return -EINVAL;
		}
	}

	return 0;
}

int mock_config_compile_iommu(struct mock_config *config,
			      struct mock_iommu_config *iommu, char *why)
{
	const struct mock_config_iommu *from = &config->iommu;

	memset(iommu, 0, sizeof(*iommu));
	iommu->enable = from->enable;
	iommu->type1.model = from->model;
	iommu->type1.types = from->types;
	iommu->type1.pgsizes = from->pgsizes;
	iommu->type1.dma_avail = from->dma_avail;
	iommu->type1.quirks = from->quirks;

	return compile_ranges(from, &iommu->type1, why);
}
