/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The configfs tree below a profile, shared by the files that make it up: one
 * file for each directory. Nothing here is used at run time: when a profile goes
 * live, each file compiles its part into struct mock_profile.
 *
 * A release method must not touch the parent, nor any list: items are taken off
 * their lists when they are dropped, and only their memory is freed when the last
 * reference goes, which may be an open attribute's.
 */
#ifndef MOCK_VFIO_CONFIG_TREE_H
#define MOCK_VFIO_CONFIG_TREE_H

#include <linux/configfs.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/types.h>

#include "config_field.h"
#include "profile.h"

struct mock_front_end;

/**
 * struct mock_config_iommu - iommu_backend/
 * @group: the directory
 * @ranges_group: ranges/
 * @config: the profile's configuration
 * @ranges: struct mock_range_item, in order of creation
 * @enable: attribute
 * @model: attribute, an enum type1_model
 * @types: attribute, bits VFIO_TYPE1_IOMMU and VFIO_TYPE1v2_IOMMU
 * @pgsizes: attribute
 * @dma_avail: attribute
 * @quirks: attribute
 */
struct mock_config_iommu {
	struct config_group group;
	struct config_group ranges_group;
	struct mock_config *config;
	struct list_head ranges;
	u64 enable;
	u64 model;
	u64 types;
	u64 pgsizes;
	u64 dma_avail;
	u64 quirks;
};

/**
 * struct mock_config - a profile's directory
 * @group: the directory
 * @regions_group: regions/
 * @irqs_group: irqs/
 * @faults_group: faults/
 * @config: itself, for MOCK_FIELD()
 * @profile: the run-time state, with a reference
 * @front_end: what registered the devices while live
 * @lock: protects everything below, all items' attributes, and the rules'
 *	arming. Taken inside configfs' locks; the front end is started and
 *	stopped under it
 * @live: attribute
 * @device_api: attribute
 * @pci_vendor: attribute
 * @pci_device: attribute
 * @pci_class: attribute
 * @pci_caps: attribute, MOCK_PCI_CAP_*
 * @reset: attribute
 * @hot_reset: attribute
 * @migration: attribute, VFIO_MIGRATION_*
 * @dma_logging: attribute
 * @low_power: attribute
 * @max_instances: attribute
 * @disarm_on_close: attribute
 * @regions: struct mock_region_item
 * @irqs: struct mock_irq_item
 * @iommu: iommu_backend/
 */
struct mock_config {
	struct config_group group;
	struct config_group regions_group;
	struct config_group irqs_group;
	struct config_group faults_group;
	struct mock_config *config;
	struct mock_profile *profile;
	struct mock_front_end *front_end;

	struct mutex lock;
	bool live;
	u64 device_api;
	u64 pci_vendor;
	u64 pci_device;
	u64 pci_class;
	u64 pci_caps;
	u64 reset;
	u64 hot_reset;
	u64 migration;
	u64 dma_logging;
	u64 low_power;
	u64 max_instances;
	u64 disarm_on_close;
	struct list_head regions;
	struct list_head irqs;
	struct mock_config_iommu iommu;
};

/* The directory mock_vfio itself: profiles' parent. */
struct config_item *mock_config_root(void);

/* Make the default directories of a new profile. */
void mock_config_add_regions(struct mock_config *config);
void mock_config_add_irqs(struct mock_config *config);
void mock_config_add_iommu(struct mock_config *config);
void mock_config_add_faults(struct mock_config *config);

/*
 * Compile what the directories say. On -EINVAL, @why (MOCK_WHY_MAX) names the
 * culprit. Called with the lock held.
 */
int mock_config_compile_regions(struct mock_config *config,
				struct mock_device_config *device, char *why);
int mock_config_compile_irqs(struct mock_config *config,
			     struct mock_device_config *device, char *why);
int mock_config_compile_iommu(struct mock_config *config,
			      struct mock_iommu_config *iommu, char *why);

/* 0, or -EINVAL and a line in the log about a directory name. */
int mock_config_check_name(const char *what, const char *name);

/* -EBUSY while live, else puts @node at the end of @list. */
int mock_config_link(struct mock_config *config, struct list_head *node,
		     struct list_head *list);
void mock_config_unlink(struct mock_config *config, struct list_head *node);

#endif /* MOCK_VFIO_CONFIG_TREE_H */
