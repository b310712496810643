// SPDX-License-Identifier: GPL-2.0-only
/*
 * <profile>/regions/: a directory for each region of the device, and areas/ below
 * it for the parts of the region that can be mapped. What they amount to is in
 * config_layout.c.
 */

#include <linux/err.h>
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/sizes.h>
#include <linux/vfio.h>

#include "config_regions.h"
#include "region.h"

static struct mock_region_item *to_mock_region_item(struct config_item *item)
{
	return container_of(to_config_group(item), struct mock_region_item,
			    group);
}

static struct mock_area_item *to_mock_area_item(struct config_item *item)
{
	return container_of(item, struct mock_area_item, item);
}

static const struct mock_word access_letters[] = {
	{ "r", VFIO_REGION_INFO_FLAG_READ },
	{ "w", VFIO_REGION_INFO_FLAG_WRITE },
	{ "m", VFIO_REGION_INFO_FLAG_MMAP },
	{ }
};

/* areas/<name>/ */

static const struct mock_word area_letters[] = {
	{ "r", VFIO_REGION_INFO_FLAG_READ },
	{ "w", VFIO_REGION_INFO_FLAG_WRITE },
	{ }
};

MOCK_FIELD(mock_area_item, offset, MOCK_HEX(0, MOCK_REGION_MAX_SIZE));
MOCK_FIELD(mock_area_item, size, MOCK_HEX(0, MOCK_REGION_MAX_SIZE));
MOCK_FIELD(mock_area_item, access, MOCK_LETTERS(area_letters));

static struct configfs_attribute *area_attrs[] = {
	&mock_area_item_attr_offset,
	&mock_area_item_attr_size,
	&mock_area_item_attr_access,
	NULL
};

static void area_release(struct config_item *item)
{
	kfree(to_mock_area_item(item));
}

static struct configfs_item_operations area_item_ops = {
	.release = area_release,
};

static const struct config_item_type area_type = {
	.ct_item_ops	= &area_item_ops,
	.ct_attrs	= area_attrs,
	.ct_owner	= THIS_MODULE,
};

static struct config_item *make_area(struct config_group *group,
				     const char *name)
{
	struct mock_region_item *region =
		container_of(group, struct mock_region_item, areas_group);
	struct mock_area_item *area;
	int ret;

	ret = mock_config_check_name("area", name);
	if (ret)
		return ERR_PTR(ret);

	area = kzalloc(sizeof(*area), GFP_KERNEL);
	if (!area)
		return ERR_PTR(-ENOMEM);

	area->config = region->config;
	area->access = VFIO_REGION_INFO_FLAG_READ | VFIO_REGION_INFO_FLAG_WRITE;
	ret = mock_config_link(region->config, &area->node, &region->areas);
	if (ret) {
		kfree(area);
		return ERR_PTR(ret);
	}

	config_item_init_type_name(&area->item, name, &area_type);

	return &area->item;
}

static void drop_area(struct config_group *group, struct config_item *item)
{
	struct mock_area_item *area = to_mock_area_item(item);

	mock_config_unlink(area->config, &area->node);
	config_item_put(item);
}

static struct configfs_group_operations areas_ops = {
	.make_item	= make_area,
	.drop_item	= drop_area,
};

static const struct config_item_type areas_type = {
	.ct_group_ops	= &areas_ops,
	.ct_owner	= THIS_MODULE,
};

/* regions/<name>/ */

static const struct mock_word backings[] = {
	{ "ram",	MOCK_BACKING_RAM },
	{ "registers",	MOCK_BACKING_REGISTERS },
	{ "pattern",	MOCK_BACKING_PATTERN },
	{ "rom",	MOCK_BACKING_ROM },
	{ "vga",	MOCK_BACKING_VGA },
	{ }
};

static const struct mock_word cap_words[] = {
	{ "sparse_mmap",	MOCK_REGION_CAP_SPARSE_MMAP },
	{ "type",		MOCK_REGION_CAP_TYPE },
	{ "msix_mappable",	MOCK_REGION_CAP_MSIX_MAPPABLE },
	{ }
};

MOCK_FIELD(mock_region_item, index, MOCK_NUMBER(0, MOCK_MAX_REGIONS - 1));
MOCK_FIELD(mock_region_item, size, MOCK_HEX(0, MOCK_REGION_MAX_SIZE));
MOCK_FIELD(mock_region_item, access, MOCK_LETTERS(access_letters));
MOCK_FIELD(mock_region_item, backing, MOCK_CHOICE(backings));
MOCK_FIELD(mock_region_item, io, MOCK_BOOL());
MOCK_FIELD(mock_region_item, type, MOCK_HEX(0, U32_MAX));
MOCK_FIELD(mock_region_item, subtype, MOCK_HEX(0, U32_MAX));
MOCK_FIELD(mock_region_item, caps, MOCK_ORDER(cap_words));
MOCK_FIELD(mock_region_item, unaligned, MOCK_BOOL());

static struct configfs_attribute *region_attrs[] = {
	&mock_region_item_attr_index,
	&mock_region_item_attr_size,
	&mock_region_item_attr_access,
	&mock_region_item_attr_backing,
	&mock_region_item_attr_io,
	&mock_region_item_attr_type,
	&mock_region_item_attr_subtype,
	&mock_region_item_attr_caps,
	&mock_region_item_attr_unaligned,
	NULL
};

static void region_release(struct config_item *item)
{
	kfree(to_mock_region_item(item));
}

static struct configfs_item_operations region_item_ops = {
	.release = region_release,
};

static const struct config_item_type region_type = {
	.ct_item_ops	= &region_item_ops,
	.ct_attrs	= region_attrs,
	.ct_owner	= THIS_MODULE,
};

static struct config_group *make_region(struct config_group *group,
					const char *name)
{
	struct mock_config *config =
		container_of(group, struct mock_config, regions_group);
	struct mock_region_item *region;
	int ret;

	ret = mock_config_check_name("region", name);
	if (ret)
		return ERR_PTR(ret);

	region = kzalloc(sizeof(*region), GFP_KERNEL);
	if (!region)
		return ERR_PTR(-ENOMEM);

	region->config = config;
	region->size = SZ_4K;
	region->access = VFIO_REGION_INFO_FLAG_READ |
			 VFIO_REGION_INFO_FLAG_WRITE;
	INIT_LIST_HEAD(&region->areas);
	ret = mock_config_link(config, &region->node, &config->regions);
	if (ret) {
		kfree(region);
		return ERR_PTR(ret);
	}

	config_group_init_type_name(&region->group, name, &region_type);
	config_group_init_type_name(&region->areas_group, "areas", &areas_type);
	configfs_add_default_group(&region->areas_group, &region->group);

	return &region->group;
}

static void drop_region(struct config_group *group, struct config_item *item)
{
	struct mock_region_item *region = to_mock_region_item(item);

	mock_config_unlink(region->config, &region->node);
	config_item_put(item);
}

static struct configfs_group_operations regions_ops = {
	.make_group	= make_region,
	.drop_item	= drop_region,
};

static const struct config_item_type regions_type = {
	.ct_group_ops	= &regions_ops,
	.ct_owner	= THIS_MODULE,
};

void mock_config_add_regions(struct mock_config *config)
{
	INIT_LIST_HEAD(&config->regions);
	config_group_init_type_name(&config->regions_group, "regions",
				    &regions_type);
	configfs_add_default_group(&config->regions_group, &config->group);
}
