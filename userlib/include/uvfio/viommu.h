/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * IOMMUs of the guest (vIOMMU): a memory object of type UVFIO_MEMORY_IOMMU has no
 * memory behind it but translates. The program keeps the translation; the
 * library registers a notifier for each part of it that a container's devices
 * see, and maps what it is told of.
 */
#ifndef UVFIO_VIOMMU_H
#define UVFIO_VIOMMU_H

#include <stddef.h>
#include <stdint.h>

#include <uvfio/error.h>

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

struct uvfio_memory;

/** struct uvfio_iommu_notifier - an interest in a part of an IOMMU; opaque */
struct uvfio_iommu_notifier;

/**
 * enum uvfio_iommu_access - what a translation lets devices do
 * @UVFIO_IOMMU_NONE: nothing: there is no translation (any more)
 * @UVFIO_IOMMU_READ: read
 * @UVFIO_IOMMU_WRITE: write; VFIO has no write-only mappings, so read as well
 * @UVFIO_IOMMU_READ_WRITE: both
 */
enum uvfio_iommu_access {
	UVFIO_IOMMU_NONE = 0,
	UVFIO_IOMMU_READ = 1,
	UVFIO_IOMMU_WRITE = 2,
	UVFIO_IOMMU_READ_WRITE = 3,
};

/**
 * enum uvfio_iommu_events - kinds of events, a bit each
 * @UVFIO_IOMMU_UNMAP: entries with access UVFIO_IOMMU_NONE
 * @UVFIO_IOMMU_MAP: all others
 */
enum uvfio_iommu_events {
	UVFIO_IOMMU_UNMAP = 1,
	UVFIO_IOMMU_MAP = 2,
};

/**
 * struct uvfio_iommu_entry - one translation, as in an IOTLB
 * @target: identity of the memory space that @translated is an address of; NULL
 *          is system memory, and the only one that can be mapped
 * @iova: first address, from the start of the IOMMU memory object
 * @translated: what it translates to; meaningless with UVFIO_IOMMU_NONE
 * @addr_mask: bytes less one
 * @access: what devices may do
 */
struct uvfio_iommu_entry {
	const void *target;
	uint64_t iova;
	uint64_t translated;
	uint64_t addr_mask;
	enum uvfio_iommu_access access;
};

/**
 * struct uvfio_iommu_ops - what the program's IOMMU can be asked
 * @size: sizeof(struct uvfio_iommu_ops) of the program
 * @replay: call uvfio_iommu_replay_entry() for every translation there is in the
 *          notifier's range; returns 0, or -errno with @err filled (as
 *          uvfio_iommu_replay_entry() does), which ends what needed the replay
 * @events_changed: the events somebody wants have changed from @before to @after,
 *                  bits of enum uvfio_iommu_events; returns 0, or -errno when the
 *                  IOMMU cannot give them, and then the notifier is not
 *                  registered. Not asked back when @after has fewer bits.
 *                  NULL: the IOMMU can give every event
 * @pgsizes: mask of the page sizes it translates, a bit each. NULL: 4096
 * @spapr_tce_fd: descriptor of the KVM TCE table behind it, the program's, or
 *                -errno. NULL: there is none
 *
 * @opaque is that of the memory object. Only @replay is necessary. None of them
 * may add or remove sections, groups or devices.
 */
struct uvfio_iommu_ops {
	size_t size;
	int (*replay)(void *opaque, struct uvfio_iommu_notifier *notifier,
		      struct uvfio_error *err);
	int (*events_changed)(void *opaque, unsigned int before, unsigned int after);
	uint64_t (*pgsizes)(void *opaque);
	int (*spapr_tce_fd)(void *opaque);
};

/**
 * uvfio_iommu_notify() - translations have changed
 * @memory: the IOMMU memory object
 * @entry: a translation that is there now, or, with UVFIO_IOMMU_NONE, a range in
 *         which there is none any more
 * @err: optional: about the first notifier that failed
 *
 * Every notifier whose range the entry touches gets the part that is inside, in the
 * order in which the ranges begin, and of those that begin at the same address the
 * one first that was registered first. Others cost nothing, however many there are.
 * A container maps a new translation and unmaps a removed one; unmapping needs no
 * translation, and the range may be as large as the address space with anything
 * or nothing mapped in it. Where a translation is replaced by a different one,
 * announce the range with UVFIO_IOMMU_NONE before: the kernel does not map over
 * what is mapped (-EEXIST).
 *
 * When one notifier fails, a new translation is taken back from those that have it;
 * a removed one is told to the others all the same.
 *
 * Return: 0; -EINVAL when @memory is no IOMMU, or the entry ends beyond 2^64; of
 * containers: -EXDEV for a target that is not system memory; -EFAULT when
 * @translated is not memory or not all of the entry is in one section of it;
 * -ENXIO when no host window holds it; the results of uvfio_dma_map() and
 * uvfio_dma_unmap_range(); what other notifiers said.
 */
int uvfio_iommu_notify(struct uvfio_memory *memory,
		       const struct uvfio_iommu_entry *entry,
		       struct uvfio_error *err);

/**
 * struct uvfio_iommu_notifier_options - which events to get
 * @size: sizeof(struct uvfio_iommu_notifier_options) of the program
 * @first: first address, from the start of the IOMMU memory object
 * @last: last address, inclusive
 * @events: bits of enum uvfio_iommu_events
 * @notify: called with the part of an entry that is in the range; returns 0, or
 *          -errno with @err, which is never NULL, filled. Must not add or remove
 *          notifiers of the same IOMMU, or sections
 * @opaque: passed to @notify
 */
struct uvfio_iommu_notifier_options {
	size_t size;
	uint64_t first;
	uint64_t last;
	unsigned int events;
	int (*notify)(void *opaque, const struct uvfio_iommu_entry *entry,
		      struct uvfio_error *err);
	void *opaque;
};

/**
 * uvfio_iommu_notifier_register() - be told of an IOMMU's events
 * @memory: the IOMMU memory object; the notifier takes a reference of it
 * @opts: which events
 * @notifier: the notifier, untouched on failure
 * @err: optional
 *
 * Containers do this themselves for the sections they have.
 *
 * Return: 0; -EINVAL when @memory is no IOMMU, for no size, no @notify, no or
 * unknown events, or a range that ends before it starts or beyond the object;
 * -E2BIG when a newer program sets options this library does not know; -ENOMEM;
 * what &uvfio_iommu_ops.events_changed said.
 */
int uvfio_iommu_notifier_register(struct uvfio_memory *memory,
				  const struct uvfio_iommu_notifier_options *opts,
				  struct uvfio_iommu_notifier **notifier,
				  struct uvfio_error *err);

/**
 * uvfio_iommu_notifier_unregister() - be told no more
 * @notifier: the notifier, or NULL
 */
void uvfio_iommu_notifier_unregister(struct uvfio_iommu_notifier *notifier);

/**
 * uvfio_iommu_replay() - be told of the translations that are there already
 * @notifier: the notifier
 * @err: optional
 *
 * Return: 0, or what &uvfio_iommu_ops.replay said.
 */
int uvfio_iommu_replay(struct uvfio_iommu_notifier *notifier,
		       struct uvfio_error *err);

/**
 * uvfio_iommu_replay_entry() - tell one notifier of a translation that is there
 * @notifier: as &uvfio_iommu_ops.replay was given
 * @entry: the translation; what is outside the notifier's range is left away
 * @err: as &uvfio_iommu_ops.replay was given
 *
 * Return: 0, also when the notifier does not want this kind of event or the entry
 * is outside its range; -EINVAL when the entry ends beyond 2^64; what the notifier
 * said, as in uvfio_iommu_notify().
 */
int uvfio_iommu_replay_entry(struct uvfio_iommu_notifier *notifier,
			     const struct uvfio_iommu_entry *entry,
			     struct uvfio_error *err);

/**
 * uvfio_iommu_notifier_range() - which translations a notifier is for
 * @notifier: as &uvfio_iommu_ops.replay was given
 * @first: first address, from the start of the IOMMU memory object
 * @last: last address, inclusive
 */
void uvfio_iommu_notifier_range(const struct uvfio_iommu_notifier *notifier,
				uint64_t *first, uint64_t *last);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif

#endif /* UVFIO_VIOMMU_H */
