// SPDX-License-Identifier: GPL-2.0-only
/* Just enough of an NVMe driver: see nvme.h. */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "engine.h"
#include "memory.h"
#include "nvme.h"

#define NVME_CC		0x14	/* controller configuration */
#define NVME_CC_ENABLE	0x00460001	/* 64-byte submissions, 16-byte completions, 4 KiB pages */
#define NVME_CSTS	0x1c	/* controller status */
#define NVME_CSTS_RDY	0x1
#define NVME_AQA	0x24	/* admin queue attributes: sizes, less one */
#define NVME_ASQ	0x28	/* address of the admin submission queue */
#define NVME_ACQ	0x30	/* address of the admin completion queue */
#define NVME_SQ0TDBL	0x1000	/* doorbells, with a stride of 4 as QEMU has it */
#define NVME_CQ0HDBL	0x1004

#define NVME_OPC_IDENTIFY	0x06
#define NVME_CNS_CONTROLLER	0x01

#define POLL_US		1000
#define POLLS		5000

struct nvme_command {
	uint8_t opcode;
	uint8_t flags;
	uint16_t cid;
	uint32_t nsid;
	uint32_t reserved[2];
	uint64_t metadata;
	uint64_t prp1;
	uint64_t prp2;
	uint32_t cdw10;
	uint32_t cdw[5];
};

struct nvme_completion {
	uint32_t result;
	uint32_t reserved;
	uint16_t sq_head;
	uint16_t sq_id;
	uint16_t cid;
	uint16_t status;	/* bit 0 is the phase */
};

int nvme_ready(struct nvme *nvme)
{
	uint64_t status;
	int ret;

	ret = uvfio_region_read(nvme->bar0, NVME_CSTS, 4, &status, NULL);
	return ret ? ret : !!(status & NVME_CSTS_RDY);
}

/* Writes the enable bit and waits until the controller agrees. */
static int enable(struct nvme *nvme, uint32_t cc)
{
	int ret, i, want = cc & 1;

	ret = uvfio_region_write(nvme->bar0, NVME_CC, 4, cc, NULL);
	for (i = 0; !ret && i < POLLS; i++) {
		ret = nvme_ready(nvme);
		if (ret == want)
			return 0;
		if (ret >= 0)
			ret = 0;
		usleep(POLL_US);
	}
	return ret ? ret : -ETIMEDOUT;
}

static int set_up(struct nvme *nvme)
{
	uint32_t aqa = (NVME_ENTRIES - 1) << 16 | (NVME_ENTRIES - 1);
	int ret;

	ret = target_enable_bus_master(nvme->target);
	if (!ret)
		ret = uvfio_dma_map(nvme->target->container, NVME_SQ_IOVA, 2 * PAGE, nvme->queues,
				    false, NULL);
	if (!ret)
		ret = enable(nvme, 0);
	if (!ret)
		ret = uvfio_region_write(nvme->bar0, NVME_AQA, 4, aqa, NULL);
	if (!ret)
		ret = uvfio_region_write(nvme->bar0, NVME_ASQ, 8, NVME_SQ_IOVA, NULL);
	if (!ret)
		ret = uvfio_region_write(nvme->bar0, NVME_ACQ, 8, NVME_CQ_IOVA, NULL);
	return ret ? ret : enable(nvme, NVME_CC_ENABLE);
}

int nvme_start(struct nvme *nvme, struct target *target)
{
	int ret;

	memset(nvme, 0, sizeof(*nvme));
	nvme->target = target;
	nvme->phase = 1;
	ret = uvfio_region_setup(target->dev, VFIO_PCI_BAR0_REGION_INDEX, "BAR 0", &nvme->bar0,
				 NULL);
	if (ret)
		return ret;
	nvme->queues = memory_new(2 * PAGE);
	ret = set_up(nvme);
	if (ret)
		nvme_stop(nvme);
	return ret;
}

void nvme_stop(struct nvme *nvme)
{
	if (!nvme->bar0)
		return;
	enable(nvme, 0);
	uvfio_dma_unmap_range(nvme->target->container, NVME_SQ_IOVA, 2 * PAGE, NULL, NULL);
	uvfio_region_finalize(nvme->bar0);
	memory_free(nvme->queues, 2 * PAGE);
	memset(nvme, 0, sizeof(*nvme));
}

int nvme_submit_identify(struct nvme *nvme, uint64_t iova)
{
	const struct nvme_command command = {
		.opcode = NVME_OPC_IDENTIFY, .cid = (uint16_t)nvme->sq_tail, .prp1 = iova,
		.cdw10 = NVME_CNS_CONTROLLER,
	};

	memcpy(nvme->queues + nvme->sq_tail * sizeof(command), &command, sizeof(command));
	nvme->sq_tail = (nvme->sq_tail + 1) % NVME_ENTRIES;
	/* The doorbell's write is a system call: it orders the memory before it. */
	return uvfio_region_write(nvme->bar0, NVME_SQ0TDBL, 4, nvme->sq_tail, NULL);
}

int nvme_wait(struct nvme *nvme)
{
	volatile struct nvme_completion *completion =
		(void *)(nvme->queues + PAGE + nvme->cq_head * sizeof(*completion));
	uint16_t status;
	int i;

	for (i = 0; i < POLLS; i++) {
		status = completion->status;
		if ((status & 1) == nvme->phase)
			break;
		usleep(POLL_US);
	}
	if (i == POLLS)
		return -ETIMEDOUT;
	nvme->cq_head = (nvme->cq_head + 1) % NVME_ENTRIES;
	if (!nvme->cq_head)
		nvme->phase ^= 1;
	uvfio_region_write(nvme->bar0, NVME_CQ0HDBL, 4, nvme->cq_head, NULL);
	return status >> 1;
}
