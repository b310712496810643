// SPDX-License-Identifier: GPL-2.0-only
/* The device a test runs on: see target.h. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <linux/pci_regs.h>
#include <mock_vfio.h>

#include "target.h"

#define CONTAINER	"/dev/vfio/vfio"
#define IOMMUFD		"/dev/iommu"

static const struct {
	const char *device;
	const char *iommu;
	mock_shape_fn shape;
	struct pci_id id;
	bool mock;
} kinds[] = {
	[TARGET_MOCK_TYPE1] = {
		"mock", "type1", NULL, { MOCK_VFIO_PCI_VENDOR, MOCK_VFIO_PCI_DEVICE }, true,
	},
	[TARGET_MOCK_BACKEND] = {
		"mock", "backend", mock_shape_backend,
		{ MOCK_VFIO_PCI_VENDOR, MOCK_VFIO_PCI_DEVICE }, true,
	},
	[TARGET_EDU] = { "edu", "type1", NULL, { 0x1234, 0x11e8 }, false },
	[TARGET_NVME] = { "nvme", "type1", NULL, { 0x1b36, 0x0010 }, false },
};

void target_print(const char *device, const char *iommu)
{
	printf("# target: device=%s iommu=%s\n", device, iommu);
	/* The harness leaves a test by _exit(). */
	fflush(stdout);
}

bool target_is_mock(const struct target *target)
{
	return kinds[target->kind].mock;
}

struct pci_id target_pci_id(const struct target *target)
{
	return kinds[target->kind].id;
}

/* What a test wants beyond the kind's own shape. */
static int shape_mock(struct mockvfio_profile *profile, const struct target_options *options,
		      struct mockvfio_error *err)
{
	int ret = 0;

	if (options->quirks)
		ret = mockvfio_set(profile, "iommu_backend/quirks", options->quirks, err);
	if (!ret && options->pgsizes)
		ret = mockvfio_set(profile, "iommu_backend/pgsizes", options->pgsizes, err);
	if (!ret && options->dma_avail)
		ret = mockvfio_set(profile, "iommu_backend/dma_avail", options->dma_avail, err);
	if (!ret && options->shape)
		ret = options->shape(profile, err);
	return ret;
}

static int open_mock(struct target *target, const struct target_options *options)
{
	struct mockvfio_error err;
	int ret;

	ret = mock_profile_open(&target->mock, kinds[target->kind].shape);
	if (!ret) {
		ret = shape_mock(target->mock.profile, options, &err);
		if (ret)
			snprintf(target->mock.why, sizeof(target->mock.why), "%s", err.message);
	}
	if (!ret)
		ret = mock_go_live(&target->mock);
	if (ret)
		snprintf(target->why, sizeof(target->why), "%s", target->mock.why);
	target->name = target->mock.instance.uuid;
	target->group_id = target->mock.instance.group;
	return ret;
}

static int failed(struct target *target, int ret, const struct uvfio_error *err)
{
	snprintf(target->why, sizeof(target->why), "%s%s%s", err->message,
		 *err->hint ? ": " : "", err->hint);
	return ret;
}

static int open_real(struct target *target)
{
	int ret;

	ret = pci_find(&kinds[target->kind].id, target->pci_name, target->why,
		       sizeof(target->why));
	target->name = target->pci_name;
	return ret;
}

static int find_real_group(struct target *target)
{
	char path[64];
	struct uvfio_error err;
	int ret;

	snprintf(path, sizeof(path), PCI_SYSFS "/%s", target->pci_name);
	ret = uvfio_group_of_device(target->ctx, path, &err);
	if (ret < 0)
		return failed(target, ret, &err);
	target->group_id = ret;
	return 0;
}

static int open_group(struct target *target)
{
	struct uvfio_address_space *as;
	struct uvfio_error err;
	int ret;

	ret = uvfio_get_address_space(target->ctx, NULL, &as, &err);
	if (ret)
		return failed(target, ret, &err);
	ret = uvfio_get_group(as, target->group_id, &target->group, &err);
	uvfio_put_address_space(as);
	if (ret)
		return failed(target, ret, &err);
	target->container = uvfio_group_container(target->group);
	return 0;
}

static int open_device(struct target *target, const struct target_options *options)
{
	const struct uvfio_device_options device_options = {
		.size = sizeof(device_options), .no_mmap = options->no_mmap,
	};
	struct uvfio_error err;
	int ret;

	ret = uvfio_get_device(target->group, target->name, &device_options, &target->dev, &err);
	return ret ? failed(target, ret, &err) : 0;
}

/* The library's open(), where iommufd is to be what it takes for a container. */
static int open_iommufd(void *opaque, const char *path, int flags)
{
	(void)opaque;
	return open(strcmp(path, CONTAINER) ? path : IOMMUFD, flags);
}

static int open_context(struct target *target, const struct target_options *options)
{
	static const struct uvfio_sysops iommufd_sysops = {
		.size = sizeof(iommufd_sysops), .open = open_iommufd,
	};
	const struct uvfio_options uvfio_options = {
		.size = sizeof(uvfio_options),
		.sysops = options->iommufd ? &iommufd_sysops : NULL,
		.iommu_types = options->iommu_type ? &options->iommu_type : NULL,
		.nr_iommu_types = !!options->iommu_type,
	};
	struct uvfio_error err;
	int ret;

	ret = uvfio_new(&uvfio_options, &target->ctx, &err);
	return ret ? failed(target, ret, &err) : 0;
}

/* Returns 0, or 1 when the kernel lacks what the target needs. */
static int look_for_vfio(struct target *target, const struct target_options *options)
{
	if (access(CONTAINER, F_OK)) {
		snprintf(target->why, sizeof(target->why),
			 "no " CONTAINER ": is module vfio loaded?");
		return 1;
	}
	if (options->iommufd && access(IOMMUFD, F_OK)) {
		snprintf(target->why, sizeof(target->why),
			 "no " IOMMUFD ": this kernel has no CONFIG_IOMMUFD");
		return 1;
	}
	return 0;
}

int target_open(struct target *target, enum target_kind kind,
		const struct target_options *options)
{
	static const struct target_options defaults;
	char why[sizeof(target->why)];
	int ret;

	memset(target, 0, sizeof(*target));
	target->kind = kind;
	if (!options)
		options = &defaults;
	if (!options->silent)
		target_print(kinds[kind].device,
			     options->iommufd ? "iommufd" : kinds[kind].iommu);

	ret = look_for_vfio(target, options);
	if (ret)
		return ret;
	ret = kinds[kind].mock ? open_mock(target, options) : open_real(target);
	if (!ret)
		ret = open_context(target, options);
	if (!ret && !kinds[kind].mock)
		ret = find_real_group(target);
	if (!ret && options->level != TARGET_EXISTS)
		ret = open_group(target);
	if (!ret && options->level == TARGET_OPEN_DEVICE)
		ret = open_device(target, options);
	if (ret) {
		memcpy(why, target->why, sizeof(why));
		target_close(target);
		memcpy(target->why, why, sizeof(why));
	}
	return ret;
}

int target_close(struct target *target)
{
	struct uvfio_error err;
	int ret = 0, step;

	step = uvfio_put_base_device(target->dev, &err);
	if (step)
		ret = failed(target, step, &err);
	step = uvfio_put_group(target->group, &err);
	if (step)
		ret = failed(target, step, &err);
	step = target->ctx ? uvfio_free(target->ctx) : 0;
	if (step) {
		ret = step;
		snprintf(target->why, sizeof(target->why), "the library's context is still in use");
	}
	target->dev = NULL;
	target->group = NULL;
	target->container = NULL;
	target->ctx = NULL;

	step = mock_close(&target->mock);
	if (step) {
		ret = step;
		snprintf(target->why, sizeof(target->why), "%s", target->mock.why);
	}
	return ret;
}

int target_enable_bus_master(struct target *target)
{
	struct uvfio_region *config;
	uint64_t command;
	int ret;

	ret = uvfio_region_setup(target->dev, VFIO_PCI_CONFIG_REGION_INDEX, "config", &config,
				 NULL);
	if (ret)
		return ret;
	ret = uvfio_region_read(config, PCI_COMMAND, 2, &command, NULL);
	if (!ret)
		ret = uvfio_region_write(config, PCI_COMMAND, 2,
					 command | PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER, NULL);
	uvfio_region_finalize(config);
	return ret;
}
