// SPDX-License-Identifier: GPL-2.0-only
/* The DMA engine's access to user memory by pinned pages. See dma_pin.h. */

#include <linux/highmem.h>
#include <linux/iommu.h>
#include <linux/jiffies.h>
#include <linux/minmax.h>
#include <linux/mm.h>

#include "device.h"
#include "uapi/mock_vfio.h"

/* Pages that an access of the longest length can touch. */
#define MAX_PAGES	(MOCK_VFIO_DMA_MAX / PAGE_SIZE + 1)

/* How long a session waits after the engine was told of an unmap. */
#define PAUSE		msecs_to_jiffies(10)

/* Told so often in a row, the engine does not pin there for so long. */
#define MAX_ROUNDS	8
#define REFUSE		(10 * HZ)

/* The longest wait for a session is PAUSE times two to this power. */
#define MAX_DOUBLINGS	10

void mock_pins_init(struct mock_pins *pins)
{
	spin_lock_init(&pins->lock);
	init_waitqueue_head(&pins->ended);
	init_waitqueue_head(&pins->asked);
	pins->first = 1;
	pins->told = jiffies - REFUSE;
}

static bool overlaps(const struct mock_pins *pins, u64 iova, u64 size)
{
	return pins->first <= pins->last &&
	       pins->first <= iova + (size - 1) && pins->last >= iova;
}

/* -EAGAIN: not yet. */
static int try_begin(struct mock_pins *pins, u64 first, u64 last)
{
	int ret = 0;

	spin_lock(&pins->lock);
	if (pins->rounds >= MAX_ROUNDS &&
	    time_before(jiffies, pins->told + REFUSE)) {
		ret = -EBUSY;
	} else if (time_before(jiffies, pins->told + PAUSE)) {
		ret = -EAGAIN;
	} else {
		pins->first = first;
		pins->last = last;
		pins->interrupted = 0;
	}
	spin_unlock(&pins->lock);

	return ret;
}

static int begin(struct mock_pins *pins, u64 first, u64 last)
{
	int ret;

	while ((ret = try_begin(pins, first, last)) == -EAGAIN)
		schedule_timeout_uninterruptible(PAUSE);

	return ret;
}

static void end(struct mock_pins *pins, int ret)
{
	spin_lock(&pins->lock);
	pins->first = 1;
	pins->last = 0;
	/* Nothing is mapped there: whoever unmapped it has succeeded. */
	if (ret == -EINVAL)
		pins->rounds = 0;
	spin_unlock(&pins->lock);

	wake_up_all(&pins->ended);
}

/* Returns how long to wait for the session, 0 when there is none to wait for. */
static unsigned long tell(struct mock_pins *pins, u64 iova, u64 size)
{
	unsigned long wait = 0;

	spin_lock(&pins->lock);
	if (iova != pins->iova || size != pins->size)
		pins->rounds = 0;
	pins->rounds++;
	pins->iova = iova;
	pins->size = size;
	pins->told = jiffies;
	if (overlaps(pins, iova, size))
		wait = PAUSE << min(pins->interrupted++, MAX_DOUBLINGS);
	spin_unlock(&pins->lock);
	wake_up_all(&pins->asked);

	return wait;
}

static bool is_over(struct mock_pins *pins, u64 iova, u64 size)
{
	bool over;

	spin_lock(&pins->lock);
	over = !overlaps(pins, iova, size);
	spin_unlock(&pins->lock);

	return over;
}

void mock_dma_unmap(struct mock_device *mdev, u64 iova, u64 size)
{
	struct mock_pins *pins = &mdev->dma.pins;
	unsigned long wait = tell(pins, iova, size);

	if (wait)
		wait_event_timeout(pins->ended, is_over(pins, iova, size),
				   wait);
}

static void copy_pages(struct page **pages, unsigned int offset, void *data,
		       size_t len, bool write)
{
	while (len) {
		size_t n = min_t(size_t, len, PAGE_SIZE - offset);

		if (write)
			memcpy_to_page(*pages, offset, data, n);
		else
			memcpy_from_page(data, *pages, offset, n);

		pages++;
		offset = 0;
		data += n;
		len -= n;
	}
}

/*
 * On its way to unpin. A rule can make that late, by the clock as in mock_fault_wait(),
 * but not if somebody wants the pages back.
 */
static void hold(struct mock_device *mdev, u64 iova, int npages)
{
	struct mock_pins *pins = &mdev->dma.pins;
	struct mock_call call;

	mock_device_call(mdev, &call, MOCK_SITE_DMA_UNPIN);
	mock_call_arg(&call, MOCK_ARG_IOVA, iova);
	mock_call_arg(&call, MOCK_ARG_SIZE, (u64)npages << PAGE_SHIFT);
	mock_call_decide(&call);
	if (mock_call_suffers(&call, MOCK_DELAY))
		wait_event_hrtimeout(pins->asked, READ_ONCE(pins->interrupted),
				     ms_to_ktime(call.fault.value));
	mock_call_end(&call, 0);
}

static int copy_pinned(struct mock_device *mdev, u64 iova, void *data,
		       size_t len, bool write)
{
	struct page *pages[MAX_PAGES];
	u64 base = iova & PAGE_MASK;
	int npages = DIV_ROUND_UP(iova - base + len, PAGE_SIZE);
	int ret;

	ret = vfio_pin_pages(&mdev->vdev, base, npages,
			     write ? IOMMU_WRITE : IOMMU_READ, pages);
	if (ret != npages) {
		if (ret > 0)
			vfio_unpin_pages(&mdev->vdev, base, ret);
		return ret < 0 ? ret : -EFAULT;
	}

	mock_held_add(mdev->profile, MOCK_HELD_PINNED_PAGES, npages);
	copy_pages(pages, iova - base, data, len, write);
	hold(mdev, base, npages);
	mock_held_add(mdev->profile, MOCK_HELD_PINNED_PAGES, -npages);
	vfio_unpin_pages(&mdev->vdev, base, npages);

	return 0;
}

int mock_dma_access_pinned(struct mock_device *mdev, u64 iova, void *data,
			   size_t len, bool write)
{
	struct mock_pins *pins = &mdev->dma.pins;
	int ret;

	ret = begin(pins, iova & PAGE_MASK, (iova + (len - 1)) | ~PAGE_MASK);
	if (ret)
		return ret;

	ret = copy_pinned(mdev, iova, data, len, write);
	end(pins, ret);

	return ret;
}
