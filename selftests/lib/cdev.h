/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A device's own character device, and the iommufd it is bound to: VFIO without
 * groups and containers, one call at a time. Calls return 0 or -errno.
 *
 * The calls are declared here, as the host's headers may be older than they are.
 */
#ifndef SELFTESTS_CDEV_H
#define SELFTESTS_CDEV_H

#include <stddef.h>
#include <stdint.h>

#include "target.h"

struct cdev {
	struct target target;	/* not open: it exists */
	int device;		/* not bound */
	int iommufd;
	uint32_t ioas;		/* an address space of @iommufd */
};

/*
 * Opens a target's character device, and an iommufd with an address space.
 * Returns 0; 1 when something is missing, so that the test must be skipped; or
 * -errno. @target.why tells in both cases; nothing is left open then.
 */
int cdev_open(struct cdev *cdev, enum target_kind kind);

/* Closes what is open. Returns 0, or -errno as target_close() does. */
int cdev_close(struct cdev *cdev);

/* As TARGET_OPEN() and TARGET_CLOSE(). */
#define CDEV_OPEN(cdev, kind) do {						\
	int cdev_ret = cdev_open(cdev, kind);					\
										\
	if (cdev_ret > 0)							\
		SKIP(return, "%s", (cdev)->target.why);				\
	ASSERT_EQ(0, cdev_ret)							\
		TH_LOG("%s", (cdev)->target.why);				\
} while (0)

#define CDEV_CLOSE(cdev)							\
	EXPECT_EQ(0, cdev_close(cdev))						\
		TH_LOG("%s", (cdev)->target.why)

/* Opens the device once more. Returns a descriptor, or -errno. */
int cdev_open_device(const struct target *target);

#define CDEV_BIND_ARGSZ		16
#define CDEV_ATTACH_ARGSZ	12

/* VFIO_DEVICE_BIND_IOMMUFD; @devid, which may be NULL, receives the device's id. */
int cdev_bind(int device, uint32_t argsz, uint32_t flags, int iommufd, uint32_t *devid);

/* VFIO_DEVICE_ATTACH_IOMMUFD_PT; @id is an IOAS before, and what was attached after. */
int cdev_attach(int device, uint32_t argsz, uint32_t flags, uint32_t *id);

/* VFIO_DEVICE_DETACH_IOMMUFD_PT. */
int cdev_detach(int device, uint32_t flags);

/* IOMMU_IOAS_ALLOC, IOMMU_IOAS_MAP for reading and writing, IOMMU_DESTROY. */
int cdev_ioas_alloc(int iommufd, uint32_t *ioas);
int cdev_ioas_map(int iommufd, uint32_t ioas, uint64_t iova, void *memory, size_t size);
int cdev_destroy(int iommufd, uint32_t id);

#endif /* SELFTESTS_CDEV_H */
