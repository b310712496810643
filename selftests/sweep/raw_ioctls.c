// SPDX-License-Identifier: GPL-2.0-only
/*
 * Every call fails once, in the life cycles of a program without a library: what
 * the kernel itself makes of a driver's or an IOMMU's errors, whatever order the
 * program closes its descriptors in.
 */
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <linux/pci_regs.h>
#include <mock_vfio.h>

#include "selftest.h"

#define IOVA	0x100000ULL
#define PAGES	4
#define VECTORS	4

/* Where a region is in the device's file. */
#define AT(index, offset)	(((uint64_t)(index) << 40) + (offset))

enum { CONTAINER, GROUP, DEVICE, NR_FDS };

/* Orders to close in. */
static const int orders[][NR_FDS] = {
	{ DEVICE, GROUP, CONTAINER }, { GROUP, DEVICE, CONTAINER },
	{ CONTAINER, GROUP, DEVICE }, { DEVICE, CONTAINER, GROUP },
};

struct raw_client {
	const struct mockvfio_instance *instance;
	int (*use)(struct raw_client *client);
	const int *order;
	unsigned char *memory;
	int32_t eventfds[VECTORS];
	int fds[NR_FDS];
};

static int open_path(const char *path)
{
	int fd = open(path, O_RDWR | O_CLOEXEC);

	return fd < 0 ? -errno : fd;
}

static int open_all(struct raw_client *c)
{
	char path[32];
	int ret;

	snprintf(path, sizeof(path), "/dev/vfio/%d", c->instance->group);
	c->fds[CONTAINER] = open_path("/dev/vfio/vfio");
	c->fds[GROUP] = open_path(path);
	if (c->fds[CONTAINER] < 0 || c->fds[GROUP] < 0)
		return -ENODEV;
	ret = raw_ioctl(c->fds[GROUP], VFIO_GROUP_SET_CONTAINER, &c->fds[CONTAINER]);
	if (!ret)
		ret = raw_ioctl_value(c->fds[CONTAINER], VFIO_SET_IOMMU, VFIO_TYPE1v2_IOMMU);
	if (ret)
		return ret;
	ret = raw_ioctl(c->fds[GROUP], VFIO_GROUP_GET_DEVICE_FD, c->instance->uuid);
	if (ret < 0)
		return ret;
	c->fds[DEVICE] = ret;
	return 0;
}

static int cycle(void *client)
{
	struct raw_client *c = client;
	int i, ret;

	for (i = 0; i < NR_FDS; i++)
		c->fds[i] = -1;
	ret = open_all(c);
	if (!ret)
		ret = c->use(c);
	for (i = 0; i < NR_FDS; i++)
		if (c->fds[c->order[i]] >= 0)
			close(c->fds[c->order[i]]);
	return ret;
}

/* An errno is all it has to say. */
static const char *said(const void *client)
{
	(void)client;
	return NULL;
}

static const struct sweep_survival survives[] = {
	SWEEP_FALLS_THROUGH,
	{ .site = NULL }
};

FIXTURE(raw) {
	struct target target;
	struct raw_client client;
	struct sweep sweep;
};

FIXTURE_VARIANT(raw) {
	enum target_kind kind;
};

TARGET_VARIANT(raw, mock_type1, TARGET_MOCK_TYPE1);
TARGET_VARIANT(raw, mock_backend, TARGET_MOCK_BACKEND);

static int shape(struct mockvfio_profile *profile, struct mockvfio_error *err)
{
	return mockvfio_set(profile, "migration", "stop_copy p2p", err);
}

FIXTURE_SETUP(raw)
{
	static const struct target_options options = { .level = TARGET_EXISTS, .shape = shape };
	int i;

	TARGET_OPEN(&self->target, variant->kind, &options);
	self->client.instance = &self->target.mock.instance;
	self->client.memory = memory_new(PAGES * PAGE);
	for (i = 0; i < VECTORS; i++)
		self->client.eventfds[i] = eventfd_new();
	self->sweep = (struct sweep) {
		.mock = &self->target.mock, .client = &self->client, .cycle = cycle, .said = said,
		.survives = survives,
	};
}

FIXTURE_TEARDOWN(raw)
{
	int i;

	memory_free(self->client.memory, PAGES * PAGE);
	for (i = 0; i < VECTORS; i++)
		close(self->client.eventfds[i]);
	TARGET_CLOSE(&self->target);
}

/* One life cycle, closed in each order. */
static int sweep_orders(struct sweep *sweep, const char *what, int (*use)(struct raw_client *c))
{
	struct raw_client *c = sweep->client;
	char name[64];
	size_t i;
	int ret = 0;

	c->use = use;
	sweep->what = name;
	for (i = 0; i < ARRAY_SIZE(orders) && !ret; i++) {
		snprintf(name, sizeof(name), "%s, closed in order %zu", what, i);
		c->order = orders[i];
		ret = sweep_run(sweep);
	}
	sweep->what = NULL;
	sweep_print(sweep);
	return ret;
}

#define SWEEP(self, use_fn)								\
	ASSERT_EQ(0, sweep_orders(&(self)->sweep, #use_fn, use_fn))			\
		TH_LOG("%s", (self)->sweep.why)

static int ask(struct raw_client *c)
{
	struct vfio_device_info device = { .argsz = sizeof(device) };
	struct vfio_region_info region = { .argsz = sizeof(region) };
	struct vfio_irq_info irq = { .argsz = sizeof(irq) };
	int ret;

	ret = raw_ioctl(c->fds[DEVICE], VFIO_DEVICE_GET_INFO, &device);
	for (; region.index <= VFIO_PCI_CONFIG_REGION_INDEX && !ret; region.index++)
		ret = raw_ioctl(c->fds[DEVICE], VFIO_DEVICE_GET_REGION_INFO, &region);
	for (; irq.index <= VFIO_PCI_MSI_IRQ_INDEX && !ret; irq.index++)
		ret = raw_ioctl(c->fds[DEVICE], VFIO_DEVICE_GET_IRQ_INFO, &irq);
	return ret;
}

/*
 * All that a device tells about itself: each answer that fails is the errno that
 * the driver gave, with nothing half done.
 */
TEST_F(raw, information)
{
	SWEEP(self, ask);
}

/* read() and write() have one errno for both. */
static int put(struct raw_client *c, uint64_t at, uint64_t value, size_t size)
{
	return pwrite(c->fds[DEVICE], &value, size, (off_t)at) < 0 ? -errno : 0;
}

static int get(struct raw_client *c, uint64_t at, uint64_t *value, size_t size)
{
	*value = 0;
	return pread(c->fds[DEVICE], value, size, (off_t)at) < 0 ? -errno : 0;
}

static int enable(struct raw_client *c)
{
	return put(c, AT(VFIO_PCI_CONFIG_REGION_INDEX, PCI_COMMAND),
		   PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER, 2);
}

static int access_and_map(struct raw_client *c)
{
	uint32_t *page;
	uint64_t value;
	size_t size;
	bool gone;
	int ret;

	ret = enable(c);
	for (size = 1; size <= 8 && !ret; size *= 2) {
		ret = put(c, AT(0, MOCK_VFIO_BUF_OFFSET), size, size);
		if (!ret)
			ret = get(c, AT(0, MOCK_VFIO_BUF_OFFSET), &value, size);
	}
	if (ret)
		return ret;
	page = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, c->fds[DEVICE],
		    AT(0, MOCK_VFIO_BUF_OFFSET));
	if (page == MAP_FAILED)
		return -errno;
	gone = sigbus_on_read(page);
	munmap(page, PAGE);
	return gone ? -EFAULT : 0;
}

/*
 * Device memory by read(), write() and mmap(), in each size: a descriptor that is
 * closed while the page is mapped keeps the device until the page goes.
 */
TEST_F(raw, regions)
{
	SWEEP(self, access_and_map);
}

static int set_up_irqs(struct raw_client *c)
{
	static const struct {
		uint32_t flags, index, count;
	} calls[] = {
		{ VFIO_IRQ_SET_DATA_EVENTFD | VFIO_IRQ_SET_ACTION_TRIGGER, 0, 1 },
		{ VFIO_IRQ_SET_DATA_EVENTFD | VFIO_IRQ_SET_ACTION_UNMASK, 0, 1 },
		{ VFIO_IRQ_SET_DATA_NONE | VFIO_IRQ_SET_ACTION_MASK, 0, 1 },
		{ VFIO_IRQ_SET_DATA_NONE | VFIO_IRQ_SET_ACTION_UNMASK, 0, 1 },
		{ VFIO_IRQ_SET_DATA_NONE | VFIO_IRQ_SET_ACTION_TRIGGER, 0, 0 },
		{ VFIO_IRQ_SET_DATA_EVENTFD | VFIO_IRQ_SET_ACTION_TRIGGER, 1, VECTORS },
		{ VFIO_IRQ_SET_DATA_NONE | VFIO_IRQ_SET_ACTION_TRIGGER, 1, VECTORS },
		{ VFIO_IRQ_SET_DATA_EVENTFD | VFIO_IRQ_SET_ACTION_TRIGGER, 4, 1 },
	};
	size_t i;
	int ret = 0;

	for (i = 0; i < ARRAY_SIZE(calls) && !ret; i++)
		ret = raw_set_irqs(c->fds[DEVICE], calls[i].flags, calls[i].index, 0,
				   calls[i].count, c->eventfds,
				   calls[i].flags & VFIO_IRQ_SET_DATA_EVENTFD ?
				   calls[i].count * sizeof(int32_t) : 0);
	return ret;
}

/*
 * INTx, MSI and the request interrupt, none of which is taken down again: closing
 * the device is enough, in any order.
 */
TEST_F(raw, interrupts)
{
	SWEEP(self, set_up_irqs);
}

static int map_and_move(struct raw_client *c)
{
	const uint32_t both = VFIO_DMA_MAP_FLAG_READ | VFIO_DMA_MAP_FLAG_WRITE;
	uint64_t error;
	int i, ret;

	ret = enable(c);
	for (i = 0; i < PAGES && !ret; i++)
		ret = raw_map(c->fds[CONTAINER], IOVA + (unsigned int)i * PAGE, PAGE,
			      c->memory + (size_t)i * PAGE, both);
	if (!ret)
		ret = put(c, AT(0, MOCK_VFIO_REG_DST), IOVA + PAGE - 8, 8);
	if (!ret)
		ret = put(c, AT(0, MOCK_VFIO_REG_LEN), 16, 8);
	if (!ret)
		ret = put(c, AT(0, MOCK_VFIO_REG_COMMAND),
			  MOCK_VFIO_CMD_FILL | MOCK_VFIO_CMD_PINNED, 4);
	if (!ret)
		ret = get(c, AT(0, MOCK_VFIO_REG_ERROR), &error, 4);
	if (!ret)
		ret = -(int)error;
	return ret ? ret : raw_unmap(c->fds[CONTAINER], IOVA, PAGE, 0, NULL);
}

/*
 * DMA through pinned pages, and memory that stays mapped when the program closes:
 * unpinned and unmapped with the container, in any order.
 */
TEST_F(raw, dma)
{
	SWEEP(self, map_and_move);
}

static int track(struct raw_client *c)
{
	const uint32_t flags[] = {
		VFIO_IOMMU_DIRTY_PAGES_FLAG_START, VFIO_IOMMU_DIRTY_PAGES_FLAG_STOP,
		VFIO_IOMMU_DIRTY_PAGES_FLAG_START,
	};
	struct vfio_iommu_type1_info info = { .argsz = sizeof(info) };
	struct vfio_iommu_type1_dirty_bitmap dirty = { .argsz = sizeof(dirty) };
	size_t i;
	int ret;

	ret = raw_ioctl(c->fds[CONTAINER], VFIO_IOMMU_GET_INFO, &info);
	if (!ret)
		ret = raw_map(c->fds[CONTAINER], IOVA, PAGE, c->memory, VFIO_DMA_MAP_FLAG_READ);
	for (i = 0; i < ARRAY_SIZE(flags) && !ret; i++) {
		dirty.flags = flags[i];
		ret = raw_ioctl(c->fds[CONTAINER], VFIO_IOMMU_DIRTY_PAGES, &dirty);
	}
	return ret;
}

/*
 * The container's own calls, with tracking left on: the next container starts
 * without it.
 */
TEST_F(raw, container)
{
	SWEEP(self, track);
}

static int reset(struct raw_client *c)
{
	int ret = 0, i;

	for (i = 0; i < 3 && !ret; i++)
		ret = raw_ioctl_value(c->fds[DEVICE], VFIO_DEVICE_RESET, 0);
	return ret;
}

/*
 * A reset that fails, and a device that is closed and opened again after it.
 */
TEST_F(raw, reset)
{
	SWEEP(self, reset);
}

/* The states one after the other, with the file of each left unread. */
static int migrate(struct raw_client *c)
{
	static const uint32_t states[] = {
		VFIO_DEVICE_STATE_RUNNING_P2P, VFIO_DEVICE_STATE_STOP, VFIO_DEVICE_STATE_STOP_COPY,
		VFIO_DEVICE_STATE_STOP, VFIO_DEVICE_STATE_RUNNING, VFIO_DEVICE_STATE_STOP_COPY,
	};
	size_t i;
	int ret = 0, fd;

	for (i = 0; i < ARRAY_SIZE(states) && !ret; i++) {
		ret = raw_set_migration_state(c->fds[DEVICE], states[i], &fd);
		if (fd >= 0)
			close(fd);
	}
	return ret;
}

/*
 * A migration that is given up at each step, and at last by closing the device: no
 * file is left behind, and the next program finds the device running.
 */
TEST_F(raw, migration)
{
	SWEEP(self, migrate);
}

TEST_HARNESS_MAIN
