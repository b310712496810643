// SPDX-License-Identifier: GPL-2.0-only
/*
 * Every fault site: a rule without an errno makes the call fail with the errno
 * that the module's table of sites has, the fault is in the event log, and the
 * call works again when the rule is gone. A site that is in the module's table
 * and not in this one fails a test.
 */
#include <fcntl.h>

#include <mock_vfio.h>

#include "selftest.h"

#define IOVA	0x100000ULL

FIXTURE(site) {
	struct target target;
	struct engine engine;
	void *memory;
};

/* Reaches the site by one call; the call's result. */
typedef int (*reach_fn)(struct target *target, struct engine *engine, void *memory);

static int get_info(struct target *target, struct engine *engine, void *memory)
{
	struct vfio_device_info info = { .argsz = sizeof(info) };

	(void)engine;
	(void)memory;
	return raw_ioctl(uvfio_device_fd(target->dev), VFIO_DEVICE_GET_INFO, &info);
}

static int get_region_info(struct target *target, struct engine *engine, void *memory)
{
	struct vfio_region_info info = { .argsz = sizeof(info) };

	(void)engine;
	(void)memory;
	return raw_ioctl(uvfio_device_fd(target->dev), VFIO_DEVICE_GET_REGION_INFO, &info);
}

static int get_irq_info(struct target *target, struct engine *engine, void *memory)
{
	struct vfio_irq_info info = { .argsz = sizeof(info) };

	(void)engine;
	(void)memory;
	return raw_ioctl(uvfio_device_fd(target->dev), VFIO_DEVICE_GET_IRQ_INFO, &info);
}

static int set_irqs(struct target *target, struct engine *engine, void *memory)
{
	(void)engine;
	(void)memory;
	return uvfio_set_irq_signaling(target->dev, VFIO_PCI_REQ_IRQ_INDEX, 0,
				       VFIO_IRQ_SET_ACTION_TRIGGER, -1, NULL);
}

static int reset(struct target *target, struct engine *engine, void *memory)
{
	int ret;

	(void)engine;
	(void)memory;
	ret = raw_ioctl_value(uvfio_device_fd(target->dev), VFIO_DEVICE_RESET, 0);
	/* The sites of DMA come later. */
	return ret ? ret : target_enable_bus_master(target);
}

static int migration(struct target *target, struct engine *engine, void *memory)
{
	struct {
		struct vfio_device_feature feature;
		struct vfio_device_feature_mig_state mig;
	} request = {
		.feature = { .argsz = sizeof(request),
			     .flags = VFIO_DEVICE_FEATURE_SET |
				      VFIO_DEVICE_FEATURE_MIG_DEVICE_STATE },
		.mig = { .device_state = VFIO_DEVICE_STATE_RUNNING },
	};

	(void)engine;
	(void)memory;
	return raw_ioctl(uvfio_device_fd(target->dev), VFIO_DEVICE_FEATURE, &request);
}

static int feature(struct target *target, struct engine *engine, void *memory)
{
	struct vfio_device_feature request = {
		.argsz = sizeof(request),
		.flags = VFIO_DEVICE_FEATURE_SET | VFIO_DEVICE_FEATURE_LOW_POWER_EXIT,
	};

	(void)engine;
	(void)memory;
	return raw_ioctl(uvfio_device_fd(target->dev), VFIO_DEVICE_FEATURE, &request);
}

static int hot_reset(struct target *target, struct engine *engine, void *memory)
{
	struct {
		struct vfio_pci_hot_reset_info info;
		struct vfio_pci_dependent_device device;
	} request = { .info.argsz = sizeof(request) };

	(void)engine;
	(void)memory;
	return raw_ioctl(uvfio_device_fd(target->dev), VFIO_DEVICE_GET_PCI_HOT_RESET_INFO,
			 &request);
}

static int read_region(struct target *target, struct engine *engine, void *memory)
{
	uint64_t value;

	(void)target;
	(void)memory;
	return uvfio_region_read(engine->bar0, MOCK_VFIO_REG_ID, 4, &value, NULL);
}

static int write_region(struct target *target, struct engine *engine, void *memory)
{
	(void)target;
	(void)memory;
	return uvfio_region_write(engine->bar0, MOCK_VFIO_REG_SCRATCH, 8, 1, NULL);
}

static int mmap_region(struct target *target, struct engine *engine, void *memory)
{
	void *map;

	(void)memory;
	map = mmap(NULL, PAGE, PROT_READ, MAP_SHARED, uvfio_device_fd(target->dev),
		   uvfio_region_fd_offset(engine->bar0) + MOCK_VFIO_BUF_AREA0_OFFSET);
	if (map == MAP_FAILED)
		return -errno;
	munmap(map, PAGE);
	return 0;
}

static int dma_rw(struct target *target, struct engine *engine, void *memory)
{
	int ret;

	ret = uvfio_dma_map(target->container, IOVA, PAGE, memory, false, NULL);
	if (ret)
		return ret;
	ret = engine->ops->to_device(engine, IOVA, PAGE);
	uvfio_dma_unmap(target->container, IOVA, PAGE, NULL);
	return ret;
}

static int dma_pin(struct target *target, struct engine *engine, void *memory)
{
	uint64_t error;
	int ret;

	ret = uvfio_dma_map(target->container, IOVA, PAGE, memory, false, NULL);
	if (ret)
		return ret;
	uvfio_region_write(engine->bar0, MOCK_VFIO_REG_SRC, 8, IOVA, NULL);
	uvfio_region_write(engine->bar0, MOCK_VFIO_REG_LEN, 8, PAGE, NULL);
	uvfio_region_write(engine->bar0, MOCK_VFIO_REG_COMMAND, 4,
			   MOCK_VFIO_CMD_SUM | MOCK_VFIO_CMD_PINNED, NULL);
	ret = uvfio_region_read(engine->bar0, MOCK_VFIO_REG_ERROR, 4, &error, NULL);
	uvfio_dma_unmap(target->container, IOVA, PAGE, NULL);
	return ret ? ret : -(int)error;
}

static int iommu_get_info(struct target *target, struct engine *engine, void *memory)
{
	struct vfio_iommu_type1_info info = { .argsz = sizeof(info) };

	(void)engine;
	(void)memory;
	return raw_ioctl(uvfio_container_fd(target->container), VFIO_IOMMU_GET_INFO, &info);
}

static int iommu_map(struct target *target, struct engine *engine, void *memory)
{
	int fd = uvfio_container_fd(target->container), ret;

	(void)engine;
	ret = raw_map(fd, IOVA, PAGE, memory, VFIO_DMA_MAP_FLAG_READ);
	raw_unmap(fd, IOVA, PAGE, 0, NULL);
	return ret;
}

static int iommu_unmap(struct target *target, struct engine *engine, void *memory)
{
	(void)engine;
	(void)memory;
	return raw_unmap(uvfio_container_fd(target->container), IOVA, PAGE, 0, NULL);
}

static int iommu_dirty_pages(struct target *target, struct engine *engine, void *memory)
{
	struct vfio_iommu_type1_dirty_bitmap bitmap = {
		.argsz = sizeof(bitmap), .flags = VFIO_IOMMU_DIRTY_PAGES_FLAG_STOP,
	};

	(void)engine;
	(void)memory;
	return raw_ioctl(uvfio_container_fd(target->container), VFIO_IOMMU_DIRTY_PAGES, &bitmap);
}

/* What a fault of the site is to the caller; sites with tests elsewhere have no reach. */
static const struct {
	const char *name;
	int error;
	reach_fn reach;
} sites[] = {
	{ "device.open", EIO, NULL },	/* mock/lifecycle.c */
	{ "device.get_info", EIO, get_info },
	{ "device.get_region_info", EIO, get_region_info },
	{ "device.get_irq_info", EIO, get_irq_info },
	{ "device.set_irqs", EINVAL, set_irqs },
	{ "device.reset", EIO, reset },
	{ "device.migration", EIO, migration },
	{ "device.feature", EIO, feature },
	{ "device.hot_reset", EIO, hot_reset },
	{ "region.read", EIO, read_region },
	{ "region.write", EIO, write_region },
	{ "region.mmap", EAGAIN, mmap_region },
	{ "region.fault", EFAULT, NULL },	/* mock/mmap.c */
	{ "irq.deliver", 0, NULL },	/* mock/irq_vectors.c */
	{ "dma.rw", EFAULT, dma_rw },
	{ "dma.pin", EFAULT, dma_pin },
	{ "iommu.open", ENOMEM, NULL },	/* mock/backend.c */
	{ "iommu.attach", ENODEV, NULL },	/* mock/backend.c */
	{ "iommu.get_info", EINVAL, iommu_get_info },
	{ "iommu.map_dma", EBUSY, iommu_map },
	{ "iommu.unmap_dma", EINVAL, iommu_unmap },
	{ "iommu.dirty_pages", EINVAL, iommu_dirty_pages },
	{ "iommu.pin_pages", EFAULT, dma_pin },
	{ "iommu.dma_rw", EFAULT, dma_rw },
};

static int shape(struct mockvfio_profile *profile, struct mockvfio_error *err)
{
	int ret;

	ret = mockvfio_set(profile, "migration", "stop_copy", err);
	if (!ret)
		ret = mockvfio_set(profile, "hot_reset", "1", err);
	return ret ? ret : mockvfio_set(profile, "low_power", "1", err);
}

FIXTURE_SETUP(site)
{
	static const struct target_options options = { .shape = shape };

	TARGET_OPEN(&self->target, TARGET_MOCK_BACKEND, &options);
	ENGINE_OPEN(&self->engine, &self->target);
	self->memory = memory_new(PAGE);
}

FIXTURE_TEARDOWN(site)
{
	memory_free(self->memory, PAGE);
	engine_close(&self->engine);
	TARGET_CLOSE(&self->target);
}

/*
 * Each site that answers an errno does so for its call, once, with its own
 * errno where the rule has none; the log names site and rule; the same call
 * works before and after.
 */
TEST_F(site, default_errno)
{
	struct mockvfio_profile *profile = self->target.mock.profile;
	char want[128];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(sites); i++) {
		const struct mockvfio_rule rule = {
			.name = "once", .site = sites[i].name, .times = 1,
		};

		if (!sites[i].reach)
			continue;
		EXPECT_EQ(0, sites[i].reach(&self->target, &self->engine, self->memory))
			TH_LOG("%s: before the fault", sites[i].name);
		ASSERT_EQ(0, mockvfio_fault_add(profile, &rule, NULL));
		CLEAR_EVENTS(profile);
		EXPECT_EQ(-sites[i].error,
			  sites[i].reach(&self->target, &self->engine, self->memory))
			TH_LOG("%s", sites[i].name);
		snprintf(want, sizeof(want), "%s ret=%d fault=once", sites[i].name,
			 -sites[i].error);
		EXPECT_EVENTS(profile, sites[i].name, want);
		EXPECT_EQ(0, sites[i].reach(&self->target, &self->engine, self->memory))
			TH_LOG("%s: after the fault", sites[i].name);
		ASSERT_EQ(0, mockvfio_fault_remove(profile, "once", NULL));
	}
}

/* How many faults fired, at the site or, without a name, at all; negative if unknown. */
static long count_fired(const char *site)
{
	FILE *file = fopen("/sys/kernel/debug/mock_vfio/fired", "r");
	long count, sum = site ? -1 : 0;
	char name[64];

	if (!file)
		return -errno;
	while (fscanf(file, "%63s %ld\n", name, &count) == 2) {
		if (!site)
			sum += count;
		else if (!strcmp(name, site))
			sum = count;
	}
	fclose(file);
	return sum;
}

/*
 * The module counts each fault at its site and at no other, and keeps the count
 * when the rule is gone: so a report can tell which faults a test had.
 */
TEST_F(site, fired)
{
	struct mockvfio_profile *profile = self->target.mock.profile;
	long before, all;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(sites); i++) {
		const struct mockvfio_rule rule = {
			.name = "once", .site = sites[i].name, .times = 1,
		};

		if (!sites[i].reach)
			continue;
		before = count_fired(sites[i].name);
		all = count_fired(NULL);
		ASSERT_LE(0, before);
		ASSERT_EQ(0, mockvfio_fault_add(profile, &rule, NULL));
		sites[i].reach(&self->target, &self->engine, self->memory);
		sites[i].reach(&self->target, &self->engine, self->memory);
		ASSERT_EQ(0, mockvfio_fault_remove(profile, "once", NULL));
		EXPECT_EQ(before + 1, count_fired(sites[i].name))
			TH_LOG("%s", sites[i].name);
		EXPECT_EQ(all + 1, count_fired(NULL));
	}
}

/*
 * The module's table of sites, which it shows in debugfs, is the one that these
 * tests know: no site is without a test, and none has gone.
 */
TEST_F(site, table)
{
	bool known[ARRAY_SIZE(sites)] = { false };
	char line[256], name[64];
	size_t i;
	FILE *file = fopen("/sys/kernel/debug/mock_vfio/sites", "r");

	ASSERT_NE(NULL, file);
	while (fgets(line, sizeof(line), file)) {
		if (sscanf(line, "%63s", name) != 1 || !strchr(name, '.'))
			continue;
		i = 0;
		while (i < ARRAY_SIZE(sites) && strcmp(sites[i].name, name))
			i++;
		EXPECT_NE(ARRAY_SIZE(sites), i)
			TH_LOG("site %s has no test", name);
		if (i < ARRAY_SIZE(sites))
			known[i] = true;
	}
	fclose(file);
	for (i = 0; i < ARRAY_SIZE(sites); i++)
		EXPECT_TRUE(known[i])
			TH_LOG("site %zu, %s, is gone", i, sites[i].name ?: "");
}

TEST_HARNESS_MAIN
