/* SPDX-License-Identifier: GPL-2.0-only OR LGPL-2.1-or-later */
/*
 * The semantics of VFIO's sPAPR TCE IOMMU, versions 1 and 2, and of EEH: what
 * each ioctl of a container checks, in which order, and what it answers. The
 * oracle is the real driver on QEMU's pseries and powernv machines; where an
 * answer looks odd (a positive result for a misaligned IOVA, an errno of 4), it
 * was measured.
 *
 * Unlike type1, where a mapping is an object, here the IOMMU is up to two
 * windows of page table entries (TCEs): a page is mapped over another without a
 * word, and what is not mapped can be unmapped. Version 1 must be enabled,
 * has one window of 4 KiB pages, and pins each page at MAP. With version 2 the
 * program registers memory, which pins it, creates and removes windows, and
 * maps only what is registered.
 *
 * Who holds memory and how is the host's part: struct spapr_host_ops. Every
 * function but spapr_request_end() is called with the host's lock held; one lock
 * for each struct spapr. None drops it.
 */
#ifndef MODEL_SPAPR_H
#define MODEL_SPAPR_H

#include "eeh.h"
#include "port.h"
#include "spapr_quirks.h"

struct page;

#define SPAPR_MAX_WINDOWS	2

/* The machines differ in page sizes, default window, levels and sharing. */
enum spapr_platform {
	SPAPR_PSERIES,	/* a partition under a hypervisor */
	SPAPR_POWERNV,	/* bare metal */
};

/**
 * struct spapr_config - one shape of sPAPR
 * @platform: which machine to be
 * @types: what is offered: bits VFIO_SPAPR_TCE_IOMMU, VFIO_SPAPR_TCE_v2_IOMMU
 *	   and VFIO_EEH
 * @no_ddw: no dynamic windows. Version 2 is advertised all the same, and fails
 *	    when it is set on a container
 * @pgsizes: of dynamic windows, a bit each; 0 stands for the platform's
 * @level_bytes: how large one level of a window's table can be; 0: any size
 * @quirks: SPAPR_QUIRK() bits
 */
struct spapr_config {
	enum spapr_platform platform;
	u32 types;
	bool no_ddw;
	u64 pgsizes;
	u64 level_bytes;
	u64 quirks;
};

/**
 * struct spapr_memory - memory that a program registered
 * @node: in spapr.memory, by @vaddr
 * @vaddr: first byte, page aligned
 * @size: in bytes, a multiple of the page and not 0
 * @page_shift: of the smallest page behind it; spapr_host_ops.hold() may raise it
 * @mapped: how many TCEs point into it
 * @registered: false when it was unregistered in spite of these: it stays held
 *
 * Behind it in memory is the host's own part: spapr_memory_host().
 */
struct spapr_memory {
	struct rb_node node;
	u64 vaddr;
	u64 size;
	u32 page_shift;
	u64 mapped;
	bool registered;
};

static inline void *spapr_memory_host(struct spapr_memory *mem)
{
	return mem + 1;
}

/**
 * struct spapr_host_ops - what only the host can do
 * @memory_size: of the host's own part of registered memory, zeroed at first
 * @program: identifies the calling program's memory, never dereferenced
 * @charge: counts locked memory against the program's limit, or -ENOMEM
 * @uncharge: undoes @charge
 * @hold: pins the memory that is being registered, or -errno
 * @release: undoes @hold
 * @pin_page: pins the page at an address for version 1, or -EFAULT
 * @unpin_page: undoes @pin_page
 */
struct spapr_host_ops {
	size_t memory_size;
	const void *(*program)(void *host);
	int (*charge)(void *host, u64 bytes);
	void (*uncharge)(void *host, u64 bytes);
	int (*hold)(void *host, struct spapr_memory *mem);
	void (*release)(void *host, struct spapr_memory *mem);
	int (*pin_page)(void *host, u64 vaddr, struct page **page);
	void (*unpin_page)(void *host, struct page *page);
};

/**
 * struct spapr_window - a range of IOVAs and its table
 * @exists: the other members mean something
 * @start: first IOVA
 * @size: in bytes, a power of two
 * @page_shift: of its pages
 * @charged: bytes of table that the program was charged for
 * @leaves: the table's last level, as far as it is needed; see spapr_table.c
 */
struct spapr_window {
	bool exists;
	u64 start;
	u64 size;
	u32 page_shift;
	u64 charged;
	struct rb_root leaves;
};

/**
 * struct spapr_group - a group in the container; the host's, who only provides it
 * @next: the group attached before it
 * @pe: its endpoint, where the platform has EEH
 */
struct spapr_group {
	struct spapr_group *next;
	struct eeh_pe pe;
};

/**
 * struct spapr - one container's IOMMU
 * @config: as given to spapr_init(), with defaults filled in
 * @v2: which version the program chose
 * @ops: the host's part
 * @host: first argument of @ops
 * @groups: attached groups, the newest first
 * @program: whose memory it is, once that matters
 * @enabled: version 1: enabled; version 2: memory was registered once
 * @default_pending: the default window will be created when it is needed
 * @windows: the windows; the default one is the first
 * @memory: struct spapr_memory, by address
 */
struct spapr {
	struct spapr_config config;
	bool v2;
	const struct spapr_host_ops *ops;
	void *host;
	struct spapr_group *groups;
	const void *program;
	bool enabled;
	bool default_pending;
	struct spapr_window windows[SPAPR_MAX_WINDOWS];
	struct rb_root memory;
};

/**
 * spapr_init() - VFIO_SET_IOMMU, before the container's groups are attached
 * @s: the container
 * @config: its shape
 * @type: VFIO_SPAPR_TCE_IOMMU or VFIO_SPAPR_TCE_v2_IOMMU
 * @ops: the host's part
 * @host: first argument of @ops
 *
 * Return: 0; -EINVAL for any other type, VFIO_EEH among them, and then there is
 * nothing to release.
 */
int spapr_init(struct spapr *s, const struct spapr_config *config, unsigned long type,
	       const struct spapr_host_ops *ops, void *host);

/**
 * spapr_release() - gives up all windows and memory
 * @s: a container all of whose groups are detached
 */
void spapr_release(struct spapr *s);

/**
 * spapr_attach() - a group joins
 * @s: the container
 * @group: zeroed but for its endpoint
 *
 * Return: 0; -EBUSY when version 1 has a group already; -EINVAL for version 2
 * without dynamic windows; -EPERM when the windows cannot be shared.
 */
int spapr_attach(struct spapr *s, struct spapr_group *group);

/**
 * spapr_detach() - a group leaves; every mapping is gone, also the others'
 * @s: the container
 * @group: the group
 */
void spapr_detach(struct spapr *s, struct spapr_group *group);

/**
 * spapr_check_extension() - VFIO_CHECK_EXTENSION
 * @config: what might be, or is, set on the container
 * @extension: the ioctl's argument
 *
 * Return: 1 or 0.
 */
int spapr_check_extension(const struct spapr_config *config, unsigned long extension);

/**
 * struct spapr_request - one ioctl on its way through the model
 * @cmd: the ioctl's number
 * @arg: where the program keeps the argument
 * @map: of VFIO_IOMMU_MAP_DMA
 * @unmap: of VFIO_IOMMU_UNMAP_DMA
 * @info: of VFIO_IOMMU_SPAPR_TCE_GET_INFO
 * @memory: of VFIO_IOMMU_SPAPR_REGISTER_MEMORY and _UNREGISTER_MEMORY
 * @create: of VFIO_IOMMU_SPAPR_TCE_CREATE
 * @remove: of VFIO_IOMMU_SPAPR_TCE_REMOVE
 * @eeh: of VFIO_EEH_PE_OP
 *
 * As of type1: read it, run it, end it; the host looks at it in between.
 */
struct spapr_request {
	unsigned int cmd;
	u64 arg;
	union {
		struct vfio_iommu_type1_dma_map map;
		struct vfio_iommu_type1_dma_unmap unmap;
		struct vfio_iommu_spapr_tce_info info;
		struct vfio_iommu_spapr_register_memory memory;
		struct vfio_iommu_spapr_tce_create create;
		struct vfio_iommu_spapr_tce_remove remove;
		struct vfio_eeh_pe_op eeh;
	};
};

/**
 * spapr_request_read() - copies a request in and checks its form
 * @s: the container
 * @r: filled in; zeroes where the program's memory could not be read
 * @cmd: the ioctl's number
 * @arg: the ioctl's argument
 *
 * Return: 0 or -errno; -ENOTTY for an ioctl that this version does not have.
 */
int spapr_request_read(struct spapr *s, struct spapr_request *r, unsigned int cmd, u64 arg);

/**
 * spapr_request_run() - does what the request asks
 * @s: the container
 * @r: a request that was read without an error
 *
 * Return: 0, -errno, or what the real driver answers instead: 1 for an IOVA that
 * is not a multiple of the page, an endpoint's state.
 */
int spapr_request_run(struct spapr *s, struct spapr_request *r);

/**
 * spapr_request_end() - copies the answer out
 * @r: the request
 * @ret: its result so far: the answer is copied out only if that is 0
 *
 * Return: @ret, or -EFAULT when the answer could not be copied out.
 */
int spapr_request_end(struct spapr_request *r, int ret);

/**
 * spapr_access() - finds the memory behind an IOVA for one access
 * @s: the container
 * @iova: where the access starts
 * @write: the access writes
 * @vaddr: the program's address of it
 * @size: in: the access's size, not 0; out: the part of it in the same page
 *
 * Return: 0; -EINVAL when nothing is mapped; -EPERM when the mapping forbids it.
 */
int spapr_access(const struct spapr *s, u64 iova, bool write, u64 *vaddr, u64 *size);

#endif /* MODEL_SPAPR_H */
