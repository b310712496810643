/* SPDX-License-Identifier: GPL-2.0-only OR LGPL-2.1-or-later */
/*
 * The semantics of VFIO's type1 IOMMU, versions 1 and 2: what each ioctl of a
 * container checks, in which order, and what it answers. Not here: who holds
 * memory and how. That is the host's (the kernel module, or a program's fake
 * kernel), which the model calls through struct type1_host_ops.
 *
 * Two models, because there are two real type1s: a container whose groups are
 * all emulated (mdev) only records mappings, and pages are pinned one by one
 * when a device asks for them; a container with a group behind a real IOMMU
 * pins all pages at MAP and knows which IOVAs the hardware can translate.
 *
 * Every function but type1_request_read() and type1_request_end() is called
 * with the host's lock held; one lock for each struct type1. Only
 * type1_host_ops.notify_unmap may drop it.
 */
#ifndef MODEL_TYPE1_H
#define MODEL_TYPE1_H

#include "port.h"
#include "quirks.h"

struct page;
struct type1_handler;

enum type1_model {
	TYPE1_EMULATED,
	TYPE1_IOMMU,
};

#define TYPE1_DMA_AVAIL_DEFAULT	65535
#define TYPE1_MAX_RANGES	16

/* IOVAs from @first to @last, both included. */
struct type1_range {
	u64 first;
	u64 last;
};

/**
 * struct type1_config - one shape of type1
 * @model: which of the two real type1s to be
 * @types: versions offered: bits VFIO_TYPE1_IOMMU and VFIO_TYPE1v2_IOMMU
 * @pgsizes: page sizes, a bit each; 0 stands for the model's own default.
 *	     Sizes below the CPU's page are replaced by the page, as type1 does
 * @dma_avail: how many mappings a container may have
 * @quirks: TYPE1_QUIRK() bits
 * @nr_ranges: how many IOVA ranges can be mapped; 0 stands for no limit with
 *	       TYPE1_EMULATED, for an Intel IOMMU's ranges with TYPE1_IOMMU
 * @ranges: these ranges, ascending and apart
 */
struct type1_config {
	enum type1_model model;
	u32 types;
	u64 pgsizes;
	u32 dma_avail;
	u64 quirks;
	u32 nr_ranges;
	struct type1_range ranges[TYPE1_MAX_RANGES];
};

/**
 * struct type1_mapping - a range of IOVAs backed by the user's memory
 * @node: in type1.mappings, by IOVA
 * @iova: first byte as the device sees it
 * @vaddr: first byte as the program that mapped it sees it
 * @size: in bytes, not 0
 * @prot: VFIO_DMA_MAP_FLAG_READ and _WRITE
 * @vaddr_invalid: UNMAP with FLAG_VADDR took @vaddr away
 * @pins: struct type1_pin, by IOVA
 * @dirty: while tracking: a bit for each page of the smallest size, and one word
 *	   more
 *
 * Behind it in memory is the host's own part: type1_mapping_host().
 */
struct type1_mapping {
	struct rb_node node;
	u64 iova;
	u64 vaddr;
	u64 size;
	u32 prot;
	bool vaddr_invalid;
	struct rb_root pins;
	u64 *dirty;
};

static inline void *type1_mapping_host(struct type1_mapping *m)
{
	return m + 1;
}

/**
 * struct type1_host_ops - what only the host can do
 * @mapping_size: of the host's own part of each mapping
 * @map: takes hold of the memory behind a new mapping, as far as the model
 *	 wants that at MAP, and sets all of the host's own part. An error undoes the
 *	 mapping
 * @unmap: gives up what @map took
 * @move: the mapping gets a new address, perhaps in another program
 * @pin_page: pins the page at offset bytes from the mapping's start
 * @unpin_page: undoes @pin_page
 * @notify_unmap: tells devices that the range goes away, so that they unpin
 *		  it. Drops the lock while it does
 */
struct type1_host_ops {
	size_t mapping_size;
	int (*map)(void *host, struct type1_mapping *m);
	void (*unmap)(void *host, struct type1_mapping *m);
	int (*move)(void *host, struct type1_mapping *m, u64 vaddr);
	int (*pin_page)(void *host, struct type1_mapping *m, u64 offset, struct page **page);
	void (*unpin_page)(void *host, struct type1_mapping *m, struct page *page);
	void (*notify_unmap)(void *host, u64 iova, u64 size);
};

/**
 * struct type1 - one container's IOMMU
 * @config: as given to type1_init(), with defaults filled in
 * @v2: which version the program chose
 * @ops: the host's part
 * @host: first argument of @ops
 * @mappings: struct type1_mapping, by IOVA
 * @spare: the memory of a mapping that is gone, or NULL: who unmaps most often maps
 *	   again, and need not wait for the allocator. Always NULL without PORT_SPARES
 * @avail: how many more mappings there may be
 * @vaddr_invalid: how many mappings have no address now
 * @tracking: dirty pages are tracked
 * @all_dirty: the IOMMU's own devices may have written to any mapped page
 */
struct type1 {
	struct type1_config config;
	bool v2;
	const struct type1_host_ops *ops;
	void *host;
	struct rb_root mappings;
	struct type1_mapping *spare;
	u32 avail;
	u32 vaddr_invalid;
	bool tracking;
	bool all_dirty;
};

void type1_init(struct type1 *t, const struct type1_config *config, bool v2,
		const struct type1_host_ops *ops, void *host);

/**
 * type1_unmap_all() - drops every mapping and every pin, asking nobody
 * @t: a container that no device uses any more
 */
void type1_unmap_all(struct type1 *t);

/**
 * type1_has_config() - whether a container behaves as a configuration says
 * @t: the container
 * @config: the configuration
 */
bool type1_has_config(const struct type1 *t, const struct type1_config *config);

/**
 * type1_check_extension() - VFIO_CHECK_EXTENSION
 * @config: what might be, or is, set on the container
 * @set: whether it is set; some extensions are only known then
 * @extension: the ioctl's argument
 *
 * Return: 1 or 0.
 */
int type1_check_extension(const struct type1_config *config, bool set,
			  unsigned long extension);

/**
 * struct type1_request - one ioctl on its way through the model
 * @handler: what to do with it; NULL when type1 has no such ioctl
 * @arg: where the program keeps the argument
 * @map: of VFIO_IOMMU_MAP_DMA
 * @unmap: of VFIO_IOMMU_UNMAP_DMA; its size is the answer afterwards
 * @dirty: of VFIO_IOMMU_DIRTY_PAGES
 * @info: of VFIO_IOMMU_GET_INFO
 * @unmap_limit: an UNMAP stops before the first mapping that ends beyond this
 *		 many bytes from its start, though it says success: 0 stops at
 *		 once. All ones, as type1_request_read() sets it, is no limit
 * @info_size: how much of GET_INFO's structure the program has room for; only of that
 *	       ioctl, as what follows
 * @caps: its capabilities
 * @caps_size: their size in bytes
 * @bitmap: where UNMAP puts the dirty bits; only if its flags ask for them
 * @dirty_range: the range that DIRTY_PAGES asks about; only of that ioctl
 *
 * Read it from the program, run it, end it: type1_request_read(),
 * type1_request_run(), type1_request_end(). The host looks at it, and may
 * decide to fail it, in between. A request that was read must be ended.
 */
struct type1_request {
	const struct type1_handler *handler;
	u64 arg;
	union {
		struct vfio_iommu_type1_dma_map map;
		struct vfio_iommu_type1_dma_unmap unmap;
		struct vfio_iommu_type1_dirty_bitmap dirty;
		struct vfio_iommu_type1_info info;
	};
	u64 unmap_limit;
	/* Not looked at by most requests, and not set by them. */
	size_t info_size;
	void *caps;
	size_t caps_size;
	struct vfio_bitmap bitmap;
	struct vfio_iommu_type1_dirty_bitmap_get dirty_range;
};

/**
 * type1_request_read() - copies a request in and checks its form
 * @t: the container
 * @r: filled in; zeroes where the program's memory could not be read
 * @cmd: the ioctl's number
 * @arg: the ioctl's argument
 *
 * Return: 0 or -errno; -ENOTTY for an ioctl that type1 does not have.
 */
int type1_request_read(const struct type1 *t, struct type1_request *r,
		       unsigned int cmd, u64 arg);

/**
 * type1_request_run() - does what the request asks
 * @t: the container
 * @r: a request that was read without an error
 *
 * Return: 0 or -errno.
 */
int type1_request_run(struct type1 *t, struct type1_request *r);

/**
 * type1_request_end() - copies the answer out and frees the request's memory
 * @r: the request
 * @ret: its result so far: the answer is copied out only if that is 0
 *
 * Return: @ret, or -EFAULT when the answer could not be copied out.
 */
int type1_request_end(struct type1_request *r, int ret);

/**
 * type1_pin() - pins pages for a device
 * @t: the container
 * @iova: of the first page
 * @npages: how many
 * @prot: what the device wants to do: VFIO_DMA_MAP_FLAG_READ, _WRITE
 * @pages: the pages; all NULL after an error
 *
 * Each pin of a page is undone by one type1_unpin() of it.
 *
 * Return: @npages or -errno, and then nothing is pinned.
 */
int type1_pin(struct type1 *t, u64 iova, int npages, int prot, struct page **pages);

/**
 * type1_unpin() - undoes type1_pin()
 * @t: the container
 * @iova: of the first page
 * @npages: how many
 *
 * Pages that are not pinned are passed over.
 */
void type1_unpin(struct type1 *t, u64 iova, int npages);

/**
 * type1_access() - finds the memory behind an IOVA for one access
 * @t: the container
 * @iova: where the access starts
 * @write: the access writes
 * @m: the mapping that contains @iova
 * @offset: of @iova in it
 * @size: in: the access's size, not 0; out: the part of it that @m covers
 *
 * Return: 0; -EINVAL when nothing is mapped; -EPERM when the mapping forbids
 * it; -EBUSY while any mapping has lost its address.
 */
int type1_access(struct type1 *t, u64 iova, bool write, struct type1_mapping **m,
		 u64 *offset, u64 *size);

/**
 * type1_mark_dirty() - records that a device wrote
 * @t: the container
 * @m: the mapping
 * @offset: of the first byte in it
 * @size: in bytes, not 0
 */
void type1_mark_dirty(struct type1 *t, struct type1_mapping *m, u64 offset, u64 size);

#endif /* MODEL_TYPE1_H */
