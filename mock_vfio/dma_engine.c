// SPDX-License-Identifier: GPL-2.0-only
/*
 * The DMA engine: its commands from the doorbell to the interrupt. What a command
 * does is in dma_transfer.c and dma_list.c.
 *
 * No lock is held while a command runs: both ways to user memory can fault in a
 * mapping of this device, or wait for whoever serves the fault.
 */

#include <linux/sched.h>
#include <linux/string.h>

#include "device.h"
#include "uapi/mock_vfio.h"

static int execute(struct mock_device *mdev)
{
	const struct mock_dma_command *command = &mdev->dma.running;

	if ((command->code & MOCK_VFIO_CMD_MASK) == MOCK_VFIO_CMD_LIST)
		return mock_dma_list(mdev, command);

	return mock_dma_transfer(mdev, command, &mdev->dma.checksum);
}

/* With the lock. When @lost, nobody hears of it, and the engine stays busy. */
static void complete_command(struct mock_device *mdev, int ret, bool lost)
{
	struct mock_dma *dma = &mdev->dma;

	if (lost)
		return;
	dma->error = -ret;
	dma->done++;
	dma->status = ret ? MOCK_VFIO_STATUS_ERROR : MOCK_VFIO_STATUS_DONE;
	if (dma->running.code & MOCK_VFIO_CMD_IRQ)
		mock_irq_raise(mdev, MOCK_VFIO_IRQ_CAUSE_DMA,
			       dma->running.vector);
}

/* The command's result, as a rule may have it; without a lock. */
static int pass_completion(struct mock_device *mdev, int ret, bool *lost)
{
	struct mock_call call;

	mock_device_call(mdev, &call, MOCK_SITE_DMA_COMPLETE);
	mock_call_enter(&call);
	*lost = mock_call_suffers(&call, MOCK_DROP);

	return mock_call_end(&call, ret);
}

static void run(struct mock_device *mdev)
{
	struct mock_dma *dma = &mdev->dma;
	int ret = execute(mdev);
	bool lost = false;

	/* A LIST that pauses stays busy, and has kept where it was. */
	if (ret != MOCK_DMA_PAUSED)
		ret = pass_completion(mdev, ret, &lost);

	mutex_lock(&mdev->lock);
	if (ret != MOCK_DMA_PAUSED)
		complete_command(mdev, ret, lost);
	WRITE_ONCE(dma->executing, false);
	mutex_unlock(&mdev->lock);

	wake_up_all(&dma->idle);
}

static void run_work(struct work_struct *work)
{
	run(container_of(work, struct mock_device, dma.work));
}

/* Whether the command may be executed; 0 when it waits for the engine to go on. */
static int begin(struct mock_device *mdev, u32 code)
{
	struct mock_dma *dma = &mdev->dma;

	guard(mutex)(&mdev->lock);

	if (dma->status & MOCK_VFIO_STATUS_BUSY)
		return -EBUSY;

	dma->running = dma->next;
	dma->running.code = code;
	dma->checksum = 0;
	dma->list_done = 0;
	dma->status = MOCK_VFIO_STATUS_BUSY;
	dma->executing = !dma->paused;

	return dma->executing;
}

static int start(struct mock_device *mdev, u32 code)
{
	int ret = begin(mdev, code);

	if (ret <= 0)
		return ret;

	if (code & MOCK_VFIO_CMD_ASYNC)
		queue_work(system_unbound_wq, &mdev->dma.work);
	else
		run(mdev);

	return 0;
}

int mock_dma_command(struct mock_device *mdev, u32 code)
{
	struct mock_call call;
	int ret = 0;

	mock_device_call(mdev, &call, MOCK_SITE_DMA_START);
	mock_call_arg(&call, MOCK_ARG_FLAGS, code);
	if (mock_call_enter(&call) && !mock_call_suffers(&call, MOCK_DROP))
		ret = start(mdev, code);

	return mock_call_end(&call, ret);
}

int mock_dma_lock_idle(struct mock_device *mdev)
{
	struct mock_dma *dma = &mdev->dma;

	for (;;) {
		if (wait_event_killable(dma->idle, !READ_ONCE(dma->executing)))
			return -EINTR;

		mutex_lock(&mdev->lock);
		if (!dma->executing)
			return 0;
		mutex_unlock(&mdev->lock);
	}
}

int mock_dma_pause(struct mock_device *mdev)
{
	int ret;

	WRITE_ONCE(mdev->dma.paused, true);
	ret = mock_dma_lock_idle(mdev);
	if (ret) {
		mock_dma_resume(mdev);
		return ret;
	}
	mutex_unlock(&mdev->lock);

	return 0;
}

void mock_dma_resume(struct mock_device *mdev)
{
	struct mock_dma *dma = &mdev->dma;

	guard(mutex)(&mdev->lock);

	WRITE_ONCE(dma->paused, false);
	if ((dma->status & MOCK_VFIO_STATUS_BUSY) && !dma->executing) {
		dma->executing = true;
		queue_work(system_unbound_wq, &dma->work);
	}
}

void mock_dma_reset(struct mock_device *mdev)
{
	struct mock_dma *dma = &mdev->dma;

	lockdep_assert_held(&mdev->lock);

	memset(&dma->next, 0, sizeof(dma->next));
	dma->pace = 0;
	dma->status = 0;
	dma->error = 0;
	dma->done = 0;
	dma->checksum = 0;
	dma->list_done = 0;
	WRITE_ONCE(dma->paused, false);
}

void mock_dma_flush(struct mock_device *mdev)
{
	WRITE_ONCE(mdev->dma.paused, true);
	flush_work(&mdev->dma.work);
}

void mock_dma_init(struct mock_device *mdev)
{
	struct mock_dma *dma = &mdev->dma;

	INIT_WORK(&dma->work, run_work);
	init_waitqueue_head(&dma->idle);
	mock_pins_init(&dma->pins);
}
