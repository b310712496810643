/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Pinned pages of the DMA engine, and how they give way when the user unmaps
 * them.
 *
 * type1 tells its devices that a mapping goes, takes its lock again, looks
 * whether pages are still pinned, and after ten rounds of that crashes the kernel.
 * It is up to us that no program can bring that about, however it schedules its
 * threads. So the engine is quick: a session is pin, memcpy(), unpin. Being told
 * waits for a session to end and holds off the next one for a moment; when that
 * did not help several times in a row, the engine refuses to pin for a while.
 *
 * That wait has to be bounded. The engine needs type1's lock to pin and to unpin;
 * a device that is just being opened can hold it, and wait for the lock that our
 * caller has. (Any driver that does as it is told, and unpins from dma_unmap, can
 * deadlock there.) Giving up for this round lets the three of them go on.
 */
#ifndef MOCK_VFIO_DMA_PIN_H
#define MOCK_VFIO_DMA_PIN_H

#include <linux/spinlock.h>
#include <linux/types.h>
#include <linux/wait.h>

struct mock_device;

/**
 * struct mock_pins - the engine's session, and what it was told
 * @lock: protects the rest
 * @first: first IOVA that is being pinned, is pinned or is being unpinned
 * @last: last one; below @first between sessions
 * @interrupted: how often the session was asked for its pages
 * @iova: start of the mapping that was last told to go
 * @size: its size
 * @rounds: how often in a row that was the same one
 * @told: when, in jiffies
 * @ended: woken when a session ends
 * @asked: woken when @interrupted grows
 */
struct mock_pins {
	spinlock_t lock;
	u64 first, last;
	unsigned int interrupted;
	u64 iova, size;
	unsigned int rounds;
	unsigned long told;
	wait_queue_head_t ended;
	wait_queue_head_t asked;
};

void mock_pins_init(struct mock_pins *pins);

/*
 * Copies between @data and the user's memory at @iova, which does not wrap. Any
 * length up to MOCK_VFIO_DMA_MAX. -EBUSY: see above; else as vfio_pin_pages().
 */
int mock_dma_access_pinned(struct mock_device *mdev, u64 iova, void *data,
			   size_t len, bool write);

/* VFIO's dma_unmap: the mapping goes. */
void mock_dma_unmap(struct mock_device *mdev, u64 iova, u64 size);

#endif /* MOCK_VFIO_DMA_PIN_H */
