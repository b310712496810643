// SPDX-License-Identifier: GPL-2.0-only
/* Those who take walks in the kernel: see party.h. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <mock_vfio.h>

#include "locked.h"
#include "party.h"
#include "raw.h"

#define ENTRY_LIMIT	"/sys/module/vfio_iommu_type1/parameters/dma_entry_limit"
#define ENTRY_LIMIT_DEFAULT	65535

static int kernel_ioctl(void *opaque, unsigned long request, void *arg)
{
	const struct party *party = opaque;

	return raw_ioctl(party->container, request, arg);
}

static int kernel_device(void *opaque, const struct walk_step *step, uint64_t *sum)
{
	struct party *party = opaque;
	struct uvfio_region *bar0 = party->engine.bar0;
	uint32_t command = step->call == WALK_DEVICE_READ ? MOCK_VFIO_CMD_SUM : MOCK_VFIO_CMD_FILL;
	int ret;

	if (step->flags)
		command |= MOCK_VFIO_CMD_PINNED;
	ret = uvfio_region_write(bar0, MOCK_VFIO_REG_PATTERN, 8, step->value * 0x0101010101010101,
				 NULL);
	if (!ret)
		ret = engine_mock_command(&party->engine, command, step->iova, step->iova,
					  step->size);
	if (!ret)
		ret = uvfio_region_read(bar0, MOCK_VFIO_REG_CHECKSUM, 8, sum, NULL);
	return ret;
}

static int64_t kernel_lock_limit(void *opaque, uint64_t limit)
{
	int ret = locked_set_limit(limit);

	(void)opaque;
	return ret ? ret : locked_bytes();
}

static int open_kernel(struct party *party, enum target_kind kind,
		       const struct party_options *options, const struct target_options *more)
{
	struct target_options target_options = *more;
	int ret;

	target_options.iommu_type = options->type;
	target_options.level = options->device ? TARGET_OPEN_DEVICE : TARGET_OPEN_GROUP;
	target_options.no_mmap = true;
	target_options.silent = options->silent;
	ret = target_open(&party->target, kind, &target_options);
	if (ret) {
		snprintf(party->why, sizeof(party->why), "%s", party->target.why);
		return ret;
	}
	ret = options->device ? engine_open(&party->engine, &party->target) : 0;
	if (ret) {
		snprintf(party->why, sizeof(party->why), "%s", party->engine.why);
		target_close(&party->target);
		return ret;
	}
	party->container = uvfio_container_fd(party->target.container);
	party->walk = (struct walk_party){
		.opaque = party, .ioctl = kernel_ioctl, .device = kernel_device,
		.lock_limit = kernel_lock_limit,
	};
	return 0;
}

static int close_kernel(struct party *party)
{
	int ret;

	engine_close(&party->engine);
	ret = target_close(&party->target);
	if (ret)
		snprintf(party->why, sizeof(party->why), "%s", party->target.why);
	return ret;
}

/* Of containers that are opened from now on. */
static int set_entry_limit(struct party *party, unsigned int limit)
{
	FILE *file = fopen(ENTRY_LIMIT, "we");
	int ret = 0;

	if (!file || fprintf(file, "%u", limit) < 0)
		ret = -errno;
	if (file && fclose(file) && !ret)
		ret = -errno;
	if (ret)
		snprintf(party->why, sizeof(party->why), ENTRY_LIMIT ": %s", strerror(-ret));
	return ret;
}

static int open_type1(struct party *party, const struct party_options *options)
{
	static const struct target_options more;
	int ret = 0, restored;

	if (options->dma_avail)
		ret = set_entry_limit(party, options->dma_avail);
	if (!ret)
		ret = open_kernel(party, options->real, options, &more);
	if (options->dma_avail) {
		restored = set_entry_limit(party, ENTRY_LIMIT_DEFAULT);
		if (!ret && restored) {
			close_kernel(party);
			ret = restored;
		}
	}
	return ret;
}

static int shape_iommu(struct mockvfio_profile *profile, struct mockvfio_error *err)
{
	return mockvfio_set(profile, "iommu_backend/model", "iommu", err);
}

static int open_backend(struct party *party, const struct party_options *options)
{
	char dma_avail[16];
	const struct target_options more = {
		.shape = options->real == TARGET_EDU ? shape_iommu : NULL,
		.dma_avail = options->dma_avail ? dma_avail : NULL,
		.quirks = options->quirks,
	};

	snprintf(dma_avail, sizeof(dma_avail), "%u", options->dma_avail);
	return open_kernel(party, TARGET_MOCK_BACKEND, options, &more);
}

const struct party_ops party_type1 = {
	.name = "type1", .open = open_type1, .close = close_kernel,
};

const struct party_ops party_backend = {
	.name = "backend", .open = open_backend, .close = close_kernel,
};

int party_open(struct party *party, const struct party_ops *ops,
	       const struct party_options *options)
{
	int ret;

	memset(party, 0, sizeof(*party));
	party->ops = ops;
	ret = ops->open(party, options);
	party->walk.name = ops->name;
	return ret;
}

int party_close(struct party *party)
{
	return party->ops->close(party);
}
