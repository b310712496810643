// SPDX-License-Identifier: GPL-2.0-only
/*
 * Optional abilities of the mock: hot reset of all devices of a profile, DMA
 * logging, low power, and what befalls a device from outside.
 */
#include <fcntl.h>
#include <linux/pci_regs.h>

#include <mock_vfio.h>

#include "selftest.h"

#define IOVA	0x100000ULL
#define SIZE	(16 * PAGE)

FIXTURE(features) {
	struct target target;
	struct engine engine;
	int fd;
	unsigned char *memory;
	char triggers[160];	/* the device's directory in debugfs */
};

static int shape(struct mockvfio_profile *profile, struct mockvfio_error *err)
{
	int ret;

	ret = mockvfio_set(profile, "hot_reset", "1", err);
	if (!ret)
		ret = mockvfio_set(profile, "dma_logging", "1", err);
	if (!ret)
		ret = mockvfio_set(profile, "low_power", "1", err);
	return ret ? ret : mockvfio_set(profile, "pci_caps", "pcie", err);
}

FIXTURE_SETUP(features)
{
	static const struct target_options options = { .shape = shape };

	TARGET_OPEN(&self->target, TARGET_MOCK_TYPE1, &options);
	ENGINE_OPEN(&self->engine, &self->target);
	self->fd = uvfio_device_fd(self->target.dev);
	self->memory = memory_new(SIZE);
	ASSERT_EQ(0, uvfio_dma_map(self->target.container, IOVA, SIZE, self->memory, false,
				   NULL));
	snprintf(self->triggers, sizeof(self->triggers),
		 "/sys/kernel/debug/mock_vfio/%s/devices/%s", MOCK_PROFILE, self->target.name);
}

FIXTURE_TEARDOWN(features)
{
	EXPECT_EQ(0, uvfio_dma_unmap(self->target.container, IOVA, SIZE, NULL));
	engine_close(&self->engine);
	TARGET_CLOSE(&self->target);
	memory_free(self->memory, SIZE);
}

static uint64_t reg(struct engine *engine, uint64_t offset)
{
	uint64_t value = 0;

	uvfio_region_read(engine->bar0, offset, 4, &value, NULL);
	return value;
}

/* Hot reset information with room for @room devices. */
struct hot_reset_info {
	struct vfio_pci_hot_reset_info info;
	struct vfio_pci_dependent_device devices[8];
};

static int get_hot_reset_info(int fd, struct hot_reset_info *info, uint32_t room)
{
	memset(info, 0, sizeof(*info));
	info->info.argsz = sizeof(info->info) + room * sizeof(info->devices[0]);
	return raw_ioctl(fd, VFIO_DEVICE_GET_PCI_HOT_RESET_INFO, info);
}

static int hot_reset(int fd, const int32_t *groups, uint32_t count)
{
	struct {
		struct vfio_pci_hot_reset reset;
		int32_t groups[8];
	} request = { .reset = { .argsz = sizeof(request), .count = count } };

	memcpy(request.groups, groups, (count < 8 ? count : 8) * sizeof(*groups));
	return raw_ioctl(fd, VFIO_DEVICE_PCI_HOT_RESET, &request);
}

/*
 * Hot reset information lists every device of the profile with its group; room for
 * too few is ENOSPC and the number, which grows when a device is added: the probe
 * that every VMM makes.
 */
TEST_F(features, hot_reset_info)
{
	struct mockvfio_instance other;
	struct hot_reset_info info;

	EXPECT_EQ(-ENOSPC, get_hot_reset_info(self->fd, &info, 0));
	EXPECT_EQ(1, info.info.count);
	ASSERT_EQ(0, get_hot_reset_info(self->fd, &info, 1));
	EXPECT_EQ((uint32_t)self->target.group_id, info.devices[0].group_id);

	ASSERT_EQ(0, mockvfio_instance_create(self->target.mock.profile, NULL, &other, NULL));
	EXPECT_EQ(-ENOSPC, get_hot_reset_info(self->fd, &info, 1));
	EXPECT_EQ(2, info.info.count);
	ASSERT_EQ(0, get_hot_reset_info(self->fd, &info, 2));
	EXPECT_EQ(2, info.info.count);
	EXPECT_EQ((uint32_t)self->target.group_id, info.devices[0].group_id);
	EXPECT_EQ((uint32_t)other.group, info.devices[1].group_id);
	EXPECT_NE(info.devices[0].devfn, info.devices[1].devfn);
	info.info.argsz = sizeof(info.info) - 1;
	EXPECT_EQ(-EINVAL, raw_ioctl(self->fd, VFIO_DEVICE_GET_PCI_HOT_RESET_INFO, &info));
}

/*
 * A hot reset wants the groups of all devices that it resets, and no descriptor
 * that is something else; then it resets all of them.
 */
TEST_F(features, hot_reset)
{
	struct mockvfio_instance other;
	struct uvfio_address_space *as;
	struct uvfio_group *group;
	int32_t groups[3];

	groups[0] = uvfio_group_fd(self->target.group);
	EXPECT_EQ(0, hot_reset(self->fd, groups, 1));
	EXPECT_EQ(1, reg(&self->engine, MOCK_VFIO_REG_RESETS));
	EXPECT_EQ(-EINVAL, hot_reset(self->fd, groups, 0));
	EXPECT_EQ(-EINVAL, hot_reset(self->fd, groups, 2));
	EXPECT_EQ(-EINVAL, hot_reset(self->fd, &self->fd, 1));
	groups[1] = 1000;
	EXPECT_EQ(-EBADF, hot_reset(self->fd, groups + 1, 1));

	ASSERT_EQ(0, mockvfio_instance_create(self->target.mock.profile, NULL, &other, NULL));
	EXPECT_EQ(-EINVAL, hot_reset(self->fd, groups, 1));
	EXPECT_EQ(1, reg(&self->engine, MOCK_VFIO_REG_RESETS));
	ASSERT_EQ(0, uvfio_get_address_space(self->target.ctx, NULL, &as, NULL));
	ASSERT_EQ(0, uvfio_get_group(as, other.group, &group, NULL));
	uvfio_put_address_space(as);
	groups[1] = uvfio_group_fd(group);
	EXPECT_EQ(0, hot_reset(self->fd, groups, 2));
	EXPECT_EQ(2, reg(&self->engine, MOCK_VFIO_REG_RESETS));
	EXPECT_EQ(0, uvfio_put_group(group, NULL));
}

static int set_feature(int fd, uint32_t feature, void *data, size_t size)
{
	return raw_feature(fd, VFIO_DEVICE_FEATURE_SET | feature, data, size);
}

static int start_logging(int fd)
{
	const struct vfio_device_feature_dma_logging_range range = {
		.iova = IOVA, .length = SIZE,
	};
	struct vfio_device_feature_dma_logging_control control = {
		.page_size = PAGE, .num_ranges = 1, .ranges = (uintptr_t)&range,
	};

	return set_feature(fd, VFIO_DEVICE_FEATURE_DMA_LOGGING_START, &control, sizeof(control));
}

static int get_log(int fd, uint64_t *bitmap)
{
	struct vfio_device_feature_dma_logging_report report = {
		.iova = IOVA, .length = SIZE, .page_size = PAGE, .bitmap = (uintptr_t)bitmap,
	};

	*bitmap = 0;
	return raw_feature(fd, VFIO_DEVICE_FEATURE_GET | VFIO_DEVICE_FEATURE_DMA_LOGGING_REPORT,
			   &report, sizeof(report));
}

static int fill(struct engine *engine, uint64_t iova, uint64_t size)
{
	uvfio_region_write(engine->bar0, MOCK_VFIO_REG_DST, 8, iova, NULL);
	uvfio_region_write(engine->bar0, MOCK_VFIO_REG_LEN, 8, size, NULL);
	uvfio_region_write(engine->bar0, MOCK_VFIO_REG_COMMAND, 4, MOCK_VFIO_CMD_FILL, NULL);
	return reg(engine, MOCK_VFIO_REG_ERROR);
}

/*
 * DMA logging reports the pages that the engine wrote since the last report, and
 * no others; it starts and stops once. (Reports need a kernel that has the bitmap
 * built in: 6.1, or one with CONFIG_IOMMUFD.)
 */
TEST_F(features, dma_logging)
{
	uint64_t bitmap;
	int ret;

	ret = get_log(self->fd, &bitmap);
	if (ret == -EOPNOTSUPP)
		TH_LOG("this kernel has no reports: start and stop only");
	else
		EXPECT_EQ(-EINVAL, ret);
	ASSERT_EQ(0, start_logging(self->fd));
	EXPECT_EQ(-EINVAL, start_logging(self->fd));
	EXPECT_EQ(0, fill(&self->engine, IOVA + PAGE - 1, 2));
	EXPECT_EQ(0, fill(&self->engine, IOVA + 9 * PAGE, 8));
	if (ret != -EOPNOTSUPP) {
		ASSERT_EQ(0, get_log(self->fd, &bitmap));
		EXPECT_EQ(0x203, bitmap);
		ASSERT_EQ(0, get_log(self->fd, &bitmap));
		EXPECT_EQ(0, bitmap);
	}
	ASSERT_EQ(0, set_feature(self->fd, VFIO_DEVICE_FEATURE_DMA_LOGGING_STOP, NULL, 0));
	EXPECT_EQ(0, fill(&self->engine, IOVA, 8));
	ASSERT_EQ(0, start_logging(self->fd));
	if (ret != -EOPNOTSUPP) {
		ASSERT_EQ(0, get_log(self->fd, &bitmap));
		EXPECT_EQ(0, bitmap);
	}
}

/* The start of the buffer, mapped; NULL when that fails. */
static volatile uint32_t *map_buffer(struct engine *engine)
{
	if (uvfio_region_mmap(engine->bar0, NULL))
		return NULL;
	return uvfio_region_ptr(engine->bar0, MOCK_VFIO_BUF_OFFSET, 4);
}

/*
 * In low power mapped pages are gone until the user leaves it, read() works all the
 * same, and it is entered once at a time.
 */
TEST_F(features, low_power)
{
	volatile uint32_t *mapped = map_buffer(&self->engine);

	ASSERT_NE(NULL, mapped);
	EXPECT_FALSE(sigbus_on_read(mapped));
	ASSERT_EQ(0, set_feature(self->fd, VFIO_DEVICE_FEATURE_LOW_POWER_ENTRY, NULL, 0));
	EXPECT_EQ(-EINVAL, set_feature(self->fd, VFIO_DEVICE_FEATURE_LOW_POWER_ENTRY, NULL, 0));
	EXPECT_TRUE(sigbus_on_read(mapped));
	EXPECT_EQ(MOCK_VFIO_ID, reg(&self->engine, MOCK_VFIO_REG_ID));
	EXPECT_TRUE(sigbus_on_read(mapped));
	ASSERT_EQ(0, set_feature(self->fd, VFIO_DEVICE_FEATURE_LOW_POWER_EXIT, NULL, 0));
	EXPECT_FALSE(sigbus_on_read(mapped));
	EXPECT_EQ(0, set_feature(self->fd, VFIO_DEVICE_FEATURE_LOW_POWER_EXIT, NULL, 0));
}

/*
 * With a wake-up eventfd the first access ends low power and signals it, once.
 */
TEST_F(features, wakeup)
{
	struct vfio_device_low_power_entry_with_wakeup entry = { .wakeup_eventfd = -1 };
	volatile uint32_t *mapped = map_buffer(&self->engine);

	EXPECT_EQ(-EINVAL, set_feature(self->fd, VFIO_DEVICE_FEATURE_LOW_POWER_ENTRY_WITH_WAKEUP,
				       &entry, sizeof(entry)));
	ASSERT_NE(NULL, mapped);
	entry.wakeup_eventfd = eventfd_new();
	ASSERT_EQ(0, set_feature(self->fd, VFIO_DEVICE_FEATURE_LOW_POWER_ENTRY_WITH_WAKEUP,
				 &entry, sizeof(entry)));
	EXPECT_EQ(1, mock_counter(&self->target.mock, "eventfds"));
	EXPECT_TRUE(sigbus_on_read(mapped));
	EXPECT_EQ(0, eventfd_wait(entry.wakeup_eventfd, NO_IRQ_MS));
	EXPECT_EQ(MOCK_VFIO_ID, reg(&self->engine, MOCK_VFIO_REG_ID));
	EXPECT_EQ(1, eventfd_wait(entry.wakeup_eventfd, IRQ_TIMEOUT_MS));
	EXPECT_EQ(0, mock_counter(&self->target.mock, "eventfds"));
	EXPECT_FALSE(sigbus_on_read(mapped));
	close(entry.wakeup_eventfd);
}

/* Writes to a trigger. Returns 0 or -errno. */
static int trigger(const char *directory, const char *name, const char *value)
{
	char path[256];
	int fd, ret;

	snprintf(path, sizeof(path), "%s/%s", directory, name);
	fd = open(path, O_WRONLY);
	if (fd < 0)
		return -errno;
	ret = write(fd, value, strlen(value)) < 0 ? -errno : 0;
	close(fd);
	return ret;
}

/*
 * Each kind of interrupt can be fired from outside, reaches its eventfd, and one
 * that is not set up or not there is an error for who fired it.
 */
TEST_F(features, fire_interrupt)
{
	static const struct {
		uint32_t index;
		const char *text;
	} cases[] = {
		{ VFIO_PCI_INTX_IRQ_INDEX, "0" },
		{ VFIO_PCI_MSI_IRQ_INDEX, "1 2" },
		{ VFIO_PCI_ERR_IRQ_INDEX, "3" },
		{ VFIO_PCI_REQ_IRQ_INDEX, "4 0\n" },
	};
	int32_t fd = eventfd_new(), vectors[] = { -1, -1, fd };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		/* The vector that is fired is the last one that is set up. */
		uint32_t nr = 1 + 2 * (cases[i].index == VFIO_PCI_MSI_IRQ_INDEX);

		EXPECT_EQ(-ENXIO, trigger(self->triggers, "irq", cases[i].text));
		ASSERT_EQ(0, raw_set_irqs(self->fd,
					  VFIO_IRQ_SET_DATA_EVENTFD | VFIO_IRQ_SET_ACTION_TRIGGER,
					  cases[i].index, 0, nr, vectors + 3 - nr,
					  nr * sizeof(fd)));
		EXPECT_EQ(0, trigger(self->triggers, "irq", cases[i].text));
		EXPECT_EQ(1, eventfd_wait(fd, IRQ_TIMEOUT_MS))
			TH_LOG("index %u", cases[i].index);
		ASSERT_EQ(0, uvfio_disable_irqindex(self->target.dev, cases[i].index, NULL));
	}
	EXPECT_EQ(-EINVAL, trigger(self->triggers, "irq", "2"));
	EXPECT_EQ(-EINVAL, trigger(self->triggers, "irq", "5"));
	EXPECT_EQ(-EINVAL, trigger(self->triggers, "irq", "1 8"));
	EXPECT_EQ(-EINVAL, trigger(self->triggers, "irq", "all"));
	EXPECT_EQ(-EINVAL, trigger(self->triggers, "irq", ""));
	close(fd);
}

/*
 * Memory can be switched off from outside, whatever the command register says:
 * what a program has to live with when a device drops off the bus for a while.
 */
TEST_F(features, memory_off)
{
	volatile uint32_t *mapped = map_buffer(&self->engine);
	uint64_t value;

	ASSERT_NE(NULL, mapped);
	*mapped = 7;
	ASSERT_EQ(0, trigger(self->triggers, "memory", "0"));
	EXPECT_TRUE(sigbus_on_read(mapped));
	EXPECT_EQ(-EIO, uvfio_region_read(self->engine.bar0, 0, 4, &value, NULL));
	ASSERT_EQ(0, trigger(self->triggers, "memory", "1"));
	EXPECT_EQ(7, *mapped);
	EXPECT_EQ(-EINVAL, trigger(self->triggers, "memory", "2"));
}

/*
 * A device that is pulled out reads as ones everywhere, ignores writes, raises and
 * moves nothing, and asks its user to let go; closing it works.
 */
TEST_F(features, unplugged)
{
	volatile uint32_t *mapped = map_buffer(&self->engine);
	struct uvfio_region *config;
	int req = eventfd_new(), msi = eventfd_new();
	uint64_t value;

	ASSERT_NE(NULL, mapped);
	ASSERT_EQ(0, uvfio_set_irq_signaling(self->target.dev, VFIO_PCI_REQ_IRQ_INDEX, 0,
					     VFIO_IRQ_SET_ACTION_TRIGGER, req, NULL));
	ASSERT_EQ(0, uvfio_set_irq_signaling(self->target.dev, VFIO_PCI_MSI_IRQ_INDEX, 0,
					     VFIO_IRQ_SET_ACTION_TRIGGER, msi, NULL));
	ASSERT_EQ(0, uvfio_region_setup(self->target.dev, VFIO_PCI_CONFIG_REGION_INDEX, NULL,
					&config, NULL));
	EXPECT_EQ(-EINVAL, trigger(self->triggers, "unplug", "0"));
	EXPECT_FALSE(sigbus_on_read(mapped));
	ASSERT_EQ(0, trigger(self->triggers, "unplug", "1"));
	EXPECT_EQ(1, eventfd_wait(req, IRQ_TIMEOUT_MS));
	EXPECT_TRUE(sigbus_on_read(mapped));
	ASSERT_EQ(0, uvfio_region_read(config, PCI_VENDOR_ID, 4, &value, NULL));
	EXPECT_EQ(UINT32_MAX, value);
	EXPECT_EQ(UINT32_MAX, reg(&self->engine, MOCK_VFIO_REG_ID));
	EXPECT_EQ(0, uvfio_region_write(self->engine.bar0, MOCK_VFIO_REG_IRQ_RAISE, 4, 0, NULL));
	EXPECT_EQ(0, trigger(self->triggers, "irq", "1"));
	EXPECT_EQ(0, eventfd_wait(msi, NO_IRQ_MS));
	EXPECT_EQ(UINT32_MAX, fill(&self->engine, IOVA, 8));
	EXPECT_TRUE(memory_is(self->memory, PAGE, 0));
	uvfio_region_finalize(config);
	close(req);
	close(msi);
}

TEST_HARNESS_MAIN
