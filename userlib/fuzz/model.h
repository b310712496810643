/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What should be: the state a program has brought the library and the kernel to,
 * in arrays that are searched from end to end, and what each call makes of it.
 * It is written from the library's and the kernel's documentation, shares no
 * code with either, and can be copied: a call that fails goes back to the copy.
 *
 * Of sPAPR only who holds what is predicted, not windows and mappings: see
 * oracle.c for what is checked of those.
 */
#ifndef UVFIO_FUZZ_MODEL_H
#define UVFIO_FUZZ_MODEL_H

#include <stdbool.h>
#include <stdint.h>

#include <uvfio/uvfio.h>

#define PAGE		0x1000ull

#define MAX_SPACES	2
#define MAX_GROUPS	3
#define MAX_DEVICES	4
#define MAX_MEMORIES	6
#define MAX_LISTENERS	2
#define MAX_NOTIFIERS	3
#define MAX_CONTAINERS	3
#define MAX_SECTIONS	12
#define MAX_MAPPINGS	64
#define MAX_WINDOWS	8
#define MAX_ENTRIES	16

struct mapping {
	uint64_t first, last;
	uint64_t vaddr;
	bool readonly;
};

struct mappings {
	struct mapping m[MAX_MAPPINGS];
	unsigned int nr;
};

/* The kernel that is run: which of its bugs it has, and its limits. */
struct kernel_shape {
	uint64_t quirks;
	bool v2;
	uint32_t dma_avail;
	struct uvfio_iova_range ranges[2];
	unsigned int nr_ranges;		/* 0: everything */
	bool late;			/* everything while no device is open, too */
	bool spapr;
};

struct section {
	bool there;
	uint64_t start, last;
	unsigned int memory;
	uint64_t offset;
	bool readonly;
};

/* A part of a container that follows a section. */
struct taken {
	bool there;
	uint64_t start;			/* of the section */
	uint64_t first, last;		/* the whole pages in it */
	unsigned int memory;
	bool mapped;
	uint64_t base;			/* where the IOMMU's address 0 is, */
	unsigned int age;		/* and its notifier's age */
};

struct container {
	struct uvfio_container *handle;	/* NULL: there is none */
	unsigned int space;
	bool v2;
	unsigned int groups;
	unsigned int age;		/* among the listeners of the space */
	struct mappings mappings;
	struct uvfio_host_window windows[MAX_WINDOWS];
	unsigned int nr_windows;
	struct uvfio_iova_range ranges[2];	/* as they were learnt */
	unsigned int nr_ranges;
	struct taken taken[MAX_SECTIONS];
};

struct space {
	unsigned int refs;		/* of the program */
	struct section sections[MAX_SECTIONS];
};

struct group {
	unsigned int refs;		/* of the program */
	unsigned int devices;
	unsigned int container;
	bool balloon_allowed;
};

struct listener {
	bool there;
	unsigned int space;
	unsigned int age;
	uint64_t refuses;		/* sections that start here; ~0: none */
};

struct notifier {
	bool there;
	uint64_t first, last;
	unsigned int events;
	bool refuses;
	unsigned int age;
	unsigned int maps, unmaps;	/* it was told of */
};

/* A translation of the one IOMMU, for replays. */
struct entry {
	bool there;
	uint64_t first, last;
	uint64_t translated;
	enum uvfio_iommu_access access;
};

struct model {
	struct kernel_shape shape;
	struct space spaces[MAX_SPACES];
	struct group groups[MAX_GROUPS];
	unsigned int device_group[MAX_DEVICES];	/* 1 + its group; 0: closed */
	bool memory_held[MAX_MEMORIES];		/* by the program */
	struct container containers[MAX_CONTAINERS];
	struct listener listeners[MAX_LISTENERS];
	struct notifier notifiers[MAX_NOTIFIERS];
	struct entry entries[MAX_ENTRIES];
	unsigned int next_age;
	bool has_vm;
	int vm;				/* its descriptor */
	struct mappings touched;	/* every mapping this call made on its way */
};

/* The memory objects a program can have; number MEMORY_IOMMU translates. */
struct memory_kind {
	enum uvfio_memory_type type;
	uint64_t vaddr;
	uint64_t last;			/* its last byte */
	bool readonly;
};

#define MEMORY_IOMMU	4

extern const struct memory_kind memory_kinds[MAX_MEMORIES];

/* model_kernel.c: type1, the kernel's and what the library makes of it. */
struct container *model_find_container(struct model *m, const struct uvfio_container *handle);
int model_map(struct model *m, struct container *c, uint64_t first, uint64_t last,
	      uint64_t vaddr, bool readonly);
int model_unmap(struct model *m, struct container *c, uint64_t first, uint64_t last);
int model_unmap_range(struct model *m, struct container *c, uint64_t first, uint64_t last,
		      uint64_t *unmapped);
int model_unmap_all(struct model *m, struct container *c, uint64_t *unmapped);

/* model_window.c: which addresses a container can map. */
bool model_in_window(const struct container *c, uint64_t first, uint64_t last);
bool model_touches_window(const struct container *c, uint64_t first, uint64_t last);
int model_window_add(struct container *c, uint64_t first, uint64_t last);
int model_window_del(struct container *c, uint64_t first, uint64_t last);
void model_learn_ranges(const struct model *m, struct container *c);
bool model_has_limits(const struct model *m, const struct container *c);
bool model_knows_limits(const struct model *m, const struct container *c);

/* model_space.c: sections, and who is told of them. */
int model_section_add(struct model *m, unsigned int space, const struct section *s);
int model_section_del(struct model *m, unsigned int space, uint64_t start);
const struct section *model_section_find(const struct model *m, unsigned int space,
					 uint64_t address);
int model_follow(struct model *m, struct container *c);
void model_unfollow(struct model *m, struct container *c);
int model_listen(struct model *m, unsigned int listener);

/* model_iommu.c: translations, and who is told of them. */
int model_attach_iommu(struct model *m, struct container *c, struct taken *t);
int model_notify(struct model *m, const struct uvfio_iommu_entry *entry);
int model_replay(struct model *m, unsigned int notifier);

/* model_group.c: groups and devices, and their containers. */
bool model_space_exists(const struct model *m, unsigned int space);
void model_expire_spaces(struct model *m);
bool model_memory_exists(const struct model *m, unsigned int memory);
bool model_group_is_open(const struct model *m, unsigned int group);
int model_get_group(struct model *m, unsigned int space, unsigned int group,
		    struct uvfio_container *handle, bool faulted);
void model_drop_group(struct model *m, unsigned int group);
unsigned int model_inhibitors(const struct model *m);
unsigned int model_files(const struct model *m);

#endif /* UVFIO_FUZZ_MODEL_H */
