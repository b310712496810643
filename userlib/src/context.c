// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Making and ending a context.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <uvfio/version.h>

#include "iommu_model.h"
#include "kvm.h"
#include "report.h"

#define DEFAULT_TARGET_PAGE	4096

static void *libc_alloc(void *opaque, size_t size)
{
	(void)opaque;
	return malloc(size);
}

static void libc_free(void *opaque, void *ptr)
{
	(void)opaque;
	free(ptr);
}

static const struct uvfio_allocator libc_allocator = {
	.alloc = libc_alloc,
	.free = libc_free,
};

static int set_sysops(struct uvfio *ctx, const struct uvfio_options *opts,
		      struct uvfio_error *err)
{
	int ret;

	ctx->sys = uvfio_real_sysops;
	if (!opts->sysops)
		return 0;
	ctx->sys_opaque = opts->sysops_opaque;
	ret = uvfio_complete_sysops(&ctx->sys, opts->sysops);
	if (ret)
		return uvfio_fail(NULL, err, ret, UVFIO_FAILURE("uvfio_new"),
				  "struct uvfio_sysops: bad size %zu",
				  opts->sysops->size);
	return 0;
}

static int set_allocator(struct uvfio *ctx, const struct uvfio_options *opts,
			 struct uvfio_error *err)
{
	ctx->mem = libc_allocator;
	if (!opts->allocator)
		return 0;
	if (!opts->allocator->alloc || !opts->allocator->free)
		return uvfio_fail(NULL, err, -EINVAL, UVFIO_FAILURE("uvfio_new"),
				  "an allocator needs both alloc and free");
	ctx->mem = *opts->allocator;
	ctx->mem_opaque = opts->allocator_opaque;
	return 0;
}

static void set_default_iommu_types(struct uvfio *ctx)
{
	const struct uvfio_iommu_model *model;

	for (model = uvfio_iommu_models; model->name; model++)
		ctx->iommu_types[ctx->nr_iommu_types++] = model->type;
}

static int set_iommu_types(struct uvfio *ctx, const struct uvfio_options *opts,
			   struct uvfio_error *err)
{
	size_t i;

	if (!opts->iommu_types) {
		set_default_iommu_types(ctx);
		return 0;
	}
	if (!opts->nr_iommu_types || opts->nr_iommu_types > UVFIO_MAX_IOMMU_TYPES)
		return uvfio_fail(NULL, err, -EINVAL, UVFIO_FAILURE("uvfio_new"),
				  "%zu IOMMU types, must be 1 to %d",
				  opts->nr_iommu_types, UVFIO_MAX_IOMMU_TYPES);
	for (i = 0; i < opts->nr_iommu_types; i++) {
		if (!uvfio_find_iommu_model(opts->iommu_types[i]))
			return uvfio_fail(NULL, err, -EINVAL,
					  UVFIO_FAILURE("uvfio_new"),
					  "unknown IOMMU type %u",
					  opts->iommu_types[i]);
		ctx->iommu_types[i] = opts->iommu_types[i];
	}
	ctx->nr_iommu_types = opts->nr_iommu_types;
	return 0;
}

static int set_page_size(uint64_t *size, const char *name, uint64_t wanted,
			 uint64_t fallback, struct uvfio_error *err)
{
	*size = wanted ? wanted : fallback;
	if (!(*size & (*size - 1)))
		return 0;
	return uvfio_fail(NULL, err, -EINVAL, UVFIO_FAILURE("uvfio_new"),
			  "%s of 0x%llx bytes is no power of two", name,
			  (unsigned long long)wanted);
}

static int set_page_sizes(struct uvfio *ctx, const struct uvfio_options *opts,
			  struct uvfio_error *err)
{
	int ret = set_page_size(&ctx->target_page_size, "a target page",
				opts->target_page_size, DEFAULT_TARGET_PAGE, err);

	if (ret)
		return ret;
	return set_page_size(&ctx->host_page_size, "a host page",
			     opts->host_page_size, sysconf(_SC_PAGESIZE), err);
}

static void set_hooks(struct uvfio *ctx, const struct uvfio_options *opts)
{
	ctx->reset_registration = opts->reset_registration;
	ctx->reset_registration_opaque = opts->reset_registration_opaque;
	ctx->balloon_inhibit = opts->balloon_inhibit;
	ctx->balloon_inhibit_opaque = opts->balloon_inhibit_opaque;
}

int uvfio_new(const struct uvfio_options *opts, struct uvfio **out,
	      struct uvfio_error *err)
{
	struct uvfio_options known = { .size = sizeof(known) };
	struct uvfio ctx = { .nr_iommu_types = 0 };
	struct uvfio *new;
	int ret;

	if (opts) {
		ret = uvfio_copy_sized(&known, sizeof(known), opts, opts->size);
		if (ret)
			return uvfio_fail(NULL, err, ret,
					  UVFIO_FAILURE("uvfio_new"),
					  "struct uvfio_options: bad size %zu",
					  opts->size);
	}
	ret = set_sysops(&ctx, &known, err);
	if (!ret)
		ret = set_allocator(&ctx, &known, err);
	if (!ret)
		ret = set_iommu_types(&ctx, &known, err);
	if (!ret)
		ret = set_page_sizes(&ctx, &known, err);
	if (ret)
		return ret;
	set_hooks(&ctx, &known);

	new = uvfio_zalloc(&ctx, sizeof(*new));
	if (!new)
		return uvfio_fail_nomem(NULL, err, "uvfio_new");
	*new = ctx;
	uvfio_list_init(&new->address_spaces);
	uvfio_list_init(&new->groups);
	*out = new;
	return 0;
}

int uvfio_free(struct uvfio *ctx)
{
	if (!ctx)
		return 0;
	/* A group's container holds its address space. */
	if (ctx->memories || !uvfio_list_empty(&ctx->address_spaces)) {
		errno = EBUSY;
		return -EBUSY;
	}
	uvfio_kvm_free(ctx);
	uvfio_free_mem(ctx, ctx);
	return 0;
}

#define TEXT(x)		#x
#define VERSION(a, b, c) TEXT(a) "." TEXT(b) "." TEXT(c)

const char *uvfio_version(void)
{
	return VERSION(UVFIO_VERSION_MAJOR, UVFIO_VERSION_MINOR,
		       UVFIO_VERSION_PATCH);
}
