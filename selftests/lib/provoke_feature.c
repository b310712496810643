// SPDX-License-Identifier: GPL-2.0-only
/* Provokers of VFIO_DEVICE_FEATURE, and of the files that come of it: see provoke.h. */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include <mock_vfio.h>

#include "eventfd.h"
#include "memory.h"
#include "provoke.h"
#include "raw.h"

/* Newer than the headers of some systems. */
#define STATE_PRE_COPY		6
#define STATE_PRE_COPY_P2P	7
#define FEATURE_MIG_DATA_SIZE	9
#define GET_PRECOPY_INFO	_IO(VFIO_TYPE, VFIO_BASE + 21)

static void change_state(struct stage *stage, struct seen *seen, uint32_t state)
{
	int fd;

	seen->ret = raw_set_migration_state(stage->device, state, &fd);
	if (fd >= 0)
		close(fd);
	provoke_reset(stage);
}

#define STATE(name, state)						\
static void name(struct stage *stage, struct seen *seen)		\
{									\
	change_state(stage, seen, state);				\
}

STATE(stop, VFIO_DEVICE_STATE_STOP)
STATE(running, VFIO_DEVICE_STATE_RUNNING)
STATE(stop_copy, VFIO_DEVICE_STATE_STOP_COPY)
STATE(resuming, VFIO_DEVICE_STATE_RESUMING)
STATE(running_p2p, VFIO_DEVICE_STATE_RUNNING_P2P)
STATE(pre_copy, STATE_PRE_COPY)
STATE(pre_copy_p2p, STATE_PRE_COPY_P2P)

static void get_state(struct stage *stage, struct seen *seen)
{
	struct {
		struct vfio_device_feature feature;
		struct vfio_device_feature_mig_state mig;
	} request = {
		.feature = { .argsz = sizeof(request),
			     .flags = VFIO_DEVICE_FEATURE_GET |
				      VFIO_DEVICE_FEATURE_MIG_DEVICE_STATE },
	};

	seen->ret = raw_ioctl(stage->device, VFIO_DEVICE_FEATURE, &request);
}

static void data_size(struct stage *stage, struct seen *seen)
{
	struct {
		struct vfio_device_feature feature;
		uint64_t length;
	} request = {
		.feature = { .argsz = sizeof(request),
			     .flags = VFIO_DEVICE_FEATURE_GET | FEATURE_MIG_DATA_SIZE },
	};

	seen->ret = raw_ioctl(stage->device, VFIO_DEVICE_FEATURE, &request);
	seen->size = request.length;
}

static void precopy_info(struct stage *stage, struct seen *seen)
{
	struct {
		uint32_t argsz, flags;
		uint64_t initial, dirty;
	} info = { .argsz = sizeof(info) };
	int fd;

	if (!raw_set_migration_state(stage->device, STATE_PRE_COPY, &fd)) {
		seen->ret = raw_ioctl(fd, GET_PRECOPY_INFO, &info);
		seen->size = info.dirty;
		close(fd);
	}
	provoke_reset(stage);
}

static void read_state(struct stage *stage, struct seen *seen)
{
	unsigned char bytes[sizeof(stage->stream)] = { 0 };
	int fd;

	if (!raw_set_migration_state(stage->device, VFIO_DEVICE_STATE_STOP_COPY, &fd)) {
		seen->ret = read(fd, bytes, sizeof(bytes));
		if (seen->ret < 0)
			seen->ret = -errno;
		else
			seen->amount = seen->ret;
		provoke_keep(seen, bytes, sizeof(bytes));
		close(fd);
	}
	provoke_reset(stage);
}

/* A stream that begins with another byte is refused: that is all there is to see. */
static void write_state(struct stage *stage, struct seen *seen)
{
	unsigned char intact;
	int fd;

	if (!raw_set_migration_state(stage->device, VFIO_DEVICE_STATE_RESUMING, &fd)) {
		seen->ret = write(fd, stage->stream, sizeof(stage->stream));
		if (seen->ret < 0)
			seen->ret = -errno;
		else
			seen->amount = seen->ret;
		intact = seen->ret == -EINVAL ? 0 : 0xff;
		provoke_keep(seen, &intact, 1);
		close(fd);
	}
	provoke_reset(stage);
}

/* Low power. */

static void low_power_exit(struct stage *stage, struct seen *seen)
{
	seen->ret = provoke_set_feature(stage, VFIO_DEVICE_FEATURE_LOW_POWER_EXIT, NULL, 0);
}

static void low_power_entry(struct stage *stage, struct seen *seen)
{
	seen->ret = provoke_set_feature(stage, VFIO_DEVICE_FEATURE_LOW_POWER_ENTRY, NULL, 0);
	provoke_set_feature(stage, VFIO_DEVICE_FEATURE_LOW_POWER_EXIT, NULL, 0);
}

static void low_power_wakeup(struct stage *stage, struct seen *seen)
{
	struct vfio_device_low_power_entry_with_wakeup entry = { .wakeup_eventfd = eventfd_new() };

	seen->ret = provoke_set_feature(stage, VFIO_DEVICE_FEATURE_LOW_POWER_ENTRY_WITH_WAKEUP,
					&entry, sizeof(entry));
	provoke_reg(stage, MOCK_VFIO_REG_ID, 4);
	seen->done = eventfd_wait(entry.wakeup_eventfd, stage->patience_ms);
	provoke_set_feature(stage, VFIO_DEVICE_FEATURE_LOW_POWER_EXIT, NULL, 0);
	close(entry.wakeup_eventfd);
}

/* DMA logging. */

static long start_logging(struct stage *stage)
{
	const struct vfio_device_feature_dma_logging_range range = {
		.iova = PROVOKE_IOVA, .length = PAGE,
	};
	const struct vfio_device_feature_dma_logging_control control = {
		.page_size = PAGE, .num_ranges = 1, .ranges = (uintptr_t)&range,
	};

	return provoke_set_feature(stage, VFIO_DEVICE_FEATURE_DMA_LOGGING_START, &control,
				   sizeof(control));
}

static long stop_logging(struct stage *stage)
{
	return provoke_set_feature(stage, VFIO_DEVICE_FEATURE_DMA_LOGGING_STOP, NULL, 0);
}

static void log_start(struct stage *stage, struct seen *seen)
{
	seen->ret = start_logging(stage);
	stop_logging(stage);
}

static void log_stop(struct stage *stage, struct seen *seen)
{
	start_logging(stage);
	seen->ret = stop_logging(stage);
	stop_logging(stage);
}

static void log_report(struct stage *stage, struct seen *seen)
{
	uint64_t bitmap = 0;
	struct {
		struct vfio_device_feature feature;
		struct vfio_device_feature_dma_logging_report report;
	} request = {
		.feature = { .argsz = sizeof(request),
			     .flags = VFIO_DEVICE_FEATURE_GET |
				      VFIO_DEVICE_FEATURE_DMA_LOGGING_REPORT },
		.report = { .iova = PROVOKE_IOVA, .length = PAGE, .page_size = PAGE,
			    .bitmap = (uintptr_t)&bitmap },
	};

	provoke_map(stage);
	start_logging(stage);
	stage->engine.ops->from_device(&stage->engine, PROVOKE_IOVA, 8);
	seen->ret = raw_ioctl(stage->device, VFIO_DEVICE_FEATURE, &request);
	seen->done = bitmap & 1;
	stop_logging(stage);
	provoke_unmap(stage);
}

const struct provoker provoke_feature[] = {
	{ .site = "device.migration", stop },
	{ .site = "device.migration.stop", stop },
	{ .site = "device.migration.running", running },
	{ .site = "device.migration.stop_copy", stop_copy },
	{ .site = "device.migration.resuming", resuming },
	{ .site = "device.migration.running_p2p", running_p2p },
	{ .site = "device.migration.pre_copy", pre_copy },
	{ .site = "device.migration.pre_copy_p2p", pre_copy_p2p },
	{ .site = "migration.get_state", get_state },
	{ .site = "migration.data_size", data_size },
	{ .site = "migration.precopy_info", precopy_info },
	{ .site = "migration.read", read_state },
	{ .site = "migration.write", write_state },
	{ .site = "device.feature", low_power_exit },
	{ .site = "device.feature.low_power_entry", low_power_entry },
	{ .site = "device.feature.low_power_wakeup", low_power_wakeup },
	{ .site = "device.feature.low_power_exit", low_power_exit },
	{ .site = "device.wakeup", low_power_wakeup },
	{ .site = "dma_log.start", log_start },
	{ .site = "dma_log.stop", log_stop },
	{ .site = "dma_log.report", log_report },
	{ 0 }
};
