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
#include <linux/mutex.h>
#include <linux/types.h>

#include "device_config.h"
#include "event.h"
#include "fault.h"
#include "held.h"

struct dentry;
struct iommu_group;

/* An inclusive range of IOVAs. */
struct mock_range {
	u64 first, last;
};

#define MOCK_IOMMU_MAX_RANGES	16

enum mock_iommu_model {
	MOCK_IOMMU_EMULATED,	/* as type1 serves a container of mdevs only */
	MOCK_IOMMU_IOMMU,	/* as type1 serves a device behind an IOMMU */
};

/**
 * struct mock_iommu_config - iommu_backend/ of a profile
 * @enable: our backend serves the profile's containers, not the kernel's type1
 * @model: which of the two type1s it behaves like
 * @types: BIT(VFIO_TYPE1_IOMMU), BIT(VFIO_TYPE1v2_IOMMU)
 * @pgsizes: bit mask of IOMMU page sizes
 * @dma_avail: how many mappings a container may have
 * @quirks: bit mask, the bits are those of model/quirks.h
 * @nr_ranges: 0 means the model's default
 * @ranges: usable IOVAs, ascending and disjoint
 */
struct mock_iommu_config {
	bool enable;
	enum mock_iommu_model model;
	u32 types;
	u64 pgsizes;
	u32 dma_avail;
	u64 quirks;
	unsigned int nr_ranges;
	struct mock_range ranges[MOCK_IOMMU_MAX_RANGES];
};

enum mock_profile_state {
	MOCK_PROFILE_DOWN,
	MOCK_PROFILE_LIVE,
	MOCK_PROFILE_CLOSING,	/* on the way down: no new instances */
};

/**
 * struct mock_profile - a profile at run time
 * @ref: see mock_profile_get()
 * @name: the configfs directory's
 * @id: number of its platform device, mock_vfio.<id>
 * @lock: protects @state and @instances; no other lock is taken under it
 * @state: whether devices may be created
 * @instances: devices created and not yet removed
 * @device: what a device looks like
 * @iommu: how the IOMMU backend behaves
 * @faults: armed rules
 * @events: event log
 * @held: counters
 * @debugfs: its directory
 */
struct mock_profile {
	struct kref ref;
	char name[MOCK_NAME_MAX + 1];
	int id;

	struct mutex lock;
	enum mock_profile_state state;
	unsigned int instances;

	struct mock_device_config device;
	struct mock_iommu_config iommu;

	struct mock_faults faults;
	struct mock_event_log events;
	struct mock_held_counts held;
	struct dentry *debugfs;
};

/* ERR_PTR(-errno) on failure; the caller holds the first reference. */
struct mock_profile *mock_profile_create(const char *name);
struct mock_profile *mock_profile_get(struct mock_profile *profile);
void mock_profile_put(struct mock_profile *profile);

/*
 * The profile whose devices make up @group, with a reference for the caller, or
 * NULL when the group holds a device that is not a mock device, or none. May be
 * called with the container's and the IOMMU drivers' locks held.
 */
struct mock_profile *mock_profile_of_group(struct iommu_group *group);

#endif /* MOCK_VFIO_PROFILE_H */
