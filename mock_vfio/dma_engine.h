/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The DMA engine: commands that move data between user memory, as the container
 * maps it, and the buffer in BAR 0. See uapi/mock_vfio.h.
 */
#ifndef MOCK_VFIO_DMA_ENGINE_H
#define MOCK_VFIO_DMA_ENGINE_H

#include <linux/types.h>
#include <linux/wait.h>
#include <linux/workqueue.h>

#include "dma_pin.h"

struct mock_device;

/**
 * struct mock_dma_command - operands, as of the doorbell
 * @code: MOCK_VFIO_CMD_* and flags
 * @src: MOCK_VFIO_REG_SRC
 * @dst: MOCK_VFIO_REG_DST
 * @len: MOCK_VFIO_REG_LEN
 * @pattern: MOCK_VFIO_REG_PATTERN
 * @vector: MOCK_VFIO_REG_IRQ_VECTOR
 */
struct mock_dma_command {
	u32 code;
	u64 src, dst, len, pattern;
	u32 vector;
};

/**
 * struct mock_dma - the engine
 * @next: the operand registers. Under the device's lock, as are:
 * @status: MOCK_VFIO_REG_STATUS
 * @error: MOCK_VFIO_REG_ERROR
 * @done: MOCK_VFIO_REG_DONE
 * @checksum: MOCK_VFIO_REG_CHECKSUM
 * @running: the command at work; constant while MOCK_VFIO_STATUS_BUSY is set
 * @work: runs a MOCK_VFIO_CMD_ASYNC command
 * @idle: woken when a command is over
 * @pins: pages it has pinned
 */
struct mock_dma {
	struct mock_dma_command next;
	u32 status;
	u32 error;
	u32 done;
	u64 checksum;
	struct mock_dma_command running;
	struct work_struct work;
	wait_queue_head_t idle;
	struct mock_pins pins;
};

void mock_dma_init(struct mock_device *mdev);

/* Clears the registers. With the device's lock, and while idle. */
void mock_dma_reset(struct mock_device *mdev);

/*
 * Rings the doorbell. Returns when the command is over, or at once when it is
 * MOCK_VFIO_CMD_ASYNC: 0, whatever came of it, or -EBUSY when another one is
 * running.
 */
int mock_dma_command(struct mock_device *mdev, u32 code);

/*
 * Takes the device's lock with no command running; -EINTR when killed while
 * waiting, and then the lock is not taken.
 */
int mock_dma_lock_idle(struct mock_device *mdev);

/* Waits for an asynchronous command, before the device is closed. */
void mock_dma_flush(struct mock_device *mdev);

#endif /* MOCK_VFIO_DMA_ENGINE_H */
