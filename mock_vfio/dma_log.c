// SPDX-License-Identifier: GPL-2.0-only
/* DMA logging. See dma_log.h. */

#include <linux/interval_tree.h>
#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/vfio.h>

#include "compat/iova_bitmap.h"
#include "device.h"

/* More pages than that cost more memory than knowing them is worth. */
#define MAX_PAGES	65536

static struct mock_device *to_mock_device(struct vfio_device *vdev)
{
	return container_of(vdev, struct mock_device, vdev);
}

static void forget(struct mock_dma_log *log)
{
	xa_destroy(&log->pages);
	log->nr_pages = 0;
	log->all = false;
}

static int start(struct mock_dma_log *log, u64 *page_size)
{
	guard(mutex)(&log->lock);

	if (log->on)
		return -EINVAL;
	log->on = true;
	*page_size = PAGE_SIZE;

	return 0;
}

/* Whatever the ranges are: to know more than was asked for does no harm. */
static int log_start(struct vfio_device *vdev, struct rb_root_cached *ranges,
		     u32 nnodes, u64 *page_size)
{
	struct mock_device *mdev = to_mock_device(vdev);
	struct mock_call call;

	mock_device_call(mdev, &call, MOCK_SITE_DMA_LOG_START);
	mock_call_arg(&call, MOCK_ARG_COUNT, nnodes);

	return mock_call_end(&call, mock_call_enter(&call) ?
				    start(&mdev->log, page_size) : 0);
}

static int log_stop(struct vfio_device *vdev)
{
	struct mock_device *mdev = to_mock_device(vdev);
	struct mock_call call;

	mock_device_call(mdev, &call, MOCK_SITE_DMA_LOG_STOP);
	if (mock_call_enter(&call))
		mock_dma_log_reset(mdev);

	return mock_call_end(&call, 0);
}

static int read_and_clear(struct mock_dma_log *log, const struct mock_call *call,
			  unsigned long iova, unsigned long length,
			  struct iova_bitmap *dirty)
{
	unsigned long index, last = (iova + length - 1) >> PAGE_SHIFT;
	bool drop = mock_call_suffers(call, MOCK_DROP);
	void *entry;

	guard(mutex)(&log->lock);

	if (!log->on)
		return -EINVAL;

	/* It stays so: what was forgotten lies outside, too. */
	if (log->all) {
		if (!drop)
			iova_bitmap_set(dirty, iova, length);
		return 0;
	}

	xa_for_each_range(&log->pages, index, entry, iova >> PAGE_SHIFT, last) {
		if (!drop)
			iova_bitmap_set(dirty, index << PAGE_SHIFT, PAGE_SIZE);
		xa_erase(&log->pages, index);
		log->nr_pages--;
		cond_resched();
	}

	return 0;
}

static int log_read_and_clear(struct vfio_device *vdev, unsigned long iova,
			      unsigned long length, struct iova_bitmap *dirty)
{
	struct mock_device *mdev = to_mock_device(vdev);
	struct mock_call call;
	int ret = 0;

	mock_device_call(mdev, &call, MOCK_SITE_DMA_LOG_REPORT);
	mock_call_arg(&call, MOCK_ARG_IOVA, iova);
	mock_call_arg(&call, MOCK_ARG_SIZE, length);
	if (mock_call_enter(&call))
		ret = read_and_clear(&mdev->log, &call, iova, length, dirty);

	return mock_call_end(&call, ret);
}

static const struct vfio_log_ops log_ops = {
	.log_start		= log_start,
	.log_stop		= log_stop,
	.log_read_and_clear	= log_read_and_clear,
};

/* False when it cannot be remembered. */
static bool remember(struct mock_dma_log *log, unsigned long index)
{
	if (xa_load(&log->pages, index))
		return true;
	if (log->nr_pages == MAX_PAGES ||
	    xa_is_err(xa_store(&log->pages, index, xa_mk_value(0),
			       GFP_KERNEL_ACCOUNT)))
		return false;
	log->nr_pages++;

	return true;
}

void mock_dma_log_write(struct mock_device *mdev, u64 iova, u64 size)
{
	struct mock_dma_log *log = &mdev->log;
	unsigned long index;

	guard(mutex)(&log->lock);

	if (!log->on || log->all)
		return;

	for (index = iova >> PAGE_SHIFT;
	     index <= (iova + (size - 1)) >> PAGE_SHIFT; index++) {
		if (!remember(log, index)) {
			forget(log);
			log->all = true;
			return;
		}
	}
}

void mock_dma_log_init(struct mock_device *mdev)
{
	mutex_init(&mdev->log.lock);
	xa_init(&mdev->log.pages);
	if (mdev->config->dma_logging)
		mdev->vdev.log_ops = &log_ops;
}

void mock_dma_log_reset(struct mock_device *mdev)
{
	struct mock_dma_log *log = &mdev->log;

	guard(mutex)(&log->lock);

	log->on = false;
	forget(log);
}

void mock_dma_log_destroy(struct mock_device *mdev)
{
	mock_dma_log_reset(mdev);
	mutex_destroy(&mdev->log.lock);
}
