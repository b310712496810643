// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Memory objects: made, counted, released.
 */
#include "memory_object.h"

#include "report.h"

#define OP	"uvfio_memory_new"

static const char *const type_names[] = {
	[UVFIO_MEMORY_RAM] = "RAM",
	[UVFIO_MEMORY_RAM_DEVICE] = "RAM device",
	[UVFIO_MEMORY_IOMMU] = "IOMMU",
	[UVFIO_MEMORY_OTHER] = "other memory",
};

#define NR_TYPES	(sizeof(type_names) / sizeof(*type_names))

enum uvfio_memory_type uvfio_memory_type(const struct uvfio_memory *memory)
{
	return memory->type;
}

const char *uvfio_memory_name(const struct uvfio_memory *memory)
{
	return memory->name;
}

/* The reason why there can be no such object, or NULL. */
static const char *fault_of(const struct uvfio_memory_options *opts)
{
	const struct uvfio_size128 *bytes = &opts->bytes;
	bool in_process;

	if ((unsigned int)opts->type >= NR_TYPES)
		return "unknown type";
	if (!bytes->lo && !bytes->hi)
		return "no bytes";
	if (bytes->hi > 1 || (bytes->hi && bytes->lo))
		return "more than 2^64 bytes";
	in_process = opts->type == UVFIO_MEMORY_RAM ||
		     opts->type == UVFIO_MEMORY_RAM_DEVICE;
	if (in_process && (bytes->hi || bytes->lo - 1 > UINTPTR_MAX - (uintptr_t)opts->vaddr))
		return "larger than what is left of the process at vaddr";
	return NULL;
}

static int copy_iommu(struct uvfio_memory *memory,
		      const struct uvfio_memory_options *opts,
		      struct uvfio_error *err)
{
	int ret;

	if (opts->type != UVFIO_MEMORY_IOMMU)
		return 0;
	if (!opts->iommu)
		return uvfio_fail(memory->ctx, err, -EINVAL, UVFIO_FAILURE(OP),
				  "an IOMMU needs struct uvfio_iommu_ops");
	ret = uvfio_copy_sized(&memory->iommu, sizeof(memory->iommu), opts->iommu,
			       opts->iommu->size);
	if (ret)
		return uvfio_fail(memory->ctx, err, ret, UVFIO_FAILURE(OP),
				  "struct uvfio_iommu_ops: bad size %zu",
				  opts->iommu->size);
	if (!memory->iommu.replay)
		return uvfio_fail(memory->ctx, err, -EINVAL, UVFIO_FAILURE(OP),
				  "an IOMMU needs a replay function");
	return 0;
}

static int set_name(struct uvfio_memory *memory,
		    const struct uvfio_memory_options *opts,
		    struct uvfio_error *err)
{
	memory->name = uvfio_strdup(memory->ctx, opts->name ? opts->name :
						 type_names[opts->type]);
	return memory->name ? 0 : uvfio_fail_nomem(memory->ctx, err, OP);
}

static void free_memory(struct uvfio_memory *memory)
{
	uvfio_free_mem(memory->ctx, memory->name);
	uvfio_free_mem(memory->ctx, memory);
}

static int check_options(struct uvfio *ctx, struct uvfio_memory_options *known,
			 const struct uvfio_memory_options *opts,
			 struct uvfio_error *err)
{
	int ret = uvfio_copy_sized(known, sizeof(*known), opts, opts->size);
	const char *fault;

	if (ret)
		return uvfio_fail(ctx, err, ret, UVFIO_FAILURE(OP),
				  "struct uvfio_memory_options: bad size %zu", opts->size);
	fault = fault_of(known);
	if (fault)
		return uvfio_fail(ctx, err, -EINVAL, UVFIO_FAILURE(OP),
				  "memory object: %s", fault);
	return 0;
}

int uvfio_memory_new(struct uvfio *ctx, const struct uvfio_memory_options *opts,
		     struct uvfio_memory **out, struct uvfio_error *err)
{
	struct uvfio_memory_options known;
	struct uvfio_memory *memory;
	int ret = check_options(ctx, &known, opts, err);

	if (ret)
		return ret;
	memory = uvfio_zalloc(ctx, sizeof(*memory));
	if (!memory)
		return uvfio_fail_nomem(ctx, err, OP);
	memory->ctx = ctx;
	memory->refs = 1;
	memory->type = known.type;
	memory->last = known.bytes.lo - 1;
	memory->vaddr = (uintptr_t)known.vaddr;
	memory->readonly = known.readonly;
	memory->release = known.release;
	memory->opaque = known.opaque;
	ret = copy_iommu(memory, &known, err);
	if (!ret)
		ret = set_name(memory, &known, err);
	if (ret) {
		free_memory(memory);
		return ret;
	}
	ctx->memories++;
	*out = memory;
	return 0;
}

struct uvfio_memory *uvfio_memory_get(struct uvfio_memory *memory)
{
	memory->refs++;
	return memory;
}

void uvfio_memory_put(struct uvfio_memory *memory)
{
	if (!memory || --memory->refs)
		return;
	memory->ctx->memories--;
	if (memory->release)
		memory->release(memory->opaque);
	free_memory(memory);
}
