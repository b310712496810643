/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * DMA logging: which pages of user memory the engine has written, for
 * VFIO_DEVICE_FEATURE_DMA_LOGGING_*.
 */
#ifndef MOCK_VFIO_DMA_LOG_H
#define MOCK_VFIO_DMA_LOG_H

#include <linux/mutex.h>
#include <linux/types.h>
#include <linux/xarray.h>

struct mock_device;

/**
 * struct mock_dma_log - the log
 * @lock: protects the rest
 * @on: between start and stop
 * @pages: of the container's page size, by number; the value means nothing
 * @nr_pages: how many there are
 * @all: there were too many, or there was no memory for one: report everything
 */
struct mock_dma_log {
	struct mutex lock;
	bool on;
	struct xarray pages;
	unsigned int nr_pages;
	bool all;
};

/* Before the device is registered. */
void mock_dma_log_init(struct mock_device *mdev);
void mock_dma_log_destroy(struct mock_device *mdev);

/* Forgets everything, and is off. */
void mock_dma_log_reset(struct mock_device *mdev);

/* The engine has written there, or has tried to. */
void mock_dma_log_write(struct mock_device *mdev, u64 iova, u64 size);

#endif /* MOCK_VFIO_DMA_LOG_H */
