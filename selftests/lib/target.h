/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The device a test runs on, opened the same way whatever it is: the mock
 * behind either IOMMU, or a real device of QEMU. Fixtures whose variants are
 * target kinds run one test source on all of them.
 */
#ifndef SELFTESTS_TARGET_H
#define SELFTESTS_TARGET_H

#include <stdbool.h>

#include <uvfio/uvfio.h>

#include "mock.h"
#include "pci.h"

enum target_kind {
	TARGET_MOCK_TYPE1,	/* mock device, the kernel's type1 */
	TARGET_MOCK_BACKEND,	/* mock device, our IOMMU backend */
	TARGET_EDU,		/* QEMU's edu behind vfio-pci and a vIOMMU */
	TARGET_NVME,		/* QEMU's nvme, likewise */
};

/* How far target_open() goes. */
enum target_level {
	TARGET_OPEN_DEVICE,	/* container, group and device are open */
	TARGET_OPEN_GROUP,	/* container and group; saves the reset of a real device */
	TARGET_EXISTS,		/* only @name and @group_id are known */
};

struct target_options {
	enum target_level level;
	unsigned int iommu_type;	/* VFIO_TYPE1_IOMMU ...; 0: the library's choice */
	bool no_mmap;
	/* The kernel's iommufd as the container, in place of type1. */
	bool iommufd;
	bool silent;			/* what it runs on was printed before */
	/* For the mock, after the kind's own shape; all may be left out. */
	mock_shape_fn shape;
	const char *quirks;
	const char *pgsizes;
	const char *dma_avail;
};

struct target {
	enum target_kind kind;
	const char *name;		/* as VFIO_GROUP_GET_DEVICE_FD takes it */
	int group_id;
	struct mock mock;		/* mock kinds only */
	char pci_name[PCI_NAME_SIZE];	/* real kinds only */
	struct uvfio *ctx;
	struct uvfio_group *group;
	struct uvfio_container *container;
	struct uvfio_device *dev;
	char why[1024];			/* what the last failure was */
};

/* Prints the line by which reports know what a test ran on. */
void target_print(const char *device, const char *iommu);

/*
 * Opens a target; @options may be NULL. Returns 0; 1 when something is
 * missing, so that the test must be skipped; or -errno. @why tells in both
 * cases; nothing is left open then.
 */
int target_open(struct target *target, enum target_kind kind,
		const struct target_options *options);

/*
 * Closes what is open and takes the mock down. Returns 0, or -errno: a close
 * failed, or the mock's counters were not zero.
 */
int target_close(struct target *target);

/* Whether the target is one of the mock's kinds. */
bool target_is_mock(const struct target *target);

/* The ids its configuration space must show. */
struct pci_id target_pci_id(const struct target *target);

/* Lets an open device decode memory and do DMA. Returns 0 or -errno. */
int target_enable_bus_master(struct target *target);

/*
 * Fixture helpers: skip or fail the test at hand. TARGET_CLOSE() expects
 * rather than asserts, as a teardown must run to its end.
 */
#define TARGET_OPEN(target, kind, options) do {					\
	int target_ret = target_open(target, kind, options);			\
										\
	if (target_ret > 0)							\
		SKIP(return, "%s", (target)->why);				\
	ASSERT_EQ(0, target_ret)						\
		TH_LOG("%s", (target)->why);					\
} while (0)

#define TARGET_CLOSE(target)							\
	EXPECT_EQ(0, target_close(target))					\
		TH_LOG("%s", (target)->why)

/* Declares a variant of a fixture whose variant struct has the member kind. */
#define TARGET_VARIANT(fixture, name, id)					\
	FIXTURE_VARIANT_ADD(fixture, name) { .kind = (id) }

#endif /* SELFTESTS_TARGET_H */
