// SPDX-License-Identifier: GPL-2.0-only
/*
 * A real device's own DMA and interrupts: QEMU's nvme fetches an Identify
 * command from memory, writes 4 KiB of data and a completion, and interrupts.
 */
#include <string.h>

#include "selftest.h"

#define DATA_IOVA	0x200000ULL

FIXTURE(nvme) {
	struct target target;
	struct nvme nvme;
	unsigned char *data;
};

FIXTURE_VARIANT(nvme) {
	enum target_kind kind;
};

TARGET_VARIANT(nvme, nvme, TARGET_NVME);

FIXTURE_SETUP(nvme)
{
	TARGET_OPEN(&self->target, variant->kind, NULL);
	self->data = memory_new(NVME_DATA_SIZE);
	ASSERT_EQ(0, nvme_start(&self->nvme, &self->target));
}

FIXTURE_TEARDOWN(nvme)
{
	nvme_stop(&self->nvme);
	TARGET_CLOSE(&self->target);
	memory_free(self->data, NVME_DATA_SIZE);
}

/*
 * The device reads its command from memory and writes its identity to memory:
 * the ids there are those of configuration space.
 */
TEST_F(nvme, dma)
{
	struct pci_id id = target_pci_id(&self->target);
	uint16_t vendor;

	ASSERT_EQ(0, uvfio_dma_map(self->target.container, DATA_IOVA, NVME_DATA_SIZE, self->data,
				   false, NULL));
	ASSERT_EQ(0, nvme_submit_identify(&self->nvme, DATA_IOVA));
	EXPECT_EQ(0, nvme_wait(&self->nvme));
	memcpy(&vendor, self->data, sizeof(vendor));
	EXPECT_EQ(id.vendor, vendor);
	EXPECT_EQ(0, memcmp("QEMU NVMe Ctrl", self->data + 24, strlen("QEMU NVMe Ctrl")));
	EXPECT_EQ(0, uvfio_dma_unmap(self->target.container, DATA_IOVA, NVME_DATA_SIZE, NULL));
}

/*
 * Once the memory is unmapped the device cannot write it any more, although
 * the command queues beside it still work: it completes a command whose data
 * went nowhere.
 */
TEST_F(nvme, write_refused_after_unmap)
{
	ASSERT_EQ(0, uvfio_dma_map(self->target.container, DATA_IOVA, NVME_DATA_SIZE, self->data,
				   false, NULL));
	ASSERT_EQ(0, nvme_submit_identify(&self->nvme, DATA_IOVA));
	EXPECT_EQ(0, nvme_wait(&self->nvme));
	EXPECT_FALSE(memory_is(self->data, NVME_DATA_SIZE, 0));
	memset(self->data, 0, NVME_DATA_SIZE);
	ASSERT_EQ(0, uvfio_dma_unmap(self->target.container, DATA_IOVA, NVME_DATA_SIZE, NULL));
	ASSERT_EQ(0, nvme_submit_identify(&self->nvme, DATA_IOVA));
	EXPECT_LE(0, nvme_wait(&self->nvme));
	EXPECT_TRUE(memory_is(self->data, NVME_DATA_SIZE, 0));
}

/*
 * A completion's MSI-X interrupt, sent by the device through interrupt
 * remapping, arrives at the eventfd of its vector, once for each command. The
 * vector is set up first: the device looks at it when a queue is made.
 */
TEST_F(nvme, msix)
{
	int fd = eventfd_new(), i;

	ASSERT_EQ(0, uvfio_dma_map(self->target.container, DATA_IOVA, NVME_DATA_SIZE, self->data,
				   false, NULL));
	ASSERT_EQ(0, uvfio_set_irq_signaling(self->target.dev, VFIO_PCI_MSIX_IRQ_INDEX, 0,
					     VFIO_IRQ_SET_ACTION_TRIGGER, fd, NULL));
	nvme_stop(&self->nvme);
	ASSERT_EQ(0, nvme_start(&self->nvme, &self->target));
	for (i = 0; i < 3; i++) {
		ASSERT_EQ(0, nvme_submit_identify(&self->nvme, DATA_IOVA));
		EXPECT_EQ(1, eventfd_wait(fd, IRQ_TIMEOUT_MS));
		EXPECT_EQ(0, nvme_wait(&self->nvme));
	}
	ASSERT_EQ(0, uvfio_disable_irqindex(self->target.dev, VFIO_PCI_MSIX_IRQ_INDEX, NULL));
	EXPECT_EQ(0, uvfio_dma_unmap(self->target.container, DATA_IOVA, NVME_DATA_SIZE, NULL));
	close(fd);
}

/*
 * VFIO_DEVICE_RESET is a function level reset: the controller is disabled
 * afterwards, the container's mappings are still there, and the device can be
 * started again.
 */
TEST_F(nvme, function_level_reset)
{
	struct uvfio_error err;

	ASSERT_TRUE(uvfio_device_reset_works(self->target.dev));
	ASSERT_EQ(1, nvme_ready(&self->nvme));
	ASSERT_EQ(0, uvfio_device_reset(self->target.dev, &err))
		TH_LOG("%s", err.message);
	EXPECT_EQ(0, nvme_ready(&self->nvme));
	EXPECT_EQ(0, uvfio_dma_unmap(self->target.container, NVME_SQ_IOVA, 2 * PAGE, NULL));
	nvme_stop(&self->nvme);
	EXPECT_EQ(0, nvme_start(&self->nvme, &self->target));
}

TEST_HARNESS_MAIN
