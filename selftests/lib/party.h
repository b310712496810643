/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Who can take a walk (walk.h): the kernel's type1, our IOMMU backend, and the
 * in-process fake kernel that libuvfio is tested on. All are opened the same
 * way, with a container of their own, and answer as the kernel that runs.
 */
#ifndef SELFTESTS_PARTY_H
#define SELFTESTS_PARTY_H

#include "engine.h"
#include "target.h"
#include "walk.h"

struct fake;

/* What all parties of a comparison are to be. */
struct party_options {
	enum target_kind real;	/* whose type1: TARGET_MOCK_TYPE1 or TARGET_EDU */
	unsigned int type;	/* VFIO_TYPE1_IOMMU or VFIO_TYPE1v2_IOMMU */
	bool device;		/* steps of the device will be taken */
	unsigned int dma_avail;	/* how many mappings there may be; 0: the default */
	/* Quirks that backend and fake have, in place of those of the kernel that runs. */
	const char *quirks;
	bool silent;		/* as in struct target_options */
};

struct party {
	struct walk_party walk;
	const struct party_ops *ops;
	char why[1024];		/* why open or close failed */
	/* The kernel's. */
	struct target target;
	struct engine engine;
	int container;
	/* The fake's. */
	struct fake *fake;
};

struct party_ops {
	const char *name;
	/* 0; 1 when something is missing, and the test must be skipped; or -errno. */
	int (*open)(struct party *party, const struct party_options *options);
	int (*close)(struct party *party);
};

extern const struct party_ops party_type1;
extern const struct party_ops party_backend;
/* Its address is NULL in a kernel tree, where libuvfio's sources are not. */
extern const struct party_ops party_fake __attribute__((weak));

/* @party is filled in; nothing is open when that fails. */
int party_open(struct party *party, const struct party_ops *ops,
	       const struct party_options *options);
int party_close(struct party *party);

#endif /* SELFTESTS_PARTY_H */
