// SPDX-License-Identifier: GPL-2.0-only
/*
 * Migration, protocol version 2: the state of one instance moves to another one,
 * memory, registers, configuration space and a DMA engine in the middle of a list.
 */
#include <fcntl.h>
#include <linux/pci_regs.h>
#include <poll.h>
#include <sys/ioctl.h>

#include <mock_vfio.h>

#include "selftest.h"

/* Newer than the headers of some systems: pre-copy. */
#define STATE_PRE_COPY		6

struct precopy_info {
	uint32_t argsz, flags;
	uint64_t initial, dirty;
};

#define GET_PRECOPY_INFO	_IO(VFIO_TYPE, VFIO_BASE + 21)

#define STREAM_MAX	0x100000
#define LIST_IOVA	0x10000
#define DATA_IOVA	0x20000
/* A slow list takes seconds: however slow the machine, it can be stopped in the middle. */
#define NR_DESCRIPTORS	MOCK_VFIO_LIST_MAX
#define SLOW		MOCK_VFIO_PACE_MAX

/* An instance, open in the fixture's container. */
struct side {
	struct mockvfio_instance instance;
	struct uvfio_group *group;
	struct uvfio_device *dev;
	struct uvfio_region *bar0, *config;
	int fd;
};

FIXTURE(migration) {
	struct target target;
	struct side from, to;
	unsigned char *memory;		/* at LIST_IOVA, as the engine of either side sees it */
	unsigned char *stream;
	size_t size;
	bool pre_copy;
};

#define MEMORY_SIZE	0x20000

static bool kernel_has_pre_copy(void)
{
	char features[MOCKVFIO_VALUE_MAX];
	int fd = open("/sys/kernel/config/mock_vfio/features", O_RDONLY);
	ssize_t n = fd < 0 ? 0 : read(fd, features, sizeof(features) - 1);

	close(fd);
	features[n > 0 ? n : 0] = '\0';
	return strstr(features, "pre-copy\n");
}

static int shape(struct mockvfio_profile *profile, struct mockvfio_error *err)
{
	int ret;

	ret = mockvfio_set(profile, "migration", kernel_has_pre_copy() ?
			   "stop_copy p2p pre_copy" : "stop_copy p2p", err);
	if (!ret)
		ret = mockvfio_set(profile, "pci_caps", "pm vendor", err);
	return ret ? ret : mockvfio_add_region(profile, "vram", 2, 0x100000, "rwm", err);
}

static int open_side(struct target *target, struct side *side)
{
	struct uvfio_address_space *as;
	int ret;

	ret = mockvfio_instance_create(target->mock.profile, NULL, &side->instance, NULL);
	if (!ret)
		ret = uvfio_get_address_space(target->ctx, NULL, &as, NULL);
	if (ret)
		return ret;
	ret = uvfio_get_group(as, side->instance.group, &side->group, NULL);
	uvfio_put_address_space(as);
	if (!ret)
		ret = uvfio_get_device(side->group, side->instance.uuid, NULL, &side->dev, NULL);
	if (!ret)
		ret = uvfio_region_setup(side->dev, 0, NULL, &side->bar0, NULL);
	if (!ret)
		ret = uvfio_region_setup(side->dev, VFIO_PCI_CONFIG_REGION_INDEX, NULL,
					 &side->config, NULL);
	side->fd = uvfio_device_fd(side->dev);
	return ret;
}

static void close_side(struct side *side)
{
	uvfio_region_finalize(side->bar0);
	uvfio_region_finalize(side->config);
	uvfio_put_base_device(side->dev, NULL);
	uvfio_put_group(side->group, NULL);
	memset(side, 0, sizeof(*side));
}

static void put(struct uvfio_region *region, uint64_t offset, unsigned int size, uint64_t value)
{
	uvfio_region_write(region, offset, size, value, NULL);
}

static uint64_t get(struct uvfio_region *region, uint64_t offset, unsigned int size)
{
	uint64_t value;

	return uvfio_region_read(region, offset, size, &value, NULL) ? UINT64_MAX : value;
}

FIXTURE_SETUP(migration)
{
	static const struct target_options options = { .shape = shape };

	TARGET_OPEN(&self->target, TARGET_MOCK_TYPE1, &options);
	self->pre_copy = kernel_has_pre_copy();
	ASSERT_EQ(0, open_side(&self->target, &self->from));
	ASSERT_EQ(0, open_side(&self->target, &self->to));
	self->memory = memory_new(MEMORY_SIZE);
	ASSERT_EQ(0, raw_map(uvfio_container_fd(self->target.container), LIST_IOVA, MEMORY_SIZE,
			     self->memory, VFIO_DMA_MAP_FLAG_READ | VFIO_DMA_MAP_FLAG_WRITE));
	self->stream = malloc(STREAM_MAX);
	put(self->from.config, PCI_COMMAND, 2, PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER);
}

FIXTURE_TEARDOWN(migration)
{
	close_side(&self->to);
	close_side(&self->from);
	raw_unmap(uvfio_container_fd(self->target.container), LIST_IOVA, MEMORY_SIZE, 0, NULL);
	TARGET_CLOSE(&self->target);
	memory_free(self->memory, MEMORY_SIZE);
	free(self->stream);
}

static int set_state(struct side *side, uint32_t state, int *data_fd)
{
	return raw_set_migration_state(side->fd, state, data_fd);
}

static int get_state(struct side *side)
{
	struct vfio_device_feature_mig_state mig;
	int ret = raw_feature(side->fd, VFIO_DEVICE_FEATURE_GET |
			      VFIO_DEVICE_FEATURE_MIG_DEVICE_STATE, &mig, sizeof(mig));

	return ret ? ret : (int)mig.device_state;
}

/* Reads until the (temporary) end. Returns 0, or -errno of the last read. */
static int drain(int fd, unsigned char *stream, size_t *size)
{
	ssize_t n;

	do {
		n = read(fd, stream + *size, STREAM_MAX - *size);
		if (n > 0)
			*size += n;
	} while (n > 0);
	return n ? -errno : 0;
}

/* In pieces of an odd size, which records do not know of. */
static int feed(int fd, const unsigned char *stream, size_t size)
{
	size_t done = 0, piece;
	ssize_t n;

	while (done < size) {
		piece = size - done < 4999 ? size - done : 4999;
		n = write(fd, stream + done, piece);
		if (n < 0)
			return -errno;
		done += n;
	}
	return 0;
}

/* A list that fills NR_DESCRIPTORS places, each with its own number. */
static void start_list(struct side *side, unsigned char *memory, uint32_t pace)
{
	struct mock_vfio_descriptor *list = (void *)memory;
	int i;

	for (i = 0; i < NR_DESCRIPTORS; i++)
		list[i] = (struct mock_vfio_descriptor) {
			.dst = DATA_IOVA + i * 64, .pattern = i + 1, .len = 8,
			.command = MOCK_VFIO_CMD_FILL,
		};
	put(side->bar0, MOCK_VFIO_REG_PACE, 4, pace);
	put(side->bar0, MOCK_VFIO_REG_SRC, 8, LIST_IOVA);
	put(side->bar0, MOCK_VFIO_REG_LEN, 8, NR_DESCRIPTORS);
	put(side->bar0, MOCK_VFIO_REG_COMMAND, 4, MOCK_VFIO_CMD_LIST | MOCK_VFIO_CMD_ASYNC);
}

static int count_filled(const unsigned char *memory)
{
	int i, n = 0;

	for (i = 0; i < NR_DESCRIPTORS; i++)
		n += *(const uint64_t *)(memory + DATA_IOVA - LIST_IOVA + i * 64) ==
		     (uint64_t)i + 1;
	return n;
}

static void wait_until_begun(struct side *side)
{
	int left = 5000;

	while (!get(side->bar0, MOCK_VFIO_REG_LIST_DONE, 4) && left--)
		usleep(1000);
}

static void wait_until_done(struct side *side)
{
	int left = 5000;

	while ((get(side->bar0, MOCK_VFIO_REG_STATUS, 4) & MOCK_VFIO_STATUS_BUSY) && left--)
		usleep(1000);
}

/* Stops, saves, loads and goes on. */
#define MOVE(self) do {								\
	int move_fd;								\
										\
	ASSERT_EQ(0, set_state(&(self)->from, VFIO_DEVICE_STATE_STOP_COPY, &move_fd));\
	ASSERT_LE(0, move_fd);							\
	(self)->size = 0;							\
	ASSERT_EQ(0, drain(move_fd, (self)->stream, &(self)->size));		\
	close(move_fd);								\
	ASSERT_EQ(0, set_state(&(self)->to, VFIO_DEVICE_STATE_RESUMING, &move_fd));\
	ASSERT_LE(0, move_fd);							\
	ASSERT_EQ(0, feed(move_fd, (self)->stream, (self)->size));		\
	close(move_fd);								\
	ASSERT_EQ(0, set_state(&(self)->to, VFIO_DEVICE_STATE_RUNNING, NULL));	\
} while (0)

/*
 * Device memory, registers and configuration space are on the other side what they
 * were on this one, and the stream holds only pages that were touched.
 */
TEST_F(migration, state_moves)
{
	struct uvfio_region *from, *to;

	ASSERT_EQ(0, uvfio_region_setup(self->from.dev, 2, NULL, &from, NULL));
	ASSERT_EQ(0, uvfio_region_setup(self->to.dev, 2, NULL, &to, NULL));
	put(from, 0xff008, 8, 0x1122334455667788);
	put(to, 0x5000, 8, 1);
	put(self->from.bar0, MOCK_VFIO_BUF_OFFSET + 0x9000, 8, 42);
	put(self->from.bar0, MOCK_VFIO_REG_SCRATCH, 8, 0xfedcba9876543210);
	put(self->from.bar0, MOCK_VFIO_REG_DST, 8, 77);
	put(self->from.bar0, MOCK_VFIO_REG_IRQ_RAISE, 4, 0);
	put(self->from.config, PCI_BASE_ADDRESS_0, 4, 0xabc00000);
	put(self->from.config, PCI_CACHE_LINE_SIZE, 1, 0x10);
	MOVE(self);
	EXPECT_GT(0x8000, self->size);
	EXPECT_EQ(0x1122334455667788, get(to, 0xff008, 8));
	EXPECT_EQ(42, get(self->to.bar0, MOCK_VFIO_BUF_OFFSET + 0x9000, 8));
	EXPECT_EQ(0xfedcba9876543210, get(self->to.bar0, MOCK_VFIO_REG_SCRATCH, 8));
	EXPECT_EQ(77, get(self->to.bar0, MOCK_VFIO_REG_DST, 8));
	EXPECT_EQ(MOCK_VFIO_IRQ_CAUSE_RAISE, get(self->to.bar0, MOCK_VFIO_REG_IRQ_STATUS, 4));
	EXPECT_EQ(0xabc00000, get(self->to.config, PCI_BASE_ADDRESS_0, 4));
	EXPECT_EQ(0x10, get(self->to.config, PCI_CACHE_LINE_SIZE, 1));
	EXPECT_EQ(PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER, get(self->to.config, PCI_COMMAND, 2));
	uvfio_region_finalize(from);
	uvfio_region_finalize(to);
}

/*
 * A list that the engine is in the middle of stops between two descriptors and is
 * finished by the other instance: each descriptor is done once, by one of them.
 */
TEST_F(migration, engine_moves)
{
	uint32_t done;

	start_list(&self->from, self->memory, SLOW);
	wait_until_begun(&self->from);
	ASSERT_EQ(0, set_state(&self->from, VFIO_DEVICE_STATE_STOP, NULL));
	done = count_filled(self->memory);
	ASSERT_LT(0, done);
	ASSERT_GT(NR_DESCRIPTORS, done)
		TH_LOG("the list was over before the device stopped");
	usleep(20 * 1000);
	EXPECT_EQ(done, count_filled(self->memory));
	EXPECT_EQ(done, get(self->from.bar0, MOCK_VFIO_REG_LIST_DONE, 4));
	/* From here on only the rest may be written. */
	memset(self->memory + DATA_IOVA - LIST_IOVA, 0, NR_DESCRIPTORS * 64);
	put(self->from.bar0, MOCK_VFIO_REG_PACE, 4, 0);
	MOVE(self);
	wait_until_done(&self->to);
	EXPECT_EQ(MOCK_VFIO_STATUS_DONE, get(self->to.bar0, MOCK_VFIO_REG_STATUS, 4));
	EXPECT_EQ(NR_DESCRIPTORS, get(self->to.bar0, MOCK_VFIO_REG_LIST_DONE, 4));
	EXPECT_EQ(NR_DESCRIPTORS - done, count_filled(self->memory));
	EXPECT_EQ(VFIO_DEVICE_STATE_STOP_COPY, get_state(&self->from));
}

/*
 * In RUNNING_P2P the engine starts nothing, and what is asked of it meanwhile is
 * done when the device runs again.
 */
TEST_F(migration, p2p)
{
	ASSERT_EQ(0, set_state(&self->from, VFIO_DEVICE_STATE_RUNNING_P2P, NULL));
	start_list(&self->from, self->memory, 0);
	usleep(20 * 1000);
	EXPECT_EQ(0, count_filled(self->memory));
	EXPECT_EQ(MOCK_VFIO_STATUS_BUSY, get(self->from.bar0, MOCK_VFIO_REG_STATUS, 4));
	ASSERT_EQ(0, set_state(&self->from, VFIO_DEVICE_STATE_RUNNING, NULL));
	wait_until_done(&self->from);
	EXPECT_EQ(NR_DESCRIPTORS, count_filled(self->memory));
}

/*
 * Pre-copy sends memory while the device runs: what is written meanwhile, by
 * write() or through a mapping, comes again, the end of what there is so far is
 * ENOMSG, and its size is told.
 */
TEST_F(migration, pre_copy)
{
	struct precopy_info info = { .argsz = sizeof(info) };
	volatile uint32_t *mapped;
	struct pollfd pollfd;
	size_t first;
	int fd;

	if (!self->pre_copy)
		SKIP(return, "no pre-copy on this kernel (new in 6.2)");
	put(self->from.bar0, MOCK_VFIO_BUF_OFFSET, 8, 1);
	ASSERT_EQ(0, uvfio_region_mmap(self->from.bar0, NULL));
	mapped = uvfio_region_ptr(self->from.bar0, MOCK_VFIO_BUF_OFFSET + 0x4000, 4);
	*mapped = 2;
	ASSERT_EQ(0, set_state(&self->from, STATE_PRE_COPY, &fd));
	ASSERT_LE(0, fd);
	ASSERT_EQ(0, raw_ioctl(fd, GET_PRECOPY_INFO, &info));
	EXPECT_LT(2 * 4096, info.initial);
	EXPECT_EQ(0, info.dirty);
	EXPECT_EQ(-ENOMSG, drain(fd, self->stream, &self->size));
	pollfd = (struct pollfd) { .fd = fd, .events = POLLIN };
	EXPECT_EQ(0, poll(&pollfd, 1, 0));

	first = self->size;
	put(self->from.bar0, MOCK_VFIO_BUF_OFFSET, 8, 3);
	*mapped = 4;
	EXPECT_EQ(1, poll(&pollfd, 1, 0));
	ASSERT_EQ(0, raw_ioctl(fd, GET_PRECOPY_INFO, &info));
	EXPECT_EQ(0, info.initial);
	EXPECT_LT(2 * 4096, info.dirty);
	EXPECT_EQ(-ENOMSG, drain(fd, self->stream, &self->size));
	EXPECT_LT(first + 2 * 4096, self->size);
	/* It is still mapped: nobody but the end of pre-copy can know of this. */
	*mapped = 5;
	ASSERT_EQ(0, set_state(&self->from, VFIO_DEVICE_STATE_STOP_COPY, NULL));
	EXPECT_EQ(-EINVAL, raw_ioctl(fd, GET_PRECOPY_INFO, &info));
	ASSERT_EQ(0, drain(fd, self->stream, &self->size));
	close(fd);

	ASSERT_EQ(0, set_state(&self->to, VFIO_DEVICE_STATE_RESUMING, &fd));
	ASSERT_EQ(0, feed(fd, self->stream, self->size));
	close(fd);
	ASSERT_EQ(0, set_state(&self->to, VFIO_DEVICE_STATE_RUNNING, NULL));
	EXPECT_EQ(3, get(self->to.bar0, MOCK_VFIO_BUF_OFFSET, 8));
	EXPECT_EQ(5, get(self->to.bar0, MOCK_VFIO_BUF_OFFSET + 0x4000, 4));
}

/*
 * The engine works on while memory is sent, and is stopped, in the middle of its
 * list, by the end of pre-copy only: downtime is what comes after.
 */
TEST_F(migration, engine_runs_in_pre_copy)
{
	uint32_t before, done;
	int fd, left = 5000;

	if (!self->pre_copy)
		SKIP(return, "no pre-copy on this kernel (new in 6.2)");
	start_list(&self->from, self->memory, SLOW);
	wait_until_begun(&self->from);
	ASSERT_EQ(0, set_state(&self->from, STATE_PRE_COPY, &fd));
	before = get(self->from.bar0, MOCK_VFIO_REG_LIST_DONE, 4);
	ASSERT_EQ(-ENOMSG, drain(fd, self->stream, &self->size));
	while (get(self->from.bar0, MOCK_VFIO_REG_LIST_DONE, 4) < before + 3 && left--)
		usleep(1000);
	ASSERT_LE(before + 3, get(self->from.bar0, MOCK_VFIO_REG_LIST_DONE, 4));
	ASSERT_EQ(0, set_state(&self->from, VFIO_DEVICE_STATE_STOP_COPY, NULL));
	done = count_filled(self->memory);
	ASSERT_GT(NR_DESCRIPTORS, done);
	put(self->from.bar0, MOCK_VFIO_REG_PACE, 4, 0);
	ASSERT_EQ(0, drain(fd, self->stream, &self->size));
	close(fd);

	memset(self->memory + DATA_IOVA - LIST_IOVA, 0, NR_DESCRIPTORS * 64);
	ASSERT_EQ(0, set_state(&self->to, VFIO_DEVICE_STATE_RESUMING, &fd));
	ASSERT_EQ(0, feed(fd, self->stream, self->size));
	close(fd);
	ASSERT_EQ(0, set_state(&self->to, VFIO_DEVICE_STATE_RUNNING, NULL));
	wait_until_done(&self->to);
	EXPECT_EQ(NR_DESCRIPTORS, get(self->to.bar0, MOCK_VFIO_REG_LIST_DONE, 4));
	EXPECT_EQ(NR_DESCRIPTORS - done, count_filled(self->memory));
}

/* The second version of that structure, in which flags mean something: since 7.1. */
#define PRECOPY_INFO_V2		12

/*
 * A program that asks for the second version of the sizes' structure gets flags
 * that the device set, none of which applies here; in the first one they are left
 * as they were. Before there was a second one, asking is ENOTTY.
 */
TEST_F(migration, precopy_info_v2)
{
	struct precopy_info info = { .argsz = sizeof(info), .flags = ~0U };
	int fd, ret;

	if (!self->pre_copy)
		SKIP(return, "no pre-copy on this kernel (new in 6.2)");
	ASSERT_EQ(0, set_state(&self->from, STATE_PRE_COPY, &fd));
	ASSERT_EQ(0, raw_ioctl(fd, GET_PRECOPY_INFO, &info));
	EXPECT_EQ(~0U, info.flags);
	close(fd);
	ASSERT_EQ(0, set_state(&self->from, VFIO_DEVICE_STATE_RUNNING, NULL));

	ret = raw_feature(self->from.fd, VFIO_DEVICE_FEATURE_SET | PRECOPY_INFO_V2, NULL, 0);
	if (ret == -ENOTTY)
		SKIP(return, "no second version on this kernel");
	ASSERT_EQ(0, ret);
	ASSERT_EQ(0, set_state(&self->from, STATE_PRE_COPY, &fd));
	ASSERT_EQ(0, raw_ioctl(fd, GET_PRECOPY_INFO, &info));
	EXPECT_EQ(0, info.flags);
	EXPECT_LT(0, info.initial);
	close(fd);
}

/*
 * A stream that is cut, or from another shape of device, or with a page that the
 * device does not have, is EINVAL; the device is in ERROR where it had to take it
 * over, and only a reset gets it out.
 */
TEST_F(migration, bad_stream)
{
	int fd;

	put(self->from.bar0, MOCK_VFIO_BUF_OFFSET, 8, 1);
	ASSERT_EQ(0, set_state(&self->from, VFIO_DEVICE_STATE_STOP_COPY, &fd));
	ASSERT_EQ(0, drain(fd, self->stream, &self->size));
	close(fd);

	ASSERT_EQ(0, set_state(&self->to, VFIO_DEVICE_STATE_RESUMING, &fd));
	ASSERT_EQ(0, feed(fd, self->stream, self->size - 24));
	EXPECT_EQ(-EINVAL, set_state(&self->to, VFIO_DEVICE_STATE_STOP, NULL));
	EXPECT_EQ(VFIO_DEVICE_STATE_ERROR, get_state(&self->to));
	EXPECT_GT(0, write(fd, self->stream, 1));
	EXPECT_EQ(ENODEV, errno);
	close(fd);
	EXPECT_EQ(-EINVAL, set_state(&self->to, VFIO_DEVICE_STATE_RUNNING, NULL));
	ASSERT_EQ(0, uvfio_device_reset(self->to.dev, NULL));
	EXPECT_EQ(VFIO_DEVICE_STATE_RUNNING, get_state(&self->to));

	/* The first bytes of the data: "MOCKVVFO". */
	self->stream[24] ^= 1;
	ASSERT_EQ(0, set_state(&self->to, VFIO_DEVICE_STATE_RESUMING, &fd));
	EXPECT_EQ(-EINVAL, feed(fd, self->stream, self->size));
	self->stream[24] ^= 1;
	close(fd);
	ASSERT_EQ(0, uvfio_device_reset(self->to.dev, NULL));
	/* The offset of the first page is behind the region. */
	self->stream[24 + 272 + 16 + 6] = 1;
	ASSERT_EQ(0, set_state(&self->to, VFIO_DEVICE_STATE_RESUMING, &fd));
	EXPECT_EQ(-EINVAL, feed(fd, self->stream, self->size));
	close(fd);
}

/*
 * The file outlives its session without harm: after the state, the device or both
 * are gone, reading it is ENODEV; and all of it is counted and given back.
 */
TEST_F(migration, file_outlives_device)
{
	unsigned char byte;
	int fd;

	ASSERT_EQ(0, set_state(&self->from, VFIO_DEVICE_STATE_STOP_COPY, &fd));
	EXPECT_EQ(1, mock_counter(&self->target.mock, "mig_files"));
	ASSERT_EQ(1, read(fd, &byte, 1));
	close_side(&self->from);
	EXPECT_EQ(-1, read(fd, &byte, 1));
	EXPECT_EQ(ENODEV, errno);
	EXPECT_EQ(1, mock_counter(&self->target.mock, "mig_files"));
	close(fd);
	EXPECT_EQ(0, mock_counter(&self->target.mock, "mig_files"));
}

/*
 * A change of state that a rule makes fail leaves the device where it was, and
 * running: the way a VMM finds out that it has to give up a migration.
 */
TEST_F(migration, refused_state)
{
	const struct mockvfio_rule rule = {
		.name = "stay", .site = "device.migration", .error = "ENOMEM", .times = 1,
	};

	ASSERT_EQ(0, mockvfio_fault_add(self->target.mock.profile, &rule, NULL));
	EXPECT_EQ(-ENOMEM, set_state(&self->from, VFIO_DEVICE_STATE_STOP_COPY, NULL));
	EXPECT_EQ(VFIO_DEVICE_STATE_RUNNING, get_state(&self->from));
	start_list(&self->from, self->memory, 0);
	wait_until_done(&self->from);
	EXPECT_EQ(NR_DESCRIPTORS, count_filled(self->memory));
}

/*
 * A reset while the device is stopped in the middle of a list forgets the list:
 * nothing more of it is done.
 */
TEST_F(migration, reset_forgets)
{
	uint32_t done;

	start_list(&self->from, self->memory, SLOW);
	wait_until_begun(&self->from);
	ASSERT_EQ(0, set_state(&self->from, VFIO_DEVICE_STATE_STOP, NULL));
	done = count_filled(self->memory);
	ASSERT_EQ(0, uvfio_device_reset(self->from.dev, NULL));
	EXPECT_EQ(VFIO_DEVICE_STATE_RUNNING, get_state(&self->from));
	usleep(20 * 1000);
	EXPECT_EQ(done, count_filled(self->memory));
	EXPECT_EQ(0, get(self->from.bar0, MOCK_VFIO_REG_STATUS, 4));
}

TEST_HARNESS_MAIN
