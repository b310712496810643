/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Just enough of an NVMe driver to make QEMU's nvme do something by itself:
 * the admin queue with its Identify command, which reads a command from memory
 * and writes 4 KiB to memory, and interrupts when it is done. Register and
 * structure layouts are those of the NVM Express base specification.
 */
#ifndef SELFTESTS_NVME_H
#define SELFTESTS_NVME_H

#include <stdint.h>

#include "target.h"

#define NVME_ENTRIES	8	/* of the admin queues */
#define NVME_DATA_SIZE	4096	/* of an Identify */

/* Where the queues are: one page each, mapped by nvme_start(). */
#define NVME_SQ_IOVA	0x100000ULL
#define NVME_CQ_IOVA	0x101000ULL

struct nvme {
	struct target *target;
	struct uvfio_region *bar0;
	unsigned char *queues;	/* a page of submissions, a page of completions */
	unsigned int sq_tail;
	unsigned int cq_head;
	unsigned int phase;
};

/* Maps the queues and enables the controller. Returns 0 or -errno. */
int nvme_start(struct nvme *nvme, struct target *target);

/* Resets the controller and unmaps the queues. */
void nvme_stop(struct nvme *nvme);

/* Whether the controller says that it is ready: 1, 0 or -errno. */
int nvme_ready(struct nvme *nvme);

/* Submits an Identify Controller whose data go to @iova. Returns 0 or -errno. */
int nvme_submit_identify(struct nvme *nvme, uint64_t iova);

/*
 * Waits for the command's completion. Returns its status field, 0 for success;
 * or -ETIMEDOUT.
 */
int nvme_wait(struct nvme *nvme);

#endif /* SELFTESTS_NVME_H */
