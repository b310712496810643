/* SPDX-License-Identifier: GPL-2.0-only */
/* regions/ of a profile: its directories, and what they are compiled into. */
#ifndef MOCK_VFIO_CONFIG_REGIONS_H
#define MOCK_VFIO_CONFIG_REGIONS_H

#include "config_tree.h"

/**
 * struct mock_region_item - regions/<name>/
 * @group: the directory
 * @areas_group: areas/
 * @config: the profile's configuration
 * @node: in its list of regions
 * @areas: struct mock_area_item, in order of creation
 * @index: attribute
 * @size: attribute
 * @access: attribute, VFIO_REGION_INFO_FLAG_*
 * @backing: attribute, an enum mock_backing
 * @io: attribute
 * @type: attribute
 * @subtype: attribute
 * @caps: attribute, enum mock_region_cap in order; 0: what applies
 * @unaligned: attribute
 */
struct mock_region_item {
	struct config_group group;
	struct config_group areas_group;
	struct mock_config *config;
	struct list_head node;
	struct list_head areas;
	u64 index;
	u64 size;
	u64 access;
	u64 backing;
	u64 io;
	u64 type;
	u64 subtype;
	u64 caps;
	u64 unaligned;
};

/**
 * struct mock_area_item - regions/<name>/areas/<name>/
 * @item: the directory
 * @config: the profile's configuration
 * @node: in the region's list
 * @offset: attribute
 * @size: attribute
 * @access: attribute, VFIO_REGION_INFO_FLAG_READ and WRITE
 */
struct mock_area_item {
	struct config_item item;
	struct mock_config *config;
	struct list_head node;
	u64 offset;
	u64 size;
	u64 access;
};

#endif /* MOCK_VFIO_CONFIG_REGIONS_H */
