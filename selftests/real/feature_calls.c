// SPDX-License-Identifier: GPL-2.0-only
/*
 * VFIO_DEVICE_FEATURE call by call: what makes no sense, what is offered and what
 * is not, low power as the kernel sees it, and DMA buffers of device memory.
 */
#include <fcntl.h>
#include <string.h>

#include "selftest.h"

/* One more than VFIO_DEVICE_FEATURE_ZPCI_ERROR, the last one that Linux 7.3 knows. */
#define FEATURES	14

#define GET	VFIO_DEVICE_FEATURE_GET
#define SET	VFIO_DEVICE_FEATURE_SET
#define PROBE	VFIO_DEVICE_FEATURE_PROBE

/* Numbers that the host's header may not have a name for. */
#define DMA_BUF		11
#define PRECOPY_INFO_V2	12

/*
 * The kernel suspends an idle device when its own worker gets to it. One that
 * must not be suspended need not be watched for as long.
 */
#define SUSPEND_POLL_US	10000
#define SUSPEND_POLLS	500
#define AWAKE_POLLS	20

FIXTURE(feature_calls) {
	struct target target;
	int fd;
};

FIXTURE_VARIANT(feature_calls) {
	enum target_kind kind;
};

TARGET_VARIANT(feature_calls, mock_type1, TARGET_MOCK_TYPE1);
TARGET_VARIANT(feature_calls, mock_backend, TARGET_MOCK_BACKEND);
TARGET_VARIANT(feature_calls, edu, TARGET_EDU);
TARGET_VARIANT(feature_calls, nvme, TARGET_NVME);

FIXTURE_SETUP(feature_calls)
{
	TARGET_OPEN(&self->target, variant->kind, NULL);
	self->fd = uvfio_device_fd(self->target.dev);
}

FIXTURE_TEARDOWN(feature_calls)
{
	TARGET_CLOSE(&self->target);
}

/*
 * An argsz that does not hold the header, flags without a meaning, and GET
 * together with SET are EINVAL, whatever the feature: the kernel looks at them
 * before it asks the device.
 */
TEST_F(feature_calls, malformed)
{
	struct vfio_device_feature arg = {
		.argsz = sizeof(arg) - 1,
		.flags = PROBE | VFIO_DEVICE_FEATURE_MIGRATION,
	};
	uint32_t number;

	EXPECT_EQ(-EINVAL, raw_ioctl(self->fd, VFIO_DEVICE_FEATURE, &arg));
	for (number = 0; number < FEATURES; number++) {
		EXPECT_EQ(-EINVAL, raw_feature(self->fd, number | PROBE | 1u << 19, NULL, 64));
		EXPECT_EQ(-EINVAL, raw_feature(self->fd, number | GET | SET, NULL, 64));
	}
}

/*
 * ENOTTY; or EOPNOTSUPP, when the kernel was built with it and the driver has
 * no use for it. Linux 7.3 looks first whether the device can migrate with
 * PRE_COPY, and says EINVAL to this one if it cannot.
 */
static bool is_refusal(uint32_t number, int ret)
{
	return ret == -ENOTTY || ret == -EOPNOTSUPP ||
	       (number == PRECOPY_INFO_V2 && ret == -EINVAL);
}

/*
 * A program asks with PROBE before it uses a feature. What is not offered is
 * refused however it is asked for, with the same errno; what is, can be read or
 * written or both. A number that no kernel knows is not offered.
 */
TEST_F(feature_calls, probe)
{
	uint32_t number;

	for (number = 0; number <= FEATURES; number++) {
		int offered = raw_feature(self->fd, number | PROBE, NULL, 64);
		int get = raw_feature(self->fd, number | PROBE | GET, NULL, 64);
		int set = raw_feature(self->fd, number | PROBE | SET, NULL, 64);

		TH_LOG("feature %u: PROBE %d, with GET %d, with SET %d", number, offered, get, set);
		if (!offered) {
			EXPECT_TRUE(!get || !set);
			EXPECT_TRUE(number < FEATURES);
			continue;
		}
		EXPECT_TRUE(is_refusal(number, offered));
		EXPECT_EQ(offered, get);
		EXPECT_EQ(offered, set);
		EXPECT_EQ(offered, raw_feature(self->fd, number | GET, NULL, 64));
		EXPECT_EQ(offered, raw_feature(self->fd, number | SET, NULL, 64));
	}
}

FIXTURE(low_power) {
	struct target target;
	int fd;
	int wakeup;
};

FIXTURE_VARIANT(low_power) {
	enum target_kind kind;
};

TARGET_VARIANT(low_power, edu, TARGET_EDU);
TARGET_VARIANT(low_power, nvme, TARGET_NVME);

static void status_path(const struct target *target, char *path, size_t size)
{
	snprintf(path, size, PCI_SYSFS "/%s/power/runtime_status", target->pci_name);
}

FIXTURE_SETUP(low_power)
{
	char path[128];

	TARGET_OPEN(&self->target, variant->kind, NULL);
	status_path(&self->target, path, sizeof(path));
	if (access(path, F_OK)) {
		TARGET_CLOSE(&self->target);
		SKIP(return, "no power/runtime_status: this kernel has no CONFIG_PM");
	}
	self->fd = uvfio_device_fd(self->target.dev);
	self->wakeup = eventfd_new();
}

FIXTURE_TEARDOWN(low_power)
{
	TARGET_CLOSE(&self->target);
	close(self->wakeup);
}

static int enter(int fd)
{
	return raw_feature(fd, SET | VFIO_DEVICE_FEATURE_LOW_POWER_ENTRY, NULL, 0);
}

static int enter_with_wakeup(int fd, int wakeup)
{
	struct vfio_device_low_power_entry_with_wakeup entry = { .wakeup_eventfd = wakeup };

	return raw_feature(fd, SET | VFIO_DEVICE_FEATURE_LOW_POWER_ENTRY_WITH_WAKEUP, &entry,
			   sizeof(entry));
}

static int leave(int fd)
{
	return raw_feature(fd, SET | VFIO_DEVICE_FEATURE_LOW_POWER_EXIT, NULL, 0);
}

/* Whether the kernel suspends the device before the time is over. */
static bool suspends(const struct target *target, int polls)
{
	char path[128], status[32];
	ssize_t len;
	int fd, i;

	status_path(target, path, sizeof(path));
	for (i = 0; i < polls; i++) {
		fd = open(path, O_RDONLY | O_CLOEXEC);
		len = fd < 0 ? -1 : read(fd, status, sizeof(status));
		close(fd);
		if (len > 0 && !strncmp(status, "suspended", strlen("suspended")))
			return true;
		usleep(SUSPEND_POLL_US);
	}
	return false;
}

static bool shows_its_ids(struct target *target)
{
	struct pci_id id = target_pci_id(target);
	struct uvfio_region *config;
	uint64_t vendor;
	int ret;

	if (uvfio_region_setup(target->dev, VFIO_PCI_CONFIG_REGION_INDEX, NULL, &config, NULL))
		return false;
	ret = uvfio_region_read(config, 0, 2, &vendor, NULL);
	uvfio_region_finalize(config);
	return !ret && vendor == id.vendor;
}

/*
 * A guest that suspends its device lets the host do so as well. An access of
 * the user's wakes the device for as long as it takes; entering twice is
 * EINVAL, leaving twice is nothing.
 */
TEST_F(low_power, entry_and_exit)
{
	ASSERT_EQ(0, enter(self->fd));
	EXPECT_EQ(-EINVAL, enter(self->fd));
	EXPECT_TRUE(suspends(&self->target, SUSPEND_POLLS));
	EXPECT_TRUE(shows_its_ids(&self->target));
	EXPECT_TRUE(suspends(&self->target, SUSPEND_POLLS));
	EXPECT_EQ(0, leave(self->fd));
	EXPECT_EQ(0, leave(self->fd));
	EXPECT_FALSE(suspends(&self->target, AWAKE_POLLS));
	EXPECT_TRUE(shows_its_ids(&self->target));
}

/*
 * With an eventfd the device stays awake once something woke it, and its user
 * is told, so that a VMM can tell its guest. What is no eventfd is refused.
 */
TEST_F(low_power, wakeup)
{
	EXPECT_EQ(-EINVAL, enter_with_wakeup(self->fd, -1));
	EXPECT_EQ(-EINVAL, enter_with_wakeup(self->fd, self->fd));
	ASSERT_EQ(0, enter_with_wakeup(self->fd, self->wakeup));
	ASSERT_TRUE(suspends(&self->target, SUSPEND_POLLS));
	EXPECT_EQ(0, eventfd_wait(self->wakeup, NO_IRQ_MS));
	EXPECT_TRUE(shows_its_ids(&self->target));
	EXPECT_EQ(1, eventfd_wait(self->wakeup, IRQ_TIMEOUT_MS));
	/* It left by itself, so it can enter again. */
	ASSERT_EQ(0, enter(self->fd));
	EXPECT_EQ(0, leave(self->fd));
}

FIXTURE(dma_buf) {
	struct target target;
	int fd;
};

FIXTURE_VARIANT(dma_buf) {
	enum target_kind kind;
};

TARGET_VARIANT(dma_buf, edu, TARGET_EDU);

FIXTURE_SETUP(dma_buf)
{
	TARGET_OPEN(&self->target, variant->kind, NULL);
	self->fd = uvfio_device_fd(self->target.dev);
	if (raw_feature(self->fd, PROBE | DMA_BUF, NULL, 64))
		SKIP(return, "no VFIO_DEVICE_FEATURE_DMA_BUF in this kernel");
}

FIXTURE_TEARDOWN(dma_buf)
{
	TARGET_CLOSE(&self->target);
}

/* A part of BAR0 as a DMA buffer: its descriptor, or -errno. */
static int get_dma_buf(int fd, uint64_t offset, uint64_t length)
{
	struct {
		uint32_t region;
		uint32_t open_flags;
		uint32_t flags;
		uint32_t nr_ranges;
		uint64_t offset;
		uint64_t length;
	} data = {
		.region = VFIO_PCI_BAR0_REGION_INDEX, .open_flags = O_CLOEXEC, .nr_ranges = 1,
		.offset = offset, .length = length,
	};

	return raw_feature(fd, GET | DMA_BUF, &data, sizeof(data));
}

/*
 * Device memory can be had as a DMA buffer that another device may reach, and
 * outlives neither its pages nor the region: ranges that are empty, not whole
 * pages or beyond the BAR are refused.
 */
TEST_F(dma_buf, of_a_bar)
{
	int buf = get_dma_buf(self->fd, 0, PAGE);

	EXPECT_LE(0, buf);
	close(buf);
	EXPECT_EQ(-EINVAL, get_dma_buf(self->fd, 0, 0));
	EXPECT_EQ(-EINVAL, get_dma_buf(self->fd, 1, PAGE));
	EXPECT_EQ(-EINVAL, get_dma_buf(self->fd, 0, PAGE + 1));
	EXPECT_EQ(-EINVAL, get_dma_buf(self->fd, 0, 1ULL << 40));
}

TEST_HARNESS_MAIN
