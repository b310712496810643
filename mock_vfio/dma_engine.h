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
 * @pace: MOCK_VFIO_REG_PACE
 * @status: MOCK_VFIO_REG_STATUS
 * @error: MOCK_VFIO_REG_ERROR
 * @done: MOCK_VFIO_REG_DONE
 * @checksum: MOCK_VFIO_REG_CHECKSUM; grows while a LIST is at work
 * @list_done: MOCK_VFIO_REG_LIST_DONE: where a LIST goes on
 * @executing: somebody is at work on @running
 * @paused: nobody is to begin, or to go on with a LIST
 * @running: the command at work; constant while MOCK_VFIO_STATUS_BUSY is set
 * @work: runs a MOCK_VFIO_CMD_ASYNC command, and what was paused
 * @idle: woken when nobody is at work any more
 * @pins: pages it has pinned
 */
struct mock_dma {
	struct mock_dma_command next;
	u32 pace;
	u32 status;
	u32 error;
	u32 done;
	u64 checksum;
	u32 list_done;
	bool executing;
	bool paused;
	struct mock_dma_command running;
	struct work_struct work;
	wait_queue_head_t idle;
	struct mock_pins pins;
};

void mock_dma_init(struct mock_device *mdev);

/*
 * Clears the registers, and forgets a command that is paused. With the device's
 * lock, and while nobody is at work.
 */
void mock_dma_reset(struct mock_device *mdev);

/*
 * Rings the doorbell. Returns when the command is over, or at once when it is
 * MOCK_VFIO_CMD_ASYNC, or as soon as it is paused: 0, whatever came of it, or
 * -EBUSY when another one is not over.
 */
int mock_dma_command(struct mock_device *mdev, u32 code);

/*
 * Stops the engine between two transfers and lets it go on, with the command it
 * was at. -EINTR when killed while waiting; it is not paused then.
 */
int mock_dma_pause(struct mock_device *mdev);
void mock_dma_resume(struct mock_device *mdev);

/*
 * Takes the device's lock with nobody at work; -EINTR when killed while waiting,
 * and then the lock is not taken.
 */
int mock_dma_lock_idle(struct mock_device *mdev);

/* Ends what is at work, before the device is closed. */
void mock_dma_flush(struct mock_device *mdev);

/* dma_transfer.c: one command, but LIST; its data's sum is added to @checksum. */
int mock_dma_transfer(struct mock_device *mdev,
		      const struct mock_dma_command *command, u64 *checksum);

/* dma_transfer.c: between @data and the user's memory at @iova. */
int mock_dma_access_memory(struct mock_device *mdev, bool pinned, u64 iova,
			   void *data, size_t len, bool write);

/* dma_list.c: goes on with a LIST. */
#define MOCK_DMA_PAUSED		1
int mock_dma_list(struct mock_device *mdev,
		  const struct mock_dma_command *command);

#endif /* MOCK_VFIO_DMA_ENGINE_H */
