// SPDX-License-Identifier: GPL-2.0-only
/*
 * <profile>/regions/: a directory for each region of the device, and areas/ below
 * it for the parts of the region that can be mapped.
 *
 * Each region is plain memory. Where no directory has index 0, the device gets
 * the BAR 0 of uapi/mock_vfio.h, with registers, buffer and DMA engine.
 */

#include <linux/err.h>
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/sizes.h>
#include <linux/vfio.h>

#include "config_tree.h"
#include "pci_config.h"
#include "region.h"
#include "uapi/mock_vfio.h"

struct mock_region_item {
	struct config_group group;
	struct config_group areas_group;
	struct mock_config *config;
	struct list_head node;
	struct list_head areas;
	u64 index;
	u64 size;
	u64 access;
};

struct mock_area_item {
	struct config_item item;
	struct mock_config *config;
	struct list_head node;
	u64 offset;
	u64 size;
};

static struct mock_region_item *to_mock_region_item(struct config_item *item)
{
	return container_of(to_config_group(item), struct mock_region_item,
			    group);
}

static struct mock_area_item *to_mock_area_item(struct config_item *item)
{
	return container_of(item, struct mock_area_item, item);
}

/* areas/<name>/ */

MOCK_FIELD(mock_area_item, offset, MOCK_HEX(0, MOCK_REGION_MAX_SIZE));
MOCK_FIELD(mock_area_item, size, MOCK_HEX(0, MOCK_REGION_MAX_SIZE));

static struct configfs_attribute *area_attrs[] = {
	&mock_area_item_attr_offset,
	&mock_area_item_attr_size,
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

static const struct mock_word access_letters[] = {
	{ "r", VFIO_REGION_INFO_FLAG_READ },
	{ "w", VFIO_REGION_INFO_FLAG_WRITE },
	{ "m", VFIO_REGION_INFO_FLAG_MMAP },
	{ }
};

MOCK_FIELD(mock_region_item, index, MOCK_NUMBER(0, MOCK_MAX_REGIONS - 1));
MOCK_FIELD(mock_region_item, size, MOCK_HEX(0, MOCK_REGION_MAX_SIZE));
MOCK_FIELD(mock_region_item, access, MOCK_LETTERS(access_letters));

static struct configfs_attribute *region_attrs[] = {
	&mock_region_item_attr_index,
	&mock_region_item_attr_size,
	&mock_region_item_attr_access,
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

/* Compiling */

static const struct mock_region_config config_space = {
	.size = MOCK_PCI_CONFIG_SIZE,
	.flags = VFIO_REGION_INFO_FLAG_READ | VFIO_REGION_INFO_FLAG_WRITE,
};

static const struct mock_region_config default_bar0 = {
	.size = MOCK_VFIO_BAR0_SIZE,
	.flags = VFIO_REGION_INFO_FLAG_READ | VFIO_REGION_INFO_FLAG_WRITE |
		 VFIO_REGION_INFO_FLAG_MMAP,
	.registers = true,
	.nr_areas = 2,
	.areas = {
		{ MOCK_VFIO_BUF_AREA0_OFFSET, MOCK_VFIO_BUF_AREA0_SIZE },
		{ MOCK_VFIO_BUF_AREA1_OFFSET, MOCK_VFIO_BUF_AREA1_SIZE },
	},
};

static int compile_areas(const struct mock_region_item *item,
			 struct mock_region_config *region, char *why)
{
	const struct mock_area_item *area;

	list_for_each_entry(area, &item->areas, node) {
		const char *wrong = NULL;

		if (region->nr_areas == MOCK_MAX_AREAS)
			wrong = "is one too many";
		else if (!PAGE_ALIGNED(area->offset) ||
			 !PAGE_ALIGNED(area->size))
			wrong = "is not made of pages";
		else if (area->offset > region->size ||
			 area->size > region->size - area->offset)
			wrong = "ends behind the region";
		if (wrong) {
			snprintf(why, MOCK_WHY_MAX, "regions/%s/areas/%s %s",
				 item->group.cg_item.ci_name,
				 area->item.ci_name, wrong);
			return -EINVAL;
		}

		region->areas[region->nr_areas++] =
			(struct mock_area){ area->offset, area->size };
	}

	return 0;
}

static int compile_region(const struct mock_region_item *item,
			  struct mock_device_config *device, u32 *used,
			  char *why)
{
	struct mock_region_config *region = &device->regions[item->index];
	const char *wrong = NULL;

	if (item->index == VFIO_PCI_CONFIG_REGION_INDEX)
		wrong = "has the index of config space";
	else if (*used & BIT(item->index))
		wrong = "has an index that another one has";
	else if ((item->access & VFIO_REGION_INFO_FLAG_MMAP) &&
		 !PAGE_ALIGNED(item->size))
		wrong = "can be mapped, but is not made of pages";
	if (wrong) {
		snprintf(why, MOCK_WHY_MAX, "regions/%s %s",
			 item->group.cg_item.ci_name, wrong);
		return -EINVAL;
	}

	*used |= BIT(item->index);
	region->size = item->size;
	region->flags = item->access;
	device->nr_regions = max_t(unsigned int, device->nr_regions,
				   item->index + 1);

	return compile_areas(item, region, why);
}

int mock_config_compile_regions(struct mock_config *config,
				struct mock_device_config *device, char *why)
{
	const struct mock_region_item *item;
	u32 used = 0;
	int ret;

	device->nr_regions = VFIO_PCI_NUM_REGIONS;
	device->regions[VFIO_PCI_CONFIG_REGION_INDEX] = config_space;
	list_for_each_entry(item, &config->regions, node) {
		ret = compile_region(item, device, &used, why);
		if (ret)
			return ret;
	}

	if (!(used & BIT(VFIO_PCI_BAR0_REGION_INDEX)))
		device->regions[VFIO_PCI_BAR0_REGION_INDEX] = default_bar0;

	return mock_pci_config_check(device, why);
}
