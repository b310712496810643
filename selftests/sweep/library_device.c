// SPDX-License-Identifier: GPL-2.0-only
/*
 * Every call fails once, in each life cycle of a program that uses a device
 * through libuvfio: what is done with the device itself.
 */
#include <sys/wait.h>
#include <unistd.h>

#include <mock_vfio.h>

#include "selftest.h"

#define MSI	VFIO_PCI_MSI_IRQ_INDEX
#define INTX	VFIO_PCI_INTX_IRQ_INDEX
#define TRIGGER	VFIO_IRQ_SET_ACTION_TRIGGER

FIXTURE(library_device) {
	struct target target;
	struct client client;
	struct sweep sweep;
};

FIXTURE_VARIANT(library_device) {
	enum target_kind kind;
};

TARGET_VARIANT(library_device, mock_type1, TARGET_MOCK_TYPE1);
TARGET_VARIANT(library_device, mock_backend, TARGET_MOCK_BACKEND);

/* What the library, or the kernel under it, does not let the program see. */
static const struct sweep_survival survives[] = {
	SWEEP_FALLS_THROUGH,
	{ .site = "iommu.get_info", .why = "there is a page size that type1 always had" },
	{ .site = NULL }
};

static int shape(struct mockvfio_profile *profile, struct mockvfio_error *err)
{
	static const char *const attributes[][2] = {
		{ "migration", "stop_copy p2p" }, { "hot_reset", "1" }, { "dma_logging", "1" },
		{ "low_power", "1" }, { "pci_caps", "pcie" },
	};
	size_t i;
	int ret = 0;

	for (i = 0; i < ARRAY_SIZE(attributes) && !ret; i++)
		ret = mockvfio_set(profile, attributes[i][0], attributes[i][1], err);
	return ret;
}

FIXTURE_SETUP(library_device)
{
	static const struct target_options options = { .level = TARGET_EXISTS, .shape = shape };
	int i;

	TARGET_OPEN(&self->target, variant->kind, &options);
	self->client.instance = &self->target.mock.instance;
	for (i = 0; i < CLIENT_VECTORS; i++)
		self->client.fds[i] = eventfd_new();
	self->sweep = (struct sweep) {
		.mock = &self->target.mock, .client = &self->client, .cycle = client_cycle,
		.said = client_said, .survives = survives,
	};
}

FIXTURE_TEARDOWN(library_device)
{
	int i;

	for (i = 0; i < CLIENT_VECTORS; i++)
		close(self->client.fds[i]);
	TARGET_CLOSE(&self->target);
}

/* One life cycle, with each ending. */
#define SWEEP(self, run, undo)								\
	ASSERT_EQ(0, client_sweep(&(self)->sweep, #run, run, undo, CLIENT_NR_ENDINGS))	\
		TH_LOG("%s", (self)->sweep.why)

/* PCI has more indexes than this device: EINVAL is the answer for the others. */
static int ask(struct client *c)
{
	struct vfio_region_info *region;
	struct vfio_irq_info irq;
	uint32_t i;
	int ret = 0;

	for (i = 0; i < uvfio_device_num_regions(c->dev) && (!ret || ret == -EINVAL); i++) {
		ret = uvfio_get_region_info(c->dev, i, &region, &c->err);
		if (!ret)
			uvfio_free_region_info(c->dev, region);
	}
	for (i = 0; i < uvfio_device_num_irqs(c->dev) && (!ret || ret == -EINVAL); i++)
		ret = uvfio_get_irq_info(c->dev, i, &irq, &c->err);
	return ret == -EINVAL ? 0 : ret;
}

/*
 * A program that asks for all that the device can tell about itself hears of each
 * answer that fails, and leaves nothing open.
 */
TEST_F(library_device, information)
{
	SWEEP(self, ask, NULL);
}

static int access_all_sizes(struct client *c)
{
	uint64_t value;
	unsigned int size;
	int ret = 0;

	for (size = 1; size <= 8 && !ret; size *= 2) {
		ret = uvfio_region_write(c->bar0, MOCK_VFIO_BUF_OFFSET + size, size, size, &c->err);
		if (!ret)
			ret = uvfio_region_read(c->bar0, MOCK_VFIO_BUF_OFFSET + size, size, &value,
						&c->err);
		if (!ret && value != size)
			ret = -EPROTO;
		if (!ret && size <= 4)
			ret = uvfio_region_read(c->config, 0, size, &value, &c->err);
	}
	return ret;
}

/*
 * Accesses of each size by read() and write() that fail are errors of their call,
 * for registers, device memory and configuration space.
 */
TEST_F(library_device, region_access)
{
	SWEEP(self, access_all_sizes, NULL);
}

static int map_and_touch(struct client *c)
{
	const struct uvfio_mmap *mmaps;
	size_t nr, i;
	int ret;

	ret = uvfio_region_mmap(c->bar0, &c->err);
	if (ret)
		return ret;
	mmaps = uvfio_region_mmaps(c->bar0, &nr);
	for (i = 0; i < nr; i++)
		if (sigbus_on_read(uvfio_region_ptr(c->bar0, mmaps[i].offset, 4)))
			return -EFAULT;
	return 0;
}

/* The way to be rid of a region's mappings is to be rid of the region. */
static int set_up_again(struct client *c)
{
	uvfio_region_finalize(c->bar0);
	c->bar0 = NULL;
	return uvfio_region_setup(c->dev, VFIO_PCI_BAR0_REGION_INDEX, "BAR 0", &c->bar0, &c->err);
}

/*
 * Mappings of device memory: a mapping that fails takes those before it away, and a
 * page that cannot be had is a SIGBUS; no mapping outlives the region.
 */
TEST_F(library_device, region_mmap)
{
	SWEEP(self, map_and_touch, set_up_again);
}

static int set_up_intx(struct client *c)
{
	int ret;

	ret = uvfio_set_irq_signaling(c->dev, INTX, 0, TRIGGER, c->fds[0], &c->err);
	if (!ret)
		ret = uvfio_mask_single_irqindex(c->dev, INTX, &c->err);
	if (!ret)
		ret = uvfio_unmask_single_irqindex(c->dev, INTX, &c->err);
	if (!ret)
		ret = uvfio_set_irq_resample(c->dev, INTX, 0, c->fds[0], c->fds[1], &c->err);
	if (!ret)
		ret = uvfio_region_write(c->bar0, MOCK_VFIO_REG_IRQ_RAISE, 4, 0, &c->err);
	if (!ret)
		ret = uvfio_region_write(c->bar0, MOCK_VFIO_REG_IRQ_STATUS, 4,
					 MOCK_VFIO_IRQ_CAUSE_RAISE, &c->err);
	return ret;
}

static int disable_intx(struct client *c)
{
	return uvfio_disable_irqindex(c->dev, INTX, &c->err);
}

/*
 * INTx with its trigger, its resampling and its masks: whatever of it fails, no
 * eventfd is kept (the leaks of 82b951e6fbd3 and of mtty).
 */
TEST_F(library_device, intx)
{
	SWEEP(self, set_up_intx, disable_intx);
}

static int set_up_msi(struct client *c)
{
	uint32_t i;
	int ret;

	ret = uvfio_set_irq_vectors(c->dev, MSI, 0, CLIENT_VECTORS, TRIGGER, c->fds, &c->err);
	for (i = 0; i < CLIENT_VECTORS && !ret; i++)
		ret = uvfio_region_write(c->bar0, MOCK_VFIO_REG_IRQ_RAISE, 4, i, &c->err);
	for (i = 0; i < CLIENT_VECTORS && !ret; i++)
		ret = uvfio_set_irq_signaling(c->dev, MSI, i, TRIGGER, i % 2 ? -1 : c->fds[0],
					      &c->err);
	return ret;
}

static int disable_msi(struct client *c)
{
	return uvfio_disable_irqindex(c->dev, MSI, &c->err);
}

/*
 * Message-signalled vectors: set up together, raised, replaced and cut one by one.
 * A vector that fails leaves no eventfd behind, however the program ends.
 */
TEST_F(library_device, msi)
{
	SWEEP(self, set_up_msi, disable_msi);
}

static int set_up_notifications(struct client *c)
{
	int ret;

	ret = uvfio_set_irq_signaling(c->dev, VFIO_PCI_ERR_IRQ_INDEX, 0, TRIGGER, c->fds[0],
				      &c->err);
	return ret ? ret : uvfio_set_irq_signaling(c->dev, VFIO_PCI_REQ_IRQ_INDEX, 0, TRIGGER,
						   c->fds[1], &c->err);
}

static int drop_notifications(struct client *c)
{
	int ret;

	ret = uvfio_set_irq_signaling(c->dev, VFIO_PCI_ERR_IRQ_INDEX, 0, TRIGGER, -1, &c->err);
	return ret ? ret : uvfio_set_irq_signaling(c->dev, VFIO_PCI_REQ_IRQ_INDEX, 0, TRIGGER, -1,
						   &c->err);
}

/*
 * The error and request interrupts, which a program sets up once and drops when
 * it closes: neither is kept when the other one fails.
 */
TEST_F(library_device, notifications)
{
	SWEEP(self, set_up_notifications, drop_notifications);
}

static int reset(struct client *c)
{
	struct {
		struct vfio_pci_hot_reset reset;
		int32_t group;
	} request = {
		.reset = { .argsz = sizeof(request), .count = 1 },
		.group = uvfio_group_fd(uvfio_device_group(c->dev)),
	};
	struct {
		struct vfio_pci_hot_reset_info info;
		struct vfio_pci_dependent_device devices[1];
	} answer = { .info = { .argsz = sizeof(answer) } };
	int ret;

	ret = uvfio_device_reset(c->dev, &c->err);
	if (!ret)
		ret = raw_ioctl(uvfio_device_fd(c->dev), VFIO_DEVICE_GET_PCI_HOT_RESET_INFO,
				&answer);
	if (!ret)
		ret = raw_ioctl(uvfio_device_fd(c->dev), VFIO_DEVICE_PCI_HOT_RESET, &request);
	return ret ? ret : uvfio_device_reset(c->dev, &c->err);
}

/*
 * Resets, of the device alone and of all that the bus resets with it: one that
 * fails is told, and the next one works.
 */
TEST_F(library_device, reset)
{
	SWEEP(self, reset, NULL);
}

static int sleep_and_wake(struct client *c)
{
	int ret;

	ret = uvfio_device_probe_feature(c->dev, VFIO_DEVICE_FEATURE_LOW_POWER_ENTRY,
					 VFIO_DEVICE_FEATURE_SET, &c->err);
	if (ret >= 0)
		ret = uvfio_device_set_feature(c->dev, VFIO_DEVICE_FEATURE_LOW_POWER_ENTRY, NULL, 0,
					       &c->err);
	return ret;
}

static int wake(struct client *c)
{
	return uvfio_device_set_feature(c->dev, VFIO_DEVICE_FEATURE_LOW_POWER_EXIT, NULL, 0,
					&c->err);
}

/*
 * Low power: a device whose entry, exit or probe fails is open and works like any
 * other the next time.
 */
TEST_F(library_device, low_power)
{
	SWEEP(self, sleep_and_wake, wake);
}

#define STREAM_MAX	0x10000

/* Reads the whole state, which fits. Returns its size or -errno. */
static ssize_t read_state(int fd, unsigned char *stream)
{
	size_t size = 0;
	ssize_t n;

	do {
		n = read(fd, stream + size, STREAM_MAX - size);
		if (n > 0)
			size += (size_t)n;
	} while (n > 0);
	return n < 0 ? -errno : (ssize_t)size;
}

/* Stops the device and saves its state; the size or -errno. */
static ssize_t save(int device, unsigned char *stream)
{
	int fd, ret;
	ssize_t n;

	ret = raw_set_migration_state(device, VFIO_DEVICE_STATE_STOP_COPY, &fd);
	if (ret)
		return ret;
	n = read_state(fd, stream);
	close(fd);
	return n;
}

static int resume(int device, const unsigned char *stream, size_t size)
{
	int fd, ret;

	ret = raw_set_migration_state(device, VFIO_DEVICE_STATE_RESUMING, &fd);
	if (ret)
		return ret;
	if (write(fd, stream, size) != (ssize_t)size)
		ret = -errno;
	close(fd);
	return ret ? ret : raw_set_migration_state(device, VFIO_DEVICE_STATE_RUNNING, NULL);
}

static int migrate(struct client *c)
{
	int device = uvfio_device_fd(c->dev);
	ssize_t size;

	size = save(device, c->data);
	if (size < 0)
		return (int)size;
	return resume(device, c->data, (size_t)size);
}

/* From whatever state it is in. */
static int run_again(struct client *c)
{
	return uvfio_device_reset(c->dev, &c->err);
}

/*
 * Migration, to the device itself: saved and loaded again. Whichever change of
 * state or access to the file fails, no file is left, and a reset or the next open
 * makes the device run.
 */
TEST_F(library_device, migration)
{
	unsigned char stream[STREAM_MAX];

	self->client.data = stream;
	SWEEP(self, migrate, run_again);
}

TEST_HARNESS_MAIN
