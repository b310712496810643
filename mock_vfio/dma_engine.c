// SPDX-License-Identifier: GPL-2.0-only
/*
 * The DMA engine. A command gathers its data in a buffer of the kernel's and then
 * scatters it, so that source and destination may overlap, and a failure of one
 * is told apart from a failure of the other in the event log.
 *
 * No lock is held while a command runs: both ways to user memory can fault in a
 * mapping of this device, or wait for whoever serves the fault.
 */

#include <linux/overflow.h>
#include <linux/sched.h>
#include <linux/slab.h>

#include "device.h"
#include "uapi/mock_vfio.h"

#define FLAGS (MOCK_VFIO_CMD_PINNED | MOCK_VFIO_CMD_ASYNC | MOCK_VFIO_CMD_IRQ)

enum place { NOWHERE, MEMORY, BUFFER, PATTERN };

static const struct {
	enum place from, to;
} commands[] = {
	[MOCK_VFIO_CMD_TO_DEVICE]	= { MEMORY,	BUFFER },
	[MOCK_VFIO_CMD_FROM_DEVICE]	= { BUFFER,	MEMORY },
	[MOCK_VFIO_CMD_COPY]		= { MEMORY,	MEMORY },
	[MOCK_VFIO_CMD_FILL]		= { PATTERN,	MEMORY },
	[MOCK_VFIO_CMD_SUM]		= { MEMORY,	NOWHERE },
};

static int access_memory(struct mock_device *mdev,
			 const struct mock_dma_command *command, u64 iova,
			 void *data, bool write)
{
	bool pinned = command->code & MOCK_VFIO_CMD_PINNED;
	struct mock_call call;
	int ret;
	u64 end;

	if (check_add_overflow(iova, command->len - 1, &end))
		return -EOVERFLOW;

	mock_device_call(mdev, &call,
			 pinned ? MOCK_SITE_DMA_PIN : MOCK_SITE_DMA_RW);
	mock_call_arg(&call, MOCK_ARG_IOVA, iova);
	mock_call_arg(&call, MOCK_ARG_SIZE, command->len);
	mock_call_arg(&call, MOCK_ARG_FLAGS, write ? VFIO_DMA_MAP_FLAG_WRITE :
						     VFIO_DMA_MAP_FLAG_READ);

	ret = mock_call_begin(&call);
	if (!ret && pinned)
		ret = mock_dma_access_pinned(mdev, iova, data, command->len,
					     write);
	else if (!ret)
		ret = vfio_dma_rw(&mdev->vdev, iova, data, command->len, write);

	return mock_call_end(&call, ret);
}

static int access_buffer(struct mock_device *mdev,
			 const struct mock_dma_command *command, u64 offset,
			 void *data, bool write)
{
	struct mock_region *region = &mdev->regions[mdev->config->registers];

	if (offset > MOCK_VFIO_BUF_SIZE - command->len)
		return -EINVAL;

	offset += MOCK_VFIO_BUF_OFFSET;

	return write ? mock_region_write(region, offset, data, command->len) :
		       mock_region_read(region, offset, data, command->len);
}

static int gather(struct mock_device *mdev,
		  const struct mock_dma_command *command, enum place from,
		  u8 *data)
{
	__le64 pattern = cpu_to_le64(command->pattern);
	size_t i;

	switch (from) {
	case MEMORY:
		return access_memory(mdev, command, command->src, data, false);
	case BUFFER:
		return access_buffer(mdev, command, command->src, data, false);
	default:
		for (i = 0; i < command->len; i++)
			data[i] = ((u8 *)&pattern)[i % sizeof(pattern)];
		return 0;
	}
}

static int scatter(struct mock_device *mdev,
		   const struct mock_dma_command *command, enum place to,
		   u8 *data)
{
	switch (to) {
	case MEMORY:
		return access_memory(mdev, command, command->dst, data, true);
	case BUFFER:
		return access_buffer(mdev, command, command->dst, data, true);
	default:
		return 0;
	}
}

static u64 sum(const u8 *data, size_t len)
{
	u64 sum = 0;

	while (len--)
		sum += *data++;

	return sum;
}

static int execute(struct mock_device *mdev,
		   const struct mock_dma_command *command, u64 *checksum)
{
	u32 code = command->code & MOCK_VFIO_CMD_MASK;
	u8 *data;
	int ret;

	if (!code || code >= ARRAY_SIZE(commands) ||
	    (command->code & ~(MOCK_VFIO_CMD_MASK | FLAGS)) ||
	    !command->len || command->len > MOCK_VFIO_DMA_MAX)
		return -EINVAL;
	if (!mock_pci_is_master(mdev))
		return -EACCES;

	data = kvmalloc(command->len, GFP_KERNEL_ACCOUNT);
	if (!data)
		return -ENOMEM;

	ret = gather(mdev, command, commands[code].from, data) ?:
	      scatter(mdev, command, commands[code].to, data);
	if (!ret)
		*checksum = sum(data, command->len);
	kvfree(data);

	return ret;
}

static void run(struct mock_device *mdev)
{
	struct mock_dma *dma = &mdev->dma;
	u64 checksum = 0;
	int ret;

	ret = execute(mdev, &dma->running, &checksum);

	mutex_lock(&mdev->lock);
	dma->checksum = checksum;
	dma->error = -ret;
	dma->done++;
	dma->status = ret ? MOCK_VFIO_STATUS_ERROR : MOCK_VFIO_STATUS_DONE;
	if (dma->running.code & MOCK_VFIO_CMD_IRQ)
		mock_irq_raise(mdev, MOCK_VFIO_IRQ_CAUSE_DMA,
			       dma->running.vector);
	mutex_unlock(&mdev->lock);

	wake_up_all(&dma->idle);
}

static void run_work(struct work_struct *work)
{
	run(container_of(work, struct mock_device, dma.work));
}

static bool is_busy(const struct mock_dma *dma)
{
	return READ_ONCE(dma->status) & MOCK_VFIO_STATUS_BUSY;
}

static int begin(struct mock_device *mdev, u32 code)
{
	struct mock_dma *dma = &mdev->dma;

	guard(mutex)(&mdev->lock);

	if (is_busy(dma))
		return -EBUSY;

	dma->running = dma->next;
	dma->running.code = code;
	dma->status = MOCK_VFIO_STATUS_BUSY;

	return 0;
}

int mock_dma_command(struct mock_device *mdev, u32 code)
{
	int ret;

	ret = begin(mdev, code);
	if (ret)
		return ret;

	if (code & MOCK_VFIO_CMD_ASYNC)
		queue_work(system_unbound_wq, &mdev->dma.work);
	else
		run(mdev);

	return 0;
}

int mock_dma_lock_idle(struct mock_device *mdev)
{
	struct mock_dma *dma = &mdev->dma;

	for (;;) {
		if (wait_event_killable(dma->idle, !is_busy(dma)))
			return -EINTR;

		mutex_lock(&mdev->lock);
		if (!is_busy(dma))
			return 0;
		mutex_unlock(&mdev->lock);
	}
}

void mock_dma_reset(struct mock_device *mdev)
{
	struct mock_dma *dma = &mdev->dma;

	lockdep_assert_held(&mdev->lock);

	memset(&dma->next, 0, sizeof(dma->next));
	dma->status = 0;
	dma->error = 0;
	dma->done = 0;
	dma->checksum = 0;
}

void mock_dma_flush(struct mock_device *mdev)
{
	flush_work(&mdev->dma.work);
}

void mock_dma_init(struct mock_device *mdev)
{
	struct mock_dma *dma = &mdev->dma;

	INIT_WORK(&dma->work, run_work);
	init_waitqueue_head(&dma->idle);
	mock_pins_init(&dma->pins);
}
