/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A VFIO kernel in one process, behind struct uvfio_sysops: groups, containers
 * with the type1 and the sPAPR of mock_vfio/model/, devices with memory-backed
 * regions and interrupts, and KVM as far as VFIO needs it. For tests without a VM;
 * nothing of it is part of the library.
 *
 * A test fills in what it wants before the first call, runs the library on
 * fake_options(), and looks at the calls made and at what is still held. File
 * descriptors start at 0, because 0 is a valid one.
 */
#ifndef UVFIO_FAKE_H
#define UVFIO_FAKE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <linux/vfio.h>

#include <uvfio/uvfio.h>

/* The model's headers bring the kernel's short names (min, ALIGN ...). */
#include "fault.h"
#include "../../mock_vfio/model/spapr.h"
#include "../../mock_vfio/model/type1.h"

#define FAKE_MAX_FDS	32
#define FAKE_MAX_MMAPS	32
#define FAKE_MAX_CALLS	256
#define FAKE_MAX_RULES	8
#define FAKE_VECTORS	8

enum fake_op {
	FAKE_OPEN, FAKE_CLOSE, FAKE_IOCTL, FAKE_MMAP, FAKE_MUNMAP, FAKE_PREAD,
	FAKE_PWRITE, FAKE_READLINK, FAKE_ALLOC,
};

/* A call the library made. What a and b are depends on the call. */
struct fake_call {
	enum fake_op op;
	unsigned long request;	/* of an ioctl */
	int fd;
	int64_t ret;		/* -errno on failure */
	uint64_t a;		/* iova; offset; index; page shift; operation */
	uint64_t b;		/* size asked; length; flags; KVM: descriptor */
	uint64_t c;		/* UNMAP: size returned; MAP: vaddr; CREATE: levels */
	char path[64];
};

/*
 * A fault at any system call, the module's sites or not: calls that match get @ret
 * instead of being made. At the module's sites: fake_arm(), fault.h.
 */
struct fake_rule {
	enum fake_op op;
	unsigned long request;	/* of an ioctl; 0 matches every one */
	unsigned int skip;	/* first let so many pass */
	int times;		/* then apply so often; -1 = for ever */
	int64_t ret;		/* -errno, or a result to claim */
	unsigned int hits;
};

struct fake_region {
	uint64_t size;
	uint64_t offset;	/* in the device's file */
	uint32_t flags;
	/*
	 * What follows struct vfio_region_info in the answer, chained from its
	 * first byte. Sent as it is: a test may put nonsense there.
	 */
	const void *caps;
	uint32_t caps_size;
	unsigned char *memory;	/* size bytes, the fake's; NULL reads as zero */
};

struct fake_irq {
	uint32_t count;
	uint32_t flags;
	int32_t trigger[FAKE_VECTORS];	/* eventfds; -1 = none */
	int32_t unmask;
	bool masked;
};

struct fake_feature {
	uint32_t ways;		/* VFIO_DEVICE_FEATURE_GET, _SET; 0 = unknown */
	size_t size;		/* of its structure */
	unsigned char data[16];
};

#define FAKE_REGIONS	(VFIO_PCI_NUM_REGIONS + 1)
#define FAKE_FEATURES	4

struct fake_device {
	const char *name;
	int group;
	uint32_t flags;
	uint32_t num_regions;
	uint32_t num_irqs;
	struct fake_region regions[FAKE_REGIONS];
	struct fake_irq irqs[VFIO_PCI_NUM_IRQS];
	struct fake_feature features[FAKE_FEATURES];	/* by their number */
	unsigned int vectors_available;	/* beyond: SET_IRQS answers this */
	unsigned int resets;
};

struct fake_iommu;	/* iommu.h */

struct fake_container {
	bool open;
	const struct fake_iommu *iommu;	/* NULL until VFIO_SET_IOMMU */
	unsigned int groups;
	struct type1 type1;
	struct spapr spapr;
};

struct fake_group {
	int id;
	bool viable;
	bool open;
	bool joins_others;	/* may share a container with another group */
	struct fake_container *container;
	struct spapr_group spapr;
	bool in_kvm;		/* KVM keeps it open ... */
	bool closed;		/* ... when the program has closed it */
	int tce_table;		/* that KVM was given for it, or -1 */
};

/* A virtual machine, as far as a KVM device of type VFIO is concerned. */
struct fake_vm {
	bool has_device;
};

enum fake_file_type {
	FAKE_FREE, FAKE_CONTAINER, FAKE_GROUP, FAKE_DEVICE, FAKE_VM,
	FAKE_KVM_DEVICE, FAKE_TCE_TABLE,
};

struct fake_file {
	enum fake_file_type type;
	void *object;
};

struct fake_mmap {
	void *addr;
	size_t length;
	int prot;
};

struct fake {
	struct type1_config type1;
	bool ranges_come_late;		/* with the first open device, as iommufd's */
	struct spapr_config spapr;	/* no types: there is no sPAPR */
	uint32_t page_shift;		/* of the program's memory: 12 */
	bool pins_memory;		/* type1 looks at it: what is not there is EFAULT */
	uint64_t locked_limit;		/* bytes that the program may lock */
	uint64_t locked;
	int api_version;
	struct fake_group groups[4];
	struct fake_device devices[4];
	const char *group_link;	/* what readlink() of any iommu_group says */

	struct fake_rule rules[FAKE_MAX_RULES];
	unsigned int nr_rules;
	struct mock_fault_rule armed[FAKE_MAX_RULES];
	unsigned int nr_armed;
	struct mock_rule_set rule_set;
	uint64_t short_of;	/* bytes that the current call may deal with */
	unsigned int fail_nth;	/* the nth fallible call from now on fails */
	int fail_errno;		/* with this; 0 stands for EIO */
	bool fail_fired;
	enum fake_op fail_op;	/* what it hit, */
	unsigned long fail_request; /* which ioctl, */
	enum fake_file_type fail_file; /* and of what: numbers have several uses */
	/* Called with an ioctl's argument after it succeeded; may spoil it. */
	void (*spoil)(struct fake *fake, unsigned long request, void *arg);
	void *spoil_data;

	struct fake_call calls[FAKE_MAX_CALLS];
	unsigned int nr_calls;

	struct fake_container containers[4];
	struct fake_vm vm;
	struct fake_file files[FAKE_MAX_FDS];
	struct fake_mmap mmaps[FAKE_MAX_MMAPS];
	unsigned int allocations;	/* of the library, now */
};

/*
 * Groups 10 and 11, which can share a container, and 12, which cannot. Device
 * "dev" (in 10) is PCI, has a 128 KiB BAR 0 that can be mapped as a whole, 256
 * bytes of config space, INTx, MSI and REQ, and a reset; "dev2" (in 10), "other"
 * (in 11) and "alone" (in 12) have the same.
 */
struct fake *fake_new(void);
/* Frees it; true when nothing was held any more. Says on stderr what was. */
bool fake_free(struct fake *fake);

struct uvfio_options fake_options(struct fake *fake);

void fake_fail(struct fake *fake, enum fake_op op, unsigned long request,
	       unsigned int skip, int times, int64_t ret);
void fake_forget_calls(struct fake *fake);

/* The nth (from 0) recorded call of a kind, or NULL. */
const struct fake_call *fake_nth_call(const struct fake *fake, enum fake_op op,
				      unsigned long request, unsigned int nth);
unsigned int fake_count_calls(const struct fake *fake, enum fake_op op,
			      unsigned long request);

/* Sums of what is open and mapped; 0 when the library let go of everything. */
unsigned int fake_held_files(const struct fake *fake);
unsigned int fake_held_mmaps(const struct fake *fake);

struct fake_device *fake_device(struct fake *fake, const char *name);

/* A machine with sPAPR v1 and v2 and EEH instead of type1. */
void fake_be_spapr(struct fake *fake, enum spapr_platform platform);

/*
 * A device in a type1 container, by its descriptor, reads or writes memory by IOVA:
 * as vfio_dma_rw() does, or by pages that it pins meanwhile. Returns 0 or -errno.
 */
int fake_dma(struct fake *fake, int container, bool pinned, uint64_t iova, void *data,
	     size_t size, bool write);

/* Descriptors of a virtual machine and of one of its TCE tables; -EMFILE. */
int fake_open_vm(struct fake *fake);
int fake_open_tce_table(struct fake *fake);
/* The program's own close(), for these. */
void fake_close_fd(struct fake *fake, int fd);

/* Among the fake's own files. */
int fake_charge(struct fake *fake, uint64_t bytes);
bool fake_container_is_used(const struct fake *fake,
			    const struct fake_container *container);
int fake_install(struct fake *fake, enum fake_file_type type, void *object);
int fake_container_ioctl(struct fake *fake, struct fake_container *container,
			 unsigned long request, void *arg);
void fake_container_close(struct fake_container *container);
int fake_group_ioctl(struct fake *fake, struct fake_group *group,
		     unsigned long request, void *arg);
void fake_group_close(struct fake_group *group);
int fake_vm_ioctl(struct fake *fake, unsigned long request, void *arg);
int fake_kvm_device_ioctl(struct fake *fake, unsigned long request, void *arg);
void fake_kvm_device_close(struct fake *fake);
int fake_device_ioctl(struct fake *fake, struct fake_device *device,
		      unsigned long request, void *arg);
struct fake_region *fake_region_at(struct fake_device *device, uint64_t offset);

extern const struct uvfio_sysops fake_sysops;
extern const struct uvfio_allocator fake_allocator;

#endif /* UVFIO_FAKE_H */
