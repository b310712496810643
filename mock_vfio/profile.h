/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A profile's run-time state, as opposed to its configfs directory: what the
 * devices, the IOMMU backend, the fault engine and debugfs work with. It is
 * reference counted, because a container, an open log file or a device that is
 * going away may outlive the directory.
 *
 * Configuration is what was compiled from configfs when "live" was set. It does
 * not change while the profile is live, so devices read it without a lock. A
 * container can outlive that time (the other groups in it keep it alive), so the
 * backend works on its own copy of struct mock_iommu_config.
 */
#ifndef MOCK_VFIO_PROFILE_H
#define MOCK_VFIO_PROFILE_H

#include <linux/kref.h>
#include <linux/list.h>
#include <linux/types.h>

#include "device_config.h"
#include "event.h"
#include "fail_nth.h"
#include "fault.h"
#include "held.h"
#include "model/type1.h"

struct config_item;
struct dentry;
struct iommu_group;

/**
 * struct mock_iommu_config - iommu_backend/ of a profile
 * @enable: our backend serves the profile's containers, not the kernel's type1
 * @type1: how it behaves
 */
struct mock_iommu_config {
	bool enable;
	struct type1_config type1;
};

/**
 * struct mock_profile - a profile at run time
 * @ref: see mock_profile_get()
 * @name: the configfs directory's
 * @id: number of its platform device, mock_vfio.<id>
 * @config_item: the configfs directory; valid while @instances or @live
 * @live_node: in the list of live profiles
 * @live: devices may be created
 * @instances: devices created and not yet removed
 * @device: what a device looks like
 * @iommu: how the IOMMU backend behaves
 * @faults: armed rules
 * @fail_nth: counts of the programs that sweep
 * @disarm_on_close: no rule stays armed when the last device is closed
 * @events: event log
 * @held: counters
 * @debugfs: its directory
 * @debugfs_devices: devices/ in there
 */
struct mock_profile {
	struct kref ref;
	char name[MOCK_NAME_MAX + 1];
	int id;

	struct config_item *config_item;
	struct list_head live_node;
	bool live;
	unsigned int instances;

	struct mock_device_config device;
	struct mock_iommu_config iommu;

	struct mock_faults faults;
	struct mock_fail_nth fail_nth;
	bool disarm_on_close;
	struct mock_event_log events;
	struct mock_held_counts held;
	struct dentry *debugfs;
	struct dentry *debugfs_devices;
};

/* ERR_PTR(-errno) on failure; the caller holds the first reference. */
struct mock_profile *mock_profile_create(const char *name);
struct mock_profile *mock_profile_get(struct mock_profile *profile);
/* No effect on NULL. */
void mock_profile_put(struct mock_profile *profile);

/* Takes away its files in debugfs and its counts of calls: its name is free. */
void mock_profile_remove(struct mock_profile *profile);

/*
 * Lets devices be created; lets no more be created, or -EBUSY when there are
 * some. The caller serialises these calls and alternates them.
 */
void mock_profile_set_live(struct mock_profile *profile);
int mock_profile_set_down(struct mock_profile *profile);

/*
 * A device's life: -ENODEV when the profile is not live. While there is a device,
 * the profile keeps its directory and stays live, and its configuration constant.
 */
int mock_profile_add_instance(struct mock_profile *profile);
void mock_profile_del_instance(struct mock_profile *profile);

/*
 * Whether @match is true for any live profile. May be called with VFIO's locks
 * held; @match must take none.
 */
bool mock_profile_any_live(bool (*match)(const struct mock_profile *profile,
					 unsigned long arg),
			   unsigned long arg);

/*
 * The profile whose devices make up @group, with a reference for the caller, or
 * NULL when the group holds a device that is not a mock device, or none. May be
 * called with the container's and the IOMMU drivers' locks held.
 */
struct mock_profile *mock_profile_of_group(struct iommu_group *group);

#endif /* MOCK_VFIO_PROFILE_H */
