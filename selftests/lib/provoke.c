// SPDX-License-Identifier: GPL-2.0-only
/* The stage on which sites are provoked, and what provokers share: see provoke.h. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <kselftest.h>
#include <mock_vfio.h>

#include "memory.h"
#include "provoke.h"
#include "raw.h"

static const struct provoker *const tables[] = {
	provoke_device, provoke_life, provoke_feature, provoke_region, provoke_irq, provoke_dma,
	provoke_iommu,
};

const struct provoker *provoke_find(const char *site)
{
	const struct provoker *provoker;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(tables); i++) {
		for (provoker = tables[i]; provoker->site; provoker++) {
			if (!strcmp(provoker->site, site))
				return provoker;
		}
	}
	return NULL;
}

static bool kernel_has_pre_copy(void)
{
	char features[MOCKVFIO_VALUE_MAX];
	int fd = open("/sys/kernel/config/mock_vfio/features", O_RDONLY);
	ssize_t n = fd < 0 ? 0 : read(fd, features, sizeof(features) - 1);

	close(fd);
	features[n > 0 ? n : 0] = '\0';
	return strstr(features, "pre-copy\n");
}

/* Model "iommu" has all capabilities and all ioctls. */
int provoke_shape(struct mockvfio_profile *profile, struct mockvfio_error *err)
{
	const struct {
		const char *path, *value;
	} settings[] = {
		{ "iommu_backend/model", "iommu" },
		{ "migration", kernel_has_pre_copy() ? "stop_copy p2p pre_copy" : "stop_copy p2p" },
		{ "dma_logging", "1" },
		{ "hot_reset", "1" },
		{ "low_power", "1" },
	};
	static const struct {
		const char *name, *flags;
		unsigned int count;
	} irqs[] = {
		{ "intx", "eventfd maskable automasked", 1 },
		{ "msi", "eventfd noresize", 8 },
		{ "msix", "eventfd", 8 },
		{ "err", "eventfd", 1 },
		{ "req", "eventfd", 1 },
	};
	size_t i;
	int ret;

	for (i = 0; i < ARRAY_SIZE(settings); i++) {
		ret = mockvfio_set(profile, settings[i].path, settings[i].value, err);
		if (ret)
			return ret;
	}
	for (i = 0; i < ARRAY_SIZE(irqs); i++) {
		ret = mockvfio_add_irq(profile, irqs[i].name, i, irqs[i].count, irqs[i].flags, err);
		if (ret)
			return ret;
	}
	return 0;
}

/* Reads the beginning of the device's state. */
static int save_stream(struct stage *stage)
{
	int fd, ret = raw_set_migration_state(stage->device, VFIO_DEVICE_STATE_STOP_COPY, &fd);
	ssize_t n;

	if (ret)
		return ret;
	n = read(fd, stage->stream, sizeof(stage->stream));
	close(fd);
	if (n != sizeof(stage->stream))
		return -EIO;
	return provoke_reset(stage);
}

int stage_open(struct stage *stage)
{
	int ret;

	stage->device = uvfio_device_fd(stage->target.dev);
	stage->container = uvfio_container_fd(stage->target.container);
	stage->memory = memory_new(2 * PAGE);
	ret = engine_open(&stage->engine, &stage->target);
	return ret ? ret : save_stream(stage);
}

void stage_close(struct stage *stage)
{
	engine_close(&stage->engine);
	memory_free(stage->memory, 2 * PAGE);
}

unsigned int provoke_clock_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

void provoke_keep(struct seen *seen, const void *data, size_t len)
{
	seen->len = len < sizeof(seen->data) ? len : sizeof(seen->data);
	memcpy(seen->data, data, seen->len);
}

uint64_t provoke_reg(struct stage *stage, uint64_t offset, unsigned int size)
{
	uint64_t value = 0;

	return pread(stage->device, &value, size, offset) == (ssize_t)size ? value : ~0ULL;
}

void provoke_set_reg(struct stage *stage, uint64_t offset, unsigned int size, uint64_t value)
{
	ssize_t n = pwrite(stage->device, &value, size, offset);

	(void)n;	/* a rule may have it fail: what comes of that is seen elsewhere */
}

long provoke_reset(struct stage *stage)
{
	long ret = raw_ioctl_value(stage->device, VFIO_DEVICE_RESET, 0);

	target_enable_bus_master(&stage->target);
	return ret;
}

void provoke_map(struct stage *stage)
{
	raw_map(stage->container, PROVOKE_IOVA, PAGE, stage->memory,
		VFIO_DMA_MAP_FLAG_READ | VFIO_DMA_MAP_FLAG_WRITE);
}

void provoke_unmap(struct stage *stage)
{
	raw_unmap(stage->container, PROVOKE_IOVA, PAGE, 0, NULL);
}

long provoke_set_feature(struct stage *stage, uint32_t feature, const void *data, size_t size)
{
	struct {
		struct vfio_device_feature feature;
		unsigned char data[64];
	} request = {
		.feature = { .argsz = sizeof(request.feature) + size,
			     .flags = VFIO_DEVICE_FEATURE_SET | feature },
	};

	if (size)
		memcpy(request.data, data, size);
	return raw_ioctl(stage->device, VFIO_DEVICE_FEATURE, &request);
}
